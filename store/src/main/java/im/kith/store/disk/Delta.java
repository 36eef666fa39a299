package im.kith.store.disk;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one layer of the index knows of one owner: all that changed since the layer began. Guarded by the index's lock;
/// the array `words` is never changed below `to`, only replaced, so that a reader may keep it.
final class Delta {

    /// A shelf's row as a key.
    record RowName(String shelf, String key) {}

    /// A shelf's row; `bytes` is null when it was deleted.
    record RowValue(byte @Nullable [] bytes, long at, int length) {}

    private static final long[] NONE = new long[0];

    /// Nothing of older layers counts.
    boolean erased;

    /// Entries up to here are gone; 0 if none were trimmed in this layer.
    long trim;

    /// The highest number ever, and its time; 0 if this layer has none.
    long last;

    long lastMillis;

    /// The highest number that the cleaner moved, and its time: it may be all that is known of an owner while the index
    /// is
    /// made again from the log.
    long movedLast;

    long movedLastMillis;

    /// Appended entries, see [Postings]: those with index `from <= i < to`.
    long[] words = NONE;

    int from;
    int to;

    /// Entries of older layers that the cleaner has moved.
    @Nullable
    TreeMap<Long, long[]> moved;

    @Nullable
    Map<RowName, RowValue> rows;

    /// Entries that became pending in this layer, and entries pending in older layers that were settled in this one.
    @Nullable
    Longs pending;

    @Nullable
    Longs settled;

    /// Makes room for one more entry; answers the offset of its words. Answers how much memory grew in `grown`.
    int add() {
        int offset = to * Postings.WIDTH;
        if (offset == words.length) {
            int live = to - from;
            long[] grown = new long[Postings.WIDTH * Math.max(4, live + (live >> 1) + 2)];
            System.arraycopy(words, from * Postings.WIDTH, grown, 0, live * Postings.WIDTH);
            words = grown;
            from = 0;
            to = live;
            offset = live * Postings.WIDTH;
        }
        to++;
        return offset;
    }

    void put(RowName name, RowValue value) {
        if (rows == null) rows = new HashMap<>(4);
        rows.put(name, value);
    }

    void pend(long seq) {
        if (pending == null) pending = new Longs();
        pending.add(seq);
        if (settled != null) settled.remove(seq);
    }

    void settle(long seq) {
        boolean pendingHere = pending != null && pending.remove(seq);
        // Of what the cleaner moved, the rows know too that it is pending.
        if (pendingHere && (moved == null || !moved.containsKey(seq))) return;
        if (erased) return;
        if (settled == null) settled = new Longs();
        settled.add(seq);
    }

    void move(long seq, long[] posting) {
        int i = Postings.ceiling(words, from, to, seq);
        if (i < to && Postings.seqOf(words, i) == seq) {
            long[] copy = Arrays.copyOf(words, words.length);
            System.arraycopy(posting, 0, copy, i * Postings.WIDTH, Postings.WIDTH);
            words = copy;
            return;
        }
        if (moved == null) moved = new TreeMap<>();
        moved.put(seq, posting);
    }

    void reset() {
        trim = 0;
        last = 0;
        lastMillis = 0;
        movedLast = 0;
        movedLastMillis = 0;
        words = NONE;
        from = 0;
        to = 0;
        moved = null;
        rows = null;
        pending = null;
        settled = null;
    }

    boolean isEmpty() {
        return from == to;
    }
}
