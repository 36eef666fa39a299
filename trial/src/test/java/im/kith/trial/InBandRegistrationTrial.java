package im.kith.trial;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0077")
class InBandRegistrationTrial {

    private static final String REGISTER = "jabber:iq:register";

    @Trial
    @Spec("XEP-0077 §4")
    void it_is_offered_where_it_is_open(World world) {
        var features = world.stranger().opens();
        if (features.find("register") == null) {
            throw new AssertionError("not offered: " + features);
        }
    }

    @Trial
    @Spec("XEP-0077 §3.1")
    void the_form_asks_for_a_name_and_a_password(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<iq type='get' id='r1'><query xmlns='" + REGISTER + "'/></iq>");
        var form = stranger.hearsElement();
        if (form.find("username") == null || form.find("password") == null) {
            throw new AssertionError("no form: " + form);
        }
    }

    @Trial
    @Spec("XEP-0077 §3.1")
    void a_name_that_is_taken_is_a_conflict(World world) {
        world.user("romeo");
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<iq type='set' id='r1'><query xmlns='" + REGISTER + "'><username>"
                + world.user("romeo").wireName() + "</username><password>stolen</password></query></iq>");
        var answer = stranger.hearsElement();
        if (answer.find("conflict") == null) {
            throw new AssertionError("expected a conflict, got " + answer);
        }
    }

    @Trial
    @Spec("XEP-0077 §3.3")
    void a_password_can_be_changed(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        orchard.asks("<iq type='set' to='kith.test'><query xmlns='" + REGISTER + "'><username>" + romeo.wireName()
                        + "</username><password>montague</password></query></iq>")
                .isResult();
        romeo.device("street").withPassword("montague").online();
        romeo.device("street").cannotConnect("not-authorized");
    }

    @Trial
    @Spec("XEP-0077 §3.2")
    void an_account_can_be_given_up(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        orchard.sends("<iq type='set' id='bye'><query xmlns='" + REGISTER + "'><remove/></query></iq>");
        orchard.isDisconnected();
        romeo.device("street").cannotConnect("not-authorized");
    }

    @Trial
    @OwnServer(set = "registration.mode=closed")
    @Spec("XEP-0077 §4")
    void it_is_not_offered_and_refused_where_it_is_closed(World world) {
        var stranger = world.stranger();
        var features = stranger.opens();
        if (features.find("register") != null) {
            throw new AssertionError("offered: " + features);
        }
        stranger.says("<iq type='set' id='r1'><query xmlns='" + REGISTER
                + "'><username>mallory</username><password>x</password></query></iq>");
        var answer = stranger.hearsElement();
        if (answer.attributeOr("type", "").equals("result")) {
            throw new AssertionError("registered: " + answer);
        }
    }
}
