package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("RFC 6120 §7")
class BindTrial {

    private static final String BIND = "urn:ietf:params:xml:ns:xmpp-bind";

    @Trial
    @Spec("RFC 6120 §7.7.1")
    void a_resource_that_is_asked_for_is_bound(World world) {
        var jid = world.stranger().bindsAs(world.user("romeo"), "orchard");
        if (!world.toPlay(jid).equals("romeo@kith.test/orchard")) {
            throw new AssertionError("bound " + jid);
        }
    }

    @Trial
    @Spec("RFC 6120 §7.6.1")
    void without_a_wish_the_server_makes_one_up(World world) {
        var romeo = world.user("romeo");
        var one = world.stranger().bindsAs(romeo, null);
        var other = world.stranger().bindsAs(romeo, null);
        if (one.equals(other) || !world.toPlay(one).startsWith("romeo@kith.test/")) {
            throw new AssertionError("bound " + one + " and " + other);
        }
    }

    @Trial
    @Spec("RFC 6120 §7.7.2.2")
    void a_second_stream_with_the_same_resource_ends_in_one_of_three_ways(World world) {
        var romeo = world.user("romeo");
        var old = romeo.device("orchard").online();
        var jid = world.stranger().bindsAs(romeo, "orchard");
        if (world.toPlay(jid).equals(old.jid())) {
            old.isThrownOut("conflict");
        }
    }

    @Trial
    @Spec("RFC 7622 §3.4")
    void a_resource_that_is_none_is_a_bad_request(World world) {
        var stranger = world.stranger();
        stranger.signsInAs(world.user("romeo"));
        stranger.says("<iq type='set' id='b'><bind xmlns='" + BIND + "'><resource>" + "x".repeat(1024)
                + "</resource></bind></iq>");
        var answer = stranger.hearsElement();
        if (!answer.attributeOr("type", "").equals("error") || answer.find("bad-request") == null) {
            throw new AssertionError("expected bad-request, got " + answer);
        }
    }

    @Trial
    @Spec("RFC 6120 §4.3.3")
    void messages_reach_the_right_one_of_two_resources(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();

        romeo.says("Only for the balcony", balcony);

        balcony.hears("Only for the balcony");
        chamber.getsNothingElse();
    }
}
