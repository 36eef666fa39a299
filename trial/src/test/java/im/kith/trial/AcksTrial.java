package im.kith.trial;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import im.kith.trial.wire.Acks;

@Spec("XEP-0198")
class AcksTrial {

    private static final String SM = Acks.NAMESPACE;

    @Trial
    @Spec("XEP-0198 §4")
    void what_is_sent_is_acknowledged_on_request(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        for (var i = 0; i < 10; i++) {
            romeo.says("line " + i, juliet);
        }
        romeo.says("the last line", juliet).isAcked();
    }

    @Trial
    @Spec("XEP-0198 §3")
    void it_is_turned_on_once(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        var enable = "<enable xmlns='" + SM + "' resume='true'/>";
        romeo.says(enable).says(enable).isThrownOut("policy-violation");
    }

    @Trial
    @Spec("XEP-0198 §5")
    void a_stream_that_was_lost_is_resumed_and_nothing_with_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        romeo.says("Can you hear me?", juliet);
        balcony.hears("Can you hear me?");

        balcony.drops();
        romeo.says("And now?", juliet).isAcked();
        romeo.says("Hello?", juliet).isAcked();
        balcony.resumes();

        balcony.hears("And now?").hears("Hello?").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0198 §5")
    void what_was_sent_into_a_dead_connection_is_sent_again_and_arrives_once(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();

        for (var i = 0; i < 20; i++) {
            romeo.says("line " + i, juliet);
        }
        romeo.drops();
        romeo.resumes();
        romeo.says("the end", juliet).isAcked();

        for (var i = 0; i < 20; i++) {
            balcony.hears("line " + i);
        }
        balcony.hears("the end").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0198 §5")
    void resuming_while_the_old_connection_still_stands_takes_it_over(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var session = balcony.session();
        balcony.resumes();
        romeo.says("Which of you?", juliet);
        balcony.hears("Which of you?").getsNothingElse();
        session.drop();
    }

    @Trial
    @Spec("XEP-0198 §5")
    void an_unknown_stream_cannot_be_resumed_and_binding_goes_on(World world) {
        var romeo = world.user("romeo");
        var stranger = world.stranger();
        var features = stranger.signsInAs(romeo);
        stranger.says("<resume xmlns='" + SM + "' h='0' previd='never-heard-of'/>");
        var answer = stranger.hearsElement();
        if (!answer.is("failed", SM) || answer.find("item-not-found") == null) {
            throw new AssertionError("expected failed, got " + answer);
        }
        stranger.negotiation().bind("orchard", features);
    }

    @Trial
    @Spec("XEP-0198 §5")
    void the_stream_of_somebody_else_cannot_be_resumed(World world) {
        var juliet = world.user("juliet").device("balcony").online();
        var id = java.util.Objects.requireNonNull(juliet.session().acks()).previousId();
        var stranger = world.stranger();
        stranger.signsInAs(world.user("romeo"));
        stranger.says("<resume xmlns='" + SM + "' h='0' previd='" + id + "'/>");
        var answer = stranger.hearsElement();
        if (!answer.is("failed", SM)) {
            throw new AssertionError("expected failed, got " + answer);
        }
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0198 §4")
    void acknowledging_more_than_was_sent_ends_the_stream(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.session().acknowledge(1000);
        romeo.isThrownOut("undefined-condition");
    }

    @Trial
    @Spec("XEP-0198 §5")
    void resuming_with_more_than_was_sent_is_refused(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var id = java.util.Objects.requireNonNull(romeo.session().acks()).previousId();
        romeo.drops();
        var stranger = world.stranger();
        stranger.signsInAs(romeo.user());
        stranger.says("<resume xmlns='" + SM + "' h='100000' previd='" + id + "'/>");
        if (stranger.hears() instanceof im.kith.trial.wire.Wire.Said(im.kith.trial.wire.Xml answer)
                && answer.is("resumed", SM)) {
            throw new AssertionError("resumed with a count that cannot be: " + answer);
        }
    }

    @Trial
    @Spec("XEP-0198 §3")
    void enabling_twice_is_an_error(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sendsRaw("<enable xmlns='" + SM + "' resume='true'/>");
        var answer = romeo.nextOther();
        if (!answer.is("failed", SM) && !answer.name().equals("error")) {
            throw new AssertionError("expected a refusal, got " + answer);
        }
    }

    @Trial
    @Spec("XEP-0198 §3")
    void enabling_before_binding_is_an_error(World world) {
        var stranger = world.stranger();
        stranger.signsInAs(world.user("romeo"));
        stranger.says("<enable xmlns='" + SM + "'/>");
        var answer = stranger.hearsElement();
        if (!answer.is("failed", SM) && !answer.name().equals("error")) {
            throw new AssertionError("expected a refusal, got " + answer);
        }
    }

    @Trial
    @Spec("XEP-0198 §5")
    void a_stream_that_was_closed_cannot_be_resumed(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.leaves();
        if (romeo.triesToResume()) {
            throw new AssertionError("a stream that was ended properly is over");
        }
    }

    @Trial
    @Spec("XEP-0198 §4")
    void a_client_that_never_acknowledges_gets_everything_again_and_nothing_is_lost(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var mute = juliet.device("mute").neverAcknowledging().online();
        romeo.says("one", juliet).isAcked();
        romeo.says("two", juliet).isAcked();
        mute.hears("one").hears("two");
        mute.drops();

        juliet.device("balcony").online();
        romeo.says("three", juliet).isAcked();
        mute.resumes().hears("three").getsNothingElse();
    }

    @Trial
    @OwnServer
    @Spec("XEP-0198 §5")
    void a_stream_is_resumed_after_the_server_was_killed(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        romeo.says("before", juliet).isAcked();
        balcony.hears("before");

        world.crash();

        balcony.resumes();
        romeo.resumes();
        romeo.says("after", juliet).isAcked();
        balcony.hears("after").getsNothingElse();
    }

    @Trial
    @OwnServer
    @Spec("XEP-0198 §5")
    void what_waited_for_a_resumption_outlives_a_restart(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        balcony.drops();
        romeo.says("while you were away", juliet).isAcked();

        world.restart();

        balcony.resumes();
        balcony.hears("while you were away").getsNothingElse();
    }
}
