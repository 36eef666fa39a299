package im.kith.server.account;

import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The account's view of one connection, implemented by the stream layer.
///
/// Called on a partition's thread, once what it tells is kept. No method blocks or throws. After [#close] or once the
/// connection is gone, calls are ignored.
public interface Link {

    /// The answer to [Event.Bind] and [Event.Resume]: the session exists.
    void bound(Bound bound);

    /// [Event.Bind] is refused (`conflict`, `resource-constraint`, …): the connection may try again.
    void bindRefused(StanzaError error);

    /// [Event.Resume] is refused. `h` is what was handled of the old stream, or -1 when it is unknown (XEP-0198 §5).
    void resumeRefused(StanzaError error, long h);

    /// Writes these elements in this order; each array is one complete element inside a `jabber:client` stream.
    /// `consumed` arrivals of this session are done with: their share of the read-ahead is free again. What is not
    /// `urgent` may wait a moment for more to be written with it.
    void send(List<byte[]> elements, int consumed, boolean urgent);

    /// Ends the stream, with the error if there is one, after all that was sent before.
    void close(@Nullable StreamError error);

    /// Whether the connection takes more now. Once it said no, [Event.Writable] follows when it does again.
    boolean writable();

    /// How often the connection was read more slowly since it sent faster than it may.
    default int timesSlowed() {
        return 0;
    }
}
