package im.kith.server.push;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.push.Pusher.App;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.feature.push.Pusher.Maker;
import im.kith.server.http.Json;
import im.kith.server.outward.Outward;
import im.kith.server.tls.Certificate;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Apple's service over HTTP/2 and TLS, played by one that verifies the proof and all that it prescribes.
class ApnsTest {

    private static final String TOKEN = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
    private static final App IPHONE = new App(Maker.APNS, TOKEN);

    private final AuthorityWorld world = new AuthorityWorld();
    private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
    private KeyPair developer;
    private SSLContext trust;
    private FakeApple apple;
    private Pushes push;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        var certificate = Certificate.selfSigned(directory, "localhost", Instant.now());
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("apple", certificate.chain().getFirst());
        var managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(store);
        trust = SSLContext.getInstance("TLS");
        trust.init(null, managers.getTrustManagers(), null);
        developer = P256.random(new SecureRandom());
        apple = new FakeApple(certificate, developer.getPublic(), nowMillis::get);
        push = pushes(developer.getPrivate(), HttpClient.newBuilder().sslContext(trust));
        get(world.enrolment().createWithPassword("romeo", "secret12"));
        world.store.put("romeo", "push", "row", new byte[] {1});
    }

    private Pushes pushes(PrivateKey key, HttpClient.Builder client) {
        var settings = new Pushes.Settings(false, Duration.ofMillis(1), 3);
        var made = new Pushes(settings, new Outward(_ -> false), client, nowMillis::get);
        made.use(get(Vapid.open(world.shelf, "mailto:ops@kith.test")), world.directory);
        made.use(new Apns.Settings(apple.address(), key, FakeApple.KEY_ID, FakeApple.TEAM, FakeApple.TOPIC));
        return made;
    }

    @AfterEach
    void stop() {
        push.close();
        apple.close();
        world.close();
    }

    private FakeApple.Received next() throws InterruptedException {
        var one = apple.received.poll(60, TimeUnit.SECONDS);
        assertNotNull(one, "nothing within 60 s");
        return one;
    }

    @Test
    void apple_takes_what_is_sent_and_finds_no_word_of_the_message_in_it() throws Exception {
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        var got = next();
        while (push.sent() == 0) Thread.onSpinWait();
        assertEquals(new FakeApple.Answer(200, ""), apple.answered.take());
        assertEquals("/3/device/" + TOKEN, got.headers().get(":path"));
        assertEquals(apple.address().getAuthority(), got.headers().get(":authority"));
        assertEquals(
                Map.of(
                        "aps",
                        Map.of("alert", Map.of("loc-key", "kith.message"), "sound", "default", "mutable-content", 1),
                        "kind",
                        "message"),
                Json.object(got.body().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void all_go_over_one_connection_and_over_a_new_one_when_it_is_taken_away() throws Exception {
        push.push("romeo", "1", IPHONE, Kind.MESSAGE);
        next();
        while (push.sent() < 1) Thread.onSpinWait();
        for (int i = 2; i <= 20; i++) push.push("romeo", Integer.toString(i), IPHONE, Kind.MESSAGE);
        var over = new HashSet<Integer>();
        for (int i = 2; i <= 20; i++) over.add(next().connection());
        while (push.sent() < 20) Thread.onSpinWait();
        assertEquals(java.util.Set.of(1), over);

        apple.goAway();
        push.push("romeo", "21", IPHONE, Kind.CALL);
        assertTrue(next().connection() > 1);
        while (push.sent() < 21) Thread.onSpinWait();
        assertEquals(0, push.failed());
    }

    @Test
    void a_proof_by_another_key_is_refused_and_not_tried_again() throws Exception {
        try (var forger = pushes(
                P256.random(new SecureRandom()).getPrivate(),
                HttpClient.newBuilder().sslContext(trust))) {
            forger.push("romeo", "row", IPHONE, Kind.MESSAGE);
            next();
            while (forger.failed() == 0) Thread.onSpinWait();
            assertEquals(new FakeApple.Answer(403, "InvalidProviderToken"), apple.answered.take());
            assertNull(apple.received.poll());
            assertNotNull(get(world.store.row("romeo", "push", "row")), "the phone is still there");
        }
    }

    @Test
    void a_proof_is_made_anew_before_apple_finds_it_old() throws Exception {
        push.push("romeo", "1", IPHONE, Kind.MESSAGE);
        var first = next().headers().get("authorization");
        for (int i = 2; i < 10; i++) {
            nowMillis.addAndGet(TimeUnit.MINUTES.toMillis(25));
            push.push("romeo", Integer.toString(i), IPHONE, Kind.MESSAGE);
            next();
        }
        while (push.sent() < 9) Thread.onSpinWait();
        assertTrue(apple.answered.stream().allMatch(answer -> answer.status() == 200), apple.answered.toString());
        push.push("romeo", "10", IPHONE, Kind.MESSAGE);
        assertNotEquals(first, next().headers().get("authorization"));
    }

    @ParameterizedTest
    @CsvSource({"410, Unregistered", "410, ExpiredToken", "400, BadDeviceToken", "400, DeviceTokenNotForTopic"})
    void an_iphone_that_is_gone_is_forgotten(int status, String reason) throws Exception {
        apple.answers.add(new FakeApple.Answer(status, reason));
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        next();
        while (get(world.store.row("romeo", "push", "row")) != null) Thread.onSpinWait();
    }

    @ParameterizedTest
    @CsvSource({"429, TooManyRequests", "500, InternalServerError", "503, Shutdown"})
    void a_busy_service_is_asked_again(int status, String reason) throws Exception {
        apple.answers.add(new FakeApple.Answer(status, reason));
        push.push("romeo", "row", IPHONE, Kind.MESSAGE);
        next();
        next();
        while (push.sent() == 0) Thread.onSpinWait();
    }

    @Test
    void who_cannot_prove_to_be_apple_is_told_nothing() throws Exception {
        try (var careful = pushes(developer.getPrivate(), HttpClient.newBuilder())) {
            careful.push("romeo", "row", IPHONE, Kind.MESSAGE);
            while (careful.failed() == 0) Thread.onSpinWait();
            assertNull(apple.received.poll());
        }
    }
}
