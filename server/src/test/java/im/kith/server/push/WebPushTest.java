package im.kith.server.push;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.feature.push.Pusher.Subscription;
import im.kith.server.outward.Outward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Web Push to a fake service that checks who sends, and decrypts as a browser does.
class WebPushTest {

    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    private final AuthorityWorld world = new AuthorityWorld();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final SecureRandom random = new SecureRandom();
    private final byte[] auth = new byte[16];
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private KeyPair browser;
    private HttpServer service;
    private Vapid vapid;
    private Pushes push;

    private record Received(String text, Map<String, String> headers) {}

    @BeforeEach
    void start() throws Exception {
        random.nextBytes(auth);
        browser = P256.random(random);
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", this::handle);
        service.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        service.start();
        vapid = get(Vapid.open(world.shelf, "mailto:ops@kith.test"));
        push = new Pushes(new Pushes.Settings(true, Duration.ofMillis(1), 3), System::currentTimeMillis);
        push.use(vapid, world.directory);
        get(world.enrolment().createWithPassword("romeo", "secret12"));
        world.store.put("romeo", "push", "w x", new byte[] {1});
    }

    @AfterEach
    void stop() {
        push.close();
        service.stop(0);
        world.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            received.add(new Received(opened(body), headers));
            gate.await();
            var status = answers.poll();
            exchange.sendResponseHeaders(status == null ? 201 : status, -1);
        } catch (Exception e) {
            received.add(new Received(e.toString(), Map.of()));
            throw new IOException(e);
        }
    }

    /// As RFC 8291 §3.4 has it, from the browser's side.
    private String opened(byte[] body) throws Exception {
        var in = ByteBuffer.wrap(body);
        var salt = new byte[16];
        in.get(salt);
        assertEquals(4096, in.getInt());
        var sender = new byte[in.get()];
        in.get(sender);
        var sealed = new byte[in.remaining()];
        in.get(sealed);
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(browser.getPrivate());
        agreement.doPhase(P256.publicKey(sender), true);
        var keys = Sealed.keys(
                agreement.generateSecret(), auth, P256.point((ECPublicKey) browser.getPublic()), sender, salt);
        var plain = Sealed.cipher(Cipher.DECRYPT_MODE, keys).doFinal(sealed);
        assertEquals(2, plain[plain.length - 1]);
        return new String(plain, 0, plain.length - 1, StandardCharsets.UTF_8);
    }

    private Subscription subscription() {
        var endpoint = "http://127.0.0.1:" + service.getAddress().getPort() + "/send/1";
        return new Subscription(endpoint, P256.point((ECPublicKey) browser.getPublic()), auth);
    }

    private Received next() throws InterruptedException {
        var one = received.poll(60, TimeUnit.SECONDS);
        assertNotNull(one, "nothing within 60 s");
        return one;
    }

    @Test
    void a_browser_can_read_it_and_the_service_knows_who_sends() throws Exception {
        push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        var got = next();
        assertEquals("{\"kind\":\"message\"}", got.text());
        assertEquals("aes128gcm", got.headers().get("Content-Encoding"));
        assertEquals("high", got.headers().get("Urgency"));
        assertEquals("2419200", got.headers().get("TTL"));
        assertEquals("message", got.headers().get("Topic"));
        var authorization = got.headers().get("Authorization");
        assertTrue(authorization.startsWith("vapid t="), authorization);
        var parts = authorization.substring("vapid t=".length()).split(", k=");
        assertEquals(vapid.publicKey(), parts[1]);
        var token = parts[0].split("\\.");
        var verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(P256.publicKey(BASE64.decode(parts[1])));
        verifier.update((token[0] + "." + token[1]).getBytes(StandardCharsets.US_ASCII));
        assertTrue(verifier.verify(BASE64.decode(token[2])));
        var claims = new String(BASE64.decode(token[1]), StandardCharsets.UTF_8);
        assertTrue(
                claims.contains(
                        "\"aud\":\"http://127.0.0.1:" + service.getAddress().getPort() + "\""),
                claims);
        assertTrue(claims.contains("\"sub\":\"mailto:ops@kith.test\""), claims);
    }

    @Test
    void the_key_survives_a_restart() {
        assertEquals(
                vapid.publicKey(),
                get(Vapid.open(world.shelf, "mailto:ops@kith.test")).publicKey());
    }

    @Test
    void what_comes_while_one_is_under_way_is_one_more() throws Exception {
        gate = new CountDownLatch(1);
        push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        next();
        for (int i = 0; i < 50; i++) push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        push.push("romeo", "w x", subscription(), Kind.CALL);
        gate.countDown();
        assertEquals("{\"kind\":\"call\"}", next().text());
        push.push("juliet", "w x", subscription(), Kind.MESSAGE);
        assertEquals("{\"kind\":\"message\"}", next().text());
        assertNull(received.poll());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void a_subscription_that_is_gone_is_forgotten(int status) throws Exception {
        answers.add(status);
        push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        next();
        while (get(world.store.row("romeo", "push", "w x")) != null) Thread.onSpinWait();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void a_service_that_is_busy_is_asked_again(int status) throws Exception {
        answers.add(status);
        push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        next();
        next();
        while (push.sent() == 0) Thread.onSpinWait();
        assertNotNull(get(world.store.row("romeo", "push", "w x")));
    }

    @Test
    void after_some_tries_it_is_given_up() throws Exception {
        answers.addAll(new ArrayDeque<>(Arrays.asList(500, 500, 500)));
        push.push("romeo", "w x", subscription(), Kind.MESSAGE);
        for (int i = 0; i < 3; i++) next();
        while (push.failed() == 0) Thread.onSpinWait();
        assertNull(received.poll());
    }

    @Test
    void nobody_has_the_server_knock_inside() {
        var careful = new Pushes(Pushes.Settings.DEFAULTS, System::currentTimeMillis);
        assertNotNull(careful.objection(subscription()), "not without TLS");
        var inside = new Subscription("https://127.0.0.1:1/x", subscription().key(), auth);
        assertNull(careful.objection(inside));
        careful.use(vapid, world.directory);
        careful.push("romeo", "w x", inside, Kind.CALL);
        careful.close();
        assertEquals(0, careful.sent());
    }

    /// Whoever subscribes has a name server of his own, which says another address each time it is asked.
    @Test
    void a_name_that_leads_inside_when_it_is_asked_again_leads_nobody_inside() throws Exception {
        var outside = InetAddress.ofLiteral("127.0.0.1");
        var inside = InetAddress.ofLiteral("127.0.0.2");
        int port = service.getAddress().getPort();
        var asked = new ArrayList<String>();
        var says = new ArrayDeque<InetAddress[]>();
        var outward = new Outward(outside::equals, host -> {
            asked.add(host);
            return says.size() > 1 ? says.remove() : says.element();
        });
        try (var router = new ServerSocket(port, 50, inside);
                var careful = new Pushes(
                        new Pushes.Settings(false, Duration.ofMillis(1), 2),
                        outward,
                        HttpClient.newBuilder(),
                        System::currentTimeMillis)) {
            careful.use(vapid, world.directory);
            says.add(new InetAddress[] {outside});
            says.add(new InetAddress[] {outside, inside});
            says.add(new InetAddress[] {inside});
            var rebound = new Subscription(
                    "http://rebound.test:" + port + "/", subscription().key(), auth);

            careful.push("romeo", "w 1", rebound, Kind.MESSAGE);
            assertEquals("rebound.test:" + port, next().headers().get("Host"));
            while (careful.sent() == 0) Thread.onSpinWait();
            assertEquals(List.of("rebound.test"), asked, "the name is asked for once");

            careful.push("romeo", "w 2", rebound, Kind.MESSAGE);
            while (careful.failed() == 0) Thread.onSpinWait();
            assertNull(received.poll(), "one address inside is enough to ask nobody");
            router.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, router::accept, "nobody has knocked inside");
        }
    }

    @Test
    void bad_keys_are_refused() {
        var good = subscription();
        assertNull(push.objection(good));
        var point = good.key().clone();
        point[64] ^= 1;
        assertNotNull(push.objection(new Subscription(good.endpoint(), point, auth)));
        assertNotNull(push.objection(new Subscription(good.endpoint(), good.key(), new byte[15])));
        assertNotNull(push.objection(new Subscription("ftp://x/", good.key(), auth)));
    }

    @Test
    void the_example_of_the_rfc_comes_out() throws Exception {
        var ours = P256.privateKey(BASE64.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        var ourPoint = P256.publicKey(BASE64.decode(
                "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg" + "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"));
        var theirs = P256.publicKey(BASE64.decode(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx" + "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"));
        var sealed = Sealed.of(
                "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.US_ASCII),
                theirs,
                BASE64.decode("BTBZMqHH6r4Tts7J_aSIgg"),
                new KeyPair(ourPoint, ours),
                BASE64.decode("DGv6ra1nlYgDCS1FRnbzlw"));
        assertEquals(
                "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
                        + "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qul"
                        + "cy4a-fN",
                Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    }
}
