package im.kith.server.feature.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0060 §7: items come, go and are told of.
class PublishingTest extends Elsinore {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        §7.1.3.1 | francisco | <publish node='n'><item><e xmlns='x'/></item></publish> | auth forbidden
        §7.1.3.3 | hamlet | <publish node='m'><item><e xmlns='x'/></item></publish> | cancel item-not-found
        §7.1.1   | hamlet | <publish><item><e xmlns='x'/></item></publish> | modify bad-request nodeid-required
        §7.1.3.7 | hamlet | <publish node='n'/> | modify bad-request item-required
        §7.1.3.7 | hamlet | <publish node='n'><item/></publish> | modify bad-request payload-required
        §7.1.3.6 | hamlet | <publish node='n'><item><e xmlns='x'/><f xmlns='x'/></item></publish> | modify bad-request invalid-payload
        §7.1.1   | hamlet | <publish node='n'><item><e xmlns='x'/></item><item><e xmlns='x'/></item></publish> | modify bad-request invalid-payload
        §7.2.3.2 | hamlet | <retract node='n'><item id='?'/></retract> | cancel item-not-found
        §7.2.3.2 | hamlet | <retract node='m'><item id='?'/></retract> | cancel item-not-found
        §7.2.3.3 | hamlet | <retract><item id='?'/></retract> | modify bad-request nodeid-required
        §7.2.3.4 | hamlet | <retract node='n'/> | modify bad-request item-required
        §7.2.3.4 | hamlet | <retract node='n'><item/></retract> | modify bad-request item-required
        §7.2.3.1 | francisco | <retract node='n'><item id='?'/></retract> | auth forbidden
        """)
    void a_wrong_request_says_why(String where, String who, String request, String error) {
        assertEquals(error, set(who + "@kith.test/r", request));
    }

    @Test
    void the_service_names_an_item_that_has_no_name() { // §7.1.2
        assertEquals(
                "<publish node='n'><item id='id-1'/></publish>",
                set(HAMLET, "<publish node='n'><item><e xmlns='x'/></item></publish>"));
    }

    @Test
    void every_notification_has_an_id_of_its_own() { // §12.4
        subscribe(FRANCISCO);
        publish(HAMLET, "1");
        publish(HAMLET, "2");
        var ids = new HashSet<String>();
        for (var message : host.sent) ids.add(Objects.requireNonNull(message.id()));
        assertEquals(2, ids.size());
    }

    @Test
    void payloads_stay_behind_where_the_node_says_so() { // §7.1.2.2
        subscribe(FRANCISCO);
        config("deliver_payloads=0");
        publish(HAMLET, "1");
        assertEquals(List.of("francisco@kith.test: <items node='n'><item id='1'/></items>"), told());
        assertEquals(
                "<items node='n'><item id='1'><e xmlns='x'/></item></items>",
                get(FRANCISCO, "<items node='n'><item id='1'/></items>"));
    }

    @Test
    void the_publisher_is_who_it_was_and_told_if_the_node_says_so() { // §7.1.2.3
        subscribe(FRANCISCO);
        config("itemreply=publisher");
        set(HAMLET, "<publish node='n'><item id='1' publisher='yorick@kith.test'><e xmlns='x'/></item></publish>");
        var item = "<item id='1' publisher='hamlet@kith.test/elsinore'><e xmlns='x'/></item>";
        assertEquals(List.of("francisco@kith.test: <items node='n'>" + item + "</items>"), told());
        assertEquals("<items node='n'>" + item + "</items>", get(FRANCISCO, "<items node='n'/>"));
        config("itemreply=none");
        assertEquals("<items node='n'><item id='1'><e xmlns='x'/></item></items>", get(FRANCISCO, "<items node='n'/>"));
    }

    @Test
    void payloads_are_of_the_type_that_the_node_says() { // §7.1.3.6
        config("type=y");
        assertEquals("modify bad-request invalid-payload", publish(HAMLET, "1"));
        config("type=x");
        assertEquals("<publish node='n'><item id='1'/></publish>", publish(HAMLET, "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "publishers, publisher, true",
        "publishers, publish-only, true",
        "publishers, member, false",
        "publishers, none, false",
        "open, none, true",
        "open, outcast, false",
        "subscribers, none, false"
    })
    void who_may_publish_is_the_nodes_choice(String model, String affiliation, boolean may) { // §4.1, §16.4.4
        config("publish_model=" + model);
        affiliate(FRANCISCO, affiliation);
        assertEquals(may ? "<publish node='n'><item id='1'/></publish>" : "auth forbidden", publish(FRANCISCO, "1"));
    }

    @Test
    void subscribers_publish_where_that_is_the_choice() { // §16.4.4
        config("publish_model=subscribers");
        subscribe(FRANCISCO);
        assertEquals("<publish node='n'><item id='1'/></publish>", publish(FRANCISCO, "1"));
    }

    @Test
    void a_removal_is_told_if_that_is_asked_or_configured() { // §7.2.2.1
        subscribe(FRANCISCO);
        config("notify_retract=0");
        publish(HAMLET, "1");
        publish(HAMLET, "2");
        host.sent.clear();
        assertEquals("ok", set(HAMLET, "<retract node='n'><item id='1'/></retract>"));
        assertEquals(List.of(), told());
        assertEquals("ok", set(HAMLET, "<retract node='n' notify='true'><item id='2'/></retract>"));
        assertEquals(List.of("francisco@kith.test: <items node='n'><retract id='2'/></items>"), told());
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n'/>"));
    }

    @Test
    void all_of_a_batch_is_removed_or_nothing() { // §12.10
        publish(HAMLET, "1");
        assertEquals("cancel item-not-found", set(HAMLET, "<retract node='n'><item id='1'/><item id='2'/></retract>"));
        assertEquals(List.of("1"), host.nodes().ids("n"));
    }

    @Test
    void where_nothing_is_kept_nothing_is_removed() { // §7.2.3.5
        config("persist_items=0");
        assertEquals(
                "cancel feature-not-implemented unsupported=persistent-items",
                set(HAMLET, "<retract node='n'><item id='1'/></retract>"));
    }

    @Test
    void subscribers_are_told_what_is_published_retracted_and_purged() {
        assertEquals(
                "<subscription node='n' jid='francisco@kith.test' subid='id-1' subscription='subscribed'/>",
                subscribe(FRANCISCO));

        assertEquals("<publish node='n'><item id='1'/></publish>", publish(HAMLET, "1"));
        set(HAMLET, "<retract node='n'><item id='1'/></retract>");
        ownerSet(HAMLET, "<purge node='n'/>");
        ownerSet(HAMLET, "<delete node='n'/>");

        var events = host.sent.stream()
                .map(stanza -> Objects.requireNonNull(stanza.element().child(Names.EVENT, "event")))
                .toList();
        assertEquals(
                List.of(
                        event("<items node='n'><item id='1'><e xmlns='x'/></item></items>"),
                        event("<items node='n'><retract id='1'/></items>"),
                        event("<purge node='n'/>"),
                        event("<delete node='n'/>")),
                events);
        assertEquals("headline", host.sent.getFirst().type());
        assertNotNull(host.sent.getFirst().id());
    }

    @Test
    void an_item_of_the_same_id_takes_the_others_place() {
        publish(HAMLET, "1");
        publish(HAMLET, "2");
        publish(HAMLET, "1");

        assertEquals(List.of("2", "1"), host.nodes().ids("n"));
        assertEquals(
                "<items node='n'><item id='1'><e xmlns='x'/></item></items>",
                get(FRANCISCO, "<items node='n' max_items='1'/>"));
    }

    @Test
    void a_full_node_drops_its_oldest_item_or_refuses() {
        config("max_items=2");
        for (var id : List.of("1", "2", "3")) publish(HAMLET, id);
        assertEquals(List.of("2", "3"), host.nodes().ids("n"));

        config("publish_node_full=reject");
        assertEquals("cancel conflict node-full", publish(HAMLET, "4"));
        assertEquals("<publish node='n'><item id='3'/></publish>", publish(HAMLET, "3"));
    }

    @Test
    void items_go_when_they_are_old() {
        config("item_expire=60");
        publish(HAMLET, "1");
        host.nowMillis += 61_000;
        publish(HAMLET, "2");

        assertEquals("<items node='n'><item id='2'><e xmlns='x'/></item></items>", get(FRANCISCO, "<items node='n'/>"));
    }

    @Test
    void a_payload_may_not_be_too_big() {
        config("max_payload_size=5");
        assertEquals("modify not-acceptable payload-too-big", publish(HAMLET, "1"));
    }

    @Test
    void a_node_that_only_notifies_takes_no_items() {
        subscribe(FRANCISCO);
        config("persist_items=0 deliver_payloads=0");
        host.sent.clear();

        assertEquals("modify bad-request item-forbidden", publish(HAMLET, "1"));
        assertEquals("<publish node='n'/>", set(HAMLET, "<publish node='n'/>"));
        assertEquals(List.of("francisco@kith.test: <items node='n'/>"), told());
        assertEquals(
                "cancel feature-not-implemented unsupported=persistent-items", get(FRANCISCO, "<items node='n'/>"));
        assertEquals(
                "cancel feature-not-implemented unsupported=persistent-items", ownerSet(HAMLET, "<purge node='n'/>"));
    }

    @Test
    void preconditions_must_be_met() {
        var item =
                "<publish node='n'><item id='1'><e xmlns='x'/></item></publish><publish-options>%s</publish-options>";
        assertEquals(
                "cancel conflict precondition-not-met",
                set(HAMLET, item.formatted(form("publish-options", "access_model=presence"))));
        assertEquals(
                "cancel conflict precondition-not-met",
                set(HAMLET, item.formatted(form("publish-options", "unheard_of=1"))));
        assertEquals(
                "<publish node='n'><item id='1'/></publish>",
                set(HAMLET, item.formatted(form("publish-options", "access_model=open persist_items=true"))));
    }
}
