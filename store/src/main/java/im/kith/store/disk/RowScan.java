package im.kith.store.disk;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The part of a walk over an owner's entries that goes through the rows. A condition on the time is found by binary
/// search over the buckets; a condition on the peer uses the rows by peer for all blocks that have them.
final class RowScan implements AutoCloseable {

    private static final int BLOCK_TO_BUCKET = Postings.BLOCK_BITS - Postings.BUCKET_BITS;

    private final Rows rows;
    private final String owner;
    private final long peersUpTo;
    private final @Nullable TreeMap<Long, long[]> moved;
    private final Rows.Cursor cursor;
    private final int numberAt;

    // The bucket read last.
    private long bucket = -1;
    private long[] words = new long[0];

    RowScan(Rows rows, String owner, long peersUpTo, @Nullable TreeMap<Long, long[]> moved) {
        this.rows = rows;
        this.owner = owner;
        this.peersUpTo = peersUpTo;
        this.moved = moved;
        byte[] prefix = Keys.owner('B', owner);
        this.numberAt = prefix.length;
        this.cursor = rows.cursor(prefix, Keys.afterAll(prefix));
    }

    /// Shows all entries below `before`; answers whether to go on.
    boolean run(PostingScan.Filter filter, long before) {
        long low = (filter.after + 1) >>> Postings.BUCKET_BITS;
        long high = (before - 1) >>> Postings.BUCKET_BITS;
        cursor.last();
        if (!cursor.valid()) return true;
        high = Math.min(high, number());
        cursor.first();
        low = Math.max(low, number());
        if (low > high) return true;
        if (filter.fromMillis > 0) low = firstBucketWith(filter.fromMillis, low, high);
        if (filter.toMillis < Long.MAX_VALUE) high = Math.min(high, firstBucketWith(filter.toMillis + 1, low, high));
        if (low > high) return true;
        long blocks = (high >>> BLOCK_TO_BUCKET) - (low >>> BLOCK_TO_BUCKET);
        if (!filter.byPeer || blocks > 1 << 20) return buckets(filter, low, high, before);
        return filter.newest ? blocksDown(filter, low, high, before) : blocksUp(filter, low, high, before);
    }

    private boolean blocksUp(PostingScan.Filter filter, long low, long high, long before) {
        long at = low;
        while (at <= high) {
            long block = at >>> BLOCK_TO_BUCKET;
            if (block >= peersUpTo) return buckets(filter, at, high, before);
            if (!ofPeer(filter, block, before)) return false;
            at = (block + 1) << BLOCK_TO_BUCKET;
        }
        return true;
    }

    private boolean blocksDown(PostingScan.Filter filter, long low, long high, long before) {
        long block = high >>> BLOCK_TO_BUCKET;
        if (block >= peersUpTo) {
            long from = Math.max(low, peersUpTo << BLOCK_TO_BUCKET);
            if (from <= high && !buckets(filter, from, high, before)) return false;
            block = peersUpTo - 1;
        }
        for (; block >= low >>> BLOCK_TO_BUCKET; block--) if (!ofPeer(filter, block, before)) return false;
        return true;
    }

    /// All entries of one block that have the filter's peer.
    private boolean ofPeer(PostingScan.Filter filter, long block, long before) {
        byte[] numbers = rows.get(Keys.peer(owner, block, filter.peer));
        if (numbers == null) return true;
        int count = numbers.length / 2;
        for (int i = 0; i < count; i++) {
            int at = 2 * (filter.newest ? count - 1 - i : i);
            long seq = block << Postings.BLOCK_BITS | (numbers[at] & 0xFF) << 8 | numbers[at + 1] & 0xFF;
            if (seq <= filter.after || seq >= before) continue;
            if (!load(seq >>> Postings.BUCKET_BITS)) continue;
            int entries = words.length / Postings.WIDTH;
            int found = Postings.ceiling(words, 0, entries, seq);
            if (found == entries || Postings.seqOf(words, found) != seq) continue;
            if (!show(filter, found)) return false;
        }
        return true;
    }

    private boolean buckets(PostingScan.Filter filter, long low, long high, long before) {
        if (filter.newest) {
            for (cursor.seekBack(key(high)); cursor.valid() && number() >= low; cursor.previous()) {
                read();
                for (int i = words.length / Postings.WIDTH - 1; i >= 0; i--) {
                    if (Postings.seqOf(words, i) < before && !show(filter, i)) return false;
                }
            }
        } else {
            for (cursor.seek(key(low)); cursor.valid() && number() <= high; cursor.next()) {
                read();
                for (int i = 0; i < words.length / Postings.WIDTH; i++) {
                    if (Postings.seqOf(words, i) < before && !show(filter, i)) return false;
                }
            }
        }
        return true;
    }

    private boolean show(PostingScan.Filter filter, int index) {
        if (moved != null) {
            long[] now = moved.get(Postings.seqOf(words, index));
            if (now != null) return filter.show(now, 0);
        }
        return filter.show(words, index * Postings.WIDTH);
    }

    /// The first bucket in `low..high` whose last entry is not older than `millis`; `high + 1` if none.
    private long firstBucketWith(long millis, long low, long high) {
        long from = low;
        long to = high + 1;
        while (from < to) {
            long middle = (from + to) >>> 1;
            cursor.seek(key(middle));
            if (!cursor.valid() || number() >= to) {
                to = middle;
                continue;
            }
            read();
            if (words[words.length - Postings.WIDTH + Postings.TIME] >= millis) to = middle;
            else from = bucket + 1;
        }
        return from;
    }

    private boolean load(long wanted) {
        if (bucket == wanted) return true;
        cursor.seek(key(wanted));
        if (!cursor.valid() || number() != wanted) return false;
        read();
        return true;
    }

    private void read() {
        bucket = number();
        words = Postings.unpack(cursor.value(), bucket);
    }

    private long number() {
        return Keys.number(cursor.key(), numberAt);
    }

    private byte[] key(long number) {
        return Keys.owner('B', owner, number);
    }

    @Override
    public void close() {
        cursor.close();
    }
}
