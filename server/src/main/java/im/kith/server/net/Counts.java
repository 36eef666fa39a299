package im.kith.server.net;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What one event loop counted. Written by its thread only; others read values that may be a moment old.
public final class Counts {
    long connectionsOpened;
    long connectionsClosed;
    long bytesIn;
    long bytesOut;
    long elementsIn;
    long elementsOut;
    long handshakes;
    long handshakeFailures;
    long httpConnections;
    long httpRequests;
    long refused;
    long throttled;
    long stalled;
    public long signIns;
    public long signInFailures;
    /// Things that other threads put before the loop and it has not taken yet.
    final AtomicInteger waiting = new AtomicInteger();

    /// What was sent on this loop's connections and their peers have not taken.
    long waitingBytes;

    /// Of the connections that do not take what waits for them, the one with the most; as of the last sweep.
    volatile @Nullable Slowest slowest;

    Counts() {}

    /// How many bytes wait for a connection, and where its client is.
    public record Slowest(InetAddress peer, long waitingBytes) {}

    void compare(InetAddress peer, long waitingBytes) {
        var most = slowest;
        if (most == null || most.waitingBytes < waitingBytes) slowest = new Slowest(peer, waitingBytes);
    }
}
