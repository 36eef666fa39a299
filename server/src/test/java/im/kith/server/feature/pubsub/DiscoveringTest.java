package im.kith.server.feature.pubsub;

import static im.kith.server.feature.FakeOwner.jid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0060 §5: what everybody may find out of a service, its nodes and their own part in them.
class DiscoveringTest extends Elsinore {

    @Test
    void everybody_learns_their_subscriptions_and_affiliations() {
        subscribe(FRANCISCO);
        assertEquals(
                "<affiliations><affiliation node='n' affiliation='owner'/></affiliations>",
                get(HAMLET, "<affiliations/>"));
        assertEquals("<affiliations/>", get(FRANCISCO, "<affiliations/>"));
        assertEquals("<subscriptions/>", get(HAMLET, "<subscriptions/>"));
        assertEquals(
                "<subscriptions node='n'><subscription jid='francisco@kith.test' subid='id-1' subscription='subscribed'/></subscriptions>",
                ownerGet(HAMLET, "<subscriptions node='n'/>"));
    }

    @Test
    void only_full_access_finds_nodes() {
        config("access_model=whitelist");
        set(FRANCISCO, "<create node='m'/>");
        assertEquals(
                List.of("m"),
                new Requests(host)
                        .discovery().nodes(jid(FRANCISCO)).stream()
                                .map(item -> item.attribute("node"))
                                .toList());
        assertEquals(List.of("m", "n"), host.nodes().names());
    }

    private Reply info(String who, String node) {
        return new Requests(host).info(jid(who), node);
    }

    @Test
    void a_node_says_what_it_is() { // §5.3, §5.4
        config("title=Musings description=Deep type=x language=en max_items=12");
        subscribe(FRANCISCO);
        var query = Replies.payload(info(FRANCISCO, "n"));
        assertEquals("n", query.attribute("node"));
        var identity = Objects.requireNonNull(query.firstChild());
        assertEquals("pubsub leaf", identity.attribute("category") + " " + identity.attribute("type"));
        var form = Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(query.child(DataForm.NAMESPACE, "x"))));
        assertEquals("http://jabber.org/protocol/pubsub#meta-data", form.formType());
        assertEquals("Musings", form.value("pubsub#title"));
        assertEquals("Deep", form.value("pubsub#description"));
        assertEquals("x", form.value("pubsub#type"));
        assertEquals("en", form.value("pubsub#language"));
        assertEquals(
                "list-single",
                Objects.requireNonNull(form.field("pubsub#language")).type());
        assertEquals("12", form.value("pubsub#max_items"));
        assertEquals("open", form.value("pubsub#access_model"));
        assertEquals("publishers", form.value("pubsub#publish_model"));
        assertEquals("hamlet@kith.test", form.value("pubsub#owner"));
        assertEquals("hamlet@kith.test", form.value("pubsub#creator"));
        assertEquals("2026-01-01T00:00:00.000Z", form.value("pubsub#creation_date"));
        assertEquals("1", form.value("pubsub#num_subscribers"));
    }

    @ParameterizedTest
    @CsvSource({"whitelist", "authorize", "open"})
    void everybody_is_told_what_a_services_node_is_but_details_only_with_access(String access) { // §5.3
        config("title=Musings access_model=" + access);
        var query = Replies.payload(info(FRANCISCO, "n"));
        assertEquals("leaf", Objects.requireNonNull(query.firstChild()).attribute("type"));
        boolean closed = access.equals("whitelist");
        assertEquals(closed, query.child(DataForm.NAMESPACE, "x") == null);
        assertEquals(!closed, query.toString().contains("Musings"));
    }

    @Test
    void items_are_listed_by_name_and_have_no_node() { // §5.5
        publish(HAMLET, "1");
        publish(HAMLET, "2");
        var query = Replies.payload(new Requests(host).items(jid(FRANCISCO), "n"));
        assertEquals(
                List.of("pubsub.kith.test 1 null", "pubsub.kith.test 2 null"),
                query.children().stream()
                        .map(item ->
                                item.attribute("jid") + " " + item.attribute("name") + " " + item.attribute("node"))
                        .toList());
    }

    @Test
    void a_node_that_is_not_there_is_not_found() { // XEP-0030 §7
        assertEquals(
                "item-not-found",
                Replies.error(info(FRANCISCO, "m")).condition().label());
        assertEquals(
                "item-not-found",
                Replies.error(new Requests(host).items(jid(FRANCISCO), "m"))
                        .condition()
                        .label());
    }

    @Test
    void who_has_neither_subscription_nor_affiliation_gets_empty_lists() { // §5.6, §5.7
        assertEquals("<subscriptions/>", get(BERNARDO, "<subscriptions/>"));
        assertEquals("<affiliations/>", get(BERNARDO, "<affiliations/>"));
        assertEquals("<subscriptions node='n'/>", get(BERNARDO, "<subscriptions node='n'/>"));
        assertEquals("<affiliations node='n'/>", get(BERNARDO, "<affiliations node='n'/>"));
    }

    @Test
    void subscriptions_are_those_of_all_addresses_of_who_asks_at_all_nodes_or_one() { // §5.6
        set(FRANCISCO, "<create node='m'/>");
        set(FRANCISCO, "<subscribe node='n' jid='francisco@kith.test/barracks'/>");
        set(FRANCISCO, "<subscribe node='m' jid='francisco@kith.test'/>");
        var ofN = "<subscription node='n' jid='francisco@kith.test/barracks' subid='id-1' subscription='subscribed'/>";
        var ofM = "<subscription node='m' jid='francisco@kith.test' subid='id-2' subscription='subscribed'/>";
        assertEquals(
                "<subscriptions>" + ofM + ofN + "</subscriptions>",
                get("francisco@kith.test/castle", "<subscriptions/>"));
        assertEquals(
                "<subscriptions node='n'>" + ofN + "</subscriptions>", get(FRANCISCO, "<subscriptions node='n'/>"));
    }

    @ParameterizedTest
    @CsvSource({"publisher", "publish-only", "member", "outcast", "owner"})
    void everybody_learns_what_they_are(String affiliation) { // §5.7
        affiliate(FRANCISCO, affiliation);
        assertEquals(
                "<affiliations><affiliation node='n' affiliation='" + affiliation + "'/></affiliations>",
                get(FRANCISCO, "<affiliations/>"));
        assertEquals(
                "<affiliations node='n'><affiliation node='n' affiliation='" + affiliation + "'/></affiliations>",
                get(FRANCISCO, "<affiliations node='n'/>"));
    }

    /// What is done here and would have to be advertised if it was (§10).
    @ParameterizedTest
    @CsvSource({
        "subscribe, true, true",
        "publish, true, true",
        "retrieve-subscriptions, true, true",
        "retrieve-affiliations, true, true",
        "subscription-options, true, true",
        "retrieve-default-sub, true, true",
        "publish-options, true, true",
        "create-and-configure, true, true",
        "instant-nodes, true, true",
        "last-published, true, true",
        "purge-nodes, true, true",
        "delete-nodes, true, true",
        "delete-items, true, true",
        "modify-affiliations, true, true",
        "manage-subscriptions, true, true",
        "subscription-notifications, true, true",
        "rsm, true, true",
        "config-node-max, true, true",
        "member-affiliation, true, true",
        "outcast-affiliation, true, true",
        "publisher-affiliation, true, true",
        "publish-only-affiliation, true, true",
        "auto-create, false, true",
        "auto-subscribe, false, true",
        "filtered-notifications, false, true",
        "pubsub-on-a-jid, false, true",
        "presence-subscribe, false, true",
        "access-presence, true, true",
        "access-roster, true, true",
        "get-pending, true, false",
        "multi-subscribe, true, false",
        "collections, true, false"
    })
    void features_are_advertised_where_they_are(String feature, boolean atService, boolean atAccount) {
        var name = Names.PUBSUB + "#" + feature;
        assertEquals(atService, Discovery.features(false).contains(name));
        assertEquals(atAccount, Discovery.features(true).contains(name));
    }
}
