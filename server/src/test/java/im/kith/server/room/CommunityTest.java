package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Communities (docs/protocol/groups.md): groups around an announcement channel that the server keeps.
class CommunityTest {

    private static final String CHANNEL = "news@groups.sim.test";
    private static final String CHOIR = "choir@groups.sim.test";
    private static final String CHESS = "chess@groups.sim.test";
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    private static final String ITEMS =
            "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='groups'/></pubsub>";

    private final Village village = new Village(new Rooms());
    private final Phone alice = village.member("alice", "phone");
    private final Phone bob = village.member("bob", "phone");
    private final Phone carol = village.member("carol", "phone");
    private final Phone mallory = village.member("mallory", "phone");

    private void quiet() {
        for (var phone : List.of(alice, bob, carol, mallory)) phone.takes();
    }

    private static void set(Phone phone, String to, String payload) {
        phone.sends("<iq type='set' id='s' to='" + to + "'>" + payload + "</iq>");
    }

    private static void make(Phone owner, String group, String name, String... members) {
        var more = new StringBuilder();
        for (var member : members) {
            more.append("<member jid='").append(member).append("@sim.test'/>");
        }
        set(owner, group, "<create xmlns='urn:kith:groups:0'><name>" + name + "</name>" + more + "</create>");
    }

    private static void channel(Phone owner) {
        set(
                owner,
                CHANNEL,
                "<create xmlns='urn:kith:groups:0'><name>Village</name><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='{urn:kith:groups:0}announces'><value>1</value></field></x></create>");
    }

    private static void include(Phone phone, String group) {
        set(phone, CHANNEL, "<include xmlns='urn:kith:groups:0' group='" + group + "'/>");
    }

    /// Alice has a channel, a choir with Bob, and a chess club with Carol.
    private void village() {
        channel(alice);
        make(alice, CHOIR, "Choir", "bob");
        make(alice, CHESS, "Chess", "carol");
        include(alice, CHOIR);
        include(alice, CHESS);
        quiet();
    }

    private static void says(Phone phone, String to, String body) {
        phone.sends("<message to='" + to + "' type='groupchat' id='m'><body>" + body + "</body></message>");
    }

    /// Bodies and events from the channel, and errors, in few words.
    private static List<String> heard(Phone phone) {
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var error = stanza.child(Stanza.CLIENT, "error");
            if (error != null)
                words.add(Objects.requireNonNull(error.firstChild()).name());
            if (!stanza.name().equals("message")
                    || !stanza.attribute("from", "").startsWith(CHANNEL)
                    || !"groupchat".equals(stanza.attribute("type"))) continue;
            var body = stanza.childText(Stanza.CLIENT, "body");
            if (body != null) words.add(body);
            for (var child : stanza.children()) {
                if (!child.is(Membership.NAMESPACE, "event")) continue;
                var what = child.attribute("jid", child.attribute("group", child.attribute("var", "")));
                words.add(child.attribute("kind") + " " + what.replaceAll("@.*", ""));
            }
        }
        return words;
    }

    private static Element answer(Phone phone, String to, String payload) {
        phone.takes();
        phone.sends("<iq type='get' id='a' to='" + to + "'>" + payload + "</iq>");
        var answer = phone.gets();
        assertEquals("result", answer.attribute("type"), answer::toString);
        return Objects.requireNonNull(answer.firstChild());
    }

    static List<String> groupsOf(Phone phone) {
        phone.takes();
        phone.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
        return Objects.requireNonNull(phone.gets().firstChild()).children().stream()
                .map(group -> group.attribute("jid", "").replaceAll("@.*", ""))
                .toList();
    }

    @Test
    void who_is_in_a_group_of_the_community_hears_its_announcements() {
        channel(alice);
        make(alice, CHOIR, "Choir", "bob");
        quiet();
        include(alice, CHOIR);
        assertTrue(
                alice.takes().stream()
                        .anyMatch(stanza -> stanza.name().equals("iq") && "result".equals(stanza.attribute("type"))),
                "the request is answered");
        assertEquals(List.of("added bob"), heard(bob).subList(0, 1));
        quiet();
        says(alice, CHANNEL, "Market on Sunday");
        assertEquals(List.of("Market on Sunday"), heard(bob));
        assertEquals(List.of("Market on Sunday"), heard(alice));
        assertEquals(List.of("choir", "news"), groupsOf(bob));
        assertEquals(List.of(), heard(carol));
    }

    @Test
    void only_administrators_announce() {
        village();
        says(bob, CHANNEL, "Buy my car");
        assertEquals(List.of("forbidden"), heard(bob));
        assertEquals(List.of(), heard(carol));
    }

    @Test
    void who_comes_into_a_group_comes_into_the_channel_and_goes_with_the_last() {
        village();
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='member' jid='mallory@sim.test'/></query>");
        assertEquals(List.of("added mallory"), heard(mallory));
        set(
                alice,
                CHESS,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='member' jid='mallory@sim.test'/></query>");
        var leave = "<query xmlns='jabber:iq:register'><remove/></query>";
        set(mallory, CHOIR, leave);
        assertEquals(List.of("chess", "news"), groupsOf(mallory));
        set(mallory, CHESS, leave);
        assertEquals(List.of("removed mallory"), heard(mallory));
        assertEquals(List.of(), groupsOf(mallory));
        says(alice, CHANNEL, "Secret");
        assertEquals(List.of(), heard(mallory));
    }

    @Test
    void who_left_the_channel_is_not_dragged_back_by_what_others_do() {
        village();
        set(bob, CHANNEL, "<query xmlns='jabber:iq:register'><remove/></query>");
        bob.takes();
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='member' jid='carol@sim.test'/></query>");
        assertEquals(List.of("choir"), groupsOf(bob));
    }

    @Test
    void members_do_not_learn_of_the_members_of_other_groups() {
        village();
        set(
                alice,
                CHESS,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='member' jid='mallory@sim.test'/></query>");
        assertEquals(List.of(), heard(bob));
        bob.sends("<iq type='get' id='l' to='" + CHANNEL + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + "<item affiliation='member'/></query></iq>");
        assertEquals("auth forbidden", bob.error());
        var items = answer(bob, CHANNEL, "<query xmlns='http://jabber.org/protocol/disco#items'/>");
        assertFalse(items.toString().contains("carol"), items::toString);
        bob.sends("<iq type='set' id='q' to='" + CHANNEL + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        var archived = bob.takes().toString();
        assertFalse(archived.contains("carol") || archived.contains("mallory"), archived);
        bob.sends("<message to='" + CHANNEL + "/carol' type='chat'><body>Hi</body></message>");
        assertEquals("auth forbidden", bob.error());
        bob.sends("<presence to='" + CHANNEL + "/b'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        var seen = bob.takes(stanza -> stanza.name().equals("presence")).toString();
        assertFalse(seen.contains("carol") || seen.contains("mallory"), seen);
    }

    @Test
    void the_groups_are_a_space_that_only_its_people_see() {
        village();
        assertEquals(
                Village.xml(
                                "<iq><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='groups'><item id='"
                                        + CHESS
                                        + "'><conference xmlns='urn:xmpp:bookmarks:1' name='Chess'/></item><item id='"
                                        + CHOIR
                                        + "'><conference xmlns='urn:xmpp:bookmarks:1' name='Choir'/></item></items></pubsub></iq>")
                        .firstChild(),
                answer(bob, CHANNEL, ITEMS));
        assertTrue(answer(bob, CHANNEL, "<query xmlns='http://jabber.org/protocol/disco#info' node='groups'/>")
                .toString()
                .contains("urn:xmpp:spaces:0"));
        assertTrue(answer(bob, CHOIR, INFO).toString().contains("xmpp:" + CHANNEL + "?;node=groups"));
        mallory.sends("<iq type='get' id='x' to='" + CHANNEL + "'>" + ITEMS + "</iq>");
        assertEquals("auth forbidden", mallory.error());
        mallory.sends("<iq type='get' id='x' to='" + CHANNEL
                + "'><query xmlns='http://jabber.org/protocol/disco#info' node='groups'/></iq>");
        assertEquals("cancel item-not-found", mallory.error());
    }

    @Test
    void a_group_that_is_renamed_is_renamed_in_the_space() {
        village();
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='muc#roomconfig_roomname'><value>Loud choir</value></field></x></query>");
        assertTrue(answer(bob, CHANNEL, ITEMS).toString().contains("Loud choir"));
    }

    @Test
    void an_administrator_takes_a_group_out_and_its_people_go() {
        village();
        set(alice, CHANNEL, "<exclude xmlns='urn:kith:groups:0' group='" + CHOIR + "'/>");
        assertEquals(List.of("removed bob"), heard(bob));
        assertEquals(List.of("group-removed choir"), heard(carol));
        assertEquals(List.of("choir"), groupsOf(bob));
        assertFalse(answer(bob, CHOIR, INFO).toString().contains("urn:xmpp:spaces:0"));
    }

    @Test
    void a_group_goes_by_itself() {
        village();
        set(bob, CHOIR, "<exclude xmlns='urn:kith:groups:0'/>");
        assertEquals("auth forbidden", bob.error());
        set(alice, CHOIR, "<exclude xmlns='urn:kith:groups:0'/>");
        assertEquals(List.of("choir"), groupsOf(bob));
        set(alice, CHOIR, "<exclude xmlns='urn:kith:groups:0'/>");
        assertTrue(heard(alice).contains("item-not-found"));
    }

    @Test
    void a_group_that_ends_is_in_no_community() {
        village();
        set(alice, CHOIR, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        assertEquals(List.of(), groupsOf(bob));
        assertFalse(answer(carol, CHANNEL, ITEMS).toString().contains(CHOIR));
    }

    @Test
    void the_community_ends_with_its_channel_and_the_groups_stay() {
        village();
        set(alice, CHANNEL, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        assertEquals(List.of("choir"), groupsOf(bob));
        assertFalse(answer(bob, CHOIR, INFO).toString().contains("urn:xmpp:spaces:0"));
        channel(bob);
        quiet();
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='admin' jid='bob@sim.test'/></query>");
        include(bob, CHOIR);
        assertEquals(List.of("chess", "choir", "news"), groupsOf(alice));
    }

    @Test
    void a_group_is_included_by_who_administers_both_and_only_once() {
        channel(alice);
        make(bob, CHOIR, "Choir", "alice");
        make(carol, CHESS, "Chess");
        quiet();
        include(alice, CHOIR);
        assertEquals(List.of("forbidden"), heard(alice));
        include(alice, CHESS);
        assertEquals(List.of("item-not-found"), heard(alice), "of a group that one is not in one learns nothing");
        include(alice, "none@groups.sim.test");
        assertEquals(List.of("item-not-found"), heard(alice));
        include(alice, CHANNEL);
        assertEquals(List.of("jid-malformed"), heard(alice));
        include(bob, CHOIR);
        assertEquals(List.of("forbidden"), heard(bob));
        set(bob, CHOIR, "<include xmlns='urn:kith:groups:0' group='" + CHESS + "'/>");
        assertEquals(List.of("not-allowed"), heard(bob));
        assertEquals(List.of(), heard(carol));
    }

    @Test
    void a_group_is_in_one_community_only() {
        village();
        set(
                alice,
                "other@groups.sim.test",
                "<create xmlns='urn:kith:groups:0'><name>Other</name><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='{urn:kith:groups:0}announces'><value>1</value></field></x></create>");
        alice.takes();
        set(alice, "other@groups.sim.test", "<include xmlns='urn:kith:groups:0' group='" + CHOIR + "'/>");
        assertEquals("cancel conflict", alice.error());
    }

    @Test
    void a_channel_stays_what_it_is() {
        village();
        for (var field : List.of("{urn:kith:groups:0}announces'><value>0", "muc#roomconfig_whois'><value>anyone")) {
            set(
                    alice,
                    CHANNEL,
                    "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
                            + "<field var='" + field + "</value></field></x></query>");
            assertEquals("cancel conflict", alice.error());
        }
    }

    @Test
    void a_crash_between_group_and_channel_loses_nobody() {
        village();
        alice.sendsBeforeTheServerDies("<message to='" + CHANNEL + "' type='groupchat'><body>Hi</body></message>");
        alice.returns();
        bob.returns();
        carol.returns();
        quiet();
        set(
                alice,
                CHESS,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='member' jid='mallory@sim.test'/></query>");
        mallory.returns();
        assertEquals(List.of("chess", "news"), groupsOf(mallory));
        assertEquals(List.of("choir", "news"), groupsOf(bob));
        says(alice, CHANNEL, "again");
        assertEquals(List.of("again"), heard(bob));
    }
}
