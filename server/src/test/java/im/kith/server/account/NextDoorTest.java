package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two who live in one partition are no closer than others: what one sends is handled by the other, and answered, once
/// the first is done.
class NextDoorTest {

    private final Village village = new Village(List.of(new RosterFeature()));

    @Test
    void an_answer_from_next_door_comes_after_the_question_was_noted() {
        var neighbour = IntStream.range(0, 1000)
                .mapToObj(number -> "bob" + number)
                .filter(name -> !Village.apart("alice", name))
                .findFirst()
                .orElseThrow();
        var alice = village.phone("alice", "phone");
        var bob = village.phone(neighbour, "phone");

        // RFC 6121 §3.4: approved ahead, so bob's account answers at once.
        bob.sends("<presence type='subscribed' to='alice@sim.test'/>");
        alice.sends("<presence type='subscribe' to='" + neighbour + "@sim.test'/>");

        alice.takes(stanza -> true);
        alice.sends("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
        var roster =
                alice.takes(stanza -> "roster".equals(stanza.attribute("id"))).getFirst();
        var item = roster.children().getFirst().children().getFirst();
        assertEquals("to", item.attribute("subscription"), roster.toString());
    }
}
