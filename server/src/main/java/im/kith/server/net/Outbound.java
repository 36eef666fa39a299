package im.kith.server.net;

import io.netty.channel.ChannelOutboundBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// What one connection has to write: a list until it is flushed, and a count of the bytes that were promised
/// and that the socket has not taken.
///
/// The count is for any thread ([#promise], [#isWithin]); all else belongs to the connection's event loop.
final class Outbound {

    private static final VarHandle PENDING;

    static {
        try {
            PENDING = MethodHandles.lookup().findVarHandle(Outbound.class, "pendingBytes", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Oldest first.
    private @Nullable Outgoing first;
    private @Nullable Outgoing last;

    private volatile int pendingBytes;
    /// Those of them that the channel holds.
    private int handedBytes;
    /// Somebody was told that the connection takes no more.
    private volatile boolean refused;

    void promise(int bytes) {
        PENDING.getAndAdd(this, bytes);
    }

    /// Whether less than `most` waits; whoever is told no is told later ([#wakes]).
    boolean isWithin(int most) {
        if (pendingBytes < most) return true;
        refused = true;
        return pendingBytes < most;
    }

    int pendingBytes() {
        return pendingBytes;
    }

    void append(Outgoing outgoing) {
        var before = last;
        last = outgoing;
        if (before == null) first = outgoing;
        else before.next = outgoing;
    }

    /// All that waits.
    @Nullable
    Outgoing take() {
        var taken = first;
        first = null;
        last = null;
        return taken;
    }

    void handed(int bytes) {
        handedBytes += bytes;
    }

    /// How many of the bytes that it was handed the socket has taken since the last time.
    int taken(@Nullable ChannelOutboundBuffer buffer) {
        int left = buffer == null ? 0 : (int) Math.min(handedBytes, buffer.totalPendingWriteBytes());
        int taken = handedBytes - left;
        if (taken == 0) return 0;
        handedBytes = left;
        PENDING.getAndAdd(this, -taken);
        return taken;
    }

    /// The connection is gone: how many bytes the channel held.
    int abandon() {
        take();
        int held = handedBytes;
        handedBytes = 0;
        return held;
    }

    /// Whether somebody who was refused can be told that there is room again: true once.
    boolean wakes(int most) {
        if (!refused || pendingBytes > most / 2) return false;
        refused = false;
        return true;
    }
}
