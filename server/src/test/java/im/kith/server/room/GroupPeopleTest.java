package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Groups: how they are made, who is in them, and what they are set to.
class GroupPeopleTest extends House {

    // ---- making one -------------------------------------------------------------------------------------------------

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

    // ---- people -----------------------------------------------------------------------------------------------------

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

    // ---- settings ---------------------------------------------------------------------------------------------------

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
                archive(bob).stream().map(GroupPeopleTest::withoutNick).toList());
    }

    private static String withoutNick(String said) {
        return said.startsWith("al: ") ? "alice" + said.substring(2) : said;
    }
}
