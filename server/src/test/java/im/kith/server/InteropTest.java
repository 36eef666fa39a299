package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What other people's test suites and clients rely on of the server as a whole.
class InteropTest {

    private static final String INFO = "http://jabber.org/protocol/disco#info";
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";

    private static Element ask(Phone phone, String type, String to, String payload) {
        phone.takes();
        phone.sends("<iq type='" + type + "' id='1' to='" + to + "'>" + payload + "</iq>");
        return phone.takes().getLast();
    }

    private static Element query(Element answer) {
        assertEquals("result", answer.attribute("type"), answer.toString());
        return Objects.requireNonNull(answer.firstChild());
    }

    private record Place(String jid, String node) {
        String request(String namespace) {
            return "<query xmlns='" + namespace + "'" + (node.isEmpty() ? "" : " node='" + node + "'") + "/>";
        }
    }

    /// XEP-0030 §3, §4: from the server down, whatever is listed says what it is and what is in it.
    @Test
    void everything_that_can_be_found_by_service_discovery_answers() {
        var village = WholeServer.village();
        var alice = village.phone("alice", "phone");
        ask(alice, "set", "pubsub.sim.test", """
                <pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='leaf'/></pubsub>""");
        alice.sends("""
                <presence to='hall@groups.sim.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>""");
        ask(alice, "set", "hall@groups.sim.test", """
                <query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>""");
        var seen = new HashSet<Place>();
        var waiting = new ArrayDeque<>(List.of(new Place("sim.test", "")));
        while (!waiting.isEmpty()) {
            var place = waiting.remove();
            // Who is in a room answers for themselves.
            if (!seen.add(place) || place.jid.contains("/")) continue;
            var info = query(ask(alice, "get", place.jid, place.request(INFO)));
            var identity = info.child(INFO, "identity");
            assertNotNull(identity, place + ": " + info);
            for (var item :
                    query(ask(alice, "get", place.jid, place.request(ITEMS))).children()) {
                assertNotNull(item.attribute("jid"), item.toString());
                waiting.add(new Place(item.attribute("jid", ""), item.attribute("node", "")));
            }
        }
        assertTrue(seen.contains(new Place("pubsub.sim.test", "leaf")), seen.toString());
        assertTrue(seen.contains(new Place("hall@groups.sim.test", "")), seen.toString());
    }

    /// XEP-0054 §3.3: by default a stranger is shown the card that somebody has published.
    @Test
    void a_stranger_reads_a_vcard() {
        var village = WholeServer.village();
        var alice = village.phone("alice", "phone");
        var mallory = village.phone("mallory", "phone");
        ask(alice, "set", "alice@sim.test", "<vCard xmlns='vcard-temp'><N><GIVEN>Alice</GIVEN></N></vCard>");
        assertEquals(
                "vCard",
                query(ask(mallory, "get", "alice@sim.test", "<vCard xmlns='vcard-temp'/>"))
                        .name());
    }
}
