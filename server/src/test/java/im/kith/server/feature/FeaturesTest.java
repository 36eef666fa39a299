package im.kith.server.feature;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.xmpp.Element;
import im.kith.xmpp.Tag;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FeaturesTest {

    private static final Tag QUERY = new Tag("urn:example", "query");
    private static final Manifest.Handler ANSWER = (iq, owner) -> Reply.empty();

    @Test
    void a_request_finds_its_answer_by_scope_kind_and_qualified_name() {
        var features = Features.of(
                List.of(feature(Manifest.of("a").answering(GET, QUERY, ANSWER).answering(OTHERS, SET, QUERY, ANSWER))));

        assertNotNull(features.answer(OWN, GET, QUERY));
        assertNotNull(features.answer(OTHERS, SET, "urn:example", "query"));
        assertNull(features.answer(OWN, SET, QUERY));
        assertNull(features.answer(OTHERS, GET, QUERY));
        assertNull(features.answer(OWN, GET, "urn:example", "other"));
        assertNull(features.answer(OWN, GET, "urn:other", "query"));
    }

    @Test
    void two_names_in_one_namespace_are_told_apart() {
        var other = new Tag("urn:example", "other");
        var features = Features.of(List.of(
                feature(Manifest.of("a").answering(GET, QUERY, ANSWER)),
                feature(Manifest.of("b").answering(GET, other, ANSWER))));

        assertEquals(
                QUERY, Objects.requireNonNull(features.answer(OWN, GET, QUERY)).tag());
        assertEquals(
                other, Objects.requireNonNull(features.answer(OWN, GET, other)).tag());
    }

    @Test
    void two_features_with_the_same_request_are_refused_by_name() {
        assertRefused(
                "the request GET {urn:example}query at OWN",
                Manifest.of("first").answering(GET, QUERY, ANSWER),
                Manifest.of("second").answering(GET, QUERY, ANSWER));
    }

    @Test
    void two_features_with_the_same_hot_shelf_are_refused_by_name() {
        assertRefused(
                "the hot shelf blocked",
                Manifest.of("first").keepingHot("blocked"),
                Manifest.of("second").keepingHot("blocked"));
    }

    @Test
    void two_features_with_the_same_route_are_refused_by_name() {
        assertRefused(
                "the route GET /v1/x",
                Manifest.of("first").serving(route()),
                Manifest.of("second").serving(route()));
    }

    @Test
    void two_features_with_the_same_name_are_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Features.of(List.of(feature(Manifest.of("a")), feature(Manifest.of("a")))));
    }

    @Test
    void what_features_declare_is_joined_in_order_and_disco_features_are_sorted_and_unique() {
        Manifest.Check first = (stanza, owner) -> Verdict.pass();
        Manifest.Check second = (stanza, owner) -> Verdict.drop();
        var sm = Element.empty("urn:xmpp:sm:3", "sm");
        var features = Features.of(List.of(
                feature(Manifest.of("a")
                        .advertising("urn:b")
                        .checkingIncoming(first)
                        .checkingOutgoing(second)
                        .offering(sm)
                        .keepingHot("x")),
                feature(Manifest.of("b")
                        .advertisingAtServer("urn:a")
                        .advertising("urn:b")
                        .checkingIncoming(second)
                        .keepingHot("y")
                        .serving(route()))));

        assertEquals(List.of("urn:a", "urn:b"), features.serverFeatures());
        assertEquals(List.of("urn:b"), features.accountFeatures());
        assertEquals(List.of(first, second), features.incoming());
        assertEquals(List.of(second), features.outgoing());
        assertEquals(List.of("x", "y"), features.hotShelves());
        assertEquals(List.of(sm), features.streamFeatures());
        assertEquals(1, features.routes().size());
        assertEquals(2, features.manifests().size());
    }

    private static void assertRefused(String what, Manifest.Builder first, Manifest.Builder second) {
        var refusal = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> Features.of(List.of(feature(first), feature(second))))
                .getMessage());
        assertTrue(refusal.startsWith(what), refusal);
        assertTrue(refusal.contains("first and second"), refusal);
    }

    private static Feature feature(Manifest.Builder manifest) {
        return manifest::build;
    }

    private static Route route() {
        return Route.get("/v1/x", request -> CompletableFuture.completedFuture(Response.json(200, "{}")));
    }
}
