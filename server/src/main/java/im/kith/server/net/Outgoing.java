package im.kith.server.net;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something to be done on an event loop for one connection: elements to write, or an action. A link of the loop's list
/// of what other threads brought, later of its connection's list of what is to be written.
final class Outgoing {
    final SocketConnection target;
    final List<byte[]> elements;
    final int consumed;
    /// Whether it leaves at the end of the turn, with all that waits before it.
    final boolean urgent;

    final @Nullable Runnable action;

    @Nullable
    Outgoing next;

    Outgoing(SocketConnection target, List<byte[]> elements, int consumed, boolean urgent) {
        this.target = target;
        this.elements = elements;
        this.consumed = consumed;
        this.urgent = urgent;
        this.action = null;
    }

    Outgoing(SocketConnection target, Runnable action) {
        this.target = target;
        this.elements = List.of();
        this.consumed = 0;
        this.urgent = true;
        this.action = action;
    }
}
