package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Groups: what is said reaches every member's every device once and in order, over crashes, and plain MUC clients too.
class GroupTalkTest extends House {

    // ---- messages ---------------------------------------------------------------------------------------------------

    @Test
    void a_message_reaches_every_device_of_every_member_and_nobody_else() {
        var tablet = village.member("bob", "tablet");
        quietFamily();
        tablet.takes();
        says(bob, "Hi");
        for (var phone : List.of(alice, bob, carol, tablet)) {
            var got = phone.gets();
            assertEquals(GROUP + "/bob", got.attribute("from"));
            assertEquals("Hi", got.childText(Stanza.CLIENT, "body"));
            var item = Objects.requireNonNull(
                    Objects.requireNonNull(got.child(Muc.USER, "x")).firstChild());
            assertEquals(
                    "bob@sim.test member participant",
                    item.attribute("jid") + " " + item.attribute("affiliation") + " " + item.attribute("role"));
            assertNotNull(got.child(Muc.OCCUPANT_ID, "occupant-id"));
            assertEquals(
                    GROUP,
                    Objects.requireNonNull(got.child("urn:xmpp:sid:0", "stanza-id"))
                            .attribute("by"));
            assertNull(got.attribute("to"));
        }
        assertEquals(List.of(), mallory.takes());
    }

    @Test
    void a_device_that_has_not_opted_in_gets_no_group_messages() {
        var plain = village.phone("bob", "plain");
        quietFamily();
        plain.takes();
        says(alice, "Hi");
        assertEquals(List.of(), plain.takes());
        assertEquals(List.of("alice: Hi"), heard(bob));
    }

    @Test
    void a_device_can_opt_in_later() {
        var plain = village.phone("bob", "plain");
        quietFamily();
        plain.sends("<iq type='set' id='e'><enable xmlns='urn:kith:groups:0'/></iq>");
        plain.takes();
        says(alice, "Hi");
        assertEquals(List.of("alice: Hi"), heard(plain));
    }

    @Test
    void who_is_away_gets_all_of_it_once_and_in_order() {
        quietFamily();
        bob.leaves();
        carol.vanishes();
        for (int i = 0; i < 5; i++) says(alice, "m" + i);
        alice.takes();
        bob.returns();
        carol.resumes();
        var all = List.of("alice: m0", "alice: m1", "alice: m2", "alice: m3", "alice: m4");
        assertEquals(all, heard(bob));
        assertEquals(all, heard(carol));
        bob.leaves();
        bob.returns();
        assertEquals(List.of(), heard(bob));
    }

    @Test
    void what_comes_late_says_since_when_it_waits() {
        quietFamily();
        bob.leaves();
        says(alice, "Hi");
        bob.returns();
        var got = bob.takes(stanza -> stanza.name().equals("message")).getFirst();
        assertEquals(
                GROUP,
                Objects.requireNonNull(got.child("urn:xmpp:delay", "delay")).attribute("from"));
        assertNotNull(got.child("urn:xmpp:sid:0", "stanza-id"));
    }

    @Test
    void typing_reaches_who_is_there_and_is_not_kept() {
        quietFamily();
        carol.leaves();
        bob.sends("<message to='" + GROUP
                + "' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        assertEquals(1, alice.takes().size());
        carol.returns();
        assertEquals(List.of(), heard(carol));
    }

    @Test
    void a_message_is_stored_once() {
        for (int i = 0; i < 40; i++) {
            village.account("member" + i);
        }
        var more = new StringBuilder();
        for (int i = 0; i < 40; i++)
            more.append("<member jid='member").append(i).append("@sim.test'/>");
        family(more.toString());
        quiet();
        says(alice, "warm");
        long before = village.freeBytes();
        says(alice, "x".repeat(3_000));
        long written = before - village.freeBytes();
        assertTrue(written < 3 * 3_000 + 43 * 150, written + " bytes for a message of 3,000 and 43 copies");
    }

    // ---- crashes ----------------------------------------------------------------------------------------------------

    @Test
    void a_message_that_the_group_has_reaches_all_members_though_the_process_dies() {
        quietFamily();
        says(alice, "before");
        village.pass(2_000);
        quiet();
        var apart = List.of(alice, bob, carol).stream()
                .filter(phone -> Village.apart(String.valueOf(phone.jid.local()), GROUP))
                .count();
        assertTrue(apart > 0, "somebody lives elsewhere");
        alice.sendsBeforeTheServerDies(
                "<message to='" + GROUP + "' type='groupchat' id='m'><body>Hi</body></message>", GROUP);
        quiet();
        for (var phone : List.of(alice, bob, carol)) {
            phone.returns();
            assertEquals(List.of("alice: Hi"), heard(phone), phone.jid.toString());
        }
        says(alice, "after");
        for (var phone : List.of(alice, bob, carol)) assertEquals(List.of("alice: after"), heard(phone));
    }

    @Test
    void what_was_acknowledged_to_a_member_is_said_though_the_process_dies() {
        quietFamily();
        village.pass(2_000);
        var speaker = List.of(alice, bob, carol).stream()
                .filter(phone -> Village.apart(String.valueOf(phone.jid.local()), GROUP))
                .findFirst()
                .orElseThrow();
        speaker.sendsBeforeTheServerDies(
                "<message to='" + GROUP + "' type='groupchat' id='m'><body>Hi</body></message>");
        for (var phone : List.of(alice, bob, carol)) {
            phone.returns();
            var got = heard(phone);
            assertEquals(1, got.size(), phone.jid + " " + got);
            assertTrue(got.getFirst().endsWith(": Hi"));
        }
    }

    @Test
    void who_was_just_removed_hears_so_though_the_process_dies() {
        quietFamily();
        village.crashes();
        for (var phone : List.of(alice, bob, carol)) phone.returns();
        quiet();
        admin(alice, "<item affiliation='none' jid='bob@sim.test'/>");
        village.crashes();
        bob.returns();
        assertEquals("", groups(bob));
    }

    // ---- plain MUC clients ------------------------------------------------------------------------------------------

    @Test
    void a_muc_client_and_a_device_that_opted_in_share_the_room() {
        quietFamily();
        var dino = village.phone("carol", "dino");
        quiet();
        dino.sends("<presence to='" + GROUP + "/whatever'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        var people = dino.takes(stanza -> stanza.name().equals("presence")).stream()
                .map(presence -> presence.attribute("from", "").substring(GROUP.length() + 1))
                .toList();
        assertEquals(List.of("alice", "bob", "Caro"), people);
        quiet();
        says(alice, "Hi");
        assertEquals(List.of("alice: Hi"), heard(dino));
        assertEquals(List.of("alice: Hi"), heard(carol));
        assertEquals(List.of("alice: Hi"), heard(bob));
        quiet();
        says(dino, "Ho");
        assertEquals(List.of("Caro: Ho"), heard(dino));
        for (var phone : List.of(alice, bob, carol)) assertEquals(List.of("Caro: Ho"), heard(phone));
        dino.leaves();
        says(alice, "Still there?");
        assertEquals(List.of("alice: Still there?"), heard(carol));
    }

    @Test
    void a_device_that_opted_in_and_enters_hears_each_message_once() {
        quietFamily();
        bob.sends("<presence to='" + GROUP
                + "/bob'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
        quiet();
        says(alice, "Hi");
        assertEquals(List.of("alice: Hi"), heard(bob));
        says(bob, "Ho");
        assertEquals(List.of("bob: Ho"), heard(bob));
        alice.takes();
        alice.sends("<message to='" + GROUP
                + "' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        assertEquals(1, bob.takes().size());
    }

    @Test
    void a_private_message_finds_a_member_who_is_not_there() {
        quietFamily();
        bob.leaves();
        carol.sends("<message to='" + GROUP + "/bob' type='chat' id='p'><body>Psst</body></message>");
        bob.returns();
        var got = bob.takes(stanza -> stanza.name().equals("message")).getFirst();
        assertEquals(GROUP + "/Caro", got.attribute("from"));
        assertEquals("Psst", got.childText(Stanza.CLIENT, "body"));
    }

    // ---- what is taken back -----------------------------------------------------------------------------------------

    private static String archived(Phone phone) {
        phone.takes();
        phone.sends("<iq type='set' id='a' to='" + GROUP + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        return phone.takes().toString();
    }

    @Test
    void of_what_its_author_takes_back_a_tombstone_stays() { // XEP-0424 §5
        quietFamily();
        says(bob, "regrettable");
        var id = Objects.requireNonNull(carol.gets().child("urn:xmpp:sid:0", "stanza-id"))
                .attribute("id");
        var retraction = "<message to='" + GROUP + "' type='groupchat' id='r1'><retract id='" + id
                + "' xmlns='urn:xmpp:message-retract:1'/><body>I took it back.</body></message>";
        carol.sends(retraction);
        assertTrue(archived(alice).contains("regrettable"), "nobody else takes it back");
        bob.sends(retraction);
        var archive = archived(alice);
        assertTrue(!archive.contains("regrettable"), archive);
        assertTrue(archive.contains("retracted") && archive.contains("id='r1'"), archive);
        village.crashes();
        alice.returns();
        assertTrue(!archived(alice).contains("regrettable"));
    }

    @Test
    void of_what_a_moderator_takes_back_a_tombstone_stays() { // XEP-0425 §5
        quietFamily();
        says(bob, "improper");
        var id = Objects.requireNonNull(alice.gets().child("urn:xmpp:sid:0", "stanza-id"))
                .attribute("id");
        var moderate = "<moderate xmlns='urn:xmpp:message-moderate:1' id='" + id
                + "'><retract xmlns='urn:xmpp:message-retract:1'/><reason>Please</reason></moderate>";
        carol.takes();
        set(carol, moderate);
        assertEquals("auth forbidden", heardError(carol));
        set(alice, moderate);
        var archive = archived(carol);
        assertTrue(!archive.contains("improper"), archive);
        assertTrue(archive.contains("Please"), archive);
    }

    @Test
    void what_is_too_old_goes() {
        quietFamily();
        says(bob, "old");
        village.pass(91L * 86_400_000);
        says(bob, "new");
        village.visitsAll();
        assertEquals(List.of("bob: new"), archive(carol));
    }

    @Test
    void who_does_not_let_others_add_it_is_not_added() {
        quietFamily();
        village.put("mallory", "privacy", "groups-add", "nobody");
        admin(alice, "<item affiliation='member' jid='mallory@sim.test'/>");
        assertEquals(List.of("added mallory mallory member", "left mallory"), heard(bob));
        assertEquals("", groups(mallory));
        says(alice, "secret");
        assertTrue(!mallory.takes().toString().contains("secret"));
        assertEquals("auth forbidden", archiveError(mallory));
    }

    private static String archiveError(Phone phone) {
        phone.takes();
        set(phone, "<query xmlns='urn:xmpp:mam:2'/>");
        return phone.error();
    }

    @Test
    void an_account_that_is_none_is_no_member() {
        family("<member jid='nobody@sim.test'/>");
        assertTrue(heard(bob).contains("left nobody"));
        says(alice, "Hi");
        assertEquals(List.of("alice: Hi"), heard(bob));
    }

    @Test
    void a_message_rings_the_bell_of_every_member_but_its_author() {
        quietFamily();
        bob.leaves();
        woken.clear();
        says(alice, "Hi");
        woken.sort(null);
        assertEquals(List.of("bob Hi", "carol Hi"), woken);
    }
}
