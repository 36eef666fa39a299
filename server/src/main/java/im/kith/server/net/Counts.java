package im.kith.server.net;

import java.util.concurrent.atomic.AtomicInteger;

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

    Counts() {}
}
