package im.kith.server.push;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.push.Pusher.App;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.feature.push.Pusher.Maker;
import im.kith.server.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The services of phones' makers, played by one that verifies who sends and reads every word.
class AppPushTest {

    private static final App IPHONE =
            new App(Maker.APNS, "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0");
    private static final App ANDROID = new App(Maker.FCM, "bk3RNwTe3H0:CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1");
    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    private final AuthorityWorld world = new AuthorityWorld();
    private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> grants = new ConcurrentLinkedQueue<>();
    private final AtomicInteger granted = new AtomicInteger();
    private final BlockingQueue<String> assertions = new LinkedBlockingQueue<>();
    private KeyPair apple;
    private KeyPair google;
    private HttpServer service;
    private Pushes push;

    private record Received(String path, Map<String, String> headers, String body) {}

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws Exception {
        apple = P256.random(new SecureRandom());
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        google = rsa.generateKeyPair();
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", this::take);
        service.createContext("/token", this::grant);
        service.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        service.start();
        push = pushes(3);
        get(world.enrolment().createWithPassword("romeo", "secret12"));
        world.store.put("romeo", "push", "row", new byte[] {1});
    }

    private Pushes pushes(int tries) {
        var made = new Pushes(new Pushes.Settings(false, Duration.ofMillis(1), tries), nowMillis::get);
        made.use(get(Vapid.open(world.shelf, "mailto:ops@kith.test")), world.directory);
        made.use(new Apns.Settings(uri("/"), apple.getPrivate(), "KEY1234567", "TEAM123456", "im.kith.app"));
        made.use(new Fcm.Settings(uri("/"), uri("/token"), "our-app", "push@our-app.example", google.getPrivate()));
        return made;
    }

    @AfterEach
    void stop() {
        push.close();
        service.stop(0);
        world.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getAddress().getPort() + path);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(exchange.getRequestURI().getPath(), headers, body));
            var answer = answers.poll();
            answer(exchange, answer == null ? new Answer(200, "{}") : answer);
        }
    }

    private void grant(HttpExchange exchange) throws IOException {
        try (exchange) {
            var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII).split("&");
            assertions.add(URLDecoder.decode(form[0], StandardCharsets.UTF_8) + "&" + form[1]);
            var status = grants.poll();
            if (status != null) answer(exchange, new Answer(status, "{\"error\":\"invalid_grant\"}"));
            else {
                answer(
                        exchange,
                        new Answer(
                                200,
                                "{\"access_token\":\"access-" + granted.incrementAndGet()
                                        + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"));
            }
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        var bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Received next() throws InterruptedException {
        var one = received.poll(60, TimeUnit.SECONDS);
        assertNotNull(one, "nothing within 60 s");
        return one;
    }

    private static Map<String, Object> verified(String token, String algorithm, KeyPair key) throws Exception {
        var parts = token.split("\\.");
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key.getPublic());
        verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertTrue(verifier.verify(BASE64.decode(parts[2])), "the signature");
        return Json.object(BASE64.decode(parts[1]));
    }

    // ---- Apple -----------------------------------------------------------------------------------------------------

    @Test
    void an_iphone_is_told_that_there_is_something_by_who_may_and_no_word_more() throws Exception {
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        var got = next();
        assertEquals("/3/device/" + IPHONE.token(), got.path());
        assertEquals(
                Map.of(
                        "aps",
                        Map.of("alert", Map.of("loc-key", "kith.message"), "sound", "default", "mutable-content", 1),
                        "kind",
                        "message"),
                Json.object(got.body().getBytes(StandardCharsets.UTF_8)));
        var headers = got.headers();
        assertEquals("im.kith.app", headers.get("apns-topic"));
        assertEquals("alert", headers.get("apns-push-type"));
        assertEquals("10", headers.get("apns-priority"));
        assertEquals("message", headers.get("apns-collapse-id"));
        assertEquals(Long.toString(1_800_000_000L + 28 * 86_400), headers.get("apns-expiration"));
        var proof = headers.get("authorization").substring("bearer ".length());
        assertEquals(
                Map.of("iss", "TEAM123456", "iat", 1_800_000_000),
                verified(proof, "SHA256withECDSAinP1363Format", apple));
        assertEquals(Map.of("alg", "ES256", "kid", "KEY1234567"), Json.object(BASE64.decode(proof.split("\\.")[0])));
    }

    @Test
    void a_call_that_is_over_rings_no_iphone() throws Exception {
        push.push("romeo", "row", IPHONE, Kind.CALL);
        assertEquals(Long.toString(1_800_000_030L), next().headers().get("apns-expiration"));
    }

    @Test
    void the_proof_is_used_again_until_it_is_old() throws Exception {
        push.push("romeo", "1", IPHONE, Kind.MESSAGE);
        var first = next().headers().get("authorization");
        nowMillis.addAndGet(TimeUnit.MINUTES.toMillis(39));
        push.push("romeo", "2", IPHONE, Kind.MESSAGE);
        assertEquals(first, next().headers().get("authorization"));
        nowMillis.addAndGet(TimeUnit.MINUTES.toMillis(2));
        push.push("romeo", "3", IPHONE, Kind.MESSAGE);
        assertNotEquals(first, next().headers().get("authorization"));
    }

    @Test
    void a_proof_that_apple_finds_old_is_made_anew() throws Exception {
        answers.add(new Answer(403, "{\"reason\":\"ExpiredProviderToken\"}"));
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        var first = next().headers().get("authorization");
        assertNotEquals(first, next().headers().get("authorization"));
        while (push.sent() == 0) Thread.onSpinWait();
    }

    @ParameterizedTest
    @CsvSource({"410, Unregistered", "400, BadDeviceToken", "400, DeviceTokenNotForTopic"})
    void an_iphone_that_is_gone_is_forgotten(int status, String reason) throws Exception {
        answers.add(new Answer(status, "{\"reason\":\"" + reason + "\"}"));
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        next();
        while (get(world.store.row("romeo", "push", "row")) != null) Thread.onSpinWait();
    }

    @Test
    void what_apple_will_not_take_is_given_up_at_once() throws Exception {
        answers.add(new Answer(403, "{\"reason\":\"InvalidProviderToken\"}"));
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        next();
        while (push.failed() == 0) Thread.onSpinWait();
        assertNull(received.poll());
        assertNotNull(get(world.store.row("romeo", "push", "row")));
    }

    // ---- Google ----------------------------------------------------------------------------------------------------

    @Test
    void an_android_phone_is_told_that_there_is_something_by_who_may_and_no_word_more() throws Exception {
        push.push("romeo", "row", ANDROID, Kind.MESSAGE);
        var got = next();
        assertEquals("/v1/projects/our-app/messages:send", got.path());
        assertEquals("Bearer access-1", got.headers().get("authorization"));
        assertEquals(
                Map.of(
                        "message",
                        Map.of(
                                "token",
                                ANDROID.token(),
                                "data",
                                Map.of("kind", "message"),
                                "android",
                                Map.of("priority", "HIGH", "ttl", "2419200s", "collapse_key", "message"))),
                Json.object(got.body().getBytes(StandardCharsets.UTF_8)));
        var asked = assertions.poll().split("&assertion=");
        assertEquals("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer", asked[0]);
        assertEquals(
                Map.of(
                        "iss",
                        "push@our-app.example",
                        "scope",
                        "https://www.googleapis.com/auth/firebase.messaging",
                        "aud",
                        uri("/token").toString(),
                        "iat",
                        1_800_000_000,
                        "exp",
                        1_800_003_600),
                verified(asked[1], "SHA256withRSA", google));
    }

    @Test
    void one_access_token_does_for_an_hour() throws Exception {
        for (var row : List.of("1", "2", "3")) push.push("romeo", row, ANDROID, Kind.MESSAGE);
        for (int i = 0; i < 3; i++)
            assertEquals("Bearer access-1", next().headers().get("authorization"));
        nowMillis.addAndGet(TimeUnit.MINUTES.toMillis(59));
        push.push("romeo", "4", ANDROID, Kind.MESSAGE);
        assertEquals("Bearer access-2", next().headers().get("authorization"));
    }

    @Test
    void an_access_token_that_is_refused_is_replaced() throws Exception {
        answers.add(new Answer(401, "{\"error\":{\"status\":\"UNAUTHENTICATED\"}}"));
        push.push("romeo", "row", ANDROID, Kind.MESSAGE);
        assertEquals("Bearer access-1", next().headers().get("authorization"));
        assertEquals("Bearer access-2", next().headers().get("authorization"));
    }

    @ParameterizedTest
    @CsvSource({"404, UNREGISTERED", "403, SENDER_ID_MISMATCH"})
    void an_android_phone_that_is_gone_is_forgotten(int status, String code) throws Exception {
        answers.add(new Answer(status, "{\"error\":{\"details\":[{\"errorCode\":\"" + code + "\"}]}}"));
        push.push("romeo", "row", ANDROID, Kind.MESSAGE);
        next();
        while (get(world.store.row("romeo", "push", "row")) != null) Thread.onSpinWait();
    }

    @Test
    void a_service_account_that_is_not_accepted_is_not_tried_for_every_message() throws Exception {
        var once = pushes(1);
        grants.add(400);
        once.push("romeo", "1", ANDROID, Kind.MESSAGE);
        while (once.failed() < 1) Thread.onSpinWait();
        once.push("romeo", "2", ANDROID, Kind.MESSAGE);
        while (once.failed() < 2) Thread.onSpinWait();
        once.close();
        assertEquals(1, assertions.size());
        assertNull(received.poll());
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "503"})
    void a_service_that_is_busy_is_asked_again(int status) throws Exception {
        answers.add(new Answer(status, ""));
        answers.add(new Answer(status, ""));
        push.push("romeo", "row", ANDROID, Kind.MESSAGE);
        for (int i = 0; i < 3; i++) next();
        while (push.sent() == 0) Thread.onSpinWait();
    }

    // ---- what the operator gives -----------------------------------------------------------------------------------

    @Test
    void what_there_is_no_account_for_cannot_be_registered() {
        try (var none = new Pushes(Pushes.Settings.DEFAULTS, nowMillis::get)) {
            assertNotNull(none.objection(IPHONE));
            assertNotNull(none.objection(ANDROID));
        }
        assertNull(push.objection(IPHONE));
        assertNull(push.objection(ANDROID));
    }

    @Test
    void the_files_are_read_as_apple_and_google_give_them(@TempDir Path directory) throws Exception {
        var key = Files.writeString(directory.resolve("AuthKey_KEY1234567.p8"), pem(apple));
        assertEquals(
                apple.getPrivate(),
                Apns.Settings.read(key, "KEY1234567", "T", "app", false).key());
        var account = Files.writeString(
                directory.resolve("account.json"),
                Json.text(Map.of(
                        "type", "service_account",
                        "project_id", "our-app",
                        "private_key", pem(google),
                        "client_email", "push@our-app.example",
                        "token_uri", "https://oauth2.example/token")));
        var read = Fcm.Settings.read(account);
        assertEquals("our-app", read.project());
        assertEquals(google.getPrivate(), read.key());
        assertEquals(URI.create("https://oauth2.example/token"), read.tokens());
    }

    @Test
    void a_file_that_is_something_else_is_named(@TempDir Path directory) throws Exception {
        var other = Files.writeString(directory.resolve("notes.txt"), "{}");
        var fcm = assertThrows(IOException.class, () -> Fcm.Settings.read(other));
        assertTrue(fcm.getMessage().contains("notes.txt") && fcm.getMessage().contains("token_uri"), fcm.getMessage());
        var apns = assertThrows(IOException.class, () -> Apns.Settings.read(other, "k", "t", "a", true));
        assertTrue(apns.getMessage().contains("notes.txt"), apns.getMessage());
    }

    private static String pem(KeyPair pair) {
        var encoded = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pair.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + encoded + "\n-----END PRIVATE KEY-----\n";
    }
}
