package im.kith.server.link;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Authority.Outcome;
import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.links.Linking;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A new device from its code to its sign-in, over the real authority.
@NullUnmarked
class LinkingTest {

    private static final String DEVICE = "d4565fa7-4d72-4749-b3d3-740edbf87770";

    private final AuthorityWorld world = new AuthorityWorld();
    private final LinkCodes codes = new LinkCodes("kith.test", () -> world.nowMillis);
    private final LinkRoutes routes = new LinkRoutes(codes);
    private final Linking linking = new Linking(codes);
    private final FakeOwner romeo = new FakeOwner("romeo@kith.test");

    @BeforeEach
    void start() {
        codes.use(world.authority, world.directory);
        get(world.enrolment().createWithPassword("romeo", "secret12"));
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Response http(int route, Map<String, String> parameters, Map<String, String> headers, String body) {
        var request = new Request(
                "X",
                "/",
                parameters,
                Map.of(),
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                InetAddress.getLoopbackAddress(),
                false);
        return get(routes.routes().get(route).handler().handle(request));
    }

    private Map<String, Object> show(String device) {
        var answer = http(0, Map.of(), Map.of(), "{\"device\":\"" + device + "\",\"name\":\"Firefox\"}");
        assertEquals(201, answer.status());
        return Json.object(answer.body());
    }

    private Response fetch(Map<String, Object> shown, String secret) {
        return http(1, Map.of("code", (String) shown.get("code")), Map.of("authorization", "Bearer " + secret), "");
    }

    private Reply ask(String type, String payload) {
        return Replies.ask(linking, OWN, FakeOwner.iq(type, "romeo@kith.test/phone", null, xml(payload)), romeo);
    }

    private Reply approve(Map<String, Object> shown) {
        return ask("set", "<approve xmlns='urn:kith:links:0' code='" + shown.get("code") + "'/>");
    }

    private Outcome signIn(String token) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        var proof = mac.doFinal("Initiator".getBytes(StandardCharsets.US_ASCII));
        return get(world.authority.token("romeo", DEVICE, "HT-SHA-256-NONE", proof, new byte[0], -1, "127.0.0.1"))
                .outcome();
    }

    private String linked() {
        var shown = show(DEVICE);
        Replies.payload(approve(shown));
        var answer = fetch(shown, (String) shown.get("secret"));
        assertEquals(200, answer.status());
        return (String) Json.object(answer.body()).get("token");
    }

    @Test
    void a_device_is_looked_at_approved_and_signs_in_with_a_token_of_its_own() throws Exception {
        var shown = show(DEVICE);
        var secret = (String) shown.get("secret");
        assertFalse(shown.toString().contains("romeo"));
        assertEquals(202, fetch(shown, secret).status());
        var look = Replies.payload(ask("get", "<look xmlns='urn:kith:links:0' code='" + shown.get("code") + "'/>"));
        assertEquals("Firefox", look.attribute("name"));
        Replies.payload(approve(shown));
        var granted = Json.object(fetch(shown, secret).body());
        assertEquals("romeo@kith.test", granted.get("jid"));
        assertEquals(Outcome.GRANTED, signIn((String) granted.get("token")));
        assertEquals(404, fetch(shown, secret).status(), "once");
        var list = Replies.payload(ask("get", "<list xmlns='urn:kith:links:0'/>"));
        assertEquals(DEVICE, list.firstChild().attribute("device"));
    }

    @Test
    void who_only_saw_the_code_gets_nothing() {
        var shown = show(DEVICE);
        assertEquals(404, fetch(shown, "guessed").status());
        Replies.payload(approve(shown));
        assertEquals(404, fetch(shown, "guessed").status());
        assertEquals(Condition.ITEM_NOT_FOUND, Replies.error(approve(shown)).condition(), "a code is approved once");
    }

    @Test
    void a_code_expires() {
        var shown = show(DEVICE);
        world.passes(Duration.ofMillis(LinkCodes.LIFE_MILLIS));
        assertEquals(Condition.ITEM_NOT_FOUND, Replies.error(approve(shown)).condition());
        assertEquals(404, fetch(shown, (String) shown.get("secret")).status());
    }

    @Test
    void a_revoked_device_is_out() throws Exception {
        var token = linked();
        assertEquals(Outcome.GRANTED, signIn(token));
        Replies.payload(ask("set", "<revoke xmlns='urn:kith:links:0' device='" + DEVICE + "'/>"));
        assertEquals(Outcome.DENIED, signIn(token));
        assertEquals(1, world.directory.farewells.size());
        assertEquals(
                0,
                Replies.payload(ask("get", "<list xmlns='urn:kith:links:0'/>"))
                        .children()
                        .size());
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask("set", "<revoke xmlns='urn:kith:links:0' device='" + DEVICE + "'/>"))
                        .condition());
    }

    @Test
    void signing_up_anew_cancels_all() throws Exception {
        var token = linked();
        var farewell = StreamError.of(StreamError.Condition.CONFLICT);
        get(world.enrolment().replaceWithKey("romeo", world.enrolment().newKey(), "", farewell));
        assertEquals(Outcome.DENIED, signIn(token));
    }

    @Test
    void there_is_a_limit_to_devices_and_to_codes() {
        for (int i = 0; i < 8; i++) Replies.payload(approve(show("0000000000000000" + i)));
        assertEquals(
                Condition.POLICY_VIOLATION, Replies.error(approve(show(DEVICE))).condition());
        int status;
        int shown = 0;
        do {
            status = http(0, Map.of(), Map.of(), "{\"device\":\"" + DEVICE + "\",\"name\":\"x\"}")
                    .status();
        } while (status == 201 && ++shown < 1000);
        assertEquals(429, status);
        assertTrue(shown < 100);
        assertEquals(
                400,
                http(0, Map.of(), Map.of(), "{\"device\":\"short\",\"name\":\"x\"}")
                        .status());
    }
}
