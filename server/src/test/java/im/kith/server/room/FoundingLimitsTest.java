package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// An account makes so many groups in an hour, and so many in all.
class FoundingLimitsTest {

    private static final String REMOVE = "<query xmlns='jabber:iq:register'><remove/></query>";

    private static Village village(int perHour, int perAccount) {
        var rooms = new Rooms(new Rooms.Limits(perHour, perAccount));
        return new Village(List.of(rooms), rooms);
    }

    private static void make(Phone phone, String name) {
        phone.takes();
        phone.sends("<iq type='set' id='c' to='" + name + "@groups.sim.test'><create xmlns='urn:kith:groups:0'><name>"
                + name + "</name></create></iq>");
    }

    private static boolean made(Phone phone) {
        return phone.takes().stream()
                .anyMatch(stanza -> stanza.name().equals("iq") && "result".equals(stanza.attribute("type")));
    }

    @Test
    void so_many_in_an_hour() {
        var village = village(2, 100);
        var alice = village.member("alice", "phone");
        make(alice, "one");
        make(alice, "two");
        make(alice, "two");
        assertEquals(true, made(alice), "what is sent again counts once");
        make(alice, "three");
        assertEquals("wait resource-constraint", alice.error());
        var bob = village.member("bob", "phone");
        make(bob, "four");
        assertEquals(true, made(bob), "each has its own");
        village.crashes();
        alice.returns();
        make(alice, "three");
        assertEquals("wait resource-constraint", alice.error());
        village.pass(TimeUnit.HOURS.toMillis(1));
        make(alice, "three");
        assertEquals(true, made(alice));
    }

    @Test
    void so_many_in_all_of_those_that_one_is_in() {
        var village = village(100, 2);
        var alice = village.member("alice", "phone");
        make(alice, "one");
        make(alice, "two");
        village.pass(TimeUnit.HOURS.toMillis(2));
        make(alice, "three");
        assertEquals("cancel resource-constraint", alice.error());
        alice.sends("<iq type='set' id='l' to='two@groups.sim.test'>" + REMOVE + "</iq>");
        make(alice, "three");
        assertEquals(true, made(alice));
    }

    @Test
    void a_room_that_is_to_stay_counts() {
        var village = village(1, 100);
        var alice = village.phone("alice", "desktop");
        var stay = "<iq type='set' id='c' to='%s@groups.sim.test'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_persistentroom'><value>1</value>"
                + "</field></x></query></iq>";
        for (var room : List.of("one", "two")) {
            alice.sends("<presence to='" + room
                    + "@groups.sim.test/a'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            alice.takes();
            alice.sends(stay.formatted(room));
            if (room.equals("one")) assertEquals(true, made(alice));
            else assertEquals("wait resource-constraint", alice.error());
        }
    }
}
