package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("RFC 6121 §4")
class PresenceTrial {

    @Trial
    @Spec("RFC 6121 §4.2.2")
    void presence_is_reflected_to_the_one_who_sends_it(World world) {
        var romeo = world.user("romeo").device("orchard").connected();
        romeo.sends("<presence><status>sighing</status></presence>");
        romeo.gets("<presence from='romeo@kith.test/orchard'><status>sighing</status></presence>");
    }

    @Trial
    @Spec("RFC 6121 §4.2.2")
    void devices_of_one_account_see_each_other(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        street.gets("<presence from='romeo@kith.test/orchard'/>");
        orchard.gets("<presence from='romeo@kith.test/street'/>");
    }

    @Trial
    @Spec("RFC 6121 §4.5.2")
    void a_connection_that_is_lost_becomes_unavailable(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").withoutAcks().online();
        orchard.gets("<presence from='romeo@kith.test/street'/>");

        street.drops();

        orchard.gets("<presence from='romeo@kith.test/street' type='unavailable'/>");
    }

    @Trial
    @Spec("RFC 6121 §4.5.2")
    void leaving_with_a_word_is_seen_with_the_word(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        orchard.gets("<presence from='romeo@kith.test/street'/>");

        street.sends("<presence type='unavailable'><status>to Mantua</status></presence>");

        orchard.gets(
                "<presence from='romeo@kith.test/street' type='unavailable'><status>to Mantua</status></presence>");
    }

    @Trial
    @Spec("RFC 6121 §4.6")
    void directed_presence_reaches_somebody_who_is_no_contact_and_so_does_its_end(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();

        romeo.sends("<presence to='" + juliet.jid() + "'><status>here</status></presence>");
        juliet.gets("<presence from='romeo@kith.test/orchard'><status>here</status></presence>");
        romeo.leaves();
        juliet.gets("<presence from='romeo@kith.test/orchard' type='unavailable'/>");
    }

    @Trial
    @Spec("RFC 6121 §4.2.2")
    void strangers_see_nothing(World world) {
        var juliet = world.user("juliet").device("balcony").online();
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<presence><show>chat</show></presence>");
        romeo.ignoresTheRest();
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §4.7.2.3")
    void a_priority_that_is_no_number_is_a_bad_request(World world) {
        var romeo = world.user("romeo").device("orchard").connected();
        romeo.sends("<presence><priority>very</priority></presence>").isRefused("bad-request");
    }

    @Trial
    @Spec("RFC 6121 §4.3.2")
    void a_probe_by_somebody_without_a_subscription_tells_nothing(World world) {
        var juliet = world.user("juliet").device("balcony").online();
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<presence to='juliet@kith.test' type='probe'/>").isAcked();
        // Her account has answered by then, if it does at all.
        juliet.getsNothingElse();
        romeo.ignoresOnly("unsubscribed");
        romeo.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §4.4")
    void a_contact_who_comes_online_gets_the_presence_of_those_who_are(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        befriend(romeo, balcony);
        balcony.leaves();
        romeo.ignoresTheRest();
        romeo.sends("<presence><status>waiting</status></presence>");
        romeo.ignoresTheRest();

        var chamber = juliet.device("chamber").online();

        chamber.gets("<presence from='romeo@kith.test/orchard'><status>waiting</status></presence>");
        romeo.gets("<presence from='juliet@kith.test/chamber'/>");
    }

    private static void befriend(Device one, Device other) {
        one.asks("<iq type='get'><query xmlns='jabber:iq:roster'/></iq>").isResult();
        other.asks("<iq type='get'><query xmlns='jabber:iq:roster'/></iq>").isResult();
        one.sends("<presence to='" + other.user().jid() + "' type='subscribe'/>");
        other.gets("<presence from='" + one.user().jid() + "' type='subscribe'/>");
        other.sends("<presence to='" + one.user().jid() + "' type='subscribed'/>");
        other.sends("<presence to='" + one.user().jid() + "' type='subscribe'/>");
        one.gets("<presence from='" + other.user().jid() + "' type='subscribe'/>");
        one.sends("<presence to='" + other.user().jid() + "' type='subscribed'/>");
        other.gets("<presence from='" + one.user().jid() + "' type='subscribed'/>");
        one.ignoresTheRest();
        other.ignoresTheRest();
    }
}
