package im.kith.trial;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.SignUp;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

/// Signing up with a phone number, as everybody knows it from their phone.
@OwnServer(set = {"registration.mode=phone", "sms.provider=log", "registration.code-pause=1 second"})
class SignUpTrial {

    @Trial
    void two_people_sign_up_and_talk(World world) {
        var signUp = new SignUp(world);
        var romeo = signUp.completes("romeo", "+491701234501")
                .device("phone")
                .by("PLAIN")
                .online();
        var juliet = signUp.completes("juliet", "+491701234502").device("phone").online();
        romeo.says("Is it you?", juliet.user()).isAcked();
        juliet.hears("Is it you?");
    }

    @Trial
    void numbers_are_normalised_and_must_be_numbers(World world) {
        var signUp = new SignUp(world);
        var asked = signUp.asks("+49 170 1234-511");
        equal(asked.status(), 202);
        var verified = signUp.verifies(asked.text("id"), signUp.lastCode("+491701234511"));
        equal(verified.status(), 200);
        equal(verified.text("jid"), "+491701234511@kith.test");
        for (var wrong : new String[] {"12345", "hello", "", "+4917012345112345678"}) {
            var refused = signUp.asks(wrong);
            if (refused.status() / 100 != 4 || !refused.type().startsWith("application/problem+json")) {
                throw new AssertionError(wrong + " was answered with " + refused);
            }
        }
    }

    @Trial
    void a_wrong_code_is_forbidden_and_five_are_enough(World world) {
        var signUp = new SignUp(world);
        var asked = signUp.asks("+491701234521");
        var right = signUp.lastCode("+491701234521");
        var wrong = right.equals("000000") ? "000001" : "000000";
        for (var i = 0; i < 5; i++) {
            var refused = signUp.verifies(asked.text("id"), wrong);
            equal(refused.status(), 403);
        }
        var tooLate = signUp.verifies(asked.text("id"), right);
        if (tooLate.status() == 200) {
            throw new AssertionError("a sixth try was allowed");
        }
    }

    @Trial
    void a_code_is_good_for_one_use(World world) {
        var signUp = new SignUp(world);
        var asked = signUp.asks("+491701234531");
        var code = signUp.lastCode("+491701234531");
        equal(signUp.verifies(asked.text("id"), code).status(), 200);
        if (signUp.verifies(asked.text("id"), code).status() == 200) {
            throw new AssertionError("the code was good twice");
        }
    }

    @Trial
    void an_unknown_registration_is_not_found(World world) {
        var refused = new SignUp(world).verifies("no-such-registration", "123456");
        if (refused.status() / 100 != 4) {
            throw new AssertionError("answered with " + refused);
        }
    }

    @Trial
    void registering_again_replaces_the_key_and_ends_the_old_sessions(World world) {
        var signUp = new SignUp(world);
        var old = signUp.completes("romeo", "+491701234541").device("old").online();
        var fresh = signUp.completes("romeo", "+491701234541");
        old.isDisconnected();
        fresh.device("new").online();
        old.cannotConnect("not-authorized");
    }

    @Trial
    void what_came_before_signing_up_again_is_still_there(World world) {
        var signUp = new SignUp(world);
        var juliet = signUp.completes("juliet", "+491701234551").device("phone").online();
        var romeo = signUp.completes("romeo", "+491701234552");
        juliet.says("Where are you?", romeo).isAcked();
        var again =
                signUp.completes("romeo", "+491701234552").device("new phone").online();
        again.hears("Where are you?");
    }

    @Trial
    void in_band_registration_is_closed_where_phones_are_asked_for(World world) {
        var features = world.stranger().opens();
        if (features.find("register") != null) {
            throw new AssertionError("offered: " + features);
        }
    }

    private static void equal(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError("expected " + expected + ", got " + actual);
        }
    }
}
