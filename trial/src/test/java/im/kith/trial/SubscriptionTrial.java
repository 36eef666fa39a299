package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("RFC 6121 §3")
class SubscriptionTrial {

    private static final String ROSTER = "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>";

    @Trial
    @Spec("RFC 6121 §3.1")
    void a_request_that_is_approved_shows_presence_at_once(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");

        romeo.sends("<presence to='juliet@kith.test' type='subscribe'/>");
        romeo.gets(push("juliet", "subscription='none' ask='subscribe'"));
        juliet.gets("<presence from='romeo@kith.test' to='juliet@kith.test' type='subscribe'/>");

        juliet.sends("<presence to='romeo@kith.test' type='subscribed'/>");
        juliet.gets(push("romeo", "subscription='from'"));
        romeo.gets(push("juliet", "subscription='to'"));
        romeo.gets("<presence from='juliet@kith.test' type='subscribed'/>");
        romeo.gets("<presence from='juliet@kith.test/balcony'/>");

        juliet.sends("<presence><show>away</show></presence>");
        romeo.gets("<presence from='juliet@kith.test/balcony'><show>away</show></presence>");
        romeo.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §3.1.3")
    void a_request_waits_for_somebody_who_is_away(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = world.user("juliet");
        romeo.sends("<presence to='juliet@kith.test' type='subscribe'/>").isAcked();

        juliet.device("balcony")
                .online()
                .gets("<presence from='romeo@kith.test' to='juliet@kith.test' type='subscribe'/>");
    }

    @Trial
    @Spec("RFC 6121 §3.2.3")
    void a_request_can_be_declined(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        romeo.sends("<presence to='juliet@kith.test' type='subscribe'/>");
        romeo.gets(push("juliet", "subscription='none' ask='subscribe'"));
        juliet.gets("<presence from='romeo@kith.test' type='subscribe'/>");

        juliet.sends("<presence to='romeo@kith.test' type='unsubscribed'/>");

        romeo.gets(push("juliet", "subscription='none'"));
        romeo.gets("<presence from='juliet@kith.test' type='unsubscribed'/>");
        romeo.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §3.2")
    void a_subscription_can_be_cancelled_by_the_one_who_is_seen(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        befriend(romeo, juliet);

        juliet.sends("<presence to='romeo@kith.test' type='unsubscribed'/>");

        juliet.gets(push("romeo", "subscription='to'"));
        romeo.gets(push("juliet", "subscription='from'"));
        romeo.gets("<presence from='juliet@kith.test' type='unsubscribed'/>");
        romeo.gets("<presence from='juliet@kith.test/balcony' type='unavailable'/>");
    }

    @Trial
    @Spec("RFC 6121 §3.3")
    void a_subscription_can_be_given_up_by_the_one_who_sees(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        befriend(romeo, juliet);

        romeo.sends("<presence to='juliet@kith.test' type='unsubscribe'/>");

        romeo.gets(push("juliet", "subscription='from'"));
        juliet.gets(push("romeo", "subscription='to'"));
        juliet.gets("<presence from='romeo@kith.test' type='unsubscribe'/>");
    }

    @Trial
    @Spec("RFC 6121 §2.5.2")
    void removing_somebody_from_the_roster_ends_both_subscriptions(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        befriend(romeo, juliet);

        romeo.asks("<iq type='set'><query xmlns='jabber:iq:roster'><item jid='juliet@kith.test'"
                        + " subscription='remove'/></query></iq>")
                .isResult();

        romeo.gets(push("juliet", "subscription='remove'"));
        juliet.gets("<presence from='romeo@kith.test' type='unsubscribe'/>");
        juliet.gets("<presence from='romeo@kith.test' type='unsubscribed'/>");
        juliet.asks(ROSTER).is("""
            <iq type='result'><query xmlns='jabber:iq:roster' ver='*'>
              <item jid='romeo@kith.test' subscription='none'/>
            </query></iq>""");
    }

    @Trial
    @Spec("RFC 6121 §3.4")
    void a_request_that_was_approved_before_is_answered_by_the_server(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        juliet.sends("<presence to='romeo@kith.test' type='subscribed'/>");
        juliet.gets(push("romeo", "subscription='none' approved='true'"));
        romeo.getsNothingElse();

        romeo.sends("<presence to='juliet@kith.test' type='subscribe'/>");
        romeo.gets(push("juliet", "subscription='none' ask='subscribe'"));
        romeo.gets(push("juliet", "subscription='to'"));
        romeo.gets("<presence from='juliet@kith.test' type='subscribed'/>");
    }

    @Trial
    @Spec("RFC 6121 §A.2.1")
    void asking_again_while_a_request_is_pending_does_not_multiply_it(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = world.user("juliet");
        for (var i = 0; i < 3; i++) {
            romeo.sends("<presence to='juliet@kith.test' type='subscribe'/>");
        }
        romeo.ignoresTheRest();

        var balcony = juliet.device("balcony").online();
        balcony.gets("<presence from='romeo@kith.test' type='subscribe'/>");
        balcony.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §3.1.2")
    void a_request_to_a_full_address_is_meant_for_the_bare_one(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        romeo.sends("<presence to='juliet@kith.test/balcony' type='subscribe'/>");
        romeo.gets(push("juliet", "subscription='none' ask='subscribe'"));
        juliet.gets("<presence from='romeo@kith.test' to='juliet@kith.test' type='subscribe'/>");
    }

    @Trial
    @OwnServer
    @Spec("XEP-0198 §5")
    void friends_whose_streams_outlive_the_server_see_each_other_again_and_keep_their_rosters(World world) {
        var romeo = interested(world, "romeo", "orchard");
        var juliet = interested(world, "juliet", "balcony");
        befriend(romeo, juliet);

        world.crash();

        romeo.resumes();
        juliet.resumes();
        romeo.gets("<presence from='juliet@kith.test/balcony'/>");
        juliet.gets("<presence from='romeo@kith.test/orchard'/>");
        juliet.ignoresTheRest();
        juliet.asks("<iq type='set'><query xmlns='jabber:iq:roster'><item jid='nurse@kith.test'/></query></iq>")
                .isResult();
        juliet.gets(push("nurse", "subscription='none'"));
        juliet.sends("<presence><show>away</show></presence>");
        romeo.gets("<presence from='juliet@kith.test/balcony'><show>away</show></presence>");
    }

    /// Signed in, with the roster asked for, available.
    private static Device interested(World world, String name, String resource) {
        var device = world.user(name).device(resource).connected();
        device.asks(ROSTER).isResult();
        return device.available("<presence/>");
    }

    private static void befriend(Device one, Device other) {
        one.sends("<presence to='" + other.user().jid() + "' type='subscribe'/>");
        other.gets("<presence from='" + one.user().jid() + "' type='subscribe'/>");
        other.sends("<presence to='" + one.user().jid() + "' type='subscribed'/>");
        one.gets("<presence from='" + other.user().jid() + "' type='subscribed'/>");
        other.sends("<presence to='" + one.user().jid() + "' type='subscribe'/>");
        one.gets("<presence from='" + other.user().jid() + "' type='subscribe'/>");
        one.sends("<presence to='" + other.user().jid() + "' type='subscribed'/>");
        other.gets("<presence from='" + one.user().jid() + "' type='subscribed'/>");
        other.ignoresTheRest();
        one.ignoresTheRest();
    }

    private static String push(String whom, String state) {
        return "<iq type='set'><query xmlns='jabber:iq:roster' ver='*'><item jid='" + whom + "@kith.test' " + state
                + "/></query></iq>";
    }
}
