package im.kith.server.feature.pubsub;

import static im.kith.server.feature.FakeOwner.jid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.Replies;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0248: nodes in collections at a service. Hamlet has a collection `c`, with a collection `d` in it, with a leaf
/// `n` in that.
class CollectionsTest extends Elsinore {

    private static final String COLLECTION = "node_type=collection";

    @BeforeEach
    void hamlet_collects() {
        create(HAMLET, "c", COLLECTION);
        create(HAMLET, "d", COLLECTION + " collection=c");
        config("collection=d");
    }

    private String create(String who, String name, String fields) {
        return set(who, "<create node='" + name + "'/><configure>" + form("node_config", fields) + "</configure>");
    }

    private List<String> listed(String who, String node) {
        return Replies.payload(new Requests(host).items(jid(who), node)).children().stream()
                .map(item -> item.attribute("node"))
                .toList();
    }

    private List<String> listed(String who) {
        return new Requests(host)
                .discovery().nodes(jid(who)).stream()
                        .map(item -> item.attribute("node"))
                        .toList();
    }

    @Test
    void nodes_are_listed_where_they_are() { // §5.2
        create(HAMLET, "alone", "title=Alone");
        assertEquals(List.of("alone", "c"), listed(FRANCISCO));
        assertEquals(List.of("d"), listed(FRANCISCO, "c"));
        assertEquals(List.of("n"), listed(FRANCISCO, "d"));
    }

    @Test
    void a_collection_says_that_it_is_one_and_a_leaf_in_it_that_it_is_a_leaf() { // XEP-0060 §5.3
        assertEquals("collection", type("c"));
        assertEquals("collection", type("d"));
        assertEquals("leaf", type("n"));
    }

    private String type(String node) {
        var query = Replies.payload(new Requests(host).info(jid(FRANCISCO), node));
        return Objects.requireNonNull(query.firstChild()).attribute("type", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        hamlet    | collection=nowhere              | cancel item-not-found
        hamlet    | collection=n                    | cancel not-allowed
        francisco | collection=c                    | auth forbidden
        """)
    void a_node_that_can_not_be_put_there_is_not_made(String who, String fields, String error) {
        assertEquals(error, create(who + "@kith.test/r", "m", fields));
        assertEquals("cancel item-not-found", ownerGet(HAMLET, "<configure node='m'/>"));
    }

    @Test
    void a_collection_may_be_open_to_all() {
        create(HAMLET, "open", COLLECTION + " children_association_policy=all");
        create(FRANCISCO, "m", "collection=open");
        assertEquals(List.of("m"), listed(HAMLET, "open"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "d"})
    void a_collection_is_not_below_itself(String below) {
        assertEquals(
                "cancel conflict",
                ownerSet(HAMLET, "<configure node='c'>" + form("node_config", "collection=" + below) + "</configure>"));
    }

    @Test
    void a_leaf_does_not_become_a_collection() {
        assertEquals("cancel not-allowed", config("node_type=collection"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        set | <publish node='c'><item><e xmlns='x'/></item></publish> | cancel feature-not-implemented unsupported=publish
        set | <retract node='c'><item id='1'/></retract>              | cancel feature-not-implemented unsupported=persistent-items
        get | <items node='c'/>                                       | cancel feature-not-implemented unsupported=retrieve-items
        """)
    void a_collection_has_no_items(String type, String request, String error) { // XEP-0060 §6.5.9.4, §7.1.3.2
        assertEquals(error, type.equals("set") ? set(HAMLET, request) : get(HAMLET, request));
    }

    @Test
    void who_subscribes_to_a_collection_gets_the_items_below_it_once_and_reads_of_which() { // §7
        set(FRANCISCO, "<subscribe node='c' jid='francisco@kith.test'/>");
        set(FRANCISCO, "<subscribe node='d' jid='francisco@kith.test'/>");
        set(BERNARDO, "<subscribe node='c' jid='bernardo@kith.test'/>");
        subscribe(BERNARDO);
        publish(HAMLET, "1");
        assertEquals(List.of("bernardo@kith.test null", "francisco@kith.test d"), headers());
    }

    private List<String> headers() {
        return host.sent.stream()
                .filter(stanza -> stanza.element().child(Names.EVENT, "event") != null)
                .map(stanza -> stanza.to() + " " + header(stanza.element()))
                .toList();
    }

    private static String header(Element message) {
        var headers = message.child("http://jabber.org/protocol/shim", "headers");
        if (headers == null) return "null";
        var header = Objects.requireNonNull(headers.firstChild());
        assertEquals("Collection", header.attribute("name"));
        return header.text();
    }

    @Test
    void what_somebody_may_not_read_does_not_come_by_way_of_a_collection_either() {
        set(FRANCISCO, "<subscribe node='c' jid='francisco@kith.test'/>");
        config("access_model=whitelist");
        publish(HAMLET, "1");
        assertEquals(List.of(), headers());
        assertEquals(List.of(), listed(FRANCISCO, "d"), "nor is it listed");
    }

    @Test
    void what_was_in_a_collection_that_is_deleted_is_in_none() {
        assertEquals("ok", ownerSet(HAMLET, "<delete node='d'/>"));
        assertEquals(List.of("c", "n"), listed(FRANCISCO));
    }

    @Test
    void the_defaults_of_a_collection_can_be_asked_for() { // XEP-0060 §8.3.2
        var said = ownerGet(HAMLET, "<default type='collection'/>");
        assertTrue(
                said.contains("<field var='pubsub#node_type' type='list-single' label='Whether the node is a leaf or a"
                        + " collection'><value>collection</value>"),
                said);
    }
}
