package im.kith.server.net;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;

/// What is said on one connection, by whoever understands it. All calls come on the connection's event loop.
public interface Conversation {

    /// The peer opened a stream, or opened it again after [Connection#restart].
    void opened(Element header);

    /// A complete element arrived inside the stream.
    void element(Element element);

    /// Spaces arrived between two elements.
    default void whitespace() {}

    /// The peer closed its stream.
    void closed();

    /// What the peer sent cannot be read on: the error to end the stream with.
    void failed(StreamError error);

    /// TLS is up, after [Connection#startTls] or from the connection's first byte.
    default void secured() {}

    /// The peer takes bytes again after [Connection#writable] said no.
    default void drained() {}

    /// The connection did not get to [Connection#signedIn] in time.
    void expired();

    /// The server stops: say goodbye once what is in flight is answered.
    void drain();

    /// The connection is gone, whoever ended it. The last call, exactly once.
    void gone();
}
