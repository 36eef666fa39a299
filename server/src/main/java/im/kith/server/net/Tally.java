package im.kith.server.net;

/// What a [Network] counted since its start, over all its loops; `connections` and the waiting are as of now.
///
/// @param connections XMPP connections, WebSocket included
/// @param waitingTasks what other threads brought and the loops have not taken yet: the longest such queue
/// @param waitingBytes what was written and peers have not taken yet, over all connections
public record Tally(
        long connections,
        long connectionsOpened,
        long httpConnections,
        long httpRequests,
        long bytesIn,
        long bytesOut,
        long elementsIn,
        long elementsOut,
        long handshakes,
        long handshakeFailures,
        long signIns,
        long signInFailures,
        long connectionsRefused,
        long throttled,
        long stalled,
        long waitingTasks,
        long waitingBytes) {

    static final Tally ZERO = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    Tally plus(Counts counts) {
        return new Tally(
                connections + counts.connectionsOpened - counts.connectionsClosed,
                connectionsOpened + counts.connectionsOpened,
                httpConnections + counts.httpConnections,
                httpRequests + counts.httpRequests,
                bytesIn + counts.bytesIn,
                bytesOut + counts.bytesOut,
                elementsIn + counts.elementsIn,
                elementsOut + counts.elementsOut,
                handshakes + counts.handshakes,
                handshakeFailures + counts.handshakeFailures,
                signIns + counts.signIns,
                signInFailures + counts.signInFailures,
                connectionsRefused + counts.refused,
                throttled + counts.throttled,
                stalled + counts.stalled,
                Math.max(waitingTasks, counts.waiting.get()),
                waitingBytes + counts.waitingBytes);
    }
}
