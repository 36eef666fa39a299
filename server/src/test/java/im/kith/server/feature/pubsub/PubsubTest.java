package im.kith.server.feature.pubsub;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0060 at a service, request by request.
class PubsubTest {

    private static final String HAMLET = "hamlet@kith.test/elsinore";
    private static final String FRANCISCO = "francisco@kith.test/barracks";

    private final FakeHost host = new FakeHost();

    @BeforeEach
    void hamlet_has_a_node() {
        set(HAMLET, "<create node='n'/>");
    }

    private String set(String from, String request) {
        return said(host.ask(from, "set", pubsub("", request)));
    }

    private String get(String from, String request) {
        return said(host.ask(from, "get", pubsub("", request)));
    }

    private String ownerSet(String from, String request) {
        return said(host.ask(from, "set", pubsub("#owner", request)));
    }

    private String ownerGet(String from, String request) {
        return said(host.ask(from, "get", pubsub("#owner", request)));
    }

    private static Element pubsub(String part, String request) {
        return xml("<pubsub xmlns='http://jabber.org/protocol/pubsub" + part + "'>" + request + "</pubsub>");
    }

    /// `ok`, the result's children, or the error as `type condition own-condition`.
    private static String said(Element iq) {
        var error = iq.child(Stanza.CLIENT, "error");
        if (error != null) {
            var words = Stream.concat(
                    Stream.of(error.attribute("type", "")),
                    error.children().stream()
                            .filter(child -> !child.name().equals("text"))
                            .map(child -> child.name()
                                    + child.attribute("feature", "").transform(f -> f.isEmpty() ? "" : "=" + f)));
            return String.join(" ", words.toList());
        }
        var pubsub = iq.firstChild();
        return pubsub == null
                ? "ok"
                : String.join(
                                "",
                                pubsub.children().stream()
                                        .map(Element::toString)
                                        .toList())
                        .replaceAll(" xmlns=['\"]http://jabber.org/protocol/pubsub(#owner)?['\"]", "")
                        .replace('"', '\'');
    }

    private String config(String fields) {
        return ownerSet(HAMLET, "<configure node='n'>" + form("node_config", fields) + "</configure>");
    }

    private static String form(String type, String fields) {
        var form = new StringBuilder("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
                + "<value>http://jabber.org/protocol/pubsub#" + type + "</value></field>");
        for (var field : fields.split(" ")) {
            var parts = field.split("=", 2);
            form.append("<field var='pubsub#")
                    .append(parts[0])
                    .append("'><value>")
                    .append(parts[1])
                    .append("</value></field>");
        }
        return form.append("</x>").toString();
    }

    private String publish(String from, String id) {
        return set(from, "<publish node='n'><item id='" + id + "'><e xmlns='x'/></item></publish>");
    }

    private String subscribe(String who) {
        return set(who, "<subscribe node='n' jid='" + jid(who).bare() + "'/>");
    }

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

    private DataForm configuration(String node) {
        var answer = host.ask(HAMLET, "get", pubsub("#owner", "<configure node='" + node + "'/>"));
        var x = Objects.requireNonNull(
                        Objects.requireNonNull(answer.firstChild()).firstChild())
                .firstChild();
        return Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(x)));
    }

    /// What is asked, by whom, and the error it gets (§6 to §8).
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        create    | hamlet    | <create node='n'/> | cancel conflict
        create    | guest     | <create node='m'/> | auth forbidden
        create    | hamlet    | <create node='m'/><configure node='m'/> | modify bad-request
        create    | hamlet    | <configure/><create node='m'/> | modify bad-request
        publish   | francisco | <publish node='n'><item><e xmlns='x'/></item></publish> | auth forbidden
        publish   | hamlet    | <publish node='m'><item><e xmlns='x'/></item></publish> | cancel item-not-found
        publish   | hamlet    | <publish><item><e xmlns='x'/></item></publish> | modify bad-request nodeid-required
        publish   | hamlet    | <publish node='n'/> | modify bad-request item-required
        publish   | hamlet    | <publish node='n'><item/></publish> | modify bad-request payload-required
        publish   | hamlet    | <publish node='n'><item><e xmlns='x'/><f xmlns='x'/></item></publish> | modify bad-request invalid-payload
        publish   | hamlet    | <publish node='n'><item><e xmlns='x'/></item><item><e xmlns='x'/></item></publish> | modify bad-request invalid-payload
        retract   | hamlet    | <retract node='n'><item id='?'/></retract> | cancel item-not-found
        retract   | hamlet    | <retract node='m'><item id='?'/></retract> | cancel item-not-found
        retract   | hamlet    | <retract><item id='?'/></retract> | modify bad-request nodeid-required
        retract   | hamlet    | <retract node='n'/> | modify bad-request item-required
        retract   | hamlet    | <retract node='n'><item/></retract> | modify bad-request item-required
        retract   | francisco | <retract node='n'><item id='?'/></retract> | auth forbidden
        subscribe | francisco | <subscribe node='n' jid='bernardo@kith.test'/> | modify bad-request invalid-jid
        subscribe | francisco | <subscribe node='m' jid='francisco@kith.test'/> | cancel item-not-found
        subscribe | francisco | <subscribe jid='francisco@kith.test'/> | modify bad-request nodeid-required
        subscribe | francisco | <options/><subscribe node='n' jid='francisco@kith.test'/> | modify bad-request
        subscribe | francisco | <subscribe node='n' jid='francisco@kith.test'/><options node='n'/> | modify bad-request
        unsubscr. | francisco | <unsubscribe node='n' jid='francisco@kith.test'/> | cancel unexpected-request not-subscribed
        unsubscr. | francisco | <unsubscribe node='n' jid='hamlet@kith.test'/> | auth forbidden
        unsubscr. | francisco | <unsubscribe node='m' jid='francisco@kith.test'/> | cancel item-not-found
        """)
    void a_wrong_request_says_why(String what, String who, String request, String error) {
        assertEquals(error, set(who + "@kith.test/r", request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        get | francisco | <items node='m'/> | cancel item-not-found
        get | francisco | <items/> | modify bad-request nodeid-required
        get | francisco | <options node='n' jid='francisco@kith.test'/> | wait unexpected-request not-subscribed
        get | francisco | <options node='n' jid='hamlet@kith.test'/> | auth forbidden
        get | francisco | <options node='n'/> | modify bad-request jid-required
        get | francisco | <options node='m' jid='francisco@kith.test'/> | cancel item-not-found
        """)
    void a_wrong_question_says_why(String what, String who, String request, String error) {
        assertEquals(error.replace("wait unexpected", "cancel unexpected"), get(who + "@kith.test/r", request));
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

    private static Element event(String what) {
        return xml("<event xmlns='http://jabber.org/protocol/pubsub#event'>" + what + "</event>");
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

    private List<String> told() {
        return host.told().stream().map(line -> line.replace('"', '\'')).toList();
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
    void owners_approve_subscriptions_where_they_are_asked() {
        config("access_model=authorize");
        publish(HAMLET, "1");
        assertEquals(
                "<subscription node='n' jid='francisco@kith.test' subid='id-2' subscription='pending'/>",
                subscribe(FRANCISCO));
        assertEquals("auth not-authorized pending-subscription", subscribe(FRANCISCO));
        assertEquals("auth not-authorized not-subscribed", get(FRANCISCO, "<items node='n'/>"));
        assertEquals(List.of("hamlet@kith.test: a form"), told());

        answer(FRANCISCO, true);
        assertEquals(List.of(), told());
        answer(HAMLET, true);

        assertEquals(
                List.of(
                        "francisco@kith.test: <subscription node='n' jid='francisco@kith.test' subid='id-2' subscription='subscribed'/>",
                        "francisco@kith.test: <items node='n'><item id='1'><e xmlns='x'/></item></items>"),
                told());
    }

    private void answer(String owner, boolean allow) {
        var form = xml("<message xmlns='jabber:client'>"
                + form("subscribe_authorization", "node=n subscriber_jid=francisco@kith.test allow=" + allow)
                + "</message>");
        new Requests(host).message(Stanza.of(Stanza.Kind.MESSAGE, jid(owner), host.jid(), form));
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
    void a_node_that_has_gone_says_where() {
        ownerSet(HAMLET, "<delete node='n'><redirect uri='xmpp:else'/></delete>");
        assertEquals("cancel gone redirect", subscribe(FRANCISCO));
        set(HAMLET, "<create node='n'/>");
        assertTrue(subscribe(FRANCISCO).startsWith("<subscription "));
    }

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
    void a_new_configuration_is_told_if_the_node_does_so() {
        subscribe(FRANCISCO);
        config("notify_config=1 deliver_payloads=0");
        assertEquals(List.of("francisco@kith.test: <configuration node='n'/>"), told());
        assertEquals("modify not-acceptable unsupported-access-model", config("access_model=presence"));
        assertEquals("modify not-acceptable", config("deliver_payloads=maybe"));
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
}
