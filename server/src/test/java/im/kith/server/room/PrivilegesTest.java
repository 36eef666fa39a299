package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0045 §5.1.1, §5.2.1, §8 to §10: who may change whose role and affiliation, and how who may not is told.
class PrivilegesTest extends Hall {

    /// Wiccarocks (`secondwitch`) asks for a change to the hag (`thirdwitch`); both are what the crone has made them.
    @ParameterizedTest(name = "{0}: {1} makes {2} {3}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
        §8.2  | none moderator      | none participant   | role none        | ok
        §8.2  | none moderator      | member participant | role none        | cancel not-allowed
        §8.2  | member moderator    | admin moderator    | role none        | cancel not-allowed
        §8.2  | member moderator    | owner moderator    | role none        | cancel not-allowed
        §8.2  | admin moderator     | owner moderator    | role none        | cancel not-allowed
        §8.2  | admin moderator     | admin moderator    | role none        | ok
        §8.2  | none participant    | none participant   | role none        | auth forbidden
        §8.2  | none visitor        | none visitor       | role none        | auth forbidden
        §8.3  | none moderator      | none visitor       | role participant | ok
        §8.3  | member participant  | none visitor       | role participant | auth forbidden
        §8.4  | member moderator    | none participant   | role visitor     | ok
        §8.4  | none moderator      | none participant   | role visitor     | cancel not-allowed
        §8.4  | member moderator    | member participant | role visitor     | cancel not-allowed
        §8.4  | member moderator    | admin moderator    | role visitor     | cancel not-allowed
        §8.4  | admin moderator     | member participant | role visitor     | ok
        §8.4  | admin moderator     | admin moderator    | role visitor     | cancel not-allowed
        §8.4  | owner moderator     | admin moderator    | role visitor     | cancel not-allowed
        §8.4  | owner moderator     | owner moderator    | role visitor     | cancel not-allowed
        §8.4  | member participant  | none participant   | role visitor     | auth forbidden
        §9.6  | admin moderator     | none participant   | role moderator   | ok
        §9.6  | admin moderator     | none visitor       | role moderator   | ok
        §9.6  | member moderator    | none participant   | role moderator   | auth forbidden
        §9.6  | none participant    | none participant   | role moderator   | auth forbidden
        §9.7  | admin moderator     | member moderator   | role participant | ok
        §9.7  | admin moderator     | none moderator     | role participant | ok
        §9.7  | admin moderator     | admin moderator    | role participant | cancel not-allowed
        §9.7  | owner moderator     | owner moderator    | role participant | cancel not-allowed
        §9.7  | member moderator    | none moderator     | role participant | auth forbidden
        §9.7  | member moderator    | owner moderator    | role participant | cancel not-allowed
        §9.1  | admin moderator     | none participant   | affiliation outcast | ok
        §9.1  | admin moderator     | member participant | affiliation outcast | ok
        §9.1  | admin moderator     | owner moderator    | affiliation outcast | cancel not-allowed
        §9.1  | owner moderator     | admin moderator    | affiliation outcast | ok
        §9.1  | member moderator    | none participant   | affiliation outcast | auth forbidden
        §9.3  | admin moderator     | none participant   | affiliation member  | ok
        §9.3  | member moderator    | none participant   | affiliation member  | auth forbidden
        §9.4  | admin moderator     | member participant | affiliation none    | ok
        §9.4  | member participant  | member participant | affiliation none    | auth forbidden
        §10.3 | owner moderator     | none participant   | affiliation owner   | ok
        §10.3 | admin moderator     | none participant   | affiliation owner   | auth forbidden
        §10.4 | owner moderator     | owner moderator    | affiliation member  | ok
        §10.4 | admin moderator     | owner moderator    | affiliation member  | auth forbidden
        §10.6 | owner moderator     | member participant | affiliation admin   | ok
        §10.6 | admin moderator     | member participant | affiliation admin   | auth forbidden
        §10.7 | owner moderator     | admin moderator    | affiliation none    | ok
        §10.7 | admin moderator     | admin moderator    | affiliation none    | auth forbidden
        """)
    void who_may_change_whom(String where, String actor, String target, String change, String answer) {
        allIn();
        become("wiccarocks@sim.test", "secondwitch", actor);
        become("hag66@sim.test", "thirdwitch", target);
        quiet();
        var parts = change.split(" ");
        var who = parts[0].equals("role") ? "nick='thirdwitch'" : "jid='hag66@sim.test'";
        admin(wiccarocks, "<item " + who + " " + parts[0] + "='" + parts[1] + "'/>");
        var answered = wiccarocks.takes(stanza -> stanza.name().equals("iq")).getFirst();
        var error = answered.child("jabber:client", "error");
        assertEquals(
                answer,
                error == null
                        ? "ok"
                        : error.attribute("type")
                                + " "
                                + Objects.requireNonNull(error.firstChild()).name());
        assertEquals(answer.equals("ok"), !hag.takes().isEmpty());
    }

    private void become(String jid, String nick, String what) {
        var parts = what.split(" ");
        admin(crone, "<item jid='" + jid + "' affiliation='" + parts[0] + "'/>");
        admin(crone, "<item nick='" + nick + "' role='" + parts[1] + "'/>");
    }

    @Test
    void what_is_not_allowed_comes_back_with_the_item_to_blame() { // §8.4
        allIn();
        become("wiccarocks@sim.test", "secondwitch", "member moderator");
        quiet();
        admin(wiccarocks, "<item nick='firstwitch' role='visitor'/>");
        var answer = wiccarocks.gets();
        var item = Objects.requireNonNull(
                Objects.requireNonNull(answer.child(Muc.ADMIN, "query")).firstChild());
        assertEquals("firstwitch visitor", item.attribute("nick") + " " + item.attribute("role"));
        var error = Objects.requireNonNull(answer.child("jabber:client", "error"));
        assertEquals("not-allowed", Objects.requireNonNull(error.firstChild()).name());
    }

    @Test
    void nobody_bans_itself_and_the_last_owner_stays() { // §9.1, §10.4, §10.5
        allIn();
        for (var affiliation : List.of("outcast", "admin", "member", "none")) {
            crone.takes();
            admin(crone, "<item affiliation='" + affiliation + "' jid='crone@sim.test'/>");
            assertEquals("cancel conflict", crone.error(), affiliation);
        }
        become("wiccarocks@sim.test", "secondwitch", "owner moderator");
        quiet();
        admin(crone, "<item affiliation='member' jid='crone@sim.test'/>");
        assertEquals(List.of("firstwitch member participant <crone@sim.test/desktop>"), told(wiccarocks));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <item nick='nobody' role='none'/>                                  | cancel item-not-found
        <item role='none'/>                                                | modify bad-request
        <item nick='thirdwitch' role='king'/>                              | modify bad-request
        <item nick='thirdwitch' role='none' affiliation='member'/>         | modify bad-request
        <item nick='thirdwitch'/>                                          | modify bad-request
        <item jid='hag66@sim.test' affiliation='king'/>                    | modify bad-request
        <item affiliation='member'/>                                       | modify bad-request
        <item jid='@@' affiliation='member'/>                              | modify jid-malformed
        """)
    void a_change_that_makes_no_sense_is_refused(String item, String error) {
        allIn();
        admin(crone, item);
        assertEquals(error, crone.error());
        assertEquals(List.of(), hag.takes());
    }

    @Test
    void affiliations_are_of_people_and_not_of_devices() { // §10.3
        allIn();
        admin(crone, "<item jid='hag66@sim.test/pda' affiliation='admin'/>");
        var item = list(crone, "<item affiliation='admin'/>").getFirst();
        assertEquals("hag66@sim.test", item.attribute("jid"));
    }

    @Test
    void a_reserved_nickname_is_given_changed_and_taken_away() { // §9.3, §9.5
        open();
        admin(crone, "<item jid='hag66@sim.test' affiliation='member' nick='thirdwitch'/>");
        assertEquals(
                "thirdwitch",
                list(crone, "<item affiliation='member'/>").getFirst().attribute("nick"));
        wiccarocks.sends(enters("thirdwitch"));
        assertEquals("cancel conflict", wiccarocks.error());
        admin(crone, "<item jid='hag66@sim.test' affiliation='member' nick=''/>");
        assertEquals(
                null, list(crone, "<item affiliation='member'/>").getFirst().attribute("nick"));
        wiccarocks.sends(enters("thirdwitch"));
        assertEquals("thirdwitch none participant 110", told(wiccarocks).getLast());
    }

    @Test
    void a_ban_takes_the_nickname_too() { // §9.1
        open();
        admin(crone, "<item jid='hag66@sim.test' affiliation='member' nick='thirdwitch'/>");
        admin(crone, "<item jid='hag66@sim.test' affiliation='outcast'><reason>Treason</reason></item>");
        var item = list(crone, "<item affiliation='outcast'/>").getFirst();
        assertEquals(null, item.attribute("nick"));
        assertEquals(null, item.attribute("role"));
        assertNotNull(item.child(Muc.ADMIN, "reason"));
        wiccarocks.sends(enters("thirdwitch"));
        assertEquals("thirdwitch none participant 110", told(wiccarocks).getLast());
    }

    @Test
    void lists_of_roles_name_nick_role_affiliation_and_address() { // §8.5, §9.8
        allIn();
        var voices = list(crone, "<item role='participant'/>");
        assertEquals(
                List.of(
                        "thirdwitch participant none hag66@sim.test/pda",
                        "secondwitch participant none wiccarocks@sim.test/laptop"),
                voices.stream()
                        .map(item -> String.join(
                                " ",
                                item.attribute("nick", "?"),
                                item.attribute("role", "?"),
                                item.attribute("affiliation", "?"),
                                item.attribute("jid", "?")))
                        .toList());
        assertEquals(
                "firstwitch", list(crone, "<item role='moderator'/>").getFirst().attribute("nick"));
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/muc#admin'><item role='participant'/></query>");
        assertEquals("auth forbidden", hag.error());
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/muc#admin'><item role='moderator'/></query>");
        assertEquals("auth forbidden", hag.error());
    }
}
