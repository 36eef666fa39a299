package im.kith.server.feature.push;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.FakePublications;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class PushTest {

    private static final String ENABLE = "<enable xmlns='urn:xmpp:push:0' jid='push.app.example' node='n1'>%s</enable>";
    private static final String HELLO = "<message xmlns='jabber:client' type='chat'><body>hello</body></message>";

    private final List<String> pushes = new ArrayList<>();
    private final FakeOwner juliet = new FakeOwner("juliet@capulet.lit");
    private final FakePublications nodes = new FakePublications();
    private final Push push = new Push(
            new Pusher() {
                @Override
                public @Nullable String objection(Target target) {
                    return switch (target) {
                        case Subscription subscription ->
                            subscription.endpoint().startsWith("https:") ? null : "no";
                        case App app -> app.maker() == Maker.APNS ? null : "no";
                    };
                }

                @Override
                public String publicKey() {
                    return "BKEY";
                }

                @Override
                public void push(String account, String row, Target target, Kind kind) {
                    var where =
                            switch (target) {
                                case Subscription subscription -> subscription.endpoint();
                                case App app -> app.maker() + ":" + app.token();
                            };
                    pushes.add(account + " " + where + " " + kind);
                }
            },
            nodes);

    private Reply ask(String type, String payload) {
        return Replies.ask(push, OWN, FakeOwner.iq(type, "juliet@capulet.lit/balcony", null, xml(payload)), juliet);
    }

    private void arrives(String message) {
        var stanza = Stanza.of(
                Stanza.Kind.MESSAGE, jid("romeo@montague.lit/orchard"), jid("juliet@capulet.lit"), xml(message));
        push.manifest().notices().getFirst().kept(stanza, juliet);
    }

    private void connected(String resource, boolean active) {
        juliet.devices.add(
                new Owner.DeviceView(jid("juliet@capulet.lit/" + resource), true, 0, active, Set.of(), 0, null));
    }

    @Test
    void a_service_is_told_that_there_is_something_and_not_what() {
        Replies.payload(ask(
                "set",
                ENABLE.formatted("<x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
                        + "<field var='secret'><value>eruio234vzxc2kla-91</value></field></x>")));
        arrives(HELLO);
        var iq = juliet.sent.getFirst();
        assertEquals("push.app.example", iq.to().toString());
        assertEquals("juliet@capulet.lit", iq.from().toString());
        var text = iq.element().toString();
        assertTrue(text.contains("eruio234vzxc2kla-91") && text.contains("node='n1'"), text);
        assertTrue(!text.contains("hello") && !text.contains("romeo"), text);
    }

    @ParameterizedTest
    @CsvSource({"false, true, 1", "true, true, 0", "true, false, 1"})
    void a_device_is_woken_when_it_is_away_or_asleep(boolean isConnected, boolean isActive, int count) {
        Replies.payload(ask("set", ENABLE.formatted("")));
        connected("chamber", true);
        if (isConnected) connected("balcony", isActive);
        arrives(HELLO);
        assertEquals(count, juliet.sent.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<message xmlns='jabber:client' type='chat'><body>hi</body></message>|MESSAGE",
                "<message xmlns='jabber:client' type='chat'><encrypted xmlns='urn:xmpp:omemo:2'><payload/></encrypted></message>|MESSAGE",
                "<message xmlns='jabber:client' type='chat'><encrypted xmlns='urn:xmpp:omemo:2'/></message>|",
                "<message xmlns='jabber:client'><propose xmlns='urn:xmpp:jingle-message:0' id='1'/></message>|CALL",
                "<message xmlns='jabber:client'><retract xmlns='urn:xmpp:jingle-message:0' id='1'/></message>|",
                "<message xmlns='jabber:client'><received xmlns='urn:xmpp:receipts' id='1'/></message>|",
                "<message xmlns='jabber:client' type='headline'><body>news</body></message>|",
                "<message xmlns='jabber:client' type='error'><body>hi</body></message>|",
            })
    void only_what_matters_wakes(String message, @Nullable String kind) {
        subscribe();
        arrives(message);
        assertEquals(kind == null ? List.of() : List.of("juliet https://push.example/1 " + kind), pushes);
    }

    private void subscribe() {
        Replies.payload(ask(
                "set",
                "<subscribe xmlns='urn:kith:push:0' endpoint='https://push.example/1' p256dh='AAAA' auth='AAAA'/>"));
    }

    @Test
    void subscriptions_come_and_go() {
        assertEquals(
                "BKEY",
                Replies.payload(ask("get", "<key xmlns='urn:kith:push:0'/>")).text());
        subscribe();
        Replies.payload(ask("set", "<unsubscribe xmlns='urn:kith:push:0' endpoint='https://push.example/1'/>"));
        arrives(HELLO);
        assertEquals(List.of(), pushes);
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask("set", "<unsubscribe xmlns='urn:kith:push:0' endpoint='https://push.example/1'/>"))
                        .condition());
    }

    @Test
    void an_app_registers_what_its_phone_gave_it_and_takes_it_back() {
        Replies.payload(ask("set", "<register xmlns='urn:kith:push:0' service='apns' token='00fc13adff785122'/>"));
        arrives(HELLO);
        connected("balcony", true);
        arrives(HELLO);
        assertEquals(List.of("juliet APNS:00fc13adff785122 MESSAGE"), pushes);
        Replies.payload(ask("set", "<unregister xmlns='urn:kith:push:0' service='apns' token='00fc13adff785122'/>"));
        juliet.devices.clear();
        arrives(HELLO);
        assertEquals(1, pushes.size());
    }

    @Test
    void disabling_is_of_one_node_or_of_all() {
        Replies.payload(ask("set", ENABLE.formatted("")));
        Replies.payload(ask("set", ENABLE.formatted("").replace("n1", "n2")));
        Replies.payload(ask("set", "<disable xmlns='urn:xmpp:push:0' jid='push.app.example' node='n2'/>"));
        arrives(HELLO);
        assertEquals(1, juliet.sent.size());
        Replies.payload(ask("set", "<disable xmlns='urn:xmpp:push:0' jid='push.app.example'/>"));
        arrives(HELLO);
        assertEquals(1, juliet.sent.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<enable xmlns='urn:xmpp:push:0'/>|BAD_REQUEST",
                "<enable xmlns='urn:xmpp:push:0' jid='@@'/>|JID_MALFORMED",
                "<enable xmlns='urn:xmpp:push:0' jid='a.b'><x xmlns='jabber:x:data' type='form'/></enable>|BAD_REQUEST",
                "<disable xmlns='urn:xmpp:push:0'/>|BAD_REQUEST",
                "<disable xmlns='urn:xmpp:push:0' jid='a.b'/>|ITEM_NOT_FOUND",
                "<register xmlns='urn:kith:push:0' service='apns' token='../..'/>|BAD_REQUEST",
                "<register xmlns='urn:kith:push:0' service='wns' token='00fc13adff785122'/>|BAD_REQUEST",
                "<register xmlns='urn:kith:push:0' service='fcm' token='00fc13adff785122'/>|NOT_ACCEPTABLE",
                "<unregister xmlns='urn:kith:push:0' service='apns' token='00fc13adff785122'/>|ITEM_NOT_FOUND",
                "<subscribe xmlns='urn:kith:push:0' endpoint='https://x/' p256dh='A A' auth='AAAA'/>|BAD_REQUEST",
                "<subscribe xmlns='urn:kith:push:0' endpoint='http://x/' p256dh='AAAA' auth='AAAA'/>|NOT_ACCEPTABLE",
            })
    void what_is_wrong_is_said(String payload, Condition condition) {
        assertEquals(condition, Replies.error(ask("set", payload)).condition());
    }

    // ---- XEP-0492 --------------------------------------------------------------------------------------------------

    private static final String NEVER = "<never/>";
    private static final String MENTION = "<on-mention/>";

    /// Sets this for the chat; how many pushes follow of what is said there.
    private void muted(String chat, String settings) {
        nodes.says(
                "urn:kith:chats:0",
                chat,
                xml("<chat xmlns='urn:kith:chats:0'><notify xmlns='urn:xmpp:notification-settings:1'>" + settings
                        + "</notify></chat>"),
                juliet);
    }

    private int wakes(String from, String more) {
        pushes.clear();
        var stanza = Stanza.of(
                Stanza.Kind.MESSAGE,
                jid(from),
                jid("juliet@capulet.lit"),
                xml("<message xmlns='jabber:client' type='groupchat'><body>hi</body>" + more + "</message>"));
        push.manifest().notices().getFirst().kept(stanza, juliet);
        return pushes.size();
    }

    private static String mention(String uri) {
        return "<reference xmlns='urn:xmpp:reference:0' type='mention' uri='" + uri + "' begin='0' end='2'/>";
    }

    @Test
    void a_muted_chat_wakes_nobody_but_for_calls() {
        subscribe();
        muted("romeo@montague.lit", NEVER);
        assertEquals(0, wakes("romeo@montague.lit/orchard", ""));
        assertEquals(1, wakes("tybalt@capulet.lit/x", ""), "others do");
        arrives("<message xmlns='jabber:client'><propose xmlns='urn:xmpp:jingle-message:0' id='1'/></message>");
        assertEquals("juliet https://push.example/1 CALL", pushes.getLast());
        muted("romeo@montague.lit", "<always/>");
        assertEquals(1, wakes("romeo@montague.lit/orchard", ""));
    }

    @Test
    void a_chat_is_muted_until_its_time_is_over() {
        subscribe();
        var until = "<never><advanced><until xmlns='urn:kith:chats:0' stamp='%s'/></advanced></never>";
        muted("romeo@montague.lit", until.formatted(java.time.Instant.ofEpochMilli(juliet.nowMillis() + 1)));
        assertEquals(0, wakes("romeo@montague.lit/orchard", ""));
        muted("romeo@montague.lit", until.formatted(java.time.Instant.ofEpochMilli(juliet.nowMillis())));
        assertEquals(1, wakes("romeo@montague.lit/orchard", ""));
    }

    @Test
    void a_group_may_wake_by_mentions_alone() {
        subscribe();
        var group = "ball@groups.capulet.lit";
        muted(group, MENTION);
        assertEquals(0, wakes(group + "/romeo", ""));
        assertEquals(0, wakes(group + "/romeo", mention("xmpp:tybalt@capulet.lit")));
        assertEquals(1, wakes(group + "/romeo", mention("xmpp:juliet@capulet.lit")));
        assertEquals(1, wakes(group + "/romeo", mention("xmpp:" + group)), "all of it are named");
        assertEquals(1, wakes(group + "/romeo", "<reply xmlns='urn:xmpp:reply:0' to='juliet@capulet.lit' id='1'/>"));
        assertEquals(0, wakes(group + "/romeo", "<reply xmlns='urn:xmpp:reply:0' to='nurse@capulet.lit' id='1'/>"));
        assertEquals(0, wakes(group + "/romeo", mention("http://[bad")));
        assertEquals(1, wakes(group + "/romeo", "<encrypted xmlns='urn:xmpp:omemo:2'><payload/></encrypted>"));
    }

    @Test
    void what_is_set_for_another_kind_of_device_is_not_gone_by() {
        subscribe();
        muted("romeo@montague.lit", "<never identity-category='client' identity-type='pc'/><always/>");
        assertEquals(1, wakes("romeo@montague.lit/orchard", ""));
    }

    @Test
    void settings_in_bookmarks_count_and_what_was_set_before_push_was_enabled() {
        nodes.publish(
                juliet,
                "urn:xmpp:bookmarks:1",
                "ball@groups.capulet.lit",
                xml(
                        "<conference xmlns='urn:xmpp:bookmarks:1'><extensions>"
                                + "<notify xmlns='urn:xmpp:notification-settings:1'><never/></notify></extensions></conference>"),
                java.util.Map.of());
        subscribe();
        assertEquals(0, wakes("ball@groups.capulet.lit/romeo", ""));
    }
}
