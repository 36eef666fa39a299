package im.kith.server.feature.calls;

import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class ExternalServicesTest {

    private static final Path COTURN = Path.of("/usr/bin/turnserver");
    private static final Path CLIENT = Path.of("/usr/bin/turnutils_uclient");
    private static final String LET_IN = "Total lost packets 0 ";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakeOwner bard = new FakeOwner("bard@shakespeare.lit");

    private static ExternalServices of(String... uris) {
        return new ExternalServices(new ExternalServices.Settings(
                Stream.of(uris).map(Relay::of).toList(), "north of Verona", Duration.ofHours(1)));
    }

    private Reply ask(ExternalServices services, String payload) {
        return Replies.ask(
                services,
                SERVER,
                FakeOwner.iq("get", "bard@shakespeare.lit/globe", "shakespeare.lit", xml(payload)),
                bard);
    }

    @Test
    void services_are_listed_with_credentials_that_expire() {
        var services = of("stun:stun.shakespeare.lit:9998", "turns:relay.shakespeare.lit");
        var list = Replies.payload(ask(services, "<services xmlns='urn:xmpp:extdisco:2'/>"));
        var stun = list.children().get(0);
        assertEquals("9998", stun.attribute("port"));
        assertEquals("udp", stun.attribute("transport"));
        assertNull(stun.attribute("password"));
        var turn = list.children().get(1);
        assertEquals("5349", turn.attribute("port"));
        assertEquals("tcp", turn.attribute("transport"));
        assertEquals("2026-01-01T01:00:00Z", turn.attribute("expires"));
        assertTrue(turn.attribute("username").startsWith("1767229200:"));
        assertFalse(turn.attribute("username").contains("bard"));
        assertEquals(
                ExternalServices.password(turn.attribute("username"), "north of Verona"), turn.attribute("password"));
    }

    @Test
    void the_password_is_what_coturn_computes() {
        assertEquals(
                "PITMAFZTiA2WPG7zFI8UXBxWtAc=".length(),
                ExternalServices.password("1:a", "secret").length());
    }

    @Test
    void only_services_of_a_type_are_listed() {
        var services = of("stun:a.lit", "turn:b.lit");
        var list = Replies.payload(ask(services, "<services xmlns='urn:xmpp:extdisco:2' type='turn'/>"));
        assertEquals(1, list.children().size());
        assertEquals("turn", list.attribute("type"));
    }

    @Test
    void credentials_are_of_one_service() {
        var services = of("turn:b.lit", "turn:b.lit:99");
        var request = "<credentials xmlns='urn:xmpp:extdisco:2'><service host='b.lit' type='turn'%s/></credentials>";
        assertEquals(
                2,
                Replies.payload(ask(services, request.formatted(""))).children().size());
        assertEquals(
                1,
                Replies.payload(ask(services, request.formatted(" port='99'")))
                        .children()
                        .size());
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask(services, request.formatted(" port='98'"))).condition());
        assertEquals(
                Condition.BAD_REQUEST,
                Replies.error(ask(services, "<credentials xmlns='urn:xmpp:extdisco:2'/>"))
                        .condition());
    }

    /// XEP-0215 §3.3 knows no error for them: the service is there, and it wants none.
    @Test
    void a_service_that_wants_no_credentials_is_told_without() {
        var services = of("stun:a.lit", "turn:a.lit");
        var request = "<credentials xmlns='urn:xmpp:extdisco:2'><service host='a.lit' type='stun'/></credentials>";
        assertEquals(
                xml("<credentials xmlns='urn:xmpp:extdisco:2'>"
                        + "<service type='stun' host='a.lit' port='3478' transport='udp'/></credentials>"),
                Replies.payload(ask(services, request)));
    }

    @ParameterizedTest
    @CsvSource({
        "turn:a.lit,                      turn, a.lit, 3478, udp",
        "turn:a.lit:1?transport=tcp,      turn, a.lit, 1,    tcp",
        "'stuns:[2001:db8::1]:7',         stuns, 2001:db8::1, 7, tcp",
    })
    void uris_are_read(String uri, String type, String host, int port, String transport) {
        assertEquals(new Relay(type, host, port, transport), Relay.of(uri));
    }

    /// The real thing: coturn lets in whom we gave credentials, and nobody else.
    @Test
    void coturn_believes_them(@TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(COTURN) && Files.isExecutable(CLIENT), "coturn is not installed");
        int port = freePort();
        var services = of("turn:127.0.0.1:" + port);
        bard.nowMillis = System.currentTimeMillis();
        Element turn = Replies.payload(ask(services, "<services xmlns='urn:xmpp:extdisco:2'/>"))
                .firstChild();
        var server = new ProcessBuilder(
                        COTURN.toString(),
                        "-n",
                        "--use-auth-secret",
                        "--static-auth-secret=north of Verona",
                        "--realm=shakespeare.lit",
                        "--listening-ip=127.0.0.1",
                        "--relay-ip=127.0.0.1",
                        "--listening-port=" + port,
                        "--min-port=20100",
                        "--max-port=20200",
                        "--no-tls",
                        "--no-dtls",
                        "--no-cli",
                        "--allow-loopback-peers",
                        "--log-file=stdout",
                        "--simple-log",
                        "--pidfile=" + directory.resolve("pid"),
                        "--userdb=" + directory.resolve("db"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try {
            var said = knocks(directory, server, port, turn.attribute("username"), turn.attribute("password"));
            assertTrue(said.contains(LET_IN), () -> said + log(directory));
            var refused = knocksOnce(directory, port, turn.attribute("username"), "not the password");
            assertFalse(refused.contains(LET_IN), refused);
            assertTrue(refused.contains("Cannot complete Allocation"), refused);
        } finally {
            server.destroy();
            if (!server.waitFor(10, TimeUnit.SECONDS)) server.destroyForcibly().waitFor();
        }
    }

    private static String log(Path directory) {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// What the client says in the end: until coturn listens, and if what it sends is lost, it knocks again.
    private static String knocks(Path directory, Process server, int port, String user, String password)
            throws Exception {
        long untilNanos = System.nanoTime() + 3 * PATIENCE.toNanos();
        while (true) {
            var said = knocksOnce(directory, port, user, password);
            if (said.contains(LET_IN) || !server.isAlive() || System.nanoTime() > untilNanos) return said;
            Thread.sleep(50);
        }
    }

    private static String knocksOnce(Path directory, int port, String user, String password) throws Exception {
        var said = directory.resolve("client");
        var client = new ProcessBuilder(
                        CLIENT.toString(),
                        "-y",
                        "-c",
                        "-n",
                        "1",
                        "-m",
                        "1",
                        "-p",
                        Integer.toString(port),
                        "-u",
                        user,
                        "-w",
                        password,
                        "127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        // It waits for ever for an answer that is lost.
        if (!client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            client.destroyForcibly().waitFor();
        }
        return Files.readString(said);
    }

    /// One that coturn can have for UDP and TCP. It is free again until coturn has it, so that it is not the one that
    /// another build on the same machine would pick.
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(23_000, 30_000);
            try (var udp = new DatagramSocket(port, InetAddress.getLoopbackAddress());
                    var tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (udp.isBound() && tcp.isBound()) return port;
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
