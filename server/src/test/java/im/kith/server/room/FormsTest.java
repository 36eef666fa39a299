package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The forms of XEP-0045: configuration (§10.1, §10.2), registration (§7.10), voice (§7.13, §8.6); and XEP-0433's.
class FormsTest extends Hall {

    private static final String OWNER = "http://jabber.org/protocol/muc#owner";

    private static DataForm formIn(Element around) {
        return Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(around.child(DataForm.NAMESPACE, "x"))));
    }

    private static String form(String type, String... fields) {
        var form = new StringBuilder(
                "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + type + "</value></field>");
        for (int i = 0; i < fields.length; i += 2) {
            form.append("<field var='" + fields[i] + "'><value>" + fields[i + 1] + "</value></field>");
        }
        return form + "</x>";
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roomname",
                "roomdesc",
                "persistentroom",
                "publicroom",
                "moderatedroom",
                "membersonly",
                "passwordprotectedroom",
                "roomsecret",
                "whois",
                "maxusers",
                "changesubject",
                "allowinvites",
                "allowpm",
                "presencebroadcast",
                "getmemberlist",
                "enablelogging",
                "roomadmins",
                "roomowners"
            })
    void the_form_has_the_registered_fields(String field) { // §10.1.3, §15.5.3
        open();
        var form = formIn(answer(crone, ROOM, "<query xmlns='" + OWNER + "'/>"));
        assertEquals("http://jabber.org/protocol/muc#roomconfig", form.formType());
        assertNotNull(form.field("muc#roomconfig_" + field), field);
    }

    @Test
    void a_room_whose_maker_leaves_before_it_is_set_up_is_gone() { // §10.1.3
        crone.sends(enters("firstwitch"));
        crone.takes();
        crone.sends("<presence type='unavailable' to='" + ROOM + "/firstwitch'/>");
        assertEquals(List.of("gone firstwitch owner none <crone@sim.test/desktop> 110"), told(crone));
        ask(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertEquals("cancel item-not-found", hag.error());
    }

    @Test
    void a_room_that_is_not_set_up_is_not_found_by_others() { // §7.2.11
        crone.sends(enters("firstwitch"));
        hag.sends(enters("thirdwitch"));
        assertEquals("cancel item-not-found", hag.error());
        ask(hag, ROOM, "<query xmlns='" + OWNER + "'/>");
        assertEquals("auth forbidden", hag.error());
    }

    @Test
    void a_later_form_that_is_cancelled_changes_nothing() { // §10.2
        open("roomname", "Coven", "persistentroom", "1");
        crone.sends("<iq type='set' id='c' to='" + ROOM + "'><query xmlns='" + OWNER
                + "'><x xmlns='jabber:x:data' type='cancel'/></query></iq>");
        assertEquals("result", crone.gets().attribute("type"));
        var form = formIn(answer(crone, ROOM, "<query xmlns='" + OWNER + "'/>"));
        assertEquals("Coven", form.value("muc#roomconfig_roomname"));
    }

    @Test
    void who_is_owner_no_more_is_administrator() { // §10.2
        allIn();
        configure("roomowners", "crone@sim.test hag66@sim.test");
        assertTrue(told(wiccarocks).contains("thirdwitch owner moderator"));
        configure("roomowners", "crone@sim.test");
        assertEquals(List.of("thirdwitch admin moderator"), told(wiccarocks));
        configure("roomowners", "crone@sim.test hag66@sim.test", "roomadmins", "");
        assertEquals(List.of("thirdwitch owner moderator"), told(wiccarocks));
        configure("roomowners", "crone@sim.test", "roomadmins", "");
        assertEquals(List.of("thirdwitch admin moderator"), told(wiccarocks));
    }

    // ---- registration ----------------------------------------------------------------------------------------------

    @Test
    void one_does_not_register_with_a_room_that_is_not_there_or_does_not_want_it() { // §7.10
        ask(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertEquals("cancel item-not-found", hag.error());
        open("allowregister", "0");
        ask(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertEquals("cancel not-allowed", hag.error());
        configure("allowregister", "1", "membersonly", "1");
        ask(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertEquals("cancel not-allowed", hag.error());
    }

    private static void register(Phone phone, String payload) {
        phone.takes();
        phone.sends("<iq type='set' id='r' to='" + ROOM + "'><query xmlns='jabber:iq:register'>" + payload
                + "</query></iq>");
    }

    @Test
    void a_form_that_is_none_is_a_bad_request() { // §7.10
        open();
        register(hag, "");
        assertEquals("modify bad-request", hag.error());
        register(hag, form("urn:example:else", "muc#register_roomnick", "thirdwitch"));
        assertEquals("modify bad-request", hag.error());
    }

    @Test
    void who_registers_becomes_a_member_before_all_and_keeps_its_name() { // §7.10, §7.12
        allIn();
        var form = form("http://jabber.org/protocol/muc#register", "muc#register_roomnick", "hagbard");
        register(hag, form);
        assertEquals(List.of("thirdwitch member participant"), told(wiccarocks));
        var answer = answer(hag, ROOM, "<query xmlns='jabber:iq:register'/>");
        assertNotNull(answer.child("jabber:iq:register", "registered"));
        assertEquals("hagbard", answer.childText("jabber:iq:register", "username"));
        register(wiccarocks, form);
        assertEquals("cancel conflict", wiccarocks.error());
        wiccarocks.sends("<presence to='" + ROOM + "/hagbard'/>");
        assertEquals("cancel conflict", wiccarocks.error());
        register(hag, "<remove/>");
        hag.takes();
        var nick = answer(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>");
        assertNull(nick.firstChild());
    }

    // ---- voice -----------------------------------------------------------------------------------------------------

    @Test
    void moderators_are_asked_with_all_that_they_need_to_know() { // §8.6
        allIn();
        configure("moderatedroom", "1");
        admin(crone, "<item nick='thirdwitch' role='visitor'/>");
        quiet();
        hag.sends("<message to='" + ROOM + "'>"
                + form("http://jabber.org/protocol/muc#request", "muc#role", "participant") + "</message>");
        var asked = crone.gets();
        assertEquals(ROOM, asked.attribute("from"));
        var form = formIn(asked);
        assertEquals("http://jabber.org/protocol/muc#request", form.formType());
        assertEquals("participant", form.value("muc#role"));
        assertEquals("hag66@sim.test/pda", form.value("muc#jid"));
        assertEquals("thirdwitch", form.value("muc#roomnick"));
        assertEquals(
                "boolean",
                Objects.requireNonNull(form.field("muc#request_allow")).type());
        assertEquals(List.of(), wiccarocks.takes());
        var answer = form(
                "http://jabber.org/protocol/muc#request",
                "muc#role",
                "participant",
                "muc#roomnick",
                "thirdwitch",
                "muc#request_allow",
                "%s");
        crone.sends("<message to='" + ROOM + "'>" + answer.formatted("false") + "</message>");
        assertEquals(List.of(), hag.takes());
        wiccarocks.sends("<message to='" + ROOM + "'>" + answer.formatted("true") + "</message>");
        assertEquals("auth forbidden", wiccarocks.error());
        crone.sends("<message to='" + ROOM + "'>" + answer.formatted("true") + "</message>");
        assertEquals(List.of("thirdwitch none participant 110"), told(hag));
    }

    // ---- channel search --------------------------------------------------------------------------------------------

    private static final String SEARCH = "urn:xmpp:channel-search:0:search";

    private static String search(String... fields) {
        return "<search xmlns='" + SEARCH + "'>" + form("urn:xmpp:channel-search:0:search-params", fields)
                + "</search>";
    }

    @Test
    void the_form_of_the_search_says_what_can_be_asked_for() { // XEP-0433 §3.2.1, §5.1
        var form = formIn(answer(hag, "groups.sim.test", "<search xmlns='" + SEARCH + "'/>"));
        assertEquals("urn:xmpp:channel-search:0:search-params", form.formType());
        for (var name : List.of("q", "all", "sinname", "sindescription", "sinaddress", "types", "key")) {
            assertNotNull(form.field(name), name);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        key {urn:xmpp:channel-search:0:order}age all true | modify feature-not-implemented invalid-sort-key
        q x                                                | modify bad-request invalid-search-terms
        q coven all true                                   | modify bad-request conflicting-fields
        key {urn:xmpp:channel-search:0:order}address       | cancel bad-request no-search-conditions
        """)
    void a_search_that_can_not_be_made_says_why(String fields, String error) { // XEP-0433 §3.2.2
        ask(hag, "groups.sim.test", search(fields.split(" ")));
        var got = Objects.requireNonNull(hag.gets().child("jabber:client", "error"));
        var names = got.children().stream()
                .map(Element::name)
                .filter(name -> !name.equals("text"))
                .toList();
        assertEquals(error, got.attribute("type") + " " + String.join(" ", names));
    }

    @Test
    void a_form_that_is_sent_back_as_it_came_asks_for_nothing() { // XEP-0433 §4.2.2.7
        var form = formIn(answer(hag, "groups.sim.test", "<search xmlns='" + SEARCH + "'/>"));
        for (var field : form.fields()) {
            boolean harmless = List.of("FORM_TYPE", "types", "key").contains(field.name());
            assertTrue(harmless || field.values().isEmpty(), field::toString);
        }
        ask(hag, "groups.sim.test", search());
        assertEquals("cancel bad-request", hag.error());
    }

    @ParameterizedTest
    @CsvSource({
        "sinname true, 0",
        "sindescription true, 1",
        "sinname true sindescription true, 1",
        "sindescription false, 0",
        "sinname false, 1",
        "sinname false sindescription false sinaddress false, 1"
    })
    void words_are_looked_for_where_it_is_said_and_else_everywhere(String boxes, int found) { // XEP-0433 §6.1
        open("roomname", "Coven", "roomdesc", "Cauldrons");
        var result = answer(hag, "groups.sim.test", search(("q cauldrons " + boxes).split(" ")));
        assertEquals(
                found,
                result.children().stream()
                        .filter(child -> child.name().equals("item"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({"xep-0045, 1", "xep-0369, 0"})
    void rooms_are_of_one_type(String type, int found) { // XEP-0433 §5.1, §5.2
        open("roomname", "Coven");
        var result = answer(hag, "groups.sim.test", search("q", "coven", "types", type));
        var items = result.children().stream()
                .filter(child -> child.name().equals("item"))
                .toList();
        assertEquals(found, items.size());
        if (found == 0) return;
        assertEquals(ROOM, items.getFirst().attribute("address"));
        assertEquals("Coven", items.getFirst().childText(SEARCH, "name"));
        assertEquals("1", items.getFirst().childText(SEARCH, "nusers"));
        assertEquals("xep-0045", items.getFirst().childText(SEARCH, "service-type"));
        assertNotNull(items.getFirst().child(SEARCH, "is-open"));
    }

    @Test
    void the_service_says_that_it_can_be_searched() { // XEP-0433 §3.1
        var info = answer(hag, "groups.sim.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertTrue(features(info).contains(SEARCH));
    }

    // ---- XEP-0410 --------------------------------------------------------------------------------------------------

    @Test
    void who_pings_itself_learns_whether_it_is_in() { // XEP-0410 §3.2, §3.3
        ask(hag, ROOM + "/thirdwitch", "<ping xmlns='urn:xmpp:ping'/>");
        assertEquals("modify not-acceptable", hag.error());
        allIn();
        ask(hag, ROOM + "/thirdwitch", "<ping xmlns='urn:xmpp:ping'/>");
        assertEquals("result", hag.gets().attribute("type"));
        ask(hag, ROOM + "/nobody", "<ping xmlns='urn:xmpp:ping'/>");
        assertEquals("cancel item-not-found", hag.error());
        var stranger = village.phone("stranger", "x");
        ask(stranger, ROOM + "/thirdwitch", "<ping xmlns='urn:xmpp:ping'/>");
        assertEquals("modify not-acceptable", stranger.error());
        var info = answer(hag, ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertTrue(features(info).contains("http://jabber.org/protocol/muc#self-ping-optimization"));
    }
}
