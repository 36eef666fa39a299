package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// XEP-0045 §6, §7.10, §10; XEP-0433, XEP-0486.
class OwnershipTest extends Hall {

    private static final String OWNER = "<query xmlns='http://jabber.org/protocol/muc#owner'/>";
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    private static final String ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>";

    private static DataForm formIn(Element query) {
        return Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(query.child(DataForm.NAMESPACE, "x"))));
    }

    @Test
    void an_owner_gets_the_form_with_what_is_set() { // §10.2
        open("roomname", "Coven", "moderatedroom", "1");
        var form = formIn(answer(crone, ROOM, OWNER));
        assertEquals("Coven", form.value("muc#roomconfig_roomname"));
        assertEquals(Boolean.TRUE, form.isTrue("muc#roomconfig_moderatedroom"));
        assertEquals("crone@sim.test", form.value("muc#roomconfig_roomowners"));
    }

    @Test
    void others_do_not() { // §10.2
        allIn();
        ask(hag, ROOM, OWNER);
        assertEquals("auth forbidden", hag.error());
        hag.sends("<iq type='set' id='d' to='" + ROOM
                + "'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>");
        assertEquals("auth forbidden", hag.error());
    }

    @Test
    void what_makes_no_sense_is_not_taken() { // §10.1.3
        allIn();
        configure("maxusers", "many");
        assertEquals("modify not-acceptable", crone.error());
        configure("passwordprotectedroom", "1", "roomsecret", "");
        assertEquals("modify not-acceptable", crone.error());
        configure("roomowners", "");
        assertEquals("cancel conflict", crone.error());
    }

    @Test
    void a_change_is_told() { // §10.2.1
        allIn();
        configure("whois", "anyone");
        assertEquals(List.of(172), codes(hag.gets()));
        configure("enablelogging", "1");
        assertEquals(List.of(170), codes(hag.gets()));
        configure("roomname", "Coven");
        assertEquals(List.of(104), codes(hag.gets()));
        configure("whois", "moderators", "enablelogging", "0");
        assertEquals(List.of(171, 173), codes(hag.gets()));
    }

    private static List<Integer> codes(Element message) {
        assertEquals("groupchat", message.attribute("type"));
        assertEquals(ROOM, message.attribute("from"));
        return Objects.requireNonNull(message.child(Muc.USER, "x")).children().stream()
                .map(status -> Integer.parseInt(status.attribute("code", "")))
                .toList();
    }

    @Test
    void a_room_that_becomes_for_members_only_keeps_them_only() { // §10.2
        allIn();
        admin(crone, "<item affiliation='member' jid='wiccarocks@sim.test'/>");
        quiet();
        configure("membersonly", "1");
        assertEquals(List.of("gone thirdwitch none none 322 110"), told(hag));
        assertEquals(List.of("gone thirdwitch none none 322"), told(wiccarocks));
    }

    @Test
    void the_form_also_names_owners_and_administrators() { // §10.2
        allIn();
        configure("roomadmins", "hag66@sim.test wiccarocks@sim.test");
        assertTrue(told(hag).contains("thirdwitch admin moderator <hag66@sim.test/pda> 110"));
        configure("roomadmins", "wiccarocks@sim.test");
        assertTrue(told(hag).contains("thirdwitch member participant 110"));
    }

    @Test
    void a_new_room_whose_form_is_cancelled_ends() { // §10.1.3
        crone.sends(enters("firstwitch"));
        crone.takes();
        crone.sends("<iq type='set' id='c' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='cancel'/></query></iq>");
        crone.takes();
        hag.sends(enters("thirdwitch"));
        assertEquals(List.of("thirdwitch owner moderator <hag66@sim.test/pda> 100 201 110"), told(hag));
    }

    @Test
    void a_destroyed_room_says_why_and_where_to_go() { // §10.9
        allIn();
        crone.sends("<iq type='set' id='d' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<destroy jid='darkcave@groups.sim.test'><reason>Macbeth doth come.</reason></destroy></query></iq>");
        var got = hag.gets();
        assertEquals("gone thirdwitch none none destroyed 110", told(got));
        var destroy = Objects.requireNonNull(
                Objects.requireNonNull(got.child(Muc.USER, "x")).child(Muc.USER, "destroy"));
        assertEquals("darkcave@groups.sim.test", destroy.attribute("jid"));
        assertEquals("Macbeth doth come.", destroy.childText(Muc.USER, "reason"));
        ask(hag, ROOM, INFO);
        assertEquals("cancel item-not-found", hag.error());
    }

    @Test
    void a_destroyed_room_leaves_nothing_behind() {
        open("persistentroom", "1");
        says(crone, "Double, double");
        crone.sends("<iq type='set' id='d' to='" + ROOM
                + "'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>");
        village.crashes();
        hag.connects();
        hag.sends(enters("thirdwitch"));
        assertEquals(
                "thirdwitch owner moderator <hag66@sim.test/pda> 100 201 110",
                told(hag.takes().getFirst()));
        hag.sends("<iq type='set' id='mam' to='" + ROOM + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        assertEquals("iq", hag.gets().name());
    }

    @Test
    void the_service_says_what_it_is_and_lists_public_rooms() { // §6.1, §6.2, §6.3
        open("roomname", "Coven");
        var info = answer(hag, "groups.sim.test", INFO);
        assertTrue(features(info).contains(Muc.NAMESPACE));
        var rooms = answer(hag, "groups.sim.test", ITEMS).children();
        assertEquals(
                List.of(ROOM),
                rooms.stream().map(room -> room.attribute("jid", "")).toList());
        configure("publicroom", "0");
        assertEquals(List.of(), answer(hag, "groups.sim.test", ITEMS).children());
    }

    @Test
    void a_room_says_what_it_is() { // §6.4
        open("roomname", "Coven", "membersonly", "1", "whois", "anyone", "persistentroom", "1");
        var info = answer(hag, ROOM, INFO);
        assertEquals(
                "Coven",
                Objects.requireNonNull(info.child(Muc.INFO, "identity")).attribute("name"));
        var features = features(info);
        for (var feature : List.of("muc_membersonly", "muc_nonanonymous", "muc_persistent", Muc.STABLE_ID)) {
            assertTrue(features.contains(feature), feature);
        }
        assertFalse(features.contains("muc_open"));
        assertEquals("1", formIn(info).value("muc#roominfo_occupants"));
    }

    @Test
    void who_is_not_in_does_not_see_who_is_in_a_private_room() { // §6.5
        open("membersonly", "1");
        assertEquals(List.of(), answer(hag, ROOM, ITEMS).children());
        assertEquals(1, answer(crone, ROOM, ITEMS).children().size());
    }

    @Test
    void occupants_answer_occupants_only() { // §6.6
        allIn();
        var stranger = village.phone("stranger", "x");
        ask(stranger, ROOM + "/thirdwitch", INFO);
        assertEquals("modify bad-request", stranger.error());
        ask(crone, ROOM + "/thirdwitch", INFO);
        assertNotNull(hag.gets().firstChild());
    }

    @Test
    void a_nickname_can_be_registered_and_found_again() { // §7.10, §7.12
        open();
        ask(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertNotNull(formIn(Objects.requireNonNull(hag.gets().firstChild())).field("muc#register_roomnick"));
        register("thirdwitch");
        assertEquals("result", hag.gets().attribute("type"));
        var answer = answer(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>");
        assertEquals("thirdwitch", Objects.requireNonNull(answer.firstChild()).attribute("name"));
        var again = answer(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertEquals("thirdwitch", again.childText("jabber:iq:register", "username"));
        register("firstwitch");
        assertEquals("cancel conflict", hag.error());
    }

    private void register(String nick) {
        hag.takes();
        hag.sends("<iq type='set' id='r' to='" + ROOM + "'><query xmlns='jabber:iq:register'>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#register</value></field><field var='muc#register_roomnick'>"
                + "<value>" + nick + "</value></field></x></query></iq>");
    }

    @Test
    void a_room_has_a_picture() { // XEP-0486
        open("persistentroom", "1");
        var vcard = "<iq type='set' id='v' to='" + ROOM + "'><vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE>"
                + "<BINVAL>AAAA</BINVAL></PHOTO></vCard></iq>";
        hag.sends(vcard);
        assertEquals("auth forbidden", hag.error());
        crone.sends(vcard);
        crone.takes();
        var card = answer(hag, ROOM, "<vCard xmlns='vcard-temp'/>");
        assertNotNull(card.child("vcard-temp", "PHOTO"));
        assertEquals(
                40,
                String.valueOf(formIn(answer(hag, ROOM, INFO)).value("muc#roominfo_avatarhash"))
                        .length());
        crone.sends(vcard.replace("</PHOTO>", "</PHOTO><PHOTO><TYPE>image/jpeg</TYPE><BINVAL>BBBB</BINVAL></PHOTO>"));
        var both = Objects.requireNonNull(formIn(answer(hag, ROOM, INFO)).field("muc#roominfo_avatarhash"));
        assertEquals(2, both.values().size());
        crone.sends("<iq type='set' id='v' to='" + ROOM + "'><vCard xmlns='vcard-temp'/></iq>");
        assertNull(formIn(answer(hag, ROOM, INFO)).field("muc#roominfo_avatarhash"));
    }

    @Test
    void rooms_are_found_by_words() { // XEP-0433
        open("roomname", "Coven", "roomdesc", "heath");
        assertEquals(1, search("HEATH"));
        assertEquals(0, search("forest"));
    }

    private int search(String words) {
        var result = answer(
                hag,
                "groups.sim.test",
                "<search xmlns='urn:xmpp:channel-search:0:search'><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='FORM_TYPE'><value>urn:xmpp:channel-search:0:search-params</value></field>"
                        + "<field var='q'><value>" + words + "</value></field></x></search>");
        return (int) result.children().stream()
                .filter(child -> child.name().equals("item"))
                .count();
    }

    @Test
    void what_a_room_does_not_know_is_said_so() {
        open();
        ask(hag, ROOM, "<query xmlns='urn:example:unknown'/>");
        assertEquals("cancel service-unavailable", hag.error());
        ask(hag, "nowhere@groups.sim.test", INFO);
        assertEquals("cancel item-not-found", hag.error());
        hag.sends("<message to='" + ROOM + "' type='chat'><body>x</body></message>");
        assertEquals("modify bad-request", hag.error());
    }
}
