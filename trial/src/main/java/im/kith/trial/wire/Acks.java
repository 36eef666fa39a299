package im.kith.trial.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A client's XEP-0198 state: what outlives a connection and makes a stream resumable.
///
/// Guarded by its own monitor, which is notified when the server acknowledges.
public final class Acks {

    public static final String NAMESPACE = "urn:xmpp:sm:3";

    private final String previousId;
    private final Deque<String> unacknowledged = new ArrayDeque<>();
    private long received;
    private long sent;
    private long acknowledged;
    private long told;
    private boolean answersRequests = true;

    /// @param previousId the id to resume by, empty when the server does not offer resumption
    Acks(String previousId) {
        this.previousId = previousId;
    }

    public String previousId() {
        return previousId;
    }

    public boolean isResumable() {
        return !previousId.isEmpty();
    }

    public synchronized long received() {
        return received;
    }

    public synchronized long sent() {
        return sent;
    }

    public synchronized long acknowledged() {
        return acknowledged;
    }

    /// How many of the received ones the server has been told of; it may send the others again after a new start.
    public synchronized long told() {
        return told;
    }

    synchronized void tell(long h) {
        told = h;
    }

    /// Whether the server is answered when it asks how many were received.
    synchronized boolean answersRequests() {
        return answersRequests;
    }

    synchronized void neverAnswer() {
        answersRequests = false;
    }

    synchronized void countReceived() {
        received++;
    }

    synchronized void countSent(String stanza) {
        sent++;
        unacknowledged.add(stanza);
    }

    /// Takes the server's `h`, a count modulo 2^32.
    ///
    /// @throws WireException if the server acknowledges what was never sent
    public synchronized void acknowledge(long h) {
        var news = (h - acknowledged) & 0xffff_ffffL;
        if (news > unacknowledged.size()) {
            throw new WireException("the server acknowledged " + h + ", of " + sent + " sent");
        }
        for (var i = 0; i < news; i++) {
            unacknowledged.remove();
        }
        acknowledged += news;
        notifyAll();
    }

    /// What the server has not acknowledged, oldest first.
    public synchronized List<String> unacknowledged() {
        return List.copyOf(unacknowledged);
    }

    /// Waits until the server has acknowledged so many stanzas; false if it has not in time.
    synchronized boolean awaitAcknowledged(long count, long deadlineNanos) throws InterruptedException {
        while (acknowledged < count) {
            var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
