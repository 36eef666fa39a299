package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// XEP-0045 §7.4, §7.5, §7.8, §7.13, §8.1; XEP-0425, XEP-0500, XEP-0313.
class SpeakingTest extends Hall {

    @Test
    void what_is_said_comes_back_to_all_with_its_id() { // §7.4
        allIn();
        hag.sends("<message to='" + ROOM + "' type='groupchat' id='hysf1v37'><body>Harpier cries</body></message>");
        for (var each : List.of(crone, wiccarocks, hag)) {
            var got = each.gets();
            assertEquals(ROOM + "/thirdwitch", got.attribute("from"));
            assertEquals("hysf1v37", got.attribute("id"));
            assertEquals(each.jid.toString(), got.attribute("to"));
            assertEquals("Harpier cries", got.childText(Stanza.CLIENT, "body"));
            var id = Objects.requireNonNull(got.child("urn:xmpp:sid:0", "stanza-id"));
            assertEquals(ROOM, id.attribute("by"));
            assertNotNull(got.child(Muc.OCCUPANT_ID, "occupant-id"));
        }
    }

    @Test
    void who_is_not_in_may_not_speak() {
        open();
        says(hag, "Harpier cries");
        assertEquals("modify not-acceptable", hag.error());
        crone.getsNothing();
    }

    @Test
    void visitors_have_no_voice_and_may_ask_for_it() { // §7.13, §8.6
        open("moderatedroom", "1");
        hag.sends(enters("thirdwitch"));
        assertEquals("thirdwitch none visitor 110", told(hag).getLast());
        says(hag, "Harpier cries");
        assertEquals("auth forbidden", hag.error());
        crone.takes();
        hag.sends("<message to='" + ROOM + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#request</value></field>"
                + "<field var='muc#role'><value>participant</value></field></x></message>");
        var asked = crone.gets();
        assertEquals(ROOM, asked.attribute("from"));
        crone.sends("<message to='" + ROOM + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#request</value></field>"
                + "<field var='muc#roomnick'><value>thirdwitch</value></field>"
                + "<field var='muc#request_allow'><value>true</value></field></x></message>");
        assertEquals(List.of("thirdwitch none participant 110"), told(hag));
        says(hag, "Harpier cries");
        assertEquals(List.of("Harpier cries"), heard(hag));
    }

    @Test
    void a_private_message_reaches_one_only() { // §7.5
        allIn();
        hag.sends("<message to='" + ROOM
                + "/secondwitch' type='chat' id='p'><body>I'll give thee a wind</body></message>");
        crone.getsNothing();
        hag.getsNothing();
        var got = wiccarocks.gets();
        assertEquals(ROOM + "/thirdwitch", got.attribute("from"));
        assertEquals("p", got.attribute("id"));
        assertNotNull(got.child(Muc.USER, "x"));
    }

    @Test
    void private_messages_that_can_not_be_are_refused() { // §7.5
        allIn();
        hag.sends("<message to='" + ROOM + "/secondwitch' type='groupchat'><body>wind</body></message>");
        assertEquals("modify bad-request", hag.error());
        hag.sends("<message to='" + ROOM + "/nobody' type='chat'><body>wind</body></message>");
        assertEquals("cancel item-not-found", hag.error());
        var stranger = village.phone("stranger", "x");
        stranger.sends("<message to='" + ROOM + "/secondwitch' type='chat'><body>wind</body></message>");
        assertEquals("modify not-acceptable", stranger.error());
    }

    @Test
    void the_subject_is_the_moderators() { // §8.1
        allIn();
        hag.sends("<message to='" + ROOM + "' type='groupchat'><subject>Fire Burn</subject></message>");
        assertEquals("auth forbidden", hag.error());
        crone.sends("<message to='" + ROOM + "' type='groupchat'><subject>Fire Burn</subject></message>");
        assertEquals(List.of("'Fire Burn'"), heard(hag));
        configure("changesubject", "1");
        quiet();
        hag.sends("<message to='" + ROOM + "' type='groupchat'><subject>And Cauldron Bubble!</subject></message>");
        assertEquals(List.of("'And Cauldron Bubble!'"), heard(crone));
        village.pass(1_000);
        var late = village.phone("late", "x");
        late.sends(enters("late"));
        var got = late.takes(stanza -> stanza.name().equals("message"));
        assertEquals("And Cauldron Bubble!", got.getLast().childText(Stanza.CLIENT, "subject"));
        assertEquals(ROOM + "/thirdwitch", got.getLast().attribute("from"));
        assertNotNull(got.getLast().child("urn:xmpp:delay", "delay"));
    }

    @Test
    void a_subject_with_a_body_is_a_message() { // §8.1
        allIn();
        hag.sends("<message to='" + ROOM + "' type='groupchat'><subject>x</subject><body>y</body></message>");
        assertEquals(List.of("y"), heard(crone));
    }

    @Test
    void an_invitation_waits_for_who_is_away_and_can_be_declined() { // §7.8.2
        open();
        var hecate = village.phone("hecate", "broom");
        hecate.leaves();
        crone.sends("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='hecate@sim.test'><reason>Hey Hecate</reason></invite></x></message>");
        hecate.connects();
        hecate.sends("<presence/>");
        var got = hecate.takes(stanza -> stanza.name().equals("message")).getFirst();
        assertEquals(ROOM, got.attribute("from"));
        var x = Objects.requireNonNull(got.child(Muc.USER, "x"));
        var invite = Objects.requireNonNull(x.child(Muc.USER, "invite"));
        assertEquals("crone@sim.test/desktop", invite.attribute("from"));
        assertEquals("Hey Hecate", invite.childText(Muc.USER, "reason"));
        crone.takes();
        hecate.sends("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<decline to='crone@sim.test'><reason>Sorry</reason></decline></x></message>");
        var declined = Objects.requireNonNull(crone.gets().child(Muc.USER, "x")).firstChild();
        assertEquals("hecate@sim.test", declined == null ? null : declined.attribute("from"));
    }

    @Test
    void who_does_not_exist_can_not_be_invited() { // §7.8.2
        open();
        crone.sends("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='nobody@sim.test'/></x></message>");
        assertEquals("cancel item-not-found", crone.error());
    }

    @Test
    void only_administrators_invite_to_a_members_only_room_and_so_make_members() { // §7.8.2, §9.3
        open("membersonly", "1");
        admin(crone, "<item affiliation='member' jid='hag66@sim.test'/>");
        assertEquals("message", hag.gets().name());
        hag.sends(enters("thirdwitch"));
        quiet();
        hag.sends("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='wiccarocks@sim.test'/></x></message>");
        assertEquals("auth forbidden", hag.error());
        crone.sends("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='wiccarocks@sim.test'/></x></message>");
        wiccarocks.takes();
        wiccarocks.sends(enters("secondwitch"));
        assertEquals("secondwitch member participant 110", told(wiccarocks).getLast());
    }

    @Test
    void slow_mode_slows_down() { // XEP-0500
        open("slow_mode_duration", "20");
        hag.sends(enters("thirdwitch"));
        quiet();
        says(hag, "one");
        says(hag, "two");
        var got = hag.takes();
        assertEquals("error", got.getLast().attribute("type"));
        village.pass(20_000);
        says(hag, "three");
        assertEquals(List.of("one", "three"), heard(crone));
    }

    @Test
    void what_was_said_is_in_the_archive() { // XEP-0313 §6
        allIn();
        says(hag, "Harpier cries");
        says(crone, "'tis time");
        quiet();
        hag.sends("<iq type='set' id='mam' to='" + ROOM + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        var got = hag.takes();
        assertEquals(3, got.size());
        assertEquals(ROOM, got.getFirst().attribute("from"));
        assertEquals("result", got.getLast().attribute("type"));
        var forwarded =
                Objects.requireNonNull(Objects.requireNonNull(got.getFirst().child("urn:xmpp:mam:2", "result"))
                        .firstChild());
        var message = Objects.requireNonNull(forwarded.child(Stanza.CLIENT, "message"));
        assertEquals(ROOM + "/thirdwitch", message.attribute("from"));
    }

    @Test
    void a_moderator_takes_back_what_was_said() { // XEP-0425
        allIn();
        says(hag, "DM me for free magic potions!");
        var id = Objects.requireNonNull(crone.gets().child("urn:xmpp:sid:0", "stanza-id"))
                .attribute("id");
        quiet();
        var moderate = "<iq type='set' id='r' to='" + ROOM + "'><moderate id='" + id
                + "' xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/></moderate></iq>";
        hag.sends(moderate);
        assertEquals("auth forbidden", hag.error());
        crone.sends(moderate);
        var retract = Objects.requireNonNull(hag.gets().child(Muc.RETRACTION, "retract"));
        assertEquals(id, retract.attribute("id"));
        var late = village.phone("late", "x");
        late.sends(enters("late"));
        assertEquals(List.of("''"), heard(late));
    }

    @Test
    void a_question_to_an_occupant_goes_through_the_room_and_back() { // §17.4
        allIn();
        hag.sends("<iq type='get' id='v' to='" + ROOM + "/secondwitch'><query xmlns='jabber:iq:version'/></iq>");
        var asked = wiccarocks.gets();
        assertEquals(ROOM + "/thirdwitch", asked.attribute("from"));
        wiccarocks.sends("<iq type='result' id='" + asked.attribute("id") + "' to='" + ROOM
                + "/thirdwitch'><query xmlns='jabber:iq:version'/></iq>");
        var answered = hag.gets();
        assertEquals("v", answered.attribute("id"));
        assertEquals(ROOM + "/secondwitch", answered.attribute("from"));
    }

    @Test
    void the_room_tells_who_is_in_it() { // XEP-0410
        allIn();
        var ping = "<ping xmlns='urn:xmpp:ping'/>";
        answerOf(hag, ROOM + "/thirdwitch", ping);
        var stranger = village.phone("stranger", "x");
        ask(stranger, ROOM + "/stranger", ping);
        assertEquals("modify not-acceptable", stranger.error());
    }

    private static void answerOf(im.kith.server.account.Village.Phone phone, String to, String payload) {
        ask(phone, to, payload);
        assertEquals("result", phone.gets().attribute("type"));
    }

    @Test
    void a_device_that_can_not_be_reached_leaves() { // §11.1
        allIn();
        hag.sends("<message to='" + ROOM + "/secondwitch' type='error'><error type='cancel'>"
                + "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        assertEquals(List.of("gone thirdwitch none none 333"), told(wiccarocks));
    }
}
