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
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
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
            assertTrue(allocates(port, turn.attribute("username"), turn.attribute("password")), () -> log(directory));
            assertFalse(allocates(port, turn.attribute("username"), "not the password"));
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static String log(Path directory) {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean allocates(int port, String user, String password) throws Exception {
        for (int tries = 0; ; tries++) {
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
                    .start();
            var output = new String(client.getInputStream().readAllBytes());
            client.waitFor();
            if (output.contains("Total lost packets 0")) return true;
            // Not there yet.
            boolean unreachable = output.contains("Connection refused") || output.contains("recv: ");
            if (!unreachable || tries > 50) return false;
        }
    }

    private static int freePort() throws IOException {
        for (int port = 23_478; ; port++) {
            try (var socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
                return Objects.requireNonNull(socket).getLocalPort();
            } catch (java.net.BindException taken) {
                continue;
            }
        }
    }
}
