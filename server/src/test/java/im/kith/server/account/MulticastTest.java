package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.junit.jupiter.api.Test;

/// XEP-0033 as broadcast lists: one message, many people, each by itself.
class MulticastTest {

    private final Village village = new Village();
    private final Phone alice = village.phone("alice", "phone");
    private final Phone bob = village.phone("bob", "phone");
    private final Phone carol = village.phone("carol", "phone");

    private static String address(String type, String jid) {
        return "<address type='" + type + "' jid='" + jid + "'/>";
    }

    private void broadcasts(String addresses) {
        alice.sends("<message to='sim.test' type='chat' id='b'><body>Party!</body>"
                + "<addresses xmlns='http://jabber.org/protocol/address'>" + addresses + "</addresses></message>");
    }

    @Test
    void each_gets_a_message_that_tells_of_nobody_else() {
        broadcasts(address("bcc", "bob@sim.test") + address("bcc", "carol@sim.test"));
        for (var phone : List.of(bob, carol)) {
            var got = phone.gets();
            assertEquals("Party!", got.childText(Stanza.CLIENT, "body"));
            assertEquals(phone.jid.bare().toString(), got.attribute("to"));
            assertNull(got.child(Multicast.NAMESPACE, "addresses"));
        }
        alice.getsNothing();
    }

    @Test
    void who_is_addressed_openly_is_seen_by_all() {
        broadcasts(address("to", "bob@sim.test") + address("bcc", "carol@sim.test"));
        var addresses = carol.gets().child(Multicast.NAMESPACE, "addresses");
        assertEquals(
                List.of("bob@sim.test true"),
                addresses == null
                        ? List.of()
                        : addresses.children().stream()
                                .map(MulticastTest::shown)
                                .toList());
    }

    private static String shown(Element address) {
        return address.attribute("jid") + " " + address.attribute("delivered");
    }

    @Test
    void who_is_away_gets_it_later_also_after_a_crash() {
        carol.leaves();
        broadcasts(address("bcc", "bob@sim.test") + address("bcc", "carol@sim.test"));
        village.crashes();
        carol.connects();
        carol.sends("<presence/>");
        assertEquals(1, carol.takes(stanza -> stanza.name().equals("message")).size());
    }

    @Test
    void what_can_not_be_is_refused_as_a_whole() {
        broadcasts("");
        assertEquals("modify bad-request", alice.error());
        broadcasts(address("bcc", "bob@sim.test") + address("bcc", "@"));
        assertEquals("modify jid-malformed", alice.error());
        broadcasts(address("bcc", "bob@sim.test") + address("bcc", "dave@elsewhere.test"));
        assertEquals("cancel remote-server-not-found", alice.error());
        var many = new StringBuilder();
        for (int i = 0; i < 257; i++) many.append(address("bcc", "p" + i + "@sim.test"));
        broadcasts(many.toString());
        assertEquals("modify not-acceptable", alice.error());
        bob.getsNothing();
    }
}
