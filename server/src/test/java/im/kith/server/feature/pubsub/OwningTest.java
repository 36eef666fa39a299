package im.kith.server.feature.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Xml;
import im.kith.xmpp.DataForm;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0060 §8: owners make, configure and delete nodes, and decide about others.
class OwningTest extends Elsinore {

    @Test
    void an_instant_node_gets_a_name() {
        assertEquals("<create node='id-1'/>", set(HAMLET, "<create/>"));
    }

    @Test
    void a_node_is_made_with_its_configuration() {
        assertEquals(
                "<create node='m'/>",
                set(
                        HAMLET,
                        "<create node='m'/><configure>" + form("node_config", "title=M access_model=whitelist")
                                + "</configure>"));
        var form = configuration("m");
        assertEquals("M", form.value("pubsub#title"));
        assertEquals("whitelist", form.value("pubsub#access_model"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        §8.1.1 | hamlet | <create node='n'/> | cancel conflict
        §8.1.1 | guest  | <create node='m'/> | auth forbidden
        §8.1.3 | hamlet | <create node='m'/><configure node='m'/> | modify bad-request
        §8.1.3 | hamlet | <configure/><create node='m'/> | modify bad-request
        """)
    void a_node_that_can_not_be_made_says_why(String where, String who, String request, String error) {
        assertEquals(error, set(who + "@kith.test/r", request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        access_model=nobody   | modify not-acceptable unsupported-access-model
        node_type=heap        | cancel feature-not-implemented unsupported=collections
        max_items=many        | modify not-acceptable
        language=!            | modify not-acceptable
        """)
    void a_configuration_that_can_not_be_had_makes_no_node(String fields, String error) { // §8.1.2
        var form = "<configure>" + form("node_config", fields) + "</configure>";
        assertEquals(error, set(HAMLET, "<create node='m'/>" + form));
        assertNull(host.nodes().get("m"));
    }

    @Test
    void there_are_not_too_many_nodes() {
        for (int i = 1; i < host.limits.nodes(); i++) set(HAMLET, "<create/>");
        assertEquals("cancel resource-constraint max-nodes-exceeded", set(HAMLET, "<create/>"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        get | francisco | <configure node='n'/> | auth forbidden
        get | hamlet | <configure/> | modify bad-request nodeid-required
        get | hamlet | <configure node='m'/> | cancel item-not-found
        get | francisco | <subscriptions node='n'/> | auth forbidden
        get | hamlet | <subscriptions node='m'/> | cancel item-not-found
        get | francisco | <affiliations node='n'/> | auth forbidden
        get | hamlet | <affiliations node='m'/> | cancel item-not-found
        set | francisco | <configure node='n'/> | auth forbidden
        set | francisco | <delete node='n'/> | auth forbidden
        set | hamlet | <delete node='m'/> | cancel item-not-found
        set | francisco | <purge node='n'/> | auth forbidden
        set | hamlet | <purge node='m'/> | cancel item-not-found
        set | francisco | <affiliations node='n'/> | auth forbidden
        set | hamlet | <affiliations node='n'><affiliation jid='a@b' affiliation='member'/><affiliation jid='a@b' affiliation='owner'/></affiliations> | modify bad-request
        set | hamlet | <affiliations node='n'><affiliation jid='hamlet@kith.test' affiliation='none'/></affiliations> | modify not-acceptable affiliations
        set | hamlet | <subscriptions node='n'><subscription jid='a@b' subscription='odd'/></subscriptions> | modify not-acceptable subscriptions
        """)
    void a_wrong_owner_request_says_why(String type, String who, String request, String error) {
        var from = who + "@kith.test/r";
        assertEquals(error, type.equals("get") ? ownerGet(from, request) : ownerSet(from, request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        set | <configure node='m'/> | cancel item-not-found
        set | <configure node='n'/> | modify bad-request
        set | <configure/> | modify bad-request nodeid-required
        set | <delete/> | modify bad-request nodeid-required
        set | <delete node='n'><redirect/></delete> | modify bad-request
        set | <purge/> | modify bad-request nodeid-required
        set | <subscriptions node='m'/> | cancel item-not-found
        set | <affiliations node='m'/> | cancel item-not-found
        get | <default type='heap'/> | cancel feature-not-implemented unsupported=collections
        get | <unheard-of/> | modify bad-request
        """)
    void an_owner_who_asks_for_what_is_not_is_told_so(String type, String request, String error) {
        assertEquals(error, type.equals("get") ? ownerGet(HAMLET, request) : ownerSet(HAMLET, request));
    }

    @Test
    void the_form_holds_what_is_so_now_and_may_be_cancelled() { // §8.2.2, §8.2.4
        config("title=Musings");
        assertEquals(
                "http://jabber.org/protocol/pubsub#node_config",
                configuration("n").formType());
        assertEquals("Musings", configuration("n").value("pubsub#title"));
        assertEquals(
                "ok", ownerSet(HAMLET, "<configure node='n'><x xmlns='jabber:x:data' type='cancel'/></configure>"));
        assertEquals("Musings", configuration("n").value("pubsub#title"));
        assertEquals(
                "modify bad-request",
                ownerSet(HAMLET, "<configure node='n'><x xmlns='jabber:x:data' type='form'/></configure>"));
    }

    @Test
    void the_defaults_are_told_to_everybody() { // §8.3
        var answer = ownerGet(FRANCISCO, "<default/>");
        assertTrue(answer.startsWith("<default><x xmlns='jabber:x:data' type='form'>"), answer);
        assertEquals(answer, ownerGet(FRANCISCO, "<default type='leaf'/>"));
    }

    @Test
    void the_new_configuration_goes_with_the_payloads() { // §8.2.5.3
        subscribe(FRANCISCO);
        config("notify_config=1 title=M");
        var told = told();
        assertEquals(1, told.size());
        assertTrue(
                told.getFirst().contains("<configuration node='n'><x xmlns='jabber:x:data' type='result'>"),
                told::toString);
    }

    @Test
    void a_deletion_is_told_to_those_who_wait_too_and_items_go() { // §8.4
        publish(HAMLET, "1");
        config("access_model=authorize");
        subscribe(FRANCISCO);
        host.sent.clear();
        assertEquals("ok", ownerSet(HAMLET, "<delete node='n'><redirect uri='xmpp:else'/></delete>"));
        assertEquals(List.of("francisco@kith.test: <delete node='n'><redirect uri='xmpp:else'/></delete>"), told());
        assertEquals(0, host.nodes().count("n"));
    }

    @Test
    void a_purge_is_told_once() { // §8.5.2
        subscribe(FRANCISCO);
        for (var id : List.of("1", "2", "3")) publish(HAMLET, id);
        host.sent.clear();
        assertEquals("ok", ownerSet(HAMLET, "<purge node='n'/>"));
        assertEquals(List.of("francisco@kith.test: <purge node='n'/>"), told());
        assertEquals("<items node='n'/>", get(FRANCISCO, "<items node='n'/>"));
    }

    @Test
    void owners_approve_subscriptions_where_they_are_asked() {
        config("access_model=authorize");
        publish(HAMLET, "1");
        assertEquals(
                "<subscription node='n' jid='francisco@kith.test' subid='id-2' subscription='pending'/>",
                subscribe(FRANCISCO));
        assertEquals("auth not-authorized pending-subscription", subscribe(FRANCISCO));
        assertEquals("auth not-authorized not-subscribed", get(FRANCISCO, "<items node='n'/>"));
        assertEquals(List.of("hamlet@kith.test: a form"), told());

        answer(FRANCISCO, FRANCISCO, true);
        assertEquals(List.of(), told());
        answer(HAMLET, FRANCISCO, true);

        assertEquals(
                List.of(
                        "francisco@kith.test: <subscription node='n' jid='francisco@kith.test' subid='id-2' subscription='subscribed'/>",
                        "francisco@kith.test: <items node='n'><item id='1'><e xmlns='x'/></item></items>"),
                told());
    }

    @Test
    void an_owner_may_deny_or_decide_later() { // §8.6
        config("access_model=authorize");
        subscribe(FRANCISCO);
        var asked = host.sent.getLast().element();
        var form = Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(asked.child(DataForm.NAMESPACE, "x"))));
        assertEquals("http://jabber.org/protocol/pubsub#subscribe_authorization", form.formType());
        assertEquals("n", form.value("pubsub#node"));
        assertEquals("francisco@kith.test", form.value("pubsub#subscriber_jid"));
        assertEquals(
                "boolean", Objects.requireNonNull(form.field("pubsub#allow")).type());
        host.sent.clear();
        new Requests(host)
                .message(im.kith.xmpp.Stanza.of(
                        im.kith.xmpp.Stanza.Kind.MESSAGE,
                        FakeOwner.jid(HAMLET),
                        host.jid(),
                        Xml.xml("<message xmlns='jabber:client'>"
                                + form("subscribe_authorization", "node=n subscriber_jid=francisco@kith.test allow=1")
                                        .replace("type='submit'", "type='cancel'")
                                + "</message>")));
        assertEquals(List.of(), told());
        answer(HAMLET, FRANCISCO, false);
        assertEquals(
                List.of(
                        "francisco@kith.test: <subscription node='n' jid='francisco@kith.test' subid='id-1' subscription='none'/>"),
                told());
        assertEquals("<subscriptions/>", get(FRANCISCO, "<subscriptions/>"));
    }

    private static im.kith.xmpp.Element pending(String rest) {
        return Xml.xml("<command xmlns='http://jabber.org/protocol/commands' "
                + "node='http://jabber.org/protocol/pubsub#get-pending'" + rest);
    }

    @Test
    void what_waits_can_be_asked_for() { // §8.7
        config("access_model=authorize");
        subscribe(FRANCISCO);
        host.sent.clear();
        var asked = Replies.payload(new Requests(host).pending(FakeOwner.jid(HAMLET), pending("/>")));
        assertEquals("executing", asked.attribute("status"));
        var form = Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(asked.child(DataForm.NAMESPACE, "x"))));
        assertEquals(
                "n",
                Objects.requireNonNull(form.field("pubsub#node"))
                        .options()
                        .getFirst()
                        .value());
        var session = " sessionid='" + asked.attribute("sessionid") + "' action='complete'>";
        var done = new Requests(host)
                .pending(
                        FakeOwner.jid(HAMLET),
                        pending(session + form("subscribe_authorization", "node=n") + "</command>"));
        if (done instanceof im.kith.server.feature.Reply.Followed(var payload, var then)) {
            assertEquals("completed", Objects.requireNonNull(payload).attribute("status"));
            then.run();
        }
        assertEquals(List.of("hamlet@kith.test/elsinore: a form"), told());
        assertEquals(
                "forbidden",
                Replies.error(new Requests(host).pending(FakeOwner.jid(FRANCISCO), pending("/>")))
                        .condition()
                        .label());
        assertEquals(
                "item-not-found",
                Replies.error(new Requests(host)
                                .pending(
                                        FakeOwner.jid(HAMLET),
                                        pending(session + form("subscribe_authorization", "node=m") + "</command>")))
                        .condition()
                        .label());
    }

    @ParameterizedTest
    @CsvSource({"owner, subscribed", "publisher, subscribed", "member, subscribed", "outcast, none"})
    void a_new_affiliation_decides_what_waits(String affiliation, String state) { // §8.7
        config("access_model=authorize");
        subscribe(FRANCISCO);
        host.sent.clear();
        affiliate(FRANCISCO, affiliation);
        assertEquals(
                List.of(
                        "francisco@kith.test: <subscription node='n' jid='francisco@kith.test' subid='id-1' subscription='"
                                + state + "'/>"),
                told());
    }

    @Test
    void an_owner_subscribes_and_unsubscribes_others() { // §8.8
        var change =
                "<subscriptions node='n'><subscription jid='francisco@kith.test' subscription='%s'/></subscriptions>";
        assertEquals("ok", ownerSet(HAMLET, change.formatted("subscribed")));
        var one = "<subscription %sjid='francisco@kith.test' subid='id-1' subscription='%s'/>";
        assertEquals(List.of("francisco@kith.test: " + one.formatted("node='n' ", "subscribed")), told());
        assertEquals(
                "<subscriptions node='n'>" + one.formatted("", "subscribed") + "</subscriptions>",
                ownerGet(HAMLET, "<subscriptions node='n'/>"));
        assertEquals(
                "ok",
                ownerSet(HAMLET, "<subscriptions node='n'><subscription jid='francisco@kith.test'/></subscriptions>"));
        assertEquals(List.of(), told());
        assertEquals("ok", ownerSet(HAMLET, change.formatted("none")));
        assertEquals(List.of("francisco@kith.test: " + one.formatted("node='n' ", "none")), told());
        assertEquals("<subscriptions node='n'/>", ownerGet(HAMLET, "<subscriptions node='n'/>"));
    }

    @Test
    void of_many_changes_those_that_fail_are_sent_back_as_they_were() { // §8.8.2.4, §8.9.2.4
        affiliate(BERNARDO, "member");
        var answer = host.ask(
                HAMLET,
                "set",
                pubsub(
                        "#owner",
                        "<affiliations node='n'><affiliation jid='francisco@kith.test' affiliation='publisher'/>"
                                + "<affiliation jid='hamlet@kith.test' affiliation='member'/>"
                                + "<affiliation jid='bernardo@kith.test' affiliation='king'/></affiliations>"));
        var error = Objects.requireNonNull(answer.child("jabber:client", "error"));
        var list = Objects.requireNonNull(error.child(Names.OWNER, "affiliations"));
        assertEquals(
                List.of("hamlet@kith.test owner", "bernardo@kith.test member"),
                list.children().stream()
                        .map(entry -> entry.attribute("jid") + " " + entry.attribute("affiliation"))
                        .toList());
        assertEquals(
                "<affiliations node='n'><affiliation jid='bernardo@kith.test' affiliation='member'/>"
                        + "<affiliation jid='francisco@kith.test' affiliation='publisher'/>"
                        + "<affiliation jid='hamlet@kith.test' affiliation='owner'/></affiliations>",
                ownerGet(HAMLET, "<affiliations node='n'/>"));
        affiliate(FRANCISCO, "none");
        assertTrue(!ownerGet(HAMLET, "<affiliations node='n'/>").contains("francisco"));
    }

    @Test
    void an_owner_may_resign_if_there_is_another() { // §8.9.2.4
        affiliate(FRANCISCO, "owner");
        affiliate(HAMLET, "none");
        assertEquals("auth forbidden", ownerGet(HAMLET, "<affiliations node='n'/>"));
        assertNotEquals("auth forbidden", ownerGet(FRANCISCO, "<affiliations node='n'/>"));
    }

    @Test
    void a_new_configuration_is_told_if_the_node_does_so() {
        subscribe(FRANCISCO);
        config("notify_config=1 deliver_payloads=0");
        assertEquals(List.of("francisco@kith.test: <configuration node='n'/>"), told());
        assertEquals("modify not-acceptable unsupported-access-model", config("access_model=nobody"));
        assertEquals("modify not-acceptable", config("deliver_payloads=maybe"));
    }
}
