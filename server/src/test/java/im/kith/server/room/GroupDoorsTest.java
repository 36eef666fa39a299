package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Groups: what is seen from outside, and how one comes in: links and approval.
class GroupDoorsTest extends House {

    // ---- from outside -----------------------------------------------------------------------------------------------

    @Test
    void nothing_of_a_group_leaks_to_who_is_not_in_it() {
        quietFamily();
        set(alice, "<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>AAEC</BINVAL></PHOTO></vCard>");
        says(alice, "secret");
        quiet();
        mallory.sends("<iq type='get' id='i' to='" + GROUP + "'>" + INFO + "</iq>");
        var info = mallory.gets().toString();
        assertTrue(!info.contains("Family") && !info.contains("alice"), info);
        for (var question : List.of(
                "<vCard xmlns='vcard-temp'/>",
                "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query>",
                "<query xmlns='http://jabber.org/protocol/muc#owner'/>")) {
            mallory.sends("<iq type='get' id='q' to='" + GROUP + "'>" + question + "</iq>");
            assertEquals("auth forbidden", mallory.error(), question);
        }
        mallory.sends("<iq type='get' id='q' to='" + GROUP
                + "'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        assertEquals(
                List.of(), Objects.requireNonNull(mallory.gets().firstChild()).children());
        set(mallory, "<query xmlns='urn:xmpp:mam:2'/>");
        assertEquals("auth forbidden", mallory.error());
        says(mallory, "Hi");
        assertEquals("modify not-acceptable", mallory.error());
        set(mallory, "<join xmlns='urn:kith:groups:0'/>");
        assertEquals("auth registration-required", mallory.error());
        mallory.sends("<presence to='" + GROUP + "/m'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        assertEquals("auth registration-required", mallory.error());
        mallory.sends("<iq type='get' id='l' to='groups.sim.test'>"
                + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        assertEquals(
                List.of(), Objects.requireNonNull(mallory.gets().firstChild()).children());
    }

    @Test
    void an_open_group_takes_who_comes() {
        quietFamily(field("muc#roomconfig_membersonly", "0"));
        set(mallory, "<join xmlns='urn:kith:groups:0' nick='Mal'/>");
        assertEquals(List.of("result", "added mallory Mal member"), heard(mallory));
        assertEquals(List.of("added mallory Mal member"), heard(bob));
    }

    // ---- links ------------------------------------------------------------------------------------------------------

    private static String token(Phone phone, String limits) {
        phone.takes();
        set(phone, "<request xmlns='urn:xmpp:muc-token-invite:0'" + limits + "/>");
        return Objects.requireNonNull(phone.gets().firstChild()).text();
    }

    private static void joins(Phone phone, String token) {
        set(phone, "<join xmlns='urn:kith:groups:0' token='" + token + "' nick='Mal'/>");
    }

    @Test
    void a_link_lets_people_in_as_often_as_it_says() { // XEP-0488
        quietFamily();
        var dave = village.member("dave", "phone");
        var token = token(alice, " counter='1'");
        joins(mallory, token);
        assertEquals(List.of("result", "added mallory Mal member"), heard(mallory));
        joins(dave, token);
        var refused = dave.gets();
        var error = Objects.requireNonNull(refused.child(Stanza.CLIENT, "error"));
        assertNotNull(error.child(InviteLinks.NAMESPACE, "expired-token"));
        assertTrue(error.toString().contains("used up"), error.toString());
    }

    @Test
    void who_has_a_link_sees_where_it_leads_before_coming_in_and_nobody_else_does() {
        quietFamily(field("{urn:kith:groups:0}approve", "1"));
        var token = token(alice, " counter='1'");
        mallory.sends("<iq type='get' id='l' to='" + GROUP + "'><join xmlns='urn:kith:groups:0' token='" + token
                + "'/></iq>");
        var seen = Objects.requireNonNull(mallory.gets().firstChild());
        assertEquals(
                "Family 3 1",
                seen.attribute("name") + " " + seen.attribute("members") + " " + seen.attribute("approve"));
        mallory.sends("<iq type='get' id='l' to='" + GROUP + "'><join xmlns='urn:kith:groups:0'/></iq>");
        assertEquals("auth registration-required", mallory.error());
        mallory.sends("<iq type='get' id='l' to='" + GROUP + "'><join xmlns='urn:kith:groups:0' token='guess'/></iq>");
        assertEquals("auth not-authorized", mallory.error());
        // It was looked at, not used.
        joins(mallory, token);
        assertTrue(mallory.gets().toString().contains("pending"));
    }

    @Test
    void a_member_reads_in_disco_what_members_may_do() {
        quietFamily(field("{urn:kith:groups:0}post", "admins") + field("{urn:kith:groups:0}approve", "1"));
        bob.sends(
                "<iq type='get' id='d' to='" + GROUP + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
        var info = bob.gets().toString();
        assertTrue(info.matches("(?s).*\\{urn:kith:groups:0\\}post'[^>]*><value>admins<.*"), info);
        assertTrue(info.matches("(?s).*\\{urn:kith:groups:0\\}approve'[^>]*><value>1<.*"), info);
        assertTrue(info.matches("(?s).*muc#roomconfig_allowinvites'[^>]*><value>0<.*"), info);
    }

    @Test
    void a_link_ends_when_it_is_old_or_revoked_and_says_so() {
        quietFamily();
        var old = token(alice, " delay='60'");
        village.pass(61_000);
        joins(mallory, old);
        assertTrue(mallory.gets().toString().contains("too old"));
        var revoked = token(alice, "");
        set(alice, "<revoke xmlns='urn:xmpp:muc-token-invite:0'>" + revoked + "</revoke>");
        joins(mallory, revoked);
        assertTrue(mallory.gets().toString().contains("was revoked"));
        joins(mallory, "guessed");
        assertEquals("auth not-authorized", mallory.error());
        assertEquals("", groups(mallory));
    }

    @Test
    void a_plain_client_comes_in_by_a_link_as_by_a_password() {
        quietFamily();
        var token = token(alice, " counter='1'");
        mallory.sends("<presence to='" + GROUP + "/Mal'><x xmlns='http://jabber.org/protocol/muc'><password>" + token
                + "</password></x></presence>");
        assertEquals(List.of("added mallory Mal member"), heard(bob));
        assertTrue(groups(mallory).endsWith("Mal member"));
    }

    @Test
    void links_are_for_who_may_invite() {
        quietFamily();
        set(bob, "<request xmlns='urn:xmpp:muc-token-invite:0'/>");
        assertEquals("auth forbidden", bob.error());
        configure(alice, field("muc#roomconfig_allowinvites", "1"));
        quiet();
        var bobs = token(bob, " counter='3'");
        var alices = token(alice, "");
        bob.sends("<iq type='get' id='t' to='" + GROUP + "'><tokens xmlns='urn:xmpp:muc-token-invite:0'/></iq>");
        var tokens = Objects.requireNonNull(bob.gets().firstChild()).children();
        assertEquals(List.of(bobs), tokens.stream().map(Element::text).toList());
        set(bob, "<revoke xmlns='urn:xmpp:muc-token-invite:0'>" + alices + "</revoke>");
        assertEquals("cancel item-not-found", bob.error());
    }

    @Test
    void administrators_let_people_in_where_it_is_so() { // XEP-0045 §9.9
        quietFamily(field("{urn:kith:groups:0}approve", "1"));
        var token = token(alice, "");
        joins(mallory, token);
        assertNotNull(mallory.gets().child(Membership.NAMESPACE, "pending"));
        var asked = alice.gets();
        assertTrue(asked.toString().contains("mallory@sim.test"), asked.toString());
        assertEquals(List.of(), heard(bob));
        var answer = "<message to='" + GROUP + "'><x xmlns='jabber:x:data' type='submit'>"
                + field("FORM_TYPE", "http://jabber.org/protocol/muc#register")
                + field("muc#jid", "mallory@sim.test") + field("muc#register_allow", "1") + "</x></message>";
        bob.sends(answer);
        assertEquals("auth forbidden", bob.error());
        alice.sends(answer);
        assertEquals(List.of("added mallory Mal member"), heard(bob));
        alice.takes();
        alice.sends(answer);
        assertEquals("cancel item-not-found", alice.error());
    }

    @Test
    void administrators_see_who_waits_and_answer_by_a_request() {
        quietFamily(field("{urn:kith:groups:0}approve", "1"));
        var token = token(alice, "");
        joins(mallory, token);
        var dave = village.member("dave", "phone");
        village.pass(1000);
        joins(dave, token);
        quiet();
        dave.takes();
        var list = "<iq type='get' id='w' to='" + GROUP + "'><requests xmlns='urn:kith:groups:0'/></iq>";
        bob.sends(list);
        assertEquals("auth forbidden", bob.error());
        mallory.sends(list);
        assertEquals("auth forbidden", mallory.error());
        alice.sends(list);
        var waiting = Objects.requireNonNull(alice.gets().firstChild()).children();
        assertEquals(
                "mallory@sim.test Mal",
                waiting.get(0).attribute("jid") + " " + waiting.get(0).attribute("nick"));
        assertEquals("dave@sim.test", waiting.get(1).attribute("jid"));
        assertNotNull(waiting.get(1).attribute("since"));
        set(bob, "<answer xmlns='urn:kith:groups:0' jid='mallory@sim.test' allow='1'/>");
        assertEquals("auth forbidden", bob.error());
        set(alice, "<answer xmlns='urn:kith:groups:0' jid='mallory@sim.test' allow='1'/>");
        assertEquals(List.of("result", "added mallory Mal member"), heard(alice));
        assertEquals(List.of("added mallory Mal member"), heard(mallory));
        set(alice, "<answer xmlns='urn:kith:groups:0' jid='dave@sim.test' allow='0'/>");
        assertEquals(List.of("result"), heard(alice));
        assertNotNull(dave.gets().child(Membership.NAMESPACE, "declined"));
        set(alice, "<answer xmlns='urn:kith:groups:0' jid='dave@sim.test' allow='1'/>");
        assertEquals("cancel item-not-found", alice.error());
        set(alice, "<answer xmlns='urn:kith:groups:0' jid='dave@sim.test' allow='perhaps'/>");
        assertEquals("modify bad-request", alice.error());
        alice.sends(list);
        assertEquals(0, Objects.requireNonNull(alice.gets().firstChild()).childCount());
    }

    @Test
    void who_waits_still_waits_after_a_crash() {
        quietFamily(field("{urn:kith:groups:0}approve", "1"));
        joins(mallory, token(alice, ""));
        village.crashes();
        alice.returns();
        quiet();
        alice.sends("<iq type='get' id='w' to='" + GROUP + "'><requests xmlns='urn:kith:groups:0'/></iq>");
        assertTrue(alice.gets().toString().contains("mallory@sim.test"));
    }

    @Test
    void what_can_be_no_nickname_does_not_become_one() {
        quietFamily(field("{urn:kith:groups:0}approve", "1"));
        for (var nick : List.of("", " ", "x".repeat(2_000))) {
            admin(bob, "<item affiliation='member' jid='bob@sim.test' nick='" + nick + "'/>");
            assertEquals("modify not-acceptable", bob.error());
        }
        mallory.sends("<iq type='set' id='j' to='" + GROUP + "'><join xmlns='urn:kith:groups:0' token='"
                + token(alice, "") + "' nick='" + "x".repeat(2_000) + "'/></iq>");
        set(alice, "<answer xmlns='urn:kith:groups:0' jid='mallory@sim.test' allow='1'/>");
        quiet();
        says(mallory, "Hi");
        assertEquals(List.of("mallory: Hi"), heard(bob));
    }
}
