package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static im.kith.server.account.SubscriptionState.FROM;
import static im.kith.server.account.SubscriptionState.NONE;
import static im.kith.server.account.SubscriptionState.NONE_PENDING_IN;
import static im.kith.server.account.SubscriptionState.NONE_PENDING_OUT;
import static im.kith.server.account.SubscriptionState.TO;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The examples of RFC 6121 §3 as plays: Romeo asks, Juliet answers.
class SubscriptionPlayTest {

    private final Town town = new Town();
    private final Citizen romeo = town.account("romeo@example.net");
    private final Citizen juliet = town.account("juliet@example.com");
    private final Gadget orchard = romeo.device("orchard");
    private final Gadget balcony = juliet.device("balcony");

    @BeforeEach
    void both_show_a_roster() {
        orchard.interested().online();
        balcony.interested().online();
    }

    @Test
    void a_request_is_asked_and_approved() { // §3.1
        orchard.sends("<presence id='xk3h1v69' to='juliet@example.com' type='subscribe'/>");
        orchard.gets("""
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='juliet@example.com' subscription='none' ask='subscribe'/>
                  </query>
                </iq>""");
        balcony.gets("""
                <presence id='xk3h1v69' from='romeo@example.net' to='juliet@example.com' type='subscribe'/>""");
        assertEquals("", juliet.shownRoster(), "a request is not in the roster");

        balcony.sends("<presence id='h4v1c4kj' to='romeo@example.net' type='subscribed'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='romeo@example.net' subscription='from'/></query>
                </iq>""");
        orchard.gets("""
                <presence id='h4v1c4kj' from='juliet@example.com' to='romeo@example.net' type='subscribed'/>""", """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='juliet@example.com' subscription='to'/></query>
                </iq>""", "<presence from='juliet@example.com/balcony' to='romeo@example.net'/>");
        assertEquals(TO, romeo.stateOf("juliet@example.com"));
        assertEquals(FROM, juliet.stateOf("romeo@example.net"));
        assertEquals(2, town.durable.size(), "both subscription stanzas survive a crash");
    }

    @Test
    void a_request_to_a_full_address_goes_to_the_account() { // §3.1.1
        orchard.sends("<presence to='juliet@example.com/balcony' type='subscribe'/>");
        balcony.gets("<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'/>");
        assertEquals(NONE_PENDING_OUT, romeo.stateOf("juliet@example.com"));
    }

    @Test
    void a_request_waits_for_whoever_comes_online_until_it_is_answered() { // §3.1.3
        orchard.sends("""
                <presence to='juliet@example.com' type='subscribe'>
                  <status>Art thou not Juliet?</status><nick xmlns='http://jabber.org/protocol/nick'>R</nick>
                </presence>""");
        var asked = """
                <presence from='romeo@example.net' to='juliet@example.com' type='subscribe'>
                  <status>Art thou not Juliet?</status><nick xmlns='http://jabber.org/protocol/nick'>R</nick>
                </presence>""";
        balcony.gets(asked);

        orchard.sends("<presence to='juliet@example.com' type='subscribe'/>");
        balcony.getsNothing();

        var chamber = juliet.device("chamber");
        chamber.sends("<presence/>");
        chamber.gets(
                "<presence from='juliet@example.com/chamber' to='juliet@example.com'/>",
                "<presence from='juliet@example.com/balcony' to='juliet@example.com/chamber'/>",
                asked);

        balcony.ignoresWhatItGot().sends("<presence to='romeo@example.net' type='unsubscribed'/>");
        balcony.getsNothing();
        juliet.device("crypt")
                .sends("<presence/>")
                .gets(
                        "<presence from='juliet@example.com/crypt' to='juliet@example.com'/>",
                        "<presence from='juliet@example.com/balcony' to='juliet@example.com/crypt'/>",
                        "<presence from='juliet@example.com/chamber' to='juliet@example.com/crypt'/>");
        assertEquals(NONE, juliet.stateOf("romeo@example.net"));
    }

    @Test
    void a_request_is_denied() { // §3.1.4, §3.2.3
        orchard.sends("<presence to='juliet@example.com' type='subscribe'/>").ignoresWhatItGot();
        balcony.sends("<presence to='romeo@example.net' type='unsubscribed'/>");
        orchard.gets("<presence from='juliet@example.com' to='romeo@example.net' type='unsubscribed'/>", """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='juliet@example.com' subscription='none'/></query>
                </iq>""");
    }

    @Test
    void a_request_of_a_subscriber_is_answered_for_the_account() { // §3.1.3, rule 2
        juliet.knows("romeo@example.net", FROM);
        orchard.sends("<presence to='juliet@example.com' type='subscribe'/>").ignoresWhatItGot();
        balcony.getsNothing();
        assertEquals(TO, romeo.stateOf("juliet@example.com"));
    }

    @Test
    void a_subscription_is_cancelled_after_a_last_unavailable() { // §3.2
        romeo.knows("juliet@example.com", BOTH);
        juliet.knows("romeo@example.net", BOTH);
        balcony.sends("<presence id='ij5b1v7g' to='romeo@example.net' type='unsubscribed'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='romeo@example.net' subscription='to'/></query>
                </iq>""");
        orchard.gets(
                "<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>", """
                <presence id='ij5b1v7g' from='juliet@example.com' to='romeo@example.net' type='unsubscribed'/>""", """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='juliet@example.com' subscription='from'/></query>
                </iq>""");
    }

    @Test
    void a_cancellation_nobody_asked_for_goes_nowhere() { // A.2.4, A.3.4
        balcony.sends("<presence to='romeo@example.net' type='unsubscribed'/>").getsNothing();
        orchard.getsNothing();
        town.arrives("<presence from='mercutio@example.org' to='romeo@example.net' type='unsubscribed'/>");
        town.arrives("<presence from='mercutio@example.org' to='romeo@example.net' type='subscribed'/>");
        orchard.getsNothing();
        assertEquals("", romeo.shownRoster());
    }

    @Test
    void romeo_unsubscribes() { // §3.3
        romeo.knows("juliet@example.com", BOTH);
        juliet.knows("romeo@example.net", BOTH);
        orchard.sends("<presence id='ul4bs71n' to='juliet@example.com' type='unsubscribe'/>");
        balcony.gets("""
                <presence id='ul4bs71n' from='romeo@example.net' to='juliet@example.com' type='unsubscribe'/>""", """
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='romeo@example.net' subscription='to'/></query>
                </iq>""");
        orchard.gets("""
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='juliet@example.com' subscription='from'/></query>
                </iq>""", "<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>");
    }

    @Test
    void a_request_is_taken_back() { // A.3.2
        orchard.sends("<presence to='juliet@example.com' type='subscribe'/>");
        balcony.ignoresWhatItGot();
        orchard.sends("<presence to='juliet@example.com' type='unsubscribe'/>");
        balcony.gets("<presence from='romeo@example.net' to='juliet@example.com' type='unsubscribe'/>");
        assertEquals(NONE, juliet.stateOf("romeo@example.net"));
        assertEquals(0, juliet.shelf(Roster.SHELF).all().size(), "nothing of it is left");
    }

    @Test
    void a_request_is_approved_before_it_comes() { // §3.4
        balcony.sends("<presence id='pg81vx64' to='romeo@example.net' type='subscribed'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='romeo@example.net' subscription='none' approved='true'/>
                  </query>
                </iq>""");
        orchard.getsNothing();

        orchard.sends("<presence id='rp81c9' to='juliet@example.com' type='subscribe'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rt'>
                    <item jid='romeo@example.net' subscription='from' approved='true'/>
                  </query>
                </iq>""");
        orchard.gets(
                """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rs'>
                    <item jid='juliet@example.com' subscription='none' ask='subscribe'/>
                  </query>
                </iq>""",
                "<presence from='juliet@example.com' to='romeo@example.net' type='subscribed'/>",
                """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='juliet@example.com' subscription='to'/></query>
                </iq>""",
                "<presence from='juliet@example.com/balcony' to='romeo@example.net'/>");
    }

    @Test
    void an_approval_ahead_is_taken_back() { // §3.4.2
        balcony.sends("<presence to='romeo@example.net' type='subscribed'/>").ignoresWhatItGot();
        balcony.sends("<presence to='romeo@example.net' type='unsubscribed'/>");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@example.com/balcony'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='romeo@example.net' subscription='none'/></query>
                </iq>""");
        orchard.getsNothing();
        orchard.sends("<presence to='juliet@example.com' type='subscribe'/>");
        balcony.gets("<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'/>");
    }

    @Test
    void a_request_needs_an_address_of_somebody_else() {
        orchard.sends("<presence id='1' type='subscribe'/>");
        orchard.gets("""
                <presence id='1' to='romeo@example.net/orchard' type='error'>
                  <error type='modify'>
                    <bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
                    <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Say whom: the stanza has no 'to'.</text>
                  </error>
                </presence>""");
        orchard.sends("<presence id='2' type='subscribe' to='romeo@example.net'/>");
        orchard.gets("""
                <presence id='2' from='romeo@example.net' to='romeo@example.net/orchard' type='error'>
                  <error type='cancel'>
                    <not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
                    <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>An account sees its own presence.</text>
                  </error>
                </presence>""");
    }

    @Test
    void strangers_requests_are_bounded() {
        for (int i = 0; i < Roster.MAX_REQUESTS; i++) {
            town.arrives("<presence from='m" + i + "@example.org' to='juliet@example.com' type='subscribe'/>");
        }
        balcony.ignoresWhatItGot();
        town.arrives("<presence id='z' from='tybalt@example.org' to='juliet@example.com' type='subscribe'/>");
        balcony.getsNothing();
        town.leaves("""
                <presence id='z' from='juliet@example.com' to='tybalt@example.org' type='error'>
                  <error type='wait'>
                    <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
                    <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'
                        >Too many requests wait for an answer.</text>
                  </error>
                </presence>""");
    }

    @Test
    void a_long_request_is_kept_without_its_content() {
        var long_text = "o".repeat(2000);
        orchard.sends(
                "<presence to='juliet@example.com' type='subscribe'><status>" + long_text + "</status></presence>");
        balcony.gets("<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'><status>" + long_text
                + "</status></presence>");
        var chamber = juliet.device("chamber").sends("<presence/>");
        chamber.gets(
                "<presence from='juliet@example.com/chamber' to='juliet@example.com'/>",
                "<presence from='juliet@example.com/balcony' to='juliet@example.com/chamber'/>",
                "<presence from='romeo@example.net' to='juliet@example.com' type='subscribe'/>");
    }

    @Test
    void a_removed_account_leaves_nobody_in_doubt() {
        romeo.knows("juliet@example.com", BOTH);
        juliet.knows("romeo@example.net", BOTH);
        juliet.knows("mercutio@example.org", NONE_PENDING_IN);
        Subscriptions.endAll(juliet);
        town.arrives("<presence from='nobody@example.org' to='nobody@example.com'/>");
        orchard.gets(
                "<presence from='juliet@example.com' to='romeo@example.net' type='unsubscribe'/>",
                """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rs'><item jid='juliet@example.com' subscription='to'/></query>
                </iq>""",
                "<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>",
                "<presence from='juliet@example.com' to='romeo@example.net' type='unsubscribed'/>",
                """
                <iq type='set' id='push' to='romeo@example.net/orchard'>
                  <query xmlns='jabber:iq:roster' ver='rt'><item jid='juliet@example.com' subscription='none'/></query>
                </iq>""");
    }
}
