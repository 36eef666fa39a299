package im.kith.server.stream;

import static im.kith.server.stream.SignInTest.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.EchoAccounts;
import im.kith.server.net.Bounds;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.xmpp.XmlReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A server for streams without TLS, whose stanzas are small and whose bounds a test may choose.
@NullUnmarked
abstract class StreamStage {

    EchoAccounts accounts;
    Endpoints endpoints;
    /// Ended with each test: what a test leaves running is in the way of all that come after it.
    private Loops loops;

    @BeforeEach
    void start() throws IOException {
        start(Bounds.USUAL);
    }

    void start(Bounds bounds) throws IOException {
        accounts = new EchoAccounts("kith.test", true);
        loops = new Loops();
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoints = Endpoints.start(
                loops,
                Settings.of("kith.test")
                        .listening(loopback, null, null)
                        .plainWithoutTls(true)
                        .within(XmlReader.Limits.DEFAULTS.withStanzaBytes(20_000), bounds, 4),
                null,
                accounts,
                new OnePassword(),
                List.of(),
                List.of(),
                null);
    }

    @AfterEach
    void stop() {
        endpoints.close();
        loops.close();
        accounts.close();
    }

    Wire connect() throws IOException {
        return new Wire(endpoints.boundAddresses().get(Kind.XMPP));
    }

    static void ends(Wire wire, String condition) throws IOException {
        assertEquals(condition, condition(wire.next()));
        assertTrue(wire.isClosed(wire.next()));
        assertTrue(wire.isEnded(wire.next()));
    }
}
