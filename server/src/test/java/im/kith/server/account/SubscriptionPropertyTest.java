package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.SubscriptionState.Act;
import im.kith.xmpp.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever two people do to each other, in whatever order: both servers agree on who sees whom, whoever may see has
/// seen who is there, and a client that follows pushes and versions has the server's roster. A failure names its seed.
class SubscriptionPropertyTest {

    private static final String[] NAMES = {"", "J", "Juliet"};

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void both_sides_agree_and_clients_follow(int part) {
        for (int seed = part * 50; seed < (part + 1) * 50; seed++) play(seed);
    }

    private static void play(int seed) {
        var random = new Random(seed);
        var town = new Town();
        var romeo = town.account("romeo@example.net");
        var juliet = town.account("juliet@example.com");
        var orchard = new Client(romeo.device("orchard"));
        var balcony = new Client(juliet.device("balcony"));
        orchard.connect();
        balcony.connect();
        var story = new ArrayList<String>();
        for (int step = 0; step < 40; step++) {
            boolean his = random.nextBoolean();
            var client = his ? orchard : balcony;
            var contact = his ? "juliet@example.com" : "romeo@example.net";
            town.nowMillis += random.nextInt(3);
            var xml = act(random, contact);
            story.add((his ? "romeo: " : "juliet: ") + xml);
            if (xml.isEmpty()) client.connect();
            else client.gadget.sends(xml);
            orchard.read();
            balcony.read();
            Supplier<String> what = () -> "seed " + seed + "\n" + String.join("\n", story);
            agree(romeo, juliet, what);
            agree(juliet, romeo, what);
            orchard.follows(romeo, what);
            balcony.follows(juliet, what);
            orchard.knowsWhoIsThere(romeo, juliet, "balcony", what);
            balcony.knowsWhoIsThere(juliet, romeo, "orchard", what);
        }
    }

    private static String act(Random random, String contact) {
        int what = random.nextInt(14);
        if (what < 8) {
            return "<presence type='%s' to='%s'/>".formatted(Act.values()[what / 2].type, contact);
        }
        var set = "<iq type='set' id='s'><query xmlns='jabber:iq:roster'><item jid='%s' %s/></query></iq>";
        return switch (what) {
            case 8 -> set.formatted(contact, "subscription='remove'");
            case 9 -> set.formatted(contact, "name='" + NAMES[random.nextInt(NAMES.length)] + "'");
            case 10 -> "<presence/>";
            case 11 -> "<presence type='unavailable'/>";
            case 12 -> set.formatted("m" + random.nextInt(30) + "@example.org", random.nextBoolean() ? "" : "name='M'");
            default -> "";
        };
    }

    private static void agree(Citizen one, Citizen other, Supplier<String> what) {
        var mine = one.stateOf(other.jid.toString());
        var theirs = other.stateOf(one.jid.toString());
        assertEquals(mine.to(), theirs.from(), what);
        assertEquals(mine.pendingOut(), theirs.pendingIn(), what);
    }

    /// A client as RFC 6121 wants it: it keeps the roster and its version over connections, and applies every push.
    private static final class Client {
        final Gadget gadget;
        private final TreeMap<String, Element> roster = new TreeMap<>();
        private final List<String> seen = new ArrayList<>();
        private String version = "";

        Client(Gadget gadget) {
            this.gadget = gadget;
        }

        /// Offline and back: whatever was pushed meanwhile is lost.
        void connect() {
            gadget.sends("<presence type='unavailable'/>").ignoresWhatItGot();
            seen.clear();
            gadget.sends("<iq type='get' id='r'><query xmlns='jabber:iq:roster' ver='" + version + "'/></iq>");
            read();
            gadget.sends("<presence/>");
        }

        void read() {
            for (var element : gadget.takes()) {
                if (element.is("jabber:client", "presence")) see(element);
                var query = element.child("jabber:iq:roster", "query");
                if (query == null) continue;
                if ("result".equals(element.attribute("type"))) roster.clear();
                for (var item : query.children()) {
                    var jid = Objects.requireNonNull(item.attribute("jid"));
                    if ("remove".equals(item.attribute("subscription"))) roster.remove(jid);
                    else roster.put(jid, item);
                }
                version = Objects.requireNonNull(query.attribute("ver"));
            }
        }

        private void see(Element presence) {
            var from = presence.attribute("from", "");
            var type = presence.attribute("type");
            if (type == null && !seen.contains(from)) seen.add(from);
            if ("unavailable".equals(type)) seen.remove(from);
        }

        void knowsWhoIsThere(Citizen own, Citizen other, String resource, Supplier<String> what) {
            if (!gadget.isAvailable()) seen.clear();
            boolean shown = gadget.isAvailable()
                    && own.stateOf(other.jid.toString()).to()
                    && other.gadgets.getFirst().isAvailable();
            assertEquals(shown, seen.contains(other.jid + "/" + resource), what);
        }

        void follows(Citizen citizen, Supplier<String> what) {
            var wanted = Roster.of(citizen).items().stream()
                    .map(RosterItem::toElement)
                    .toList();
            assertEquals(wanted, List.copyOf(roster.values()), what);
        }
    }
}
