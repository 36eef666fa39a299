package im.kith.server.stream;

import static im.kith.server.stream.SignInTest.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.net.Bounds;
import im.kith.xmpp.XmlReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;

/// A server for streams without TLS, whose stanzas are small and whose bounds a test may choose.
@NullUnmarked
abstract class StreamStage extends EndpointStage {

    @BeforeEach
    void start() throws IOException {
        start(Bounds.USUAL);
    }

    void start(Bounds bounds) throws IOException {
        start(
                Settings.of("kith.test")
                        .listening(LOOPBACK, null, null)
                        .plainWithoutTls(true)
                        .within(XmlReader.Limits.DEFAULTS.withStanzaBytes(20_000), bounds, 4),
                null,
                List.of(),
                List.of());
    }

    static void ends(Wire wire, String condition) throws IOException {
        assertEquals(condition, condition(wire.next()));
        assertTrue(wire.isClosed(wire.next()));
        assertTrue(wire.isEnded(wire.next()));
    }
}
