package im.kith.server.outward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.tls.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests to hosts that a stranger has named: over TLS with one that is `good.test`, and answers of all kinds.
class OutwardTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private SSLServerSocket listening;
    private Outward outward;

    @BeforeEach
    void start() throws Exception {
        var context = context(Certificate.selfSigned(directory, "good.test", Instant.now()));
        var loopback = InetAddress.getLoopbackAddress();
        listening = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, loopback);
        outward = new Outward(_ -> true, _ -> new InetAddress[] {loopback}, context.getSocketFactory());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
    }

    private static SSLContext context(Certificate certificate) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own",
                certificate.key(),
                new char[0],
                certificate.chain().toArray(new java.security.cert.Certificate[0]));
        store.setCertificateEntry("own too", certificate.chain().getFirst());
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void serve() {
        while (true) {
            try (var socket = (SSLSocket) listening.accept()) {
                var head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int next = socket.getInputStream().read();
                    if (next < 0) break;
                    head.append((char) next);
                }
                requests.add(head.toString());
                names.add(((ExtendedSSLSession) socket.getSession())
                        .getRequestedServerNames()
                        .toString());
                socket.getOutputStream().write("HTTP/1.1 201 Created\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (SSLException refused) {
                // The other side does not believe this one.
                names.add("refused");
            } catch (IOException over) {
                return;
            }
        }
    }

    private int post(String host) throws IOException {
        var uri = URI.create("https://" + host + ":" + listening.getLocalPort() + "/a%20b?c=d#e");
        var call = Outward.Call.post(uri, Map.of("TTL", "60"), new byte[] {'x'});
        return outward.ask(call, PATIENCE, Answer::status);
    }

    @Test
    void the_host_is_told_its_name_and_has_to_prove_it() throws IOException {
        assertEquals(201, post("good.test"));
        assertTrue(names.getFirst().contains("good.test"), names.getFirst());
        var port = listening.getLocalPort();
        assertEquals(
                "POST /a%20b?c=d HTTP/1.1\r\nHost: good.test:" + port
                        + "\r\nTTL: 60\r\nContent-Length: 1\r\nConnection: close\r\n\r\n",
                requests.getFirst());
        assertThrows(SSLException.class, () -> post("bad.test"));
        assertEquals(1, requests.size(), "nothing is said to one that is somebody else");
    }

    private static Answer answer(String text) throws IOException {
        return Answer.from(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void what_is_said_before_the_answer_is_not_the_answer() throws IOException {
        var answer = answer("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 429 No\r\nRetry-After: 7\r\n\r\n");
        assertEquals(429, answer.status());
        assertEquals("7", answer.header("retry-after"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1",
                "HTTP/1.1 2xx\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b",
            })
    void what_is_no_answer_is_a_fault_of_the_other_side(String text) {
        assertThrows(IOException.class, () -> answer(text));
    }

    @Test
    void hints_without_end_are_no_answer() {
        var hints = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000);
        assertThrows(IOException.class, () -> answer(hints));
    }
}
