package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static im.kith.server.account.SubscriptionState.FROM;
import static im.kith.server.account.SubscriptionState.NONE_PENDING_IN;
import static im.kith.server.account.SubscriptionState.NONE_PENDING_OUT;
import static im.kith.server.account.SubscriptionState.TO;
import static im.kith.server.account.SubscriptionState.TO_PENDING_IN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// RFC 6121 §2 as plays: Juliet's roster.
class RosterTest {

    private final Town town = new Town();
    private final Citizen juliet = town.account("juliet@example.com");
    private final Gadget balcony = juliet.device("balcony");

    @Test
    void a_roster_that_never_was_is_empty() {
        balcony.sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>");
        balcony.gets("""
                <iq type='result' id='1' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster' ver='0'/></iq>""");
        assertEquals(0, juliet.shelf(Roster.SHELF).all().size());
    }

    @Test
    void contacts_are_listed_with_name_groups_and_subscription() { // §2.1.3
        juliet.knows("mercutio@example.org", NONE_PENDING_IN)
                .knows("romeo@example.net", BOTH)
                .knows("tybalt@example.org", NONE_PENDING_OUT);
        set("<item jid='nurse@example.com' name='Nurse'><group>Servants</group><group>Friends</group></item>");
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>");
        balcony.gets("""
                <iq type='result' id='1' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='nurse@example.com' name='Nurse' subscription='none'>
                      <group>Servants</group><group>Friends</group>
                    </item>
                    <item jid='romeo@example.net' subscription='both'/>
                    <item jid='tybalt@example.org' subscription='none' ask='subscribe'/>
                  </query>
                </iq>""");
    }

    @Test
    void a_set_is_pushed_to_the_devices_that_asked_for_the_roster() { // §2.1.6, §2.3.2
        var chamber = juliet.device("chamber").interested();
        balcony.interested();
        var silent = juliet.device("silent").online();
        set("<item jid='nurse@example.com' name='Nurse' subscription='both' ask='subscribe' approved='true'/>");
        var push = """
                <iq type='set' id='push' to='juliet@example.com/%s'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='nurse@example.com' name='Nurse' subscription='none'/>
                  </query>
                </iq>""";
        balcony.gets(push.formatted("balcony"), "<iq type='result' id='s' to='juliet@example.com/balcony'/>");
        chamber.gets(push.formatted("chamber"));
        silent.getsNothing();
    }

    @Test
    void an_update_replaces_name_and_groups_and_keeps_the_subscription() { // §2.4
        juliet.knows("romeo@example.net", BOTH);
        set("<item jid='romeo@example.net' name='Romeo'><group>Friends</group><group>Lovers</group></item>");
        set("<item jid='romeo@example.net' name='R'><group>Lovers</group></item>");
        assertEquals("""
                <item xmlns='jabber:iq:roster' jid='romeo@example.net' name='R' subscription='both'>\
                <group>Lovers</group></item>""", juliet.shownRoster());
    }

    @Test
    void a_request_that_waits_stays_with_the_item_that_is_made_of_it() {
        town.arrives("<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'/>");
        set("<item jid='romeo@example.net' name='R'/>");
        balcony.ignoresWhatItGot().sends("<presence/>");
        balcony.gets(
                "<presence from='juliet@example.com/balcony' to='juliet@example.com'/>",
                "<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'/>");
    }

    @ParameterizedTest
    @EnumSource
    void a_removal_ends_every_subscription(SubscriptionState state) { // §2.5.2
        if (state == NONE_PENDING_IN) return;
        balcony.interested().online();
        juliet.knows("romeo@example.net", state);
        set("<item jid='romeo@example.net' subscription='remove'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='romeo@example.net' subscription='remove'/>
                  </query>
                </iq>""", "<iq type='result' id='s' to='juliet@example.com/balcony'/>");
        var unsubscribe = "<presence from='juliet@example.com' to='romeo@example.net' type='unsubscribe'/>";
        var unavailable = "<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>";
        var unsubscribed = "<presence from='juliet@example.com' to='romeo@example.net' type='unsubscribed'/>";
        town.leaves(
                switch (state) {
                    case NONE -> new String[] {};
                    case NONE_PENDING_OUT, TO -> new String[] {unsubscribe};
                    case NONE_PENDING_IN -> throw new AssertionError();
                    case NONE_PENDING_OUT_IN, TO_PENDING_IN -> new String[] {unsubscribe, unsubscribed};
                    case FROM -> new String[] {unavailable, unsubscribed};
                    case FROM_PENDING_OUT, BOTH -> new String[] {unsubscribe, unavailable, unsubscribed};
                });
        assertEquals("", juliet.shownRoster());
    }

    @ParameterizedTest(name = "{2} for {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            | modify | bad-request
            <item jid='a@example.org'/><item jid='b@example.org'/> | modify | bad-request
            <item name='Nobody'/> | modify | bad-request
            <item jid='a@example.org/resource'/> | modify | bad-request
            <item jid='a@example.org'><group>A</group><group>A</group></item> | modify | bad-request
            <item jid='@example.org'/> | modify | jid-malformed
            <item jid='juliet@example.com'/> | cancel | not-allowed
            <item jid='a@example.org'><group/></item> | modify | not-acceptable
            <item jid='a@example.org' subscription='remove'/> | cancel | item-not-found
            <item jid='hidden@example.org' subscription='remove'/> | cancel | item-not-found
            """)
    void a_wrong_set_is_refused(@Nullable String items, String type, String condition) { // §2.3.3, §2.5.3
        juliet.knows("hidden@example.org", NONE_PENDING_IN);
        balcony.interested();
        set(items == null ? "" : items);
        assertEquals(List.of(type + " " + condition), balcony.errors());
        assertEquals("", juliet.shownRoster());
    }

    @Test
    void names_and_groups_have_limits() { // §2.3.3
        set("<item jid='a@example.org' name='" + "n".repeat(RosterFeature.MAX_NAME_LENGTH) + "'/>");
        set("<item jid='a@example.org' name='" + "n".repeat(RosterFeature.MAX_NAME_LENGTH + 1) + "'/>");
        set("<item jid='a@example.org'><group>" + "g".repeat(RosterFeature.MAX_GROUP_LENGTH + 1) + "</group></item>");
        set("<item jid='a@example.org'>"
                + IntStream.rangeClosed(0, RosterFeature.MAX_GROUPS)
                        .mapToObj(i -> "<group>g" + i + "</group>")
                        .collect(Collectors.joining())
                + "</item>");
        assertEquals(
                List.of("modify not-acceptable", "modify not-acceptable", "modify not-acceptable"), balcony.errors());
    }

    @Test
    void a_roster_is_bounded_for_sets_and_for_requests() {
        for (int i = 0; i < Roster.MAX_ITEMS; i++) juliet.knows("m" + i + "@example.org", TO);
        set("<item jid='one-more@example.org'/>");
        balcony.sends("<presence type='subscribe' to='one-more@example.org'/>");
        assertEquals(List.of("modify policy-violation", "modify policy-violation"), balcony.errors());
        set("<item jid='m1@example.org' name='changes are fine'/>");
        assertEquals(List.of(), balcony.errors());
    }

    @Test
    void a_roster_is_its_owners() { // §2.1.6, §2.3.3
        town.arrives("""
                <iq type='set' id='x' from='romeo@example.net/orchard' to='juliet@example.com'>
                  <query xmlns='jabber:iq:roster'><item jid='romeo@example.net'/></query>
                </iq>""");
        town.leaves("""
                <iq type='error' id='x' from='juliet@example.com' to='romeo@example.net/orchard'>
                  <error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
                </iq>""");
    }

    // ---- §2.6: versions

    @Test
    void who_knows_the_newest_version_is_sent_nothing() {
        set("<item jid='nurse@example.com'/>");
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='rs'/></iq>");
        balcony.gets("<iq type='result' id='1' to='juliet@example.com/balcony'/>");
    }

    @Test
    void who_missed_little_is_sent_that_after_an_empty_answer() {
        for (var who : Arrays.asList("a", "b", "c", "d", "e")) set("<item jid='" + who + "@example.org'/>");
        set("<item jid='b@example.org' name='B'/>");
        set("<item jid='a@example.org' subscription='remove'/>");
        // a to e came with versions rs to rw.
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='rw'/></iq>");
        balcony.gets("<iq type='result' id='1' to='juliet@example.com/balcony'/>", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rx'>
                    <item jid='b@example.org' name='B' subscription='none'/>
                  </query>
                </iq>""", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='ry'><item jid='a@example.org' subscription='remove'/></query>
                </iq>""");
    }

    @Test
    void who_missed_a_few_changes_gets_each_in_order_however_small_the_roster() { // §2.6.3
        for (var name : List.of("a", "b", "c")) set("<item jid='" + name + "@example.org'/>");
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='0'/></iq>");
        balcony.gets("<iq type='result' id='1' to='juliet@example.com/balcony'/>", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='a@example.org' subscription='none'/></query>
                </iq>""", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='b@example.org' subscription='none'/></query>
                </iq>""", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='ru'><item jid='c@example.org' subscription='none'/></query>
                </iq>""");
    }

    @Test
    void who_missed_most_of_a_roster_is_sent_all() {
        for (int i = 0; i < 21; i++) set("<item jid='c" + i + "@example.org'/>");
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='0'/></iq>");
        assertEquals(1, balcony.takes().size());
    }

    @ParameterizedTest
    @CsvSource({"''", "zzzzzzz", "'rs '", "nonsense!"})
    void who_names_no_version_of_ours_is_sent_all(String version) {
        set("<item jid='a@example.org'/>");
        set("<item jid='b@example.org'/>");
        set("<item jid='c@example.org'/>");
        balcony.ignoresWhatItGot()
                .sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='" + version + "'/></iq>");
        balcony.gets("""
                <iq type='result' id='1' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='ru'>
                    <item jid='a@example.org' subscription='none'/>
                    <item jid='b@example.org' subscription='none'/>
                    <item jid='c@example.org' subscription='none'/>
                  </query>
                </iq>""");
    }

    @Test
    void a_removal_that_is_forgotten_costs_the_whole_roster() {
        for (int i = 0; i < 60; i++) juliet.knows("m" + i + "@example.org", FROM);
        for (int i = 0; i < 17; i++) set("<item jid='m" + i + "@example.org' subscription='remove'/>");
        balcony.ignoresWhatItGot();
        var roster = Roster.of(juliet);
        assertNull(roster.changesSince(999));
        assertNull(roster.changesSince(0));
        assertEquals(16, Objects.requireNonNull(roster.changesSince(1000)).size());
    }

    @Test
    void who_comes_back_is_not_removed() {
        juliet.knows("x@example.org", TO).knows("y@example.org", TO).knows("z@example.org", TO_PENDING_IN);
        set("<item jid='a@example.org'/>");
        set("<item jid='a@example.org' subscription='remove'/>");
        set("<item jid='a@example.org' name='A'/>");
        balcony.ignoresWhatItGot().sends("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='rs'/></iq>");
        balcony.gets("<iq type='result' id='1' to='juliet@example.com/balcony'/>", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='ru'>
                    <item jid='a@example.org' name='A' subscription='none'/>
                  </query>
                </iq>""");
    }

    private void set(String items) {
        balcony.sends("<iq type='set' id='s'><query xmlns='jabber:iq:roster'>" + items + "</query></iq>");
    }
}
