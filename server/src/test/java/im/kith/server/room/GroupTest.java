package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.server.feature.Manifest;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Groups whose members need not enter (docs/protocol/groups.md): from their devices' side, from plain MUC clients',
/// and from outside.
class GroupTest {

    private static final String GROUP = "family@groups.sim.test";
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

    /// Whose accounts were told that there is something to wake somebody for, and what.
    private final List<String> woken = new ArrayList<>();

    private final Village village = new Village(
            List.of(() -> Manifest.of("bell")
                    .noticing((message, owner) -> woken.add(
                            owner.jid().local() + " " + message.element().childText(Stanza.CLIENT, "body")))
                    .build()),
            new Rooms());
    private final Phone alice = village.member("alice", "phone");
    private final Phone bob = village.member("bob", "phone");
    private final Phone carol = village.member("carol", "phone");
    private final Phone mallory = village.member("mallory", "phone");

    private void family(String more) {
        alice.sends("<iq type='set' id='c' to='" + GROUP + "'><create xmlns='urn:kith:groups:0'><name>Family</name>"
                + "<member jid='bob@sim.test'/><member jid='carol@sim.test' nick='Caro'/>" + more + "</create></iq>");
    }

    private void quietFamily() {
        quietFamily("");
    }

    private void quietFamily(String settings) {
        family(
                settings.isEmpty()
                        ? ""
                        : "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                                + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>" + settings
                                + "</x>");
        quiet();
    }

    private static String field(String name, String value) {
        return "<field var='" + name + "'><value>" + value + "</value></field>";
    }

    private void quiet() {
        for (var phone : List.of(alice, bob, carol, mallory)) phone.takes();
    }

    private static void says(Phone phone, String body) {
        phone.sends("<message to='" + GROUP + "' type='groupchat' id='m'><body>" + body + "</body></message>");
    }

    private static void set(Phone phone, String payload) {
        phone.sends("<iq type='set' id='s' to='" + GROUP + "'>" + payload + "</iq>");
    }

    private static void admin(Phone phone, String items) {
        set(phone, "<query xmlns='http://jabber.org/protocol/muc#admin'>" + items + "</query>");
    }

    private static void configure(Phone phone, String fields) {
        set(
                phone,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" + fields
                        + "</x></query>");
    }

    /// What came from the group, in few words: results (which may be overtaken), bodies with who said it, events,
    /// errors.
    private static List<String> heard(Phone phone) {
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var error = stanza.child(Stanza.CLIENT, "error");
            if (error != null)
                words.add(Objects.requireNonNull(error.firstChild()).name());
            else if (stanza.name().equals("iq")) words.addFirst(stanza.attribute("type", ""));
            else if (stanza.name().equals("message") && "groupchat".equals(stanza.attribute("type")))
                said(stanza, words);
        }
        return words;
    }

    private static void said(Element message, List<String> words) {
        var from = message.attribute("from", "");
        var body = message.childText(Stanza.CLIENT, "body");
        if (body != null) words.add(from.substring(from.indexOf('/') + 1) + ": " + body);
        var subject = message.childText(Stanza.CLIENT, "subject");
        if (subject != null && !subject.isEmpty()) words.add("subject " + subject);
        for (var child : message.children()) {
            if (!child.is(Membership.NAMESPACE, "event")) continue;
            var word = new StringBuilder(child.attribute("kind", "?"));
            for (var attribute : List.of("jid", "nick", "affiliation", "value", "hash", "var")) {
                var value = child.attribute(attribute);
                if (value != null) word.append(' ').append(value.replace("@sim.test", ""));
            }
            words.add(word.toString());
        }
    }

    private static String groups(Phone phone) {
        phone.takes();
        phone.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
        var list = Objects.requireNonNull(phone.gets().firstChild());
        var words = new ArrayList<String>();
        for (var group : list.children()) {
            words.add(group.attribute("jid") + " " + group.attribute("name") + " " + group.attribute("nick") + " "
                    + group.attribute("affiliation"));
        }
        return String.join(", ", words);
    }

    // ---- making one ------------------------------------------------------------------------------------------------

    @Test
    void a_group_is_made_by_one_request_and_its_members_know() {
        family("");
        var events = List.of("created", "added alice alice owner", "added bob bob member", "added carol Caro member");
        assertEquals(events, heard(bob));
        assertEquals(events, heard(carol));
        var got = heard(alice);
        assertEquals("result", got.getFirst());
        assertEquals(events, got.subList(1, got.size()));
        assertEquals(GROUP + " Family Caro member", groups(carol));
        assertEquals(GROUP + " Family alice owner", groups(alice));
        assertEquals("", groups(mallory));
    }

    @Test
    void a_request_that_is_sent_again_does_no_harm_and_anothers_is_a_conflict() {
        quietFamily();
        family("");
        assertEquals(List.of("result"), heard(alice));
        mallory.sends("<iq type='set' id='c' to='" + GROUP
                + "'><create xmlns='urn:kith:groups:0'><name>Mine</name></create></iq>");
        assertEquals("cancel conflict", mallory.error());
        assertEquals(List.of(), heard(bob));
    }

    @Test
    void a_group_that_can_not_be_is_not_made() {
        alice.sends("<iq type='set' id='c' to='" + GROUP + "'><create xmlns='urn:kith:groups:0'/></iq>");
        assertEquals("modify bad-request", alice.error());
        family("<member jid='groups.sim.test'/>");
        assertEquals("modify jid-malformed", alice.error());
        family("<x xmlns='jabber:x:data' type='submit'>" + field("{urn:kith:groups:0}post", "nobody") + "</x>");
        assertEquals("modify not-acceptable", alice.error());
        assertEquals(List.of(), heard(bob));
    }

    // ---- messages --------------------------------------------------------------------------------------------------

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

    // ---- crashes ---------------------------------------------------------------------------------------------------

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

    // ---- people ----------------------------------------------------------------------------------------------------

    @Test
    void who_is_added_hears_from_then_on_and_reads_nothing_older() {
        quietFamily();
        says(alice, "old");
        quiet();
        admin(alice, "<item affiliation='member' jid='mallory@sim.test' nick='Mal'/>");
        assertEquals(List.of("added mallory Mal member"), heard(mallory));
        assertEquals(List.of("added mallory Mal member"), heard(bob));
        says(bob, "new");
        assertEquals(List.of("bob: new"), heard(mallory));
        assertEquals(List.of("bob: new"), archive(mallory));
        assertEquals(List.of("alice: old", "bob: new"), archive(carol));
    }

    @Test
    void a_group_may_show_everything_to_who_is_added() {
        quietFamily(field("{urn:kith:groups:0}history", "all"));
        says(alice, "old");
        admin(alice, "<item affiliation='member' jid='mallory@sim.test'/>");
        quiet();
        assertEquals(List.of("alice: old"), archive(mallory));
    }

    /// The messages with a body in the group's archive.
    private static List<String> archive(Phone phone) {
        phone.takes();
        phone.sends("<iq type='set' id='a' to='" + GROUP + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var result = stanza.child("urn:xmpp:mam:2", "result");
            if (result == null) continue;
            var forwarded = Objects.requireNonNull(result.firstChild());
            var message = Objects.requireNonNull(forwarded.child(Stanza.CLIENT, "message"));
            if (message.child(Stanza.CLIENT, "body") != null) said(message, words);
        }
        return words;
    }

    @Test
    void who_is_removed_hears_that_last() {
        quietFamily();
        admin(alice, "<item affiliation='none' jid='bob@sim.test'/>");
        assertEquals(List.of("removed bob"), heard(bob));
        assertEquals(List.of("removed bob"), heard(carol));
        says(alice, "Hi");
        assertEquals(List.of(), heard(bob));
        assertEquals("", groups(bob));
        says(bob, "Hi");
        assertEquals("modify not-acceptable", bob.error());
    }

    @Test
    void who_leaves_leaves() {
        quietFamily();
        set(bob, "<query xmlns='jabber:iq:register'><remove/></query>");
        assertEquals(List.of("result", "left bob"), heard(bob));
        assertEquals(List.of("left bob"), heard(carol));
        assertEquals("", groups(bob));
    }

    @Test
    void a_group_keeps_an_owner_and_ends_with_its_last_member() {
        quietFamily();
        admin(alice, "<item affiliation='admin' jid='carol@sim.test'/>");
        quiet();
        set(alice, "<query xmlns='jabber:iq:register'><remove/></query>");
        assertEquals(List.of("left alice", "affiliation carol owner"), heard(carol));
        set(bob, "<query xmlns='jabber:iq:register'><remove/></query>");
        quiet();
        set(carol, "<query xmlns='jabber:iq:register'><remove/></query>");
        assertEquals(List.of("result", "left carol"), heard(carol));
        alice.sends("<iq type='get' id='i' to='" + GROUP + "'>" + INFO + "</iq>");
        assertEquals("cancel item-not-found", alice.error());
    }

    @Test
    void promoting_and_renaming_are_events() {
        quietFamily();
        admin(alice, "<item affiliation='admin' jid='bob@sim.test'/>");
        assertEquals(List.of("affiliation bob admin"), heard(bob));
        admin(carol, "<item affiliation='member' jid='carol@sim.test' nick='Carola'/>");
        assertEquals(List.of("result", "affiliation bob admin", "nick carol Carola"), heard(carol));
        says(carol, "Hi");
        assertEquals(List.of("nick carol Carola", "Carola: Hi"), heard(bob));
        assertEquals(GROUP + " Family bob admin", groups(bob));
    }

    @Test
    void nicknames_are_unique() {
        quietFamily();
        admin(alice, "<item affiliation='member' jid='mallory@sim.test' nick='Caro'/>");
        assertEquals(List.of("added mallory mallory member"), heard(mallory));
        admin(bob, "<item affiliation='member' jid='carol@sim.test' nick='Other'/>");
        assertEquals("auth forbidden", heardError(bob));
    }

    private static String heardError(Phone phone) {
        var got = phone.takes(stanza -> stanza.child(Stanza.CLIENT, "error") != null)
                .getFirst();
        var error = Objects.requireNonNull(got.child(Stanza.CLIENT, "error"));
        return error.attribute("type") + " "
                + Objects.requireNonNull(error.firstChild()).name();
    }

    @Test
    void members_add_others_where_they_may() {
        quietFamily();
        admin(bob, "<item affiliation='member' jid='mallory@sim.test'/>");
        assertEquals("auth forbidden", bob.error());
        configure(alice, field("muc#roomconfig_allowinvites", "1"));
        quiet();
        admin(bob, "<item affiliation='member' jid='mallory@sim.test'/>");
        assertEquals(List.of("added mallory mallory member"), heard(mallory));
        admin(bob, "<item affiliation='admin' jid='mallory@sim.test'/>");
        assertEquals("auth forbidden", heardError(bob));
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void only_administrators_write_where_it_is_so() {
        quietFamily(field("{urn:kith:groups:0}post", "admins"));
        says(bob, "Hi");
        assertEquals("auth forbidden", bob.error());
        admin(alice, "<item affiliation='admin' jid='bob@sim.test'/>");
        quiet();
        says(bob, "Hi");
        assertEquals(List.of("bob: Hi"), heard(carol));
    }

    @Test
    void a_new_name_is_an_event_and_who_may_give_it_is_a_setting() {
        quietFamily();
        configure(bob, field("muc#roomconfig_roomname", "Clan"));
        assertEquals("auth forbidden", bob.error());
        configure(alice, field("{urn:kith:groups:0}edit", "members"));
        assertEquals(List.of("setting members {urn:kith:groups:0}edit"), heard(carol));
        quiet();
        configure(bob, field("muc#roomconfig_roomname", "Clan"));
        assertEquals(List.of("name Clan"), heard(carol));
        assertEquals(GROUP + " Clan Caro member", groups(carol));
        configure(bob, field("muc#roomconfig_membersonly", "0"));
        assertEquals("auth forbidden", heardError(bob));
    }

    @Test
    void a_new_photo_is_an_event() {
        quietFamily();
        set(alice, "<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>AAEC</BINVAL></PHOTO></vCard>");
        assertEquals(List.of("picture 0c7a623fd2bbc05b06423be359e4021d36e721ad"), heard(bob));
    }

    @Test
    void a_subject_reaches_all() {
        quietFamily();
        alice.sends("<message to='" + GROUP + "' type='groupchat'><subject>Dinner</subject></message>");
        assertEquals(List.of("subject Dinner"), heard(bob));
    }

    @Test
    void a_group_stays_one_until_it_is_destroyed() {
        quietFamily();
        configure(alice, field("{urn:kith:groups:0}lasting", "0"));
        assertEquals("cancel conflict", alice.error());
        set(alice, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        assertEquals(List.of("destroyed"), heard(bob));
        assertEquals("", groups(carol));
        says(bob, "Hi");
        assertEquals("cancel item-not-found", heardError(bob));
    }

    @Test
    void a_room_can_become_a_group() {
        alice.sends("<presence to='" + GROUP + "/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        configure(alice, "");
        admin(alice, "<item affiliation='member' jid='bob@sim.test'/>");
        says(alice, "old");
        quiet();
        configure(alice, field("{urn:kith:groups:0}lasting", "1"));
        assertEquals(List.of("added alice alice owner", "added bob bob member"), heard(bob));
        says(bob, "Hi");
        assertEquals(List.of("bob: Hi"), heard(bob));
        assertEquals(
                List.of("alice: old", "bob: Hi"),
                archive(bob).stream().map(GroupTest::withoutNick).toList());
    }

    private static String withoutNick(String said) {
        return said.startsWith("al: ") ? "alice" + said.substring(2) : said;
    }

    // ---- plain MUC clients -----------------------------------------------------------------------------------------

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

    // ---- from outside ----------------------------------------------------------------------------------------------

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

    // ---- links -----------------------------------------------------------------------------------------------------

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

    // ---- what is taken back ----------------------------------------------------------------------------------------

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
