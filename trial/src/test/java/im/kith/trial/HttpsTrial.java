package im.kith.trial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that the world reaches by HTTPS alone, as a client that trusts its certificate and checks its name sees it:
/// one signs up, signs in over a WebSocket with a password, uploads (XEP-0363) and downloads.
class HttpsTrial {

    private static final Pattern PORT = Pattern.compile("HTTPS 127\\.0\\.0\\.1:(\\d+)");
    private static final int PATIENCE_SECONDS = 60;

    private KithProcess server;
    private int port;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(KithProcess.isAvailable(), "there is no server to start");
        server = KithProcess.start("localhost", List.of("listen.https=127.0.0.1:0", "auth.plain-without-tls=false"));
        var found = PORT.matcher(Files.readString(server.log()));
        assertTrue(found.find(), "the server does not say where it listens");
        port = Integer.parseInt(found.group(1));
        client = trusting(certificate());
    }

    @AfterEach
    void stop() {
        // A WebSocket that is open would be waited for.
        if (client != null) client.shutdownNow();
        if (server != null) server.close();
    }

    private Path certificate() {
        return server.data().resolve("tls").resolve("localhost.crt");
    }

    private static HttpClient trusting(Path certificate) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "kith", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private URI at(String path) {
        return URI.create("https://localhost:" + port + path);
    }

    private int signUp(String name) throws Exception {
        var request = HttpRequest.newBuilder(at("/v1/registration"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"" + name + "\",\"password\":\"s3cret-s3cret\"}"));
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private int health(HttpClient who) throws IOException, InterruptedException {
        return who.send(HttpRequest.newBuilder(at("/health/ready")).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /// A stream over a WebSocket, as text.
    private static final class Stream implements WebSocket.Listener {

        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();
        private final WebSocket socket;

        Stream(HttpClient client, URI uri) {
            socket = client.newWebSocketBuilder()
                    .subprotocols("xmpp")
                    .buildAsync(uri, this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            message.append(data);
            if (isLast) {
                heard.add(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        /// Says it, and answers the first that is heard with `until` in it.
        String says(String xml, String until) throws InterruptedException {
            socket.sendText(xml, true).join();
            for (; ; ) {
                var next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (next == null) throw new AssertionError("no " + until + " after " + xml);
                if (next.contains(until)) return next;
                if (next.contains("failure") || next.contains("type='error'")) throw new AssertionError(next);
            }
        }
    }

    private Stream signedIn(String name) throws InterruptedException {
        var stream = new Stream(client, URI.create("wss://localhost:" + port + "/ws"));
        var open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
        var word = Base64.getEncoder().encodeToString(("\0" + name + "\0s3cret-s3cret").getBytes(UTF_8));
        assertTrue(stream.says(open, "features").contains(">PLAIN<"), "a password may not cross TLS");
        stream.says("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + word + "</auth>", "<success");
        stream.says(open, "features");
        stream.says(
                "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                "'b'");
        return stream;
    }

    private static String url(String slot, String which) {
        var found = Pattern.compile("<" + which + " url=['\"]([^'\"]+)").matcher(slot);
        if (!found.find()) throw new AssertionError(slot);
        return found.group(1);
    }

    @Test
    void all_that_a_client_needs_goes_through_https() throws Exception {
        assertEquals(201, signUp("romeo"));
        var romeo = signedIn("romeo");
        var picture = new byte[3_000_000];
        new Random(5).nextBytes(picture);
        var slot = romeo.says(
                "<iq xmlns='jabber:client' type='get' id='s' to='upload.localhost'><request"
                        + " xmlns='urn:xmpp:http:upload:0' filename='a.png' content-type='image/png' size='"
                        + picture.length + "'/></iq>",
                "<slot");
        var get = url(slot, "get");
        assertTrue(get.startsWith(at("/media/").toString()), get);
        var put = HttpRequest.newBuilder(URI.create(url(slot, "put")))
                .header("Content-Type", "image/png")
                .expectContinue(true)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(picture));
        assertEquals(
                201,
                client.send(put.build(), HttpResponse.BodyHandlers.discarding()).statusCode());
        var back =
                client.send(HttpRequest.newBuilder(URI.create(get)).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, back.statusCode());
        assertArrayEquals(picture, back.body());
        var base = romeo.says(
                "<iq xmlns='jabber:client' type='get' id='d' to='upload.localhost'><query"
                        + " xmlns='http://jabber.org/protocol/disco#info'/></iq>",
                "max-file-size");
        assertTrue(base.contains("<value>https://localhost:" + port + "</value>"), base);
    }

    @Test
    void new_connections_use_the_certificate_that_is_read_anew() throws Exception {
        assertEquals(200, health(client));
        Files.delete(certificate());
        Files.deleteIfExists(certificate().resolveSibling("localhost.key"));
        new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor();
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.readString(server.log()).contains("New connections use")) {
            if (System.nanoTime() > end) throw new AssertionError(Files.readString(server.log()));
            Thread.sleep(20);
        }
        try (var fresh = trusting(certificate())) {
            assertEquals(200, health(fresh));
        }
        client.close();
        client = HttpClient.newHttpClient();
        assertThrows(SSLHandshakeException.class, () -> health(client));
    }
}
