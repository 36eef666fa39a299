package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static im.kith.server.account.SubscriptionState.FROM;
import static im.kith.server.account.SubscriptionState.NONE_PENDING_OUT;
import static im.kith.server.account.SubscriptionState.TO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6121 §4 as plays: Juliet and Romeo see each other come and go.
class PresencePlayTest {

    private final Town town = new Town();
    private final Citizen juliet = town.account("juliet@example.com");
    private final Citizen romeo = town.account("romeo@example.net");
    private final Gadget balcony = juliet.device("balcony");
    private final Gadget orchard = romeo.device("orchard");

    private void friends() {
        juliet.knows("romeo@example.net", BOTH);
        romeo.knows("juliet@example.com", BOTH);
    }

    // ---- §4.2 initial presence

    @Test
    void the_first_to_come_sees_itself_and_learns_that_nobody_is_there() { // §4.2.2, §4.3.2 rule 3
        friends();
        balcony.sends("<presence/>");
        balcony.gets(
                "<presence from='juliet@example.com/balcony' to='juliet@example.com'/>",
                "<presence from='romeo@example.net' to='juliet@example.com' type='unavailable'/>");
        orchard.getsNothing();
    }

    @Test
    void the_second_to_come_is_seen_and_sees() { // §4.2.3, §4.3.2 rule 4
        friends();
        balcony.sends("<presence xml:lang='en'><show>away</show><status>be right back</status></presence>")
                .ignoresWhatItGot();
        orchard.sends("<presence><priority>1</priority></presence>");
        balcony.gets("""
                <presence from='romeo@example.net/orchard' to='juliet@example.com'><priority>1</priority></presence>""");
        orchard.gets("""
                <presence from='romeo@example.net/orchard' to='romeo@example.net'><priority>1</priority></presence>""", """
                <presence xml:lang='en' from='juliet@example.com/balcony' to='romeo@example.net'>
                  <show>away</show><status>be right back</status>
                </presence>""");
    }

    @Test
    void what_a_device_can_do_is_told_to_whom_it_appears_later_though_it_says_it_once() { // XEP-0115 §8.4
        friends();
        balcony.sends("<presence><c xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='sha-1'/></presence>")
                .sends("<presence><show>away</show></presence>");
        orchard.sends("<presence/>");
        orchard.gets("<presence from='romeo@example.net/orchard' to='romeo@example.net'/>", """
                <presence from='juliet@example.com/balcony' to='romeo@example.net'>
                  <show>away</show><c xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='sha-1'/>
                </presence>""");
    }

    @Test
    void a_second_device_sees_the_first_and_asks_for_itself_alone() { // §4.2.2
        friends();
        orchard.online();
        balcony.online();
        var chamber = juliet.device("chamber").sends("<presence/>");
        chamber.gets(
                "<presence from='juliet@example.com/chamber' to='juliet@example.com'/>",
                "<presence from='juliet@example.com/balcony' to='juliet@example.com/chamber'/>",
                "<presence from='romeo@example.net/orchard' to='juliet@example.com/chamber'/>");
        balcony.gets("<presence from='juliet@example.com/chamber' to='juliet@example.com'/>");
        orchard.gets("<presence from='juliet@example.com/chamber' to='romeo@example.net'/>");
    }

    @ParameterizedTest
    @EnumSource
    void presence_goes_to_who_may_see_it_and_is_asked_of_whom_one_may_see(SubscriptionState state) {
        juliet.knows("mercutio@example.org", state);
        balcony.sends("<presence/>");
        var presence = "<presence from='juliet@example.com/balcony' to='mercutio@example.org'/>";
        var probe = "<presence from='juliet@example.com' to='mercutio@example.org' type='probe'/>";
        town.leaves(
                switch (state) {
                    case NONE, NONE_PENDING_OUT, NONE_PENDING_IN, NONE_PENDING_OUT_IN -> new String[] {};
                    case TO, TO_PENDING_IN -> new String[] {probe};
                    case FROM, FROM_PENDING_OUT -> new String[] {presence};
                    case BOTH -> new String[] {presence, probe};
                });
    }

    @Test
    void a_device_that_said_nothing_sees_nothing() {
        friends();
        orchard.sends("<presence/>");
        balcony.getsNothing();
    }

    // ---- §4.3 probes

    @ParameterizedTest
    @EnumSource
    void a_probe_is_answered_to_who_may_see(SubscriptionState state) { // §4.3.2 rules 1 and 4
        balcony.online();
        juliet.knows("mercutio@example.org", state);
        town.arrives("<presence from='mercutio@example.org' to='juliet@example.com' type='probe'/>");
        town.leaves(
                state.from()
                        ? "<presence from='juliet@example.com/balcony' to='mercutio@example.org'/>"
                        : "<presence from='juliet@example.com' to='mercutio@example.org' type='unsubscribed'/>");
        assertEquals(List.of(), town.durable, "whoever probes again is answered again");
    }

    @Test
    void a_probe_that_reveals_a_lost_subscription_heals_the_roster() { // §4.3.2 rule 1
        juliet.knows("romeo@example.net", TO);
        balcony.interested();
        balcony.sends("<presence/>");
        balcony.gets(
                "<presence from='juliet@example.com/balcony' to='juliet@example.com'/>",
                "<presence from='romeo@example.net' to='juliet@example.com' type='unsubscribed'/>",
                """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='romeo@example.net' subscription='none'/></query>
                </iq>""");
    }

    @Test
    void a_probe_of_one_device_is_answered_for_that_device() {
        juliet.knows("mercutio@example.org", FROM);
        balcony.online();
        juliet.device("chamber").online();
        town.arrives("<presence from='mercutio@example.org' to='juliet@example.com/chamber' type='probe'/>");
        town.arrives("<presence from='mercutio@example.org' to='juliet@example.com/crypt' type='probe'/>");
        town.leaves(
                "<presence from='juliet@example.com/chamber' to='mercutio@example.org'/>",
                "<presence from='juliet@example.com/crypt' to='mercutio@example.org' type='unavailable'/>");
    }

    @Test
    void who_was_shown_a_device_may_ask_for_it_again() { // §4.6
        balcony.sends("<presence to='room@chat.example.org/juliet'/>").online();
        town.arrives("<presence from='room@chat.example.org/juliet' to='juliet@example.com/balcony' type='probe'/>");
        town.leaves("<presence from='juliet@example.com/balcony' to='room@chat.example.org/juliet'/>");
    }

    @Test
    void an_account_that_is_none_unsubscribes_who_probes() { // §4.3.2 rule 1, §8.5.1
        var probe = Town.stanza("<presence from='romeo@example.net' to='who@example.com' type='probe'/>");
        assertEquals(
                Town.xml("<presence from='who@example.com' to='romeo@example.net' type='unsubscribed'/>"),
                assertNotNullValue(Presence.fromNowhere(probe)).element());
        for (var type : List.of("subscribe", "subscribed", "unsubscribe", "unsubscribed", "unavailable", "error")) {
            assertNull(Presence.fromNowhere(
                    Town.stanza("<presence from='romeo@example.net' to='who@example.com' type='" + type + "'/>")));
        }
    }

    private static im.kith.xmpp.Stanza assertNotNullValue(im.kith.xmpp.@org.jspecify.annotations.Nullable Stanza it) {
        assertNotNull(it);
        return java.util.Objects.requireNonNull(it);
    }

    // ---- §4.4 changes

    @Test
    void a_change_goes_to_contacts_and_to_ones_own_devices_without_new_questions() { // §4.4.2
        friends();
        balcony.online();
        orchard.online();
        var chamber = juliet.device("chamber").online();
        balcony.sends("<presence><show>xa</show></presence>");
        var own = "<presence from='juliet@example.com/balcony' to='juliet@example.com'><show>xa</show></presence>";
        balcony.gets(own);
        chamber.gets(own);
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net'><show>xa</show></presence>");
    }

    // ---- §4.5 unavailable

    @Test
    void a_farewell_goes_to_contacts_own_devices_and_back() { // §4.5.2, §4.5.3
        friends();
        balcony.online();
        orchard.online();
        var chamber = juliet.device("chamber").online();
        balcony.sends("<presence type='unavailable'><status>gone home</status></presence>");
        var own = """
                <presence from='juliet@example.com/balcony' to='juliet@example.com' type='unavailable'>
                  <status>gone home</status>
                </presence>""";
        balcony.gets(own);
        chamber.gets(own);
        orchard.gets("""
                <presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'>
                  <status>gone home</status>
                </presence>""");

        orchard.sends("<presence><show>dnd</show></presence>").ignoresWhatItGot();
        balcony.getsNothing();
        chamber.gets("""
                <presence from='romeo@example.net/orchard' to='juliet@example.com'><show>dnd</show></presence>""");
        balcony.sends("<presence type='unavailable'/>").getsNothing();
        orchard.getsNothing();
    }

    @Test
    void a_device_that_vanishes_is_unavailable() { // §4.5.1
        friends();
        balcony.online();
        orchard.online();
        var chamber = juliet.device("chamber").online();
        balcony.vanishes();
        chamber.gets("<presence from='juliet@example.com/balcony' to='juliet@example.com' type='unavailable'/>");
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>");
        juliet.device("silent").vanishes();
        chamber.getsNothing();
        orchard.getsNothing();
    }

    @Test
    void a_device_whose_stream_outlived_the_server_is_shown_again_and_learns_what_it_missed() { // XEP-0198 §5
        friends();
        balcony.interested().online();
        orchard.sends("<presence><show>away</show></presence>").ignoresWhatItGot();
        balcony.ignoresWhatItGot();
        town.nowMillis = 5_000_000;
        Roster.of(juliet).put(Roster.of(juliet).itemOrNew(Town.jid("nurse@example.com")));
        balcony.ignoresWhatItGot();

        juliet.presence.deviceBack(balcony.jid, 5_100_000, juliet);
        town.settle();

        balcony.gets(
                """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='2z60w'>
                    <item jid='nurse@example.com' subscription='none'/>
                  </query>
                </iq>""", "<presence from='romeo@example.net/orchard' to='juliet@example.com'><show>away</show></presence>");
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net'/>");

        juliet.presence.deviceBack(balcony.jid, 6_000_000, juliet);
        town.settle();
        balcony.gets("<presence from='romeo@example.net/orchard' to='juliet@example.com'><show>away</show></presence>");
    }

    // ---- §4.6 directed presence

    @Test
    void directed_presence_reaches_a_stranger_who_learns_of_the_end() { // §4.6.3, §4.5.2
        balcony.online();
        balcony.sends("<presence to='romeo@example.net'><status>shh</status></presence>");
        orchard.getsNothing();
        orchard.online();
        balcony.sends("<presence to='romeo@example.net/orchard'><status>shh</status></presence>");
        orchard.gets("""
                <presence from='juliet@example.com/balcony' to='romeo@example.net/orchard'>
                  <status>shh</status>
                </presence>""");
        balcony.sends("<presence><show>away</show></presence>").ignoresWhatItGot();
        orchard.getsNothing();
        balcony.sends("<presence type='unavailable'/>").ignoresWhatItGot();
        orchard.gets(
                "<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>",
                "<presence from='juliet@example.com/balcony' to='romeo@example.net/orchard' type='unavailable'/>");
        balcony.vanishes();
        orchard.getsNothing();
    }

    @Test
    void a_device_in_a_room_leaves_it_without_ever_having_been_available() {
        balcony.sends("<presence to='room@chat.example.org/juliet'/>");
        town.leaves("<presence from='juliet@example.com/balcony' to='room@chat.example.org/juliet'/>");
        town.arrives("<presence from='room@chat.example.org/juliet' to='juliet@example.com/balcony'/>");
        balcony.gets("<presence from='room@chat.example.org/juliet' to='juliet@example.com/balcony'/>");
        balcony.vanishes();
        town.leaves("""
                <presence from='juliet@example.com/balcony' to='room@chat.example.org/juliet' type='unavailable'/>""");
    }

    @Test
    void who_was_told_once_is_not_told_twice() {
        friends();
        balcony.online();
        orchard.online();
        balcony.sends("<presence to='romeo@example.net'/>");
        balcony.sends("<presence to='room@chat.example.org/juliet'/>");
        balcony.sends("<presence to='room@chat.example.org/juliet' type='unavailable'/>");
        balcony.sends("<presence to='other@chat.example.org/juliet'/>");
        balcony.sends("<presence to='wrong@chat.example.org/juliet'/>");
        orchard.ignoresWhatItGot();
        town.arrives("""
                <presence from='other@chat.example.org/juliet' to='juliet@example.com/balcony' type='unavailable'/>""");
        town.arrives("""
                <presence from='wrong@chat.example.org/juliet' to='juliet@example.com/balcony' type='error'/>""");
        town.lost.clear();
        balcony.vanishes();
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>");
        town.leaves();
    }

    @Test
    void directed_presence_is_bounded() {
        for (int i = 0; i < Presence.MAX_DIRECTED; i++) balcony.sends("<presence to='r" + i + "@chat.example.org/j'/>");
        assertEquals(List.of(), balcony.errors());
        balcony.sends("<presence to='more@chat.example.org/j'/>");
        assertEquals(List.of("wait resource-constraint"), balcony.errors());
        balcony.sends("<presence to='r1@chat.example.org/j'/>");
        assertEquals(List.of(), balcony.errors());
    }

    @Test
    void ones_own_devices_may_be_shown_something() {
        var chamber = juliet.device("chamber").online();
        balcony.sends("<presence to='juliet@example.com/chamber'><status>psst</status></presence>");
        chamber.gets("""
                <presence from='juliet@example.com/balcony' to='juliet@example.com/chamber'>
                  <status>psst</status>
                </presence>""");
        balcony.vanishes();
        chamber.gets("""
                <presence from='juliet@example.com/balcony' to='juliet@example.com/chamber' type='unavailable'/>""");
    }

    // ---- §4.7 syntax

    @ParameterizedTest
    @CsvSource({
        "-128, true",
        "127, true",
        "' 5 ', true",
        "-129, false",
        "128, false",
        "1.5, false",
        "high, false",
        "'', false"
    })
    void a_priority_is_a_whole_number_in_range(String priority, boolean fine) { // §4.7.2.3
        balcony.sends("<presence><priority>" + priority + "</priority></presence>");
        if (fine) {
            assertEquals(
                    Integer.parseInt(priority.strip()),
                    juliet.devices().getFirst().priority());
        } else {
            assertEquals(List.of("modify bad-request"), balcony.errors());
            assertEquals(false, juliet.devices().getFirst().available());
        }
    }

    @Test
    void there_is_one_priority() {
        balcony.sends("<presence><priority>1</priority><priority>1</priority></presence>");
        assertEquals(List.of("modify bad-request"), balcony.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"available", "Unavailable", "", "invisible"})
    void a_type_that_is_none_is_refused(String type) { // §4.7.1
        balcony.sends("<presence type='" + type + "'/>");
        balcony.sends("<presence to='romeo@example.net' type='" + type + "'/>");
        assertEquals(List.of("modify bad-request", "modify bad-request"), balcony.errors());
        orchard.getsNothing();
    }

    @Test
    void a_pending_request_shows_no_presence() {
        juliet.knows("romeo@example.net", NONE_PENDING_OUT);
        orchard.online();
        balcony.sends("<presence/>");
        balcony.gets("<presence from='juliet@example.com/balcony' to='juliet@example.com'/>");
        orchard.getsNothing();
    }
}
