package im.kith.server.feature.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0060 §6: subscribe, unsubscribe, options, and items that are read.
class SubscribingTest extends Elsinore {

    /// What is asked, by whom, and the error it gets.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        §6.1.3.1  | <subscribe node='n' jid='bernardo@kith.test'/> | modify bad-request invalid-jid
        §6.1.3.1  | <subscribe node='n' jid='bernardo@kith.test/platform'/> | modify bad-request invalid-jid
        §6.1.1    | <subscribe node='n'/> | modify bad-request invalid-jid
        §6.1.3.12 | <subscribe node='m' jid='francisco@kith.test'/> | cancel item-not-found
        §6.1.1    | <subscribe jid='francisco@kith.test'/> | modify bad-request nodeid-required
        §6.3.7    | <options/><subscribe node='n' jid='francisco@kith.test'/> | modify bad-request
        §6.3.7    | <subscribe node='n' jid='francisco@kith.test'/><options node='n'/> | modify bad-request
        §6.3.7    | <subscribe node='n' jid='francisco@kith.test'/><options jid='francisco@kith.test'/> | modify bad-request
        §6.2.3.2  | <unsubscribe node='n' jid='francisco@kith.test'/> | cancel unexpected-request not-subscribed
        §6.2.3.3  | <unsubscribe node='n' jid='hamlet@kith.test'/> | auth forbidden
        §6.2.3.4  | <unsubscribe node='m' jid='francisco@kith.test'/> | cancel item-not-found
        """)
    void a_wrong_request_says_why(String where, String request, String error) {
        assertEquals(error, set(FRANCISCO, request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        §6.5.9.11 | <items node='m'/> | cancel item-not-found
        §6.5.2    | <items/> | modify bad-request nodeid-required
        §6.5.9.2  | <items node='n' subid='other'/> | modify not-acceptable invalid-subid
        §6.5.7    | <items node='n' max_items='few'/> | modify bad-request
        §6.3.4.2  | <options node='n' jid='francisco@kith.test'/> | cancel unexpected-request not-subscribed
        §6.3.4.1  | <options node='n' jid='hamlet@kith.test'/> | auth forbidden
        §6.3.4.3  | <options node='n'/> | modify bad-request jid-required
        §6.3.4.7  | <options node='m' jid='francisco@kith.test'/> | cancel item-not-found
        §6.4      | <default node='m'/> | cancel item-not-found
        """)
    void a_wrong_question_says_why(String where, String request, String error) {
        assertEquals(error, get(FRANCISCO, request));
    }

    @Test
    void who_subscribes_again_at_a_service_has_two_subscriptions_and_says_which() { // §6.1.6, §6.2.3.1, §6.5.9.1
        var first = subscribe(FRANCISCO);
        var second = subscribe(FRANCISCO);
        assertEquals(first.replace("id-1", "id-2"), second);
        var required = "modify bad-request subid-required";
        assertEquals(required, set(FRANCISCO, "<unsubscribe node='n' jid='francisco@kith.test'/>"));
        assertEquals(required, get(FRANCISCO, "<options node='n' jid='francisco@kith.test'/>"));
        assertEquals(required, get(FRANCISCO, "<items node='n'/>"));
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n' subid='id-2'/>"));
        assertEquals(
                "modify not-acceptable invalid-subid",
                set(FRANCISCO, "<unsubscribe node='n' jid='francisco@kith.test' subid='other'/>"));
        set(FRANCISCO, "<unsubscribe node='n' jid='francisco@kith.test' subid='id-1'/>");
        assertEquals("<subscriptions>" + second + "</subscriptions>", get(FRANCISCO, "<subscriptions/>"));
    }

    @Test
    void who_is_subscribed_twice_is_told_once_and_by_which() { // §7.1.2.3
        subscribe(FRANCISCO);
        subscribe(FRANCISCO);
        publish(HAMLET, "1");
        assertEquals(1, host.sent.size());
        assertEquals(
                "<headers xmlns='http://jabber.org/protocol/shim'><header name='SubID'>id-1</header>"
                        + "<header name='SubID'>id-2</header></headers>",
                String.valueOf(host.sent.getFirst().element().child("http://jabber.org/protocol/shim", "headers"))
                        .replace('"', '\''));
    }

    @Test
    void an_owner_ends_one_subscription_of_two_or_both() { // §8.8.2
        subscribe(FRANCISCO);
        var second = subscribe(FRANCISCO);
        var end =
                "<subscriptions node='n'><subscription jid='francisco@kith.test'%s subscription='none'/></subscriptions>";
        assertEquals("ok", ownerSet(HAMLET, end.formatted(" subid='id-1'")));
        assertEquals("<subscriptions>" + second + "</subscriptions>", get(FRANCISCO, "<subscriptions/>"));
        subscribe(FRANCISCO);
        assertEquals("ok", ownerSet(HAMLET, end.formatted("")));
        assertEquals("<subscriptions/>", get(FRANCISCO, "<subscriptions/>"));
    }

    @Test
    void who_subscribes_gets_the_last_item_late() { // §6.1.7
        publish(HAMLET, "1");
        publish(HAMLET, "2");
        subscribe(FRANCISCO);
        var message = host.sent.getLast();
        assertEquals("francisco@kith.test", String.valueOf(message.to()));
        var delay = Objects.requireNonNull(message.element().child("urn:xmpp:delay", "delay"));
        assertEquals("2026-01-01T00:00:00.000Z", delay.attribute("stamp"));
        assertEquals(
                List.of("francisco@kith.test: <items node='n'><item id='2'><e xmlns='x'/></item></items>"), told());
        config("send_last_published_item=never");
        set(BERNARDO, "<subscribe node='n' jid='bernardo@kith.test'/>");
        assertEquals(List.of(), told());
    }

    @Test
    void who_unsubscribes_is_told_no_more_beyond_the_answer() { // §6.2, §12.17
        subscribe(FRANCISCO);
        var gone = "<subscription node='n' jid='francisco@kith.test' subid='id-1' subscription='none'/>";
        assertEquals(gone, set(FRANCISCO, "<unsubscribe node='n' jid='francisco@kith.test' subid='id-1'/>"));
        publish(HAMLET, "1");
        assertEquals(List.of(), told());
        assertEquals("modify bad-request jid-required", set(FRANCISCO, "<unsubscribe node='n' subid='id-1'/>"));
    }

    @Test
    void a_subid_that_is_given_must_be_right() { // §6.2.3.5, §6.3.4.5
        subscribe(FRANCISCO);
        assertEquals(
                "modify not-acceptable invalid-subid",
                set(FRANCISCO, "<unsubscribe node='n' jid='francisco@kith.test' subid='other'/>"));
        assertEquals(
                "modify not-acceptable invalid-subid",
                get(FRANCISCO, "<options node='n' jid='francisco@kith.test' subid='other'/>"));
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n' subid='id-1'/>"));
    }

    @Test
    void a_node_may_take_no_subscriptions() { // §6.1.3.10
        config("subscribe=0");
        assertEquals("cancel feature-not-implemented unsupported=subscribe", subscribe(FRANCISCO));
    }

    @Test
    void options_are_shown_and_told_with_the_subscription() { // §6.3.3, §6.3.7, §6.4
        var answer = set(
                FRANCISCO,
                "<subscribe node='n' jid='francisco@kith.test'/><options>" + form("subscribe_options", "deliver=false")
                        + "</options>");
        assertTrue(answer.contains("<options><x xmlns='jabber:x:data' type='result'>"), answer);
        var form = get(FRANCISCO, "<options node='n' jid='francisco@kith.test' subid='id-1'/>");
        assertTrue(form.startsWith("<options node='n' jid='francisco@kith.test' subid='id-1'><x"), form);
        assertTrue(form.contains("http://jabber.org/protocol/pubsub#subscribe_options"), form);
        var deliver = "<field var='pubsub#deliver' type='boolean' label='Whether to be notified'><value>%s</value>";
        assertTrue(form.contains(deliver.formatted("0")), form);
        for (var node : List.of("", " node='n'")) {
            var usual = get(FRANCISCO, "<default" + node + "/>");
            assertTrue(usual.startsWith("<default" + node + "><x"), usual);
            assertTrue(usual.contains(deliver.formatted("1")), usual);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "deliver=perhaps",
        "digest=1",
        "include_body=1",
        "subscription_type=nodes",
        "expire=tomorrow",
        "expire=presence"
    })
    void options_that_can_not_be_had_are_invalid(String option) { // §6.3.6.2
        subscribe(FRANCISCO);
        assertEquals(
                "modify bad-request invalid-options",
                set(
                        FRANCISCO,
                        "<options node='n' jid='francisco@kith.test'>" + form("subscribe_options", option)
                                + "</options>"));
        assertEquals(
                "modify bad-request invalid-options", set(FRANCISCO, "<options node='n' jid='francisco@kith.test'/>"));
    }

    @Test
    void what_is_asked_for_and_is_not_there_is_left_out() { // §6.5.9.12
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n'/>"));
        publish(HAMLET, "1");
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n'><item id='2'/></items>"));
        assertEquals(
                "<items node='n'><item id='1'><e xmlns='x'/></item></items>",
                get(FRANCISCO, "<items node='n'><item id='2'/><item id='1'/></items>"));
    }

    @Test
    void the_newest_items_are_asked_for_by_number() { // §6.5.7
        for (var id : List.of("1", "2", "3")) publish(HAMLET, id);
        assertEquals(
                "<items node='n'><item id='2'><e xmlns='x'/></item><item id='3'><e xmlns='x'/></item></items>",
                get(FRANCISCO, "<items node='n' max_items='2'/>"));
        assertEquals(3, get(FRANCISCO, "<items node='n' max_items='9'/>").split("<item ").length - 1);
    }

    @Test
    void who_waits_for_an_answer_is_not_subscribed() { // §6.1.4, §6.5.9.3
        config("access_model=authorize");
        subscribe(FRANCISCO);
        assertEquals("auth not-authorized not-subscribed", get(FRANCISCO, "<items node='n'/>"));
        assertEquals("<items node='n'/>", get(HAMLET, "<items node='n'/>"));
        affiliate(BERNARDO, "publisher");
        assertEquals("<items node='n'/>", get(BERNARDO, "<items node='n'/>"));
    }

    @Test
    void who_may_only_publish_may_nothing_else() { // §4.1
        affiliate(FRANCISCO, "publish-only");
        assertEquals("auth forbidden", subscribe(FRANCISCO));
        assertEquals("auth forbidden", get(FRANCISCO, "<items node='n'/>"));
        assertEquals("<publish node='n'><item id='1'/></publish>", publish(FRANCISCO, "1"));
        publish(HAMLET, "2");
        assertEquals("ok", set(FRANCISCO, "<retract node='n'><item id='1'/></retract>"));
        assertEquals("auth forbidden", set(FRANCISCO, "<retract node='n'><item id='2'/></retract>"));
    }

    @Test
    void who_has_lost_access_is_told_no_more() { // §13.3
        subscribe(FRANCISCO);
        subscribe(BERNARDO);
        affiliate(BERNARDO, "member");
        config("access_model=whitelist");
        publish(HAMLET, "1");
        assertEquals(List.of("bernardo@kith.test: <items node='n'><item id='1'><e xmlns='x'/></item></items>"), told());
    }

    @Test
    void items_are_read_page_by_page() {
        for (int i = 1; i <= 5; i++) publish(HAMLET, String.valueOf(i));

        var page = get(
                FRANCISCO,
                "<items node='n'/><set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>2</after></set>");

        assertTrue(page.contains("<item id='3'>") && page.contains("<item id='4'>"), page);
        assertFalse(page.contains("<item id='5'>") || page.contains("<item id='2'>"), page);
        assertTrue(page.contains("<first index='2'>3</first><last>4</last><count>5</count>"), page);
    }

    @Test
    void only_those_on_the_list_subscribe_to_a_closed_node() {
        config("access_model=whitelist");
        assertEquals("cancel not-allowed closed-node", subscribe(FRANCISCO));
        assertEquals("cancel not-allowed closed-node", get(FRANCISCO, "<items node='n'/>"));

        ownerSet(
                HAMLET,
                "<affiliations node='n'><affiliation jid='francisco@kith.test' affiliation='member'/></affiliations>");

        assertEquals("auth not-authorized not-subscribed", get(FRANCISCO, "<items node='n'/>"));
        subscribe(FRANCISCO);
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n'/>"));
    }

    @Test
    void an_outcast_may_nothing() {
        subscribe(FRANCISCO);
        ownerSet(
                HAMLET,
                "<affiliations node='n'><affiliation jid='francisco@kith.test' affiliation='outcast'/></affiliations>");

        assertEquals("auth forbidden", subscribe(FRANCISCO));
        assertEquals("auth forbidden", get(FRANCISCO, "<items node='n'/>"));
        assertEquals("<subscriptions/>", get(FRANCISCO, "<subscriptions/>"));
    }

    @Test
    void a_subscriber_may_have_it_quiet() {
        subscribe(FRANCISCO);
        assertEquals(
                "ok",
                set(
                        FRANCISCO,
                        "<options node='n' jid='francisco@kith.test'>" + form("subscribe_options", "deliver=0")
                                + "</options>"));
        publish(HAMLET, "1");
        assertEquals(List.of(), told());
        assertEquals(
                "modify bad-request invalid-options",
                set(
                        FRANCISCO,
                        "<options node='n' jid='francisco@kith.test'>" + form("subscribe_options", "deliver=perhaps")
                                + "</options>"));
        assertEquals(
                "modify not-acceptable invalid-subid",
                get(FRANCISCO, "<options node='n' jid='francisco@kith.test' subid='other'/>"));
    }

    @Test
    void a_subscription_ends_with_its_lease() {
        set(
                FRANCISCO,
                "<subscribe node='n' jid='francisco@kith.test'/><options>"
                        + form("subscribe_options", "expire=2026-01-01T00:00:10Z") + "</options>");
        host.nowMillis += 11_000;
        assertEquals("<subscriptions/>", get(FRANCISCO, "<subscriptions/>"));
    }

    @Test
    void there_are_not_too_many_subscriptions_of_one() {
        set(FRANCISCO, "<subscribe node='n' jid='francisco@kith.test/a'/>");
        set(FRANCISCO, "<subscribe node='n' jid='francisco@kith.test/b'/>");
        assertEquals("wait policy-violation too-many-subscriptions", subscribe(FRANCISCO));
    }

    @Test
    void a_node_that_has_gone_says_where() { // §6.1.3.11
        ownerSet(HAMLET, "<delete node='n'><redirect uri='xmpp:else?;node=m'/></delete>");
        assertEquals("modify gone", subscribe(FRANCISCO));
        var answer = host.ask(FRANCISCO, "set", pubsub("", "<subscribe node='n' jid='francisco@kith.test'/>"));
        var gone = Objects.requireNonNull(
                Objects.requireNonNull(answer.child("jabber:client", "error")).firstChild());
        assertEquals("xmpp:else?;node=m", gone.text());
        set(HAMLET, "<create node='n'/>");
        assertTrue(subscribe(FRANCISCO).startsWith("<subscription "));
    }
}
