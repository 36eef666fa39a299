package im.kith.trial.crash;

import java.util.BitSet;

/// One direction of one pair: numbered messages from a sender to a receiver, and the account of what became of them.
///
/// A message counts as doubled when it arrives again, unless the receiver had to start a new stream and never told the
/// server that it has it; as out of order when it arrives for the first time after one that was sent later.
/// Thread-safe.
final class Lane {

    private final BitSet acknowledged = new BitSet();
    private final BitSet received = new BitSet();
    private final BitSet mayComeAgain = new BitSet();
    private int sent;
    private int highest = -1;
    private int doubled;
    private int outOfOrder;

    synchronized int next() {
        return sent++;
    }

    synchronized void acknowledge(int sequence) {
        acknowledged.set(sequence);
    }

    /// Books an arrival; returns what is wrong with it, or nothing.
    synchronized String receive(int sequence) {
        if (received.get(sequence)) {
            if (mayComeAgain.get(sequence)) {
                mayComeAgain.clear(sequence);
                return "";
            }
            doubled++;
            return sequence + " came twice (the highest so far is " + highest + ")";
        }
        received.set(sequence);
        if (sequence < highest) {
            outOfOrder++;
            return sequence + " came after " + highest;
        }
        highest = sequence;
        return "";
    }

    /// The receiver has lost its stream before it could tell the server that it has this one.
    synchronized void forgive(int sequence) {
        mayComeAgain.set(sequence);
    }

    synchronized int sent() {
        return sent;
    }

    synchronized int acknowledged() {
        return acknowledged.cardinality();
    }

    synchronized int received() {
        return received.cardinality();
    }

    synchronized boolean isSettled() {
        return acknowledged.cardinality() == sent && received.cardinality() == sent;
    }

    /// Acknowledged by the server and not received.
    synchronized BitSet missing() {
        var missing = (BitSet) acknowledged.clone();
        missing.andNot(received);
        return missing;
    }

    synchronized int doubled() {
        return doubled;
    }

    synchronized int outOfOrder() {
        return outOfOrder;
    }
}
