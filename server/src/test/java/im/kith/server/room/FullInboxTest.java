package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a group says to a member whose inbox is full: it waits (docs/protocol/groups.md).
class FullInboxTest {

    private static final int LIMIT = 10;
    private static final String GROUP = "family@groups.sim.test";
    private static final String OTHERS = "others@groups.sim.test";

    private final Village village = new Village(LIMIT, new Rooms());
    private final Phone alice = village.member("alice", "phone");
    private final Phone bob = village.member("bob", "phone");

    private void group(String group) {
        alice.sends("<iq type='set' id='c' to='" + group
                + "'><create xmlns='urn:kith:groups:0'><name>Family</name><member jid='bob@sim.test'/></create></iq>");
        alice.takes();
        bob.takes();
    }

    private void affiliate(String affiliation) {
        alice.sends("<iq type='set' id='a' to='" + GROUP + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + "<item jid='bob@sim.test' affiliation='" + affiliation + "'/></query></iq>");
    }

    /// Alice says lines of these numbers.
    private void says(String group, int from, int to) {
        for (int i = from; i <= to; i++) {
            alice.sends(
                    "<message to='" + group + "' type='groupchat' id='m" + i + "'><body>" + i + "</body></message>");
        }
    }

    private static List<String> lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    /// Bodies, events of members, and errors.
    private static List<String> heard(Phone phone, String group) {
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var error = stanza.child(Stanza.CLIENT, "error");
            if (error != null)
                words.add(Objects.requireNonNull(error.firstChild()).name());
            if (!stanza.attribute("from", "").startsWith(group)) continue;
            var body = stanza.childText(Stanza.CLIENT, "body");
            if (body != null) words.add(body);
            for (var child : stanza.children())
                if (child.name().equals("event")) words.add(child.attribute("kind", ""));
        }
        return words;
    }

    @Test
    void who_speaks_notices_nothing_and_who_comes_back_misses_nothing() {
        group(GROUP);
        bob.vanishes();
        says(GROUP, 1, 200);
        assertEquals(lines(1, 200), heard(alice, GROUP), "the sender gets no error");
        bob.returns();
        assertEquals(lines(1, 200), heard(bob, GROUP));
        says(GROUP, 201, 202);
        assertEquals(lines(201, 202), heard(bob, GROUP), "and then it goes on as before");
        assertEquals(0, village.dropped());
    }

    @Test
    void what_waits_survives_a_crash() {
        group(GROUP);
        bob.vanishes();
        says(GROUP, 1, 30);
        village.crashes();
        alice.returns();
        says(GROUP, 31, 60);
        village.crashes();
        bob.returns();
        assertEquals(lines(1, 60), heard(bob, GROUP));
    }

    @Test
    void groups_that_wait_do_not_mix_up_their_own_order() {
        group(GROUP);
        group(OTHERS);
        bob.vanishes();
        for (int i = 1; i <= 100; i += 3) {
            says(GROUP, i, i + 1);
            says(OTHERS, i + 2, i + 2);
        }
        bob.returns();
        var family = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (var stanza : bob.takes()) {
            var body = stanza.childText(Stanza.CLIENT, "body");
            if (body != null) (stanza.attribute("from", "").startsWith(OTHERS) ? others : family).add(body);
        }
        assertEquals(
                lines(1, 101).stream()
                        .filter(line -> Integer.parseInt(line) % 3 != 0)
                        .toList(),
                family);
        assertEquals(
                lines(1, 102).stream()
                        .filter(line -> Integer.parseInt(line) % 3 == 0)
                        .toList(),
                others);
    }

    @Test
    void who_was_removed_meanwhile_hears_what_was_said_until_then_and_no_word_of_what_came_after() {
        group(GROUP);
        bob.vanishes();
        says(GROUP, 1, 20);
        affiliate("none");
        says(GROUP, 21, 40);
        affiliate("member");
        says(GROUP, 41, 60);
        bob.returns();
        var expected = new ArrayList<>(lines(1, 20));
        expected.add("removed");
        expected.add("added");
        expected.addAll(lines(41, 60));
        assertEquals(expected, heard(bob, GROUP));
        var groups = bob.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>")
                .gets();
        assertEquals(1, Objects.requireNonNull(groups.firstChild()).childCount());
    }

    @Test
    void a_group_that_has_ended_is_told_to_its_end() {
        group(GROUP);
        bob.vanishes();
        says(GROUP, 1, 30);
        alice.sends("<iq type='set' id='d' to='" + GROUP
                + "'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>");
        bob.returns();
        var expected = new ArrayList<>(lines(1, 30));
        expected.add("destroyed");
        assertEquals(expected, heard(bob, GROUP));
        bob.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
        assertEquals(0, Objects.requireNonNull(bob.gets().firstChild()).childCount());
    }

    @Test
    void messages_of_people_are_still_refused_while_it_is_full() {
        group(GROUP);
        bob.vanishes();
        says(GROUP, 1, 20);
        alice.takes();
        alice.sends("<message to='bob@sim.test' type='chat' id='x'><body>Hi</body></message>");
        var error = alice.takes(stanza -> "error".equals(stanza.attribute("type")));
        assertEquals(1, error.size());
        Element first = error.getFirst().child(Stanza.CLIENT, "error");
        assertEquals(
                "service-unavailable",
                Objects.requireNonNull(Objects.requireNonNull(first).firstChild())
                        .name());
    }
}
