package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the server has acknowledged reaches the room, though the process died before the room knew of it.
class PromiseTest extends Hall {

    /// Somebody whose account lives in another partition than the room: else there is no gap between the two.
    private Phone elsewhere() {
        return List.of(hag, wiccarocks).stream()
                .filter(phone -> Village.apart(String.valueOf(phone.jid.local()), ROOM))
                .findFirst()
                .orElseThrow();
    }

    private static String message(String type, String to, String body) {
        return "<message to='" + to + "' type='" + type + "' id='m'><body>" + body + "</body></message>";
    }

    private List<String> heardBy(Phone phone) {
        phone.connects();
        phone.sends("<presence/>");
        phone.takes();
        phone.sends(enters("firstwitch"));
        return heard(phone).stream().filter(said -> !said.equals("''")).toList();
    }

    private void mayBeLost(String... fields) {
        open(fields);
        var speaker = elsewhere();
        speaker.acknowledges();
        speaker.sends(enters("secondwitch"));
        quiet();
        speaker.sendsBeforeTheServerDies(message("groupchat", ROOM, "Double, double"));
        assertEquals(List.of("Double, double"), heardBy(crone));
        speaker.connects();
        speaker.sends("<presence/>");
        assertEquals(List.of(), speaker.takes(stanza -> stanza.name().equals("message")), "no error came back");
    }

    @Test
    void a_message_that_was_acknowledged_is_said_under_the_name_that_its_sender_had() {
        mayBeLost("persistentroom", "1");
        var said = answer(crone, ROOM, "<query xmlns='urn:xmpp:mam:2'/>");
        assertEquals("query", said.name());
    }

    @Test
    void also_in_a_room_that_is_not_persistent() {
        mayBeLost();
    }

    @Test
    void the_name_is_that_of_the_last_change() {
        open("persistentroom", "1");
        var speaker = elsewhere();
        speaker.acknowledges();
        speaker.sends(enters("secondwitch"));
        speaker.sends("<presence to='" + ROOM + "/oldhag'/>");
        quiet();
        speaker.sendsBeforeTheServerDies(message("groupchat", ROOM, "Double, double"));
        crone.connects();
        crone.sends("<presence/>");
        crone.takes();
        crone.sends(enters("firstwitch"));
        var said = crone.takes(stanza -> stanza.child(Stanza.CLIENT, "body") != null);
        assertEquals(ROOM + "/oldhag", said.getFirst().attribute("from"));
    }

    @Test
    void who_had_been_thrown_out_does_not_speak() {
        open("persistentroom", "1");
        var speaker = elsewhere();
        speaker.acknowledges();
        speaker.sends(enters("secondwitch"));
        admin(crone, "<item nick='secondwitch' role='none'/>");
        quiet();
        speaker.sendsBeforeTheServerDies(message("groupchat", ROOM, "Double, double"));
        assertEquals(List.of(), heardBy(crone));
        speaker.resumes();
        var errors = speaker.takes(stanza -> "error".equals(stanza.attribute("type")));
        assertEquals(1, errors.size(), "it is told");
    }

    @Test
    void a_private_message_that_was_acknowledged_reaches_who_was_in_the_room() {
        open("persistentroom", "1");
        var speaker = elsewhere();
        speaker.acknowledges();
        speaker.sends(enters("secondwitch"));
        quiet();
        speaker.sendsBeforeTheServerDies(message("chat", ROOM + "/firstwitch", "Psst"));
        crone.connects();
        crone.sends("<presence/>");
        var got = crone.takes(stanza -> stanza.child(Stanza.CLIENT, "body") != null);
        assertEquals(1, got.size());
        assertEquals(ROOM + "/secondwitch", got.getFirst().attribute("from"));
    }

    @Test
    void a_room_to_which_nobody_comes_back_ends() {
        allIn();
        village.crashes();
        hag.connects();
        hag.sends("<presence/>");
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertEquals("result", hag.gets().attribute("type"));
        village.pass(61 * 60_000);
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertEquals("cancel item-not-found", hag.error());
    }

    @Test
    void a_room_to_which_somebody_comes_back_goes_on() {
        allIn();
        village.crashes();
        hag.connects();
        hag.sends(enters("thirdwitch"));
        village.pass(61 * 60_000);
        hag.takes();
        says(hag, "Double, double");
        assertTrue(heard(hag).contains("Double, double"));
    }
}
