package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0060")
class PubsubTrial {

    private static String pubsub(String type, String part, String request) {
        return "<iq type='" + type + "' to='pubsub.kith.test'><pubsub xmlns='http://jabber.org/protocol/pubsub" + part
                + "'>" + request + "</pubsub></iq>";
    }

    private static void subscribes(Device device, String node) {
        device.asks(pubsub("set", "", "<subscribe node='" + node + "' jid='" + device.jid() + "'/>"))
                .isResult();
    }

    private static String published(String node, String id) {
        return "<message from='pubsub.kith.test' type='headline' id='*'>"
                + "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" + node + "'><item id='" + id
                + "'><line xmlns='play'/></item></items></event></message>";
    }

    private static String publish(String node, String id) {
        return pubsub(
                "set", "", "<publish node='" + node + "'><item id='" + id + "'><line xmlns='play'/></item></publish>");
    }

    @Trial
    @OwnServer
    @Spec("XEP-0060 §7.1.2")
    void what_is_published_survives_a_crash_and_so_do_subscriptions(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var francisco = world.user("francisco").device("barracks").online();
        hamlet.asks(pubsub("set", "", "<create node='play'/>")).isResult();
        subscribes(francisco, "play");
        hamlet.asks(publish("play", "1")).isResult();
        francisco.gets(published("play", "1"));

        world.crash();

        var back = world.user("francisco").device("barracks").online();
        back.asks(pubsub("get", "", "<items node='play'/>"))
                .is("<iq type='result' from='pubsub.kith.test' id='*'>"
                        + "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='play'>"
                        + "<item id='1'><line xmlns='play'/></item></items></pubsub></iq>");
        back.ignoresTheRest();
        world.user("hamlet")
                .device("castle")
                .online()
                .asks(publish("play", "2"))
                .isResult();
        back.gets(published("play", "2"));
        back.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0060 §5.1")
    void the_service_is_found_and_tells_what_it_can(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var items = hamlet.asks(
                        "<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                .isResult();
        if (!items.xml().toString().contains("pubsub.kith.test")) throw new AssertionError(items.xml());
        var info = hamlet.asks("<iq type='get' to='pubsub.kith.test'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                .isResult();
        if (!info.xml().toString().contains("http://jabber.org/protocol/pubsub#publish")) {
            throw new AssertionError(info.xml());
        }
        hamlet.asks("<iq type='get' to='pubsub.kith.test'><query xmlns='jabber:iq:unheard-of'/></iq>")
                .isError("service-unavailable");
    }

    @Trial
    @Spec("XEP-0060 §8.9")
    void a_closed_node_tells_an_outsider_nothing_but_that_it_is_one(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var iago = world.user("iago").device("camp").online();
        var node = "secret-" + hamlet.user().wireName();
        hamlet.asks(pubsub(
                        "set",
                        "",
                        "<create node='" + node + "'/><configure><x xmlns='jabber:x:data' type='submit'>"
                                + "<field var='pubsub#access_model'><value>whitelist</value></field></x></configure>"))
                .isResult();
        hamlet.asks(publish(node, "1")).isResult();

        iago.asks(pubsub("get", "", "<items node='" + node + "'/>")).isError("not-allowed");
        iago.asks(pubsub("set", "", "<subscribe node='" + node + "' jid='" + iago.jid() + "'/>"))
                .isError("not-allowed");
        iago.asks(publish(node, "2")).isError("forbidden");
        // §5.3: that it is a node everybody may know, and no more.
        var info = iago.asks("<iq type='get' to='pubsub.kith.test'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/></iq>")
                .isResult();
        assertNull(info.xml().find("x"), "neither who owns it nor who is subscribed");
        var listed = iago.asks("<iq type='get' to='pubsub.kith.test'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                .isResult();
        if (listed.xml().toString().contains(node)) throw new AssertionError(listed.xml());
        iago.getsNothingElse();
    }

    private static void creates(Device device, String node, String access) {
        device.asks(pubsub(
                        "set",
                        "",
                        "<create node='" + node + "'/><configure><x xmlns='jabber:x:data' type='submit'>" + access
                                + "</x></configure>"))
                .isResult();
    }

    private static String field(String name, String value) {
        return "<field var='pubsub#" + name + "'><value>" + value + "</value></field>";
    }

    private static void lets(Device owner, Device reader) {
        reader.sends("<presence to='" + owner.user().jid() + "' type='subscribe'/>");
        owner.gets("<presence from='" + reader.user().jid() + "' type='subscribe'/>");
        owner.sends("<presence to='" + reader.user().jid() + "' type='subscribed'/>");
        reader.gets("<presence from='" + owner.jid() + "'/>");
        for (var each : new Device[] {owner, reader}) each.ignoresTheRest();
    }

    @Trial
    @Spec("XEP-0060 §4.5, §6.1.3.2")
    void a_node_for_who_gets_its_makers_presence_is_for_nobody_else(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var ophelia = world.user("ophelia").device("brook").online();
        var node = "friends-" + hamlet.user().wireName();
        creates(hamlet, node, field("access_model", "presence"));
        var subscribe = pubsub("set", "", "<subscribe node='" + node + "' jid='" + ophelia.jid() + "'/>");
        ophelia.asks(subscribe).isError("not-authorized");
        ophelia.asks(pubsub("get", "", "<items node='" + node + "'/>")).isError("not-authorized");

        lets(hamlet, ophelia);
        ophelia.asks(subscribe).isResult();
        hamlet.asks(publish(node, "1")).isResult();
        ophelia.gets(published("friends-hamlet", "1"));

        // Who has lost the presence hears no more.
        hamlet.sends("<presence to='" + ophelia.user().jid() + "' type='unsubscribed'/>");
        ophelia.gets("<presence from='" + hamlet.jid() + "' type='unavailable'/>");
        hamlet.ignoresTheRest();
        hamlet.asks(publish(node, "2")).isResult();
        ophelia.asks(pubsub("get", "", "<items node='" + node + "'/>")).isError("not-authorized");
        ophelia.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0060 §4.5, §6.1.3.3")
    void a_node_for_a_group_of_its_makers_roster_is_for_that_group(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var horatio = world.user("horatio").device("watch").online();
        var node = "group-" + hamlet.user().wireName();
        creates(hamlet, node, field("access_model", "roster") + field("roster_groups_allowed", "Friends"));
        lets(hamlet, horatio);
        horatio.asks(pubsub("set", "", "<subscribe node='" + node + "' jid='" + horatio.jid() + "'/>"))
                .isError("not-authorized");
        hamlet.asks("<iq type='set'><query xmlns='jabber:iq:roster'><item jid='"
                        + horatio.user().jid() + "'><group>Friends</group></item></query></iq>")
                .isResult();
        subscribes(horatio, node);
        horatio.ignoresTheRest();
    }

    @Trial
    @Spec("XEP-0060 §4.5")
    void nobody_but_the_service_hears_who_is_in_somebody_s_contacts(World world) {
        var hamlet = world.user("hamlet").device("elsinore").online();
        var iago = world.user("iago").device("camp").online();
        iago.asks("<iq type='get' to='" + hamlet.user().jid()
                        + "'><people xmlns='urn:kith:people:0'><one jid='ophelia@kith.test'/></people></iq>")
                .isError("service-unavailable");
    }
}
