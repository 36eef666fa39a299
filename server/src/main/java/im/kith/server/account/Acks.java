package im.kith.server.account;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0198 of one stream: what was handled of the client's stanzas, and which of ours it has not acknowledged.
///
/// Entries are remembered by their number only: the log has them. Of stanzas that are not in the log a bounded number
/// is kept to be sent again on resumption; the oldest are forgotten first.
final class Acks {

    private static final int VOLATILE_LIMIT = 200;

    final String streamId;
    /// Identifies the stream in the heads of entries; another after each resumption (see [Filed]).
    int tag;
    /// Stanzas of the client that were handled.
    long inbound;
    /// The highest `inbound` that is on disk for this stream.
    long recordedInbound;
    /// Stanzas of ours that the client has acknowledged.
    long acked;

    /// Per unacknowledged stanza: an entry's number; negated for one that was sent out of order; 0 for a volatile one.
    private long[] ring = new long[8];

    private int first;
    private int size;
    /// The unacknowledged volatile stanzas, except for the oldest `forgotten` ones.
    private final ArrayDeque<byte[]> volatiles = new ArrayDeque<>(2);

    private int forgotten;
    /// Volatile stanzas that came while the connection was broken.
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(2);

    /// When the client was last asked to acknowledge, 0 if it owes no answer.
    long askedMillis;

    Acks(String streamId, int tag) {
        this.streamId = streamId;
        this.tag = tag;
    }

    /// How many stanzas were sent on the stream.
    long outbound() {
        return acked + size;
    }

    int unacked() {
        return size;
    }

    void sentEntry(long seq) {
        add(seq);
    }

    void sentVolatile(byte[] stanza) {
        add(0);
        volatiles.add(stanza);
        if (volatiles.size() > VOLATILE_LIMIT) {
            volatiles.remove();
            forgotten++;
        }
    }

    void hold(byte[] stanza) {
        waiting.add(stanza);
        if (waiting.size() > VOLATILE_LIMIT) waiting.remove();
    }

    /// Whether [#acknowledged] would accept the count.
    boolean accepts(long h) {
        return ((h - acked) & 0xffffffffL) <= size;
    }

    /// The client says that it handled `h` stanzas (modulo 2^32). Answers the numbers of entries sent out of order
    /// that it thereby took, or null when `h` is more than was sent.
    @Nullable
    List<Long> acknowledged(long h) {
        long news = (h - acked) & 0xffffffffL;
        if (news > size) return null;
        List<Long> early = List.of();
        for (long i = 0; i < news; i++) {
            long seq = ring[first];
            first = (first + 1) % ring.length;
            size--;
            if (seq < 0) {
                if (early.isEmpty()) early = new ArrayList<>(2);
                early.add(-seq);
            } else if (seq == 0) {
                if (forgotten > 0) forgotten--;
                else volatiles.remove();
            }
        }
        acked += news;
        return early;
    }

    /// The oldest entry that was sent in order and not acknowledged, or 0.
    long oldestEntry() {
        for (int i = 0; i < size; i++) {
            long seq = ring[(first + i) % ring.length];
            if (seq > 0) return seq;
        }
        return 0;
    }

    /// The number, among the stanzas sent, of [#oldestEntry]; 0 if there is none.
    long oldestSlot() {
        for (int i = 0; i < size; i++) {
            if (ring[(first + i) % ring.length] > 0) return acked + i + 1;
        }
        return 0;
    }

    /// The entries that were sent out of order and are unacknowledged.
    List<Long> earlyUnacked() {
        List<Long> early = List.of();
        for (int i = 0; i < size; i++) {
            long seq = ring[(first + i) % ring.length];
            if (seq >= 0) continue;
            if (early.isEmpty()) early = new ArrayList<>(2);
            early.add(-seq);
        }
        return early;
    }

    /// Forgets what is unacknowledged, since it is sent anew, and answers the volatile stanzas among it.
    List<byte[]> restart() {
        var again = new ArrayList<>(volatiles);
        again.addAll(waiting);
        volatiles.clear();
        waiting.clear();
        forgotten = 0;
        size = 0;
        first = 0;
        ring = new long[8];
        askedMillis = 0;
        return again;
    }

    private void add(long seq) {
        if (size == ring.length) {
            var larger = Arrays.copyOf(ring, ring.length * 2);
            for (int i = 0; i < size; i++) larger[i] = ring[(first + i) % ring.length];
            ring = larger;
            first = 0;
        }
        ring[(first + size) % ring.length] = seq;
        size++;
    }
}
