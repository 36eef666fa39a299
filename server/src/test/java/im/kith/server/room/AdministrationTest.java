package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.xmpp.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

/// XEP-0045 §8 and §9: kicking, voice, bans, members, moderators, and the lists of each.
class AdministrationTest extends Hall {

    private static String shown(Element item) {
        return item.attribute("jid") + " " + item.attribute("affiliation") + " " + item.attribute("role");
    }

    @Test
    void a_moderator_kicks() { // §8.2
        allIn();
        admin(crone, "<item nick='thirdwitch' role='none'><reason>Avaunt!</reason></item>");
        assertEquals(List.of("gone thirdwitch none none 307 110"), told(hag));
        assertEquals(List.of("gone thirdwitch none none 307"), told(wiccarocks));
        var got = crone.takes();
        assertEquals("iq", got.getFirst().name());
        assertEquals("presence", got.getLast().name());
    }

    @Test
    void nobody_else_kicks() { // §8.2
        allIn();
        admin(hag, "<item nick='secondwitch' role='none'/>");
        assertEquals("auth forbidden", hag.error());
        admin(crone, "<item nick='nobody' role='none'/>");
        assertEquals("cancel item-not-found", crone.error());
    }

    @Test
    void who_stands_higher_is_not_kicked() { // §8.2
        allIn();
        admin(crone, "<item affiliation='admin' jid='hag66@sim.test'/>");
        quiet();
        admin(hag, "<item nick='firstwitch' role='none'/>");
        assertEquals("cancel not-allowed", hag.error());
        admin(crone, "<item nick='secondwitch' role='moderator'/>");
        quiet();
        admin(wiccarocks, "<item nick='thirdwitch' role='none'/>");
        assertEquals("cancel not-allowed", wiccarocks.error());
    }

    @Test
    void voice_is_granted_and_revoked() { // §8.3, §8.4
        allIn();
        admin(crone, "<item nick='thirdwitch' role='visitor'/>");
        assertEquals(List.of("thirdwitch none visitor 110"), told(hag));
        assertEquals(List.of("thirdwitch none visitor"), told(wiccarocks));
        crone.takes();
        assertEquals(
                List.of("hag66@sim.test/pda none visitor"),
                list(crone, "<item role='visitor'/>").stream()
                        .map(AdministrationTest::shown)
                        .toList());
        admin(crone, "<item nick='thirdwitch' role='participant'/>");
        assertEquals(List.of("thirdwitch none participant 110"), told(hag));
        admin(crone, "<item nick='firstwitch' role='visitor'/>");
        crone.takes(stanza -> stanza.name().equals("presence"));
    }

    @Test
    void an_administrator_s_voice_is_not_taken() { // §8.4
        allIn();
        admin(crone, "<item affiliation='admin' jid='hag66@sim.test'/>");
        quiet();
        admin(crone, "<item nick='thirdwitch' role='visitor'/>");
        assertEquals("cancel not-allowed", crone.error());
    }

    @Test
    void who_is_banned_goes_and_is_on_the_list() { // §9.1, §9.2
        allIn();
        admin(crone, "<item affiliation='outcast' jid='hag66@sim.test/pda'><reason>Treason</reason></item>");
        assertEquals(List.of("gone thirdwitch outcast none 301 110"), told(hag));
        assertEquals(List.of("gone thirdwitch outcast none 301"), told(wiccarocks));
        var banned = list(crone, "<item affiliation='outcast'/>");
        assertEquals("hag66@sim.test outcast null", shown(banned.getFirst()));
        assertEquals("Treason", banned.getFirst().childText(Muc.ADMIN, "reason"));
        admin(crone, "<item affiliation='none' jid='hag66@sim.test'/>");
        assertEquals(List.of(), list(crone, "<item affiliation='outcast'/>"));
    }

    @Test
    void bans_that_may_not_be_are_refused() { // §9.1
        allIn();
        admin(crone, "<item affiliation='admin' jid='hag66@sim.test'/>");
        quiet();
        admin(hag, "<item affiliation='outcast' jid='crone@sim.test'/>");
        assertEquals("cancel not-allowed", hag.error());
        admin(hag, "<item affiliation='outcast' jid='hag66@sim.test'/>");
        assertEquals("cancel conflict", hag.error());
        admin(wiccarocks, "<item affiliation='outcast' jid='hag66@sim.test'/>");
        assertEquals("auth forbidden", wiccarocks.error());
    }

    @Test
    void members_come_and_go() { // §9.3, §9.4
        allIn();
        admin(crone, "<item affiliation='member' jid='hag66@sim.test' nick='thirdwitch'/>");
        assertEquals(List.of("thirdwitch member participant 110"), told(hag));
        assertEquals(
                List.of("hag66@sim.test member participant"),
                list(crone, "<item affiliation='member'/>").stream()
                        .map(AdministrationTest::shown)
                        .toList());
        admin(crone, "<item affiliation='none' jid='hag66@sim.test'/>");
        assertEquals(List.of("thirdwitch none participant 110"), told(hag));
    }

    @Test
    void who_is_no_member_any_more_leaves_a_room_for_members() { // §9.4
        open("membersonly", "1");
        admin(crone, "<item affiliation='member' jid='hag66@sim.test'/>");
        hag.sends(enters("thirdwitch"));
        quiet();
        admin(crone, "<item affiliation='none' jid='hag66@sim.test'/>");
        assertEquals(List.of("gone thirdwitch none none 321 110"), told(hag));
    }

    @Test
    void moderators_come_and_go() { // §9.6, §9.7, §9.8
        allIn();
        admin(crone, "<item nick='thirdwitch' role='moderator'/>");
        assertEquals(
                "thirdwitch none moderator <hag66@sim.test/pda> 110", told(hag).getLast());
        assertEquals(2, list(crone, "<item role='moderator'/>").size());
        admin(hag, "<item nick='secondwitch' role='moderator'/>");
        assertEquals("auth forbidden", hag.error());
        wiccarocks.takes();
        admin(crone, "<item nick='thirdwitch' role='participant'/>");
        assertEquals(List.of("thirdwitch none participant"), told(wiccarocks));
        admin(crone, "<item affiliation='admin' jid='hag66@sim.test'/>");
        quiet();
        admin(crone, "<item nick='thirdwitch' role='participant'/>");
        assertEquals("cancel not-allowed", crone.error());
    }

    @Test
    void lists_are_for_who_may_see_them() { // §9.2, §9.5, §10.5, §10.8
        allIn();
        for (var affiliation : List.of("outcast", "member", "admin", "owner")) {
            ask(
                    hag,
                    ROOM,
                    "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='" + affiliation
                            + "'/></query>");
            assertEquals("auth forbidden", hag.error());
        }
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/muc#admin'><item role='participant'/></query>");
        assertEquals("auth forbidden", hag.error());
    }

    @Test
    void a_room_that_shows_addresses_lists_them_for_who_is_in_it() { // §9.5, §10.5, §10.8
        open("whois", "anyone", "getmemberlist", "moderator participant");
        admin(crone, "<item affiliation='member' jid='wiccarocks@sim.test'/>");
        hag.sends(enters("thirdwitch"));
        assertEquals(1, list(hag, "<item affiliation='member'/>").size());
        assertEquals(1, list(hag, "<item affiliation='owner'/>").size());
        assertEquals(0, list(hag, "<item affiliation='admin'/>").size());
        ask(hag, ROOM, "<query xmlns='" + Muc.ADMIN + "'><item affiliation='outcast'/></query>");
        assertEquals("auth forbidden", hag.error());
        admin(crone, "<item nick='thirdwitch' role='visitor'/>");
        ask(hag, ROOM, "<query xmlns='" + Muc.ADMIN + "'><item affiliation='member'/></query>");
        assertEquals("auth forbidden", hag.error());
    }

    @Test
    void who_is_not_in_a_room_nor_of_it_gets_no_list_of_it() { // §9.5, §10.5, §10.8
        open("whois", "anyone", "getmemberlist", "moderator participant visitor");
        for (var affiliation : List.of("outcast", "member", "admin", "owner")) {
            ask(hag, ROOM, "<query xmlns='" + Muc.ADMIN + "'><item affiliation='" + affiliation + "'/></query>");
            assertEquals("auth forbidden", hag.error());
        }
    }

    @Test
    void owners_make_owners_and_administrators() { // §10.3, §10.4, §10.6, §10.7
        allIn();
        admin(hag, "<item affiliation='owner' jid='hag66@sim.test'/>");
        assertEquals("auth forbidden", hag.error());
        admin(crone, "<item affiliation='owner' jid='hag66@sim.test'/>");
        assertEquals(
                "thirdwitch owner moderator <hag66@sim.test/pda> 110", told(hag).getLast());
        admin(hag, "<item affiliation='admin' jid='crone@sim.test'/>");
        assertEquals("firstwitch admin moderator", told(wiccarocks).getLast());
        quiet();
        admin(crone, "<item affiliation='none' jid='hag66@sim.test'/>");
        assertEquals("auth forbidden", crone.error());
    }

    @Test
    void the_last_owner_stays() { // §10.4
        allIn();
        admin(crone, "<item affiliation='admin' jid='crone@sim.test'/>");
        assertEquals("cancel conflict", crone.error());
    }

    @Test
    void a_request_is_carried_out_as_a_whole_or_not_at_all() {
        allIn();
        admin(crone, "<item affiliation='member' jid='hag66@sim.test'/><item affiliation='king' jid='x@sim.test'/>");
        assertEquals("modify bad-request", crone.error());
        hag.getsNothing();
    }
}
