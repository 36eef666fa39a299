package im.kith.server.room;

import static im.kith.server.room.CommunityTest.groupsOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Who is in a community comes into its groups without a link (docs/protocol/groups.md), as each group says.
class CommunityDoorsTest {

    private static final String CHANNEL = "news@groups.sim.test";
    private static final String CHOIR = "choir@groups.sim.test";
    private static final String CHESS = "chess@groups.sim.test";
    private static final String FREE = "{urn:kith:groups:0}community";
    private static final String APPROVE = "{urn:kith:groups:0}approve";

    private final Village village = new Village(new Rooms());
    private final Phone alice = village.member("alice", "phone");
    private final Phone bob = village.member("bob", "phone");
    private final Phone carol = village.member("carol", "phone");
    private final Phone mallory = village.member("mallory", "phone");

    /// Alice's village: Bob is in the choir, Carol in the chess club, Mallory in neither.
    private void village() {
        make(
                CHANNEL,
                "Village",
                "<x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='{urn:kith:groups:0}announces'><value>1</value></field></x>");
        make(CHOIR, "Choir", "<member jid='bob@sim.test'/>");
        make(CHESS, "Chess", "<member jid='carol@sim.test'/>");
        for (var group : List.of(CHOIR, CHESS))
            set(alice, CHANNEL, "<include xmlns='urn:kith:groups:0' group='" + group + "'/>");
        quiet();
    }

    private void quiet() {
        for (var phone : List.of(alice, bob, carol, mallory)) phone.takes();
    }

    private void make(String group, String name, String more) {
        set(alice, group, "<create xmlns='urn:kith:groups:0'><name>" + name + "</name>" + more + "</create>");
    }

    private static void set(Phone phone, String to, String payload) {
        phone.sends("<iq type='set' id='s' to='" + to + "'>" + payload + "</iq>");
    }

    private void settings(String field, String value) {
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                        + "<field var='" + field + "'><value>" + value + "</value></field></x></query>");
        quiet();
    }

    private static List<String> joins(Phone phone, String group) {
        set(phone, CHANNEL, "<join xmlns='urn:kith:groups:0' group='" + group + "' nick='Caro'/>");
        return heard(phone);
    }

    /// Answers to what was asked, events of groups and what is waited for, in few words.
    private static List<String> heard(Phone phone) {
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var error = stanza.child(Stanza.CLIENT, "error");
            var first = stanza.firstChild();
            if (error != null)
                words.add(Objects.requireNonNull(error.firstChild()).name());
            else if (stanza.name().equals("iq") && first != null) words.add(first.name());
            else if (stanza.toString().contains("muc#register_allow")) words.add("asked");
            for (var child : stanza.children()) {
                if (child.is(Membership.NAMESPACE, "event"))
                    words.add(child.attribute("kind") + " "
                            + child.attribute("jid", "").replaceAll("@.*", ""));
            }
        }
        return words;
    }

    @Test
    void who_is_in_the_community_asks_for_a_group_and_its_administrators_decide() {
        village();
        assertEquals(List.of("pending"), joins(carol, CHOIR));
        assertEquals(List.of("asked"), heard(alice));
        assertEquals(List.of(), heard(bob));
        assertEquals(List.of("chess", "news"), groupsOf(carol));
        assertEquals(List.of("pending"), joins(carol, CHOIR), "asked again, nothing more happens");
        assertEquals(List.of(), heard(alice));
        set(alice, CHOIR, "<answer xmlns='urn:kith:groups:0' jid='carol@sim.test' allow='1'/>");
        assertEquals(List.of("chess", "choir", "news"), groupsOf(carol));
        assertEquals(List.of("added carol"), heard(bob));
        assertEquals(List.of("joined"), joins(carol, CHOIR), "who is in it is in it");
    }

    @Test
    void a_group_may_let_the_people_of_its_community_in() {
        village();
        settings(FREE, "join");
        assertEquals(
                List.of("joined", "added carol"),
                joins(carol, CHOIR).stream()
                        .sorted((one, two) -> two.compareTo(one))
                        .toList());
        assertEquals(List.of("added carol"), heard(bob));
        assertEquals(List.of("chess", "choir", "news"), groupsOf(carol));
        set(carol, CHESS, "<query xmlns='jabber:iq:register'><remove/></query>");
        assertEquals(List.of("choir", "news"), groupsOf(carol), "the choir vouches for her now");
    }

    @Test
    void where_administrators_approve_nobody_comes_in_alone() {
        village();
        settings(FREE, "join");
        settings(APPROVE, "1");
        assertEquals(List.of("pending"), joins(carol, CHOIR));
    }

    @Test
    void who_is_outside_asks_for_nothing() {
        village();
        settings(FREE, "join");
        assertEquals(List.of("forbidden"), joins(mallory, CHOIR));
        set(mallory, CHOIR, "<join xmlns='urn:kith:groups:0' nick='Mal'/>");
        assertEquals(List.of("registration-required"), heard(mallory));
        set(bob, CHOIR, "<join xmlns='urn:kith:groups:0' group='" + CHESS + "'/>");
        assertEquals(List.of("not-allowed"), heard(bob), "a group is no community");
        assertEquals(List.of(), groupsOf(mallory));
    }

    @Test
    void a_group_that_is_not_in_the_community_is_not_to_be_had_there() {
        village();
        make("secret@groups.sim.test", "Secret", "");
        quiet();
        assertEquals(List.of("item-not-found"), joins(carol, "secret@groups.sim.test"));
        assertEquals(List.of("item-not-found"), joins(carol, "nowhere@groups.sim.test"));
        assertEquals(List.of("item-not-found"), joins(carol, "carol@sim.test"));
        assertEquals(List.of("item-not-found"), joins(carol, "@@"));
        set(alice, CHANNEL, "<exclude xmlns='urn:kith:groups:0' group='" + CHOIR + "'/>");
        quiet();
        assertEquals(List.of("item-not-found"), joins(carol, CHOIR));
        assertEquals(List.of(), heard(alice));
    }

    @Test
    void who_is_banned_from_a_group_stays_out() {
        village();
        settings(FREE, "join");
        set(
                alice,
                CHOIR,
                "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item affiliation='outcast' jid='carol@sim.test'/></query>");
        quiet();
        assertEquals(List.of("forbidden"), joins(carol, CHOIR));
    }

    @Test
    void a_channel_that_is_none_of_the_groups_lets_nobody_into_it() {
        village();
        settings(FREE, "join");
        var own = "evil@groups.sim.test";
        set(
                mallory,
                own,
                "<create xmlns='urn:kith:groups:0'><name>Evil</name><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='{urn:kith:groups:0}announces'><value>1</value></field></x></create>");
        set(mallory, own, "<include xmlns='urn:kith:groups:0' group='" + CHOIR + "'/>");
        quiet();
        set(mallory, own, "<join xmlns='urn:kith:groups:0' group='" + CHOIR + "'/>");
        assertEquals(List.of("item-not-found"), heard(mallory));
        assertTrue(groupsOf(mallory).equals(List.of("evil")));
    }
}
