package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.xmpp.Stanza;
import java.util.List;
import org.junit.jupiter.api.Test;

/// XEP-0045 §7.1, §7.2, §7.6, §7.14, §10.1, §17.4.
class EnteringTest extends Hall {

    @Test
    void who_comes_first_owns_the_room() { // §10.1.1
        crone.sends(enters("firstwitch"));
        var got = crone.takes();
        assertEquals("firstwitch owner moderator <crone@sim.test/desktop> 100 201 110", told(got.getFirst()));
        assertEquals("", got.getLast().childText(Stanza.CLIENT, "subject"));
        assertEquals(2, got.size());
    }

    @Test
    void nobody_else_enters_before_it_is_configured() { // §7.2.11
        crone.sends(enters("firstwitch"));
        hag.sends(enters("thirdwitch"));
        assertEquals("cancel item-not-found", hag.error());
    }

    @Test
    void the_new_one_hears_of_the_others_first_and_of_itself_last() { // §7.1, §7.2.2
        open();
        hag.sends(enters("thirdwitch"));
        assertEquals(List.of("firstwitch owner moderator", "thirdwitch none participant 110"), told(hag));
        assertEquals(List.of("thirdwitch none participant <hag66@sim.test/pda>"), told(crone));
    }

    @Test
    void all_see_real_addresses_in_a_non_anonymous_room_as_a_new_one_is() { // §7.2.3, §7.9, §10.1.2
        crone.sends(enters("firstwitch"));
        crone.sends("<iq type='set' id='instant' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'/></query></iq>");
        hag.sends(enters("thirdwitch"));
        assertEquals(
                List.of(
                        "firstwitch owner moderator <crone@sim.test/desktop>",
                        "thirdwitch none participant <hag66@sim.test/pda> 100 110"),
                told(hag));
    }

    @Test
    void a_name_is_needed() { // §7.2.1
        open();
        hag.sends("<presence to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        assertEquals("modify jid-malformed", hag.error());
    }

    @Test
    void a_name_is_one_person_s() { // §7.2.8
        open();
        hag.sends(enters("firstwitch"));
        assertEquals("cancel conflict", hag.error());
    }

    @Test
    void a_person_may_be_there_by_two_devices() { // §7.2.8
        allIn();
        var phone = village.phone("hag66", "phone");
        phone.sends(enters("thirdwitch"));
        quiet();
        phone.takes();
        says(crone, "Thrice");
        assertEquals(List.of("Thrice"), heard(hag));
        assertEquals(List.of("Thrice"), heard(phone));
        phone.sends("<presence to='" + ROOM + "/thirdwitch' type='unavailable'/>");
        assertEquals(List.of("gone thirdwitch none none 110"), told(phone));
        assertEquals(List.of(), told(hag));
        says(hag, "the brinded cat");
        assertEquals(List.of("Thrice", "the brinded cat"), heard(crone));
    }

    @Test
    void a_room_with_a_password_needs_it() { // §7.2.5
        open("passwordprotectedroom", "1", "roomsecret", "cauldron");
        hag.sends(enters("thirdwitch"));
        assertEquals("auth not-authorized", hag.error());
        hag.sends("<presence to='" + ROOM + "/thirdwitch'><x xmlns='http://jabber.org/protocol/muc'>"
                + "<password>cauldron</password></x></presence>");
        assertEquals(2, told(hag).size());
    }

    @Test
    void a_room_for_members_takes_members() { // §7.2.6
        open("membersonly", "1");
        hag.sends(enters("thirdwitch"));
        assertEquals("auth registration-required", hag.error());
        admin(crone, "<item affiliation='member' jid='hag66@sim.test'/>");
        hag.takes();
        hag.sends(enters("thirdwitch"));
        assertEquals(2, told(hag).size());
    }

    @Test
    void who_is_banned_stays_out() { // §7.2.7
        open();
        admin(crone, "<item affiliation='outcast' jid='hag66@sim.test'/>");
        hag.sends(enters("thirdwitch"));
        assertEquals("auth forbidden", hag.error());
    }

    @Test
    void a_full_room_takes_administrators_only() { // §7.2.9
        open("maxusers", "1");
        hag.sends(enters("thirdwitch"));
        assertEquals("wait service-unavailable", hag.error());
        admin(crone, "<item affiliation='admin' jid='hag66@sim.test'/>");
        hag.sends(enters("thirdwitch"));
        assertEquals(2, told(hag).size());
    }

    @Test
    void who_enters_is_shown_what_was_said_as_it_asks() { // §7.2.13
        open();
        for (int i = 1; i <= 5; i++) says(crone, "line " + i);
        hag.sends(enters("a"));
        assertEquals(List.of("line 1", "line 2", "line 3", "line 4", "line 5", "''"), heard(hag));
        hag.sends("<presence to='" + ROOM + "/a' type='unavailable'/>");
        assertEquals(List.of("line 4", "line 5", "''"), history("maxstanzas='2'"));
        assertEquals(List.of("''"), history("maxchars='0'"));
        assertEquals(List.of("''"), history("seconds='0'"));
        assertEquals(5 + 1, history("since='2001-01-01T00:00:00Z'").size());
        assertEquals(List.of("line 5", "''"), history("maxchars='500'"));
    }

    private List<String> history(String limits) {
        village.pass(1_000);
        hag.takes();
        hag.sends("<presence to='" + ROOM + "/a'><x xmlns='http://jabber.org/protocol/muc'><history " + limits
                + "/></x></presence>");
        var heard = heard(hag);
        hag.sends("<presence to='" + ROOM + "/a' type='unavailable'/>");
        return heard;
    }

    @Test
    void old_messages_say_when_they_were_said() { // §7.2.13
        open();
        says(crone, "Double, double");
        hag.sends(enters("thirdwitch"));
        var message = hag.takes(stanza -> stanza.name().equals("message")).getFirst();
        var delay = message.child("urn:xmpp:delay", "delay");
        assertEquals(ROOM, delay == null ? null : delay.attribute("from"));
        assertEquals(ROOM + "/firstwitch", message.attribute("from"));
        assertEquals("hag66@sim.test/pda", message.attribute("to"));
    }

    @Test
    void who_says_again_that_it_enters_is_told_all_again() { // §7.2.2
        allIn();
        hag.sends(enters("thirdwitch"));
        assertEquals(3, told(hag).size());
        assertEquals(List.of(), told(crone));
    }

    @Test
    void who_thinks_to_be_in_but_is_not_is_told_so() { // §7.2.17
        open();
        hag.sends("<presence to='" + ROOM + "/thirdwitch'><show>away</show></presence>");
        assertEquals(List.of("gone thirdwitch none none 110 307 333"), told(hag));
        assertEquals(List.of(), told(crone));
    }

    @Test
    void a_name_can_be_changed() { // §7.6
        allIn();
        hag.sends("<presence to='" + ROOM + "/oldhag'/>");
        assertEquals(
                List.of("gone thirdwitch none participant to oldhag 303 110", "oldhag none participant 110"),
                told(hag));
        assertEquals(
                List.of("gone thirdwitch none participant to oldhag 303", "oldhag none participant"), told(wiccarocks));
        hag.sends("<presence to='" + ROOM + "/firstwitch'/>");
        assertEquals("cancel conflict", hag.error());
    }

    @Test
    void another_availability_is_shown_to_all() { // §7.7
        allIn();
        hag.sends("<presence to='" + ROOM + "/thirdwitch'><show>away</show></presence>");
        assertEquals("away", wiccarocks.gets().childText(Stanza.CLIENT, "show"));
        assertEquals(List.of("thirdwitch none participant 110"), told(hag));
    }

    @Test
    void who_leaves_is_told_so_like_the_others() { // §7.14
        allIn();
        hag.sends("<presence to='" + ROOM + "/thirdwitch' type='unavailable'><status>gone flying</status></presence>");
        assertEquals(List.of("gone thirdwitch none none 110"), told(hag));
        var got = wiccarocks.gets();
        assertEquals("gone thirdwitch none none", told(got));
        assertEquals("gone flying", got.childText(Stanza.CLIENT, "status"));
    }

    @Test
    void who_ends_its_stream_leaves() {
        allIn();
        hag.leaves();
        assertEquals(List.of("gone thirdwitch none none"), told(wiccarocks));
    }

    @Test
    void who_is_in_a_room_hears_that_the_service_ends() { // §11.2
        allIn();
        village.ends();
        assertEquals(List.of("gone thirdwitch none none 332 110"), told(hag));
        assertEquals(List.of("gone firstwitch owner none <crone@sim.test/desktop> 332 110"), told(crone));
    }

    @Test
    void a_room_that_is_empty_ends() {
        open();
        crone.sends("<presence to='" + ROOM + "/firstwitch' type='unavailable'/>");
        hag.sends(enters("thirdwitch"));
        assertEquals(List.of("thirdwitch owner moderator <hag66@sim.test/pda> 100 201 110"), told(hag));
    }

    @Test
    void a_persistent_room_survives_a_crash_with_all_that_was_said() {
        open("persistentroom", "1", "roomname", "Coven");
        admin(crone, "<item affiliation='member' jid='hag66@sim.test'/>");
        crone.sends("<message to='" + ROOM + "' type='groupchat'><subject>Fire Burn</subject></message>");
        says(crone, "Double, double");
        village.crashes();
        hag.connects();
        hag.sends(enters("thirdwitch"));
        var got = hag.takes();
        assertEquals("thirdwitch member participant 110", told(got.getFirst()));
        assertEquals("Double, double", got.get(1).childText(Stanza.CLIENT, "body"));
        assertEquals("Fire Burn", got.get(2).childText(Stanza.CLIENT, "subject"));
        assertEquals(3, got.size());
    }

    @Test
    void an_occupant_has_an_id_that_stays() { // XEP-0421
        open();
        hag.sends(enters("thirdwitch"));
        var id = occupantId();
        hag.sends("<presence to='" + ROOM + "/thirdwitch' type='unavailable'/>");
        crone.takes();
        hag.sends(enters("oldhag"));
        assertEquals(id, occupantId());
        crone.takes();
        wiccarocks.sends(enters("secondwitch"));
        assertNotEquals(id, occupantId());
    }

    private String occupantId() {
        var element = crone.gets().child(Muc.OCCUPANT_ID, "occupant-id");
        return element == null ? "" : element.attribute("id", "");
    }

    @Test
    void a_room_shows_no_presence_that_it_is_told_not_to() { // muc#roomconfig_presencebroadcast
        open("presencebroadcast", "moderator");
        hag.sends(enters("thirdwitch"));
        assertEquals(List.of("firstwitch owner moderator", "thirdwitch none participant 110"), told(hag));
        assertEquals(List.of(), told(crone));
    }

    @Test
    void a_nickname_of_a_room_s_member_is_reserved() { // §7.2.8
        open();
        hag.sends("<iq type='set' id='r' to='" + ROOM + "'><query xmlns='jabber:iq:register'>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#register</value></field>"
                + "<field var='muc#register_roomnick'><value>thirdwitch</value></field></x></query></iq>");
        assertNull(hag.gets().child(Stanza.CLIENT, "error"));
        wiccarocks.sends(enters("thirdwitch"));
        assertEquals("cancel conflict", wiccarocks.error());
        hag.sends(enters("thirdwitch"));
        assertEquals(List.of("firstwitch owner moderator", "thirdwitch member participant 110"), told(hag));
    }
}
