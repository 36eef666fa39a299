package im.kith.server;

import static im.kith.server.Hostile.CHANNEL;
import static im.kith.server.Hostile.GROUP;
import static im.kith.server.Hostile.PUBSUB;
import static im.kith.server.Hostile.ROOM;
import static im.kith.server.Hostile.form;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stanzas that no client sends, to everything that answers: rooms, groups, personal nodes, the pub-sub service,
/// registration, upload. Whatever comes, a request is answered once, by a result or by one of the standard's errors;
/// nobody is dropped from memory; and who is outside learns nothing of what is inside.
///
/// Each is a request that would be right, with some things in it made wrong. A seed that failed is kept in the lists.
class HostileStanzasTest {

    private static final int STANZAS = 1_000;
    /// What nobody outside may ever see.
    private static final String SECRET = "s3cret";

    private static final Set<String> CONDITIONS = Arrays.stream(Condition.values())
            .map(condition ->
                    condition.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'))
            .collect(Collectors.toSet());

    private final List<String> severe = new ArrayList<>();
    /// The village runs on the test's own thread. What others say is of servers of other tests, which may still end.
    private final Thread own = Thread.currentThread();

    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (Thread.currentThread() != own || line.getLevel().intValue() < Level.SEVERE.intValue()) return;
            severe.add(line.getMessage() + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listener);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("").removeHandler(listener);
    }

    /// A town with a group, a members-only room, a community and nodes, all of them full of secrets.
    private static final class Stage {
        final Village village = WholeServer.village();
        final Phone alice = village.member("alice", "phone");
        final Phone bob = village.member("bob", "phone");
        final Phone mallory = village.member("mallory", "phone");

        Stage() {
            alice.sends("<iq type='set' id='1' to='" + GROUP + "'><create xmlns='urn:kith:groups:0'><name>" + SECRET
                    + "</name><description>" + SECRET + "</description><member jid='bob@sim.test'/></create></iq>");
            alice.sends("<message to='" + GROUP + "' type='groupchat'><body>" + SECRET + "</body></message>");
            alice.sends("<iq type='set' id='2' to='" + CHANNEL + "'><create xmlns='urn:kith:groups:0'><name>" + SECRET
                    + "</name>" + form("", "{urn:kith:groups:0}announces", "1") + "</create></iq>");
            alice.sends("<iq type='set' id='3' to='" + CHANNEL + "'><include xmlns='urn:kith:groups:0' group='" + GROUP
                    + "'/></iq>");
            alice.sends("<presence to='" + ROOM + "/" + SECRET
                    + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            alice.sends("<iq type='set' id='4' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                    + form("", "muc#roomconfig_membersonly", "1") + "</query></iq>");
            alice.sends("<message to='" + ROOM + "' type='groupchat'><body>" + SECRET + "</body></message>");
            for (var to : List.of("", " to='pubsub.sim.test'")) {
                alice.sends("<iq type='set' id='5'" + to + "><pubsub xmlns='" + PUBSUB + "'><create node='" + "closed"
                        + "'/><configure>"
                        + form(PUBSUB + "#node_config", "pubsub#access_model", "whitelist")
                        + "</configure></pubsub></iq>");
                alice.sends("<iq type='set' id='6'" + to + "><pubsub xmlns='" + PUBSUB
                        + "'><publish node='closed'><item id='i'><s xmlns='x:y'>" + SECRET
                        + "</s></item></publish></pubsub></iq>");
            }
            quiet();
        }

        void quiet() {
            alice.takes();
            bob.takes();
            mallory.takes();
        }
    }

    // ---- the plays -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatever_an_outsider_sends_it_gets_the_standards_errors_and_learns_nothing(long seed) {
        var stage = new Stage();
        var hostile = new Hostile(seed);
        for (int i = 0; i < STANZAS; i++) {
            var sent = hostile.stanza("mallory", i);
            for (var got : send(stage.mallory, sent, i)) {
                assertFalse(shows(got), () -> "seed " + seed + ": an outsider got " + got + " for " + sent);
            }
            isWell(stage, seed, i, sent);
        }
        stage.alice.takes();
        stage.alice.sends("<message to='" + GROUP + "' type='groupchat' id='last'><body>still here</body></message>");
        assertNotNull(stage.bob.takes().getLast().childText(Stanza.CLIENT, "body"));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void whatever_people_inside_send_the_server_stays_up(long seed) {
        var stage = new Stage();
        var hostile = new Hostile(seed);
        for (int i = 0; i < STANZAS; i++) {
            boolean owner = hostile.random.nextBoolean();
            var sent = hostile.stanza(owner ? "alice" : "bob", i);
            send(owner ? stage.alice : stage.bob, sent, i);
            isWell(stage, seed, i, sent);
        }
    }

    private void isWell(Stage stage, long seed, int step, Element sent) {
        assertEquals(
                0, stage.village.dropped(), () -> "seed " + seed + ", step " + step + ": a fault for " + sent + severe);
        assertEquals(List.of(), severe, () -> "seed " + seed + ", step " + step + ": " + sent);
        stage.quiet();
    }

    /// What it said comes back to it at times; that is no secret.
    private static boolean shows(Element got) {
        return got.toString().contains(SECRET);
    }

    private static boolean isRequest(Element sent) {
        var type = sent.attribute("type", "");
        return sent.name().equals("iq") && (type.equals("get") || type.equals("set"));
    }

    /// Sends it; what came is well-formed, and a request has one answer.
    private static List<Element> send(Phone phone, Element sent, int step) {
        phone.takes();
        phone.sends(new String(XmlWriter.toBytes(sent, Stanza.CLIENT), StandardCharsets.UTF_8));
        var got = phone.takes();
        int answers = 0;
        for (var stanza : got) {
            boolean ours = ("h" + step).equals(stanza.attribute("id"));
            if (ours && stanza.name().equals("iq")) answers++;
            var error = "error".equals(stanza.attribute("type")) ? stanza.child(Stanza.CLIENT, "error") : null;
            if (error == null) continue;
            var condition = error.firstChild();
            assertNotNull(condition, () -> stanza + " for " + sent);
            boolean standard = CONDITIONS.contains(condition.name())
                    && condition.namespace().equals("urn:ietf:params:xml:ns:xmpp-stanzas")
                    && !condition.name().equals("internal-server-error");
            assertEquals(true, standard, () -> stanza + " for " + sent);
        }
        // Who is in a room answers for itself, and these devices do not.
        boolean toOccupant = sent.attribute("to", "").contains("@groups.sim.test/");
        int seen = answers;
        if (isRequest(sent) && !(toOccupant && seen == 0)) {
            assertEquals(1, seen, () -> "answers " + got + " to " + sent);
        }
        return got;
    }
}
