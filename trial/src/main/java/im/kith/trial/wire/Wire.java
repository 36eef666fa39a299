package im.kith.trial.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection as a sequence of things that were said: streams open, elements, streams close.
///
/// One thread reads, any thread sends. Nothing is interpreted here, so that a trial can say anything at all.
public interface Wire extends AutoCloseable {

    /// How long the other side may take for anything that it must do. It costs nothing where all goes well, and a busy
    /// machine lets any thread stand still for seconds.
    Duration PATIENCE = Duration.ofSeconds(60);

    /// What the server said.
    sealed interface Event {}

    /// A stream's opening tag (or RFC 7395's `<open/>`); its namespace is that of the stream.
    record Opened(Xml header) implements Event {}

    record Said(Xml element) implements Event {}

    /// `</stream:stream>` or `<close/>`.
    record Closed() implements Event {}

    /// The connection itself is gone.
    record Ended(String why) implements Event {}

    /// Opens a connection; no stream yet.
    static Wire connect(Endpoint endpoint, Transport transport, Transcript transcript) {
        return transport == Transport.WEBSOCKET
                ? WebSocketWire.connect(endpoint, transcript)
                : StreamWire.connect(endpoint, transport, transcript);
    }

    /// Opens or restarts a stream.
    void open(String to);

    void send(String xml);

    /// Sends bytes as they are, XML or not.
    void sendBytes(byte[] bytes);

    /// The next event, or null when nothing was said in time.
    @Nullable
    Event next(Duration patience);

    /// Upgrades by RFC 6120 §5 after `<proceed/>`.
    void startTls();

    /// The channel binding data of the kind (`tls-exporter`, `tls-server-end-point`), or null without TLS.
    byte @Nullable [] channelBinding(String kind);

    /// Ends the stream as the protocol says, and waits for nothing.
    void sendClose();

    /// Ends the connection with a reset, as a phone in a tunnel does; what was sent before is not called back.
    void drop();

    @Override
    void close();

    /// The next event; silence is an error.
    default Event expect(Duration patience) {
        var event = next(patience);
        if (event == null) {
            throw new WireException("nothing was said for " + patience.toMillis() + " ms");
        }
        return event;
    }

    /// The next event, which must be an element.
    default Xml expectElement(Duration patience) {
        var event = expect(patience);
        if (event instanceof Said(Xml element)) {
            return element;
        }
        throw new WireException("expected an element, got " + event);
    }
}
