package im.kith.trial;

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
    void a_closed_node_tells_an_outsider_nothing(World world) {
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
        iago.asks("<iq type='get' to='pubsub.kith.test'><query xmlns='http://jabber.org/protocol/disco#info' node='"
                        + node + "'/></iq>")
                .isError("item-not-found");
        var listed = iago.asks("<iq type='get' to='pubsub.kith.test'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                .isResult();
        if (listed.xml().toString().contains(node)) throw new AssertionError(listed.xml());
        iago.getsNothingElse();
    }
}
