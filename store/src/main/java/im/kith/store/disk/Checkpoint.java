package im.kith.store.disk;

import im.kith.store.disk.Delta.RowValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes one frozen layer to the rows, all or nothing. Runs on the keeper's thread while the writer goes on.
final class Checkpoint {

    private final Rows rows;
    private final Layer layer;
    private final Set<String> knownShelves;

    /// What became dead in the rows, by segment.
    final Map<Integer, Long> dead = new HashMap<>();

    /// Owners in whose rows a block of entries may have become full.
    private final List<String> grown = new ArrayList<>();

    Checkpoint(Rows rows, Layer layer, Set<String> knownShelves) {
        this.rows = rows;
        this.layer = layer;
        this.knownShelves = knownShelves;
    }

    /// The rows cover the log as `covered` says when this returns.
    void write(Covered covered) {
        Set<String> newShelves = new HashSet<>();
        try (Rows.Batch batch = rows.batch()) {
            layer.deltas.forEach((owner, delta) -> {
                if (delta.erased) erase(batch, owner);
                else if (delta.trim > 0) trim(batch, owner, delta);
                if (delta.erased && delta.trim > 0) meta(batch, owner, delta, 0, 0, 0);
                if (delta.moved != null) move(batch, owner, delta.moved, delta.erased);
                entries(batch, owner, delta);
                if (delta.rows != null) {
                    delta.rows.forEach((name, value) -> {
                        if (knownShelves.add(name.shelf())) newShelves.add(name.shelf());
                        row(batch, Keys.row(name.shelf(), owner, name.key()), value);
                    });
                }
                if (delta.settled != null) {
                    for (long seq : delta.settled.toArray()) batch.delete(Keys.owner('P', owner, seq));
                }
                if (delta.pending != null) {
                    for (long seq : delta.pending.toArray()) batch.put(Keys.owner('P', owner, seq), new byte[0]);
                }
            });
            for (String shelf : newShelves) batch.put(Keys.shelfName(shelf), new byte[0]);
            var live = new TreeMap<>(covered.liveBytes());
            dead.forEach((segment, bytes) -> live.computeIfPresent(segment, (s, was) -> Math.max(0, was - bytes)));
            batch.put(
                    Keys.COVERED,
                    new Covered(covered.at(), covered.nextBatch(), covered.oldestSegment(), live).encode());
            rows.apply(batch);
        } catch (RuntimeException | Error e) {
            knownShelves.removeAll(newShelves);
            throw e;
        }
    }

    private static void row(Rows.Batch batch, byte[] key, RowValue value) {
        if (value.bytes() == null) batch.delete(key);
        else batch.put(key, ShelfRow.encode(value.bytes(), value.at(), value.length()));
    }

    private void entries(Rows.Batch batch, String owner, Delta delta) {
        if (delta.isEmpty()) return;
        long[] words = delta.words;
        int i = delta.from;
        while (i < delta.to) {
            long bucket = Postings.seqOf(words, i) >>> Postings.BUCKET_BITS;
            int end = i + 1;
            while (end < delta.to && Postings.seqOf(words, end) >>> Postings.BUCKET_BITS == bucket) end++;
            byte[] packed = Postings.pack(words, i, end);
            if (end - i == 1 << Postings.BUCKET_BITS) batch.put(Keys.owner('B', owner, bucket), packed);
            else batch.append(Keys.owner('B', owner, bucket), packed);
            i = end;
        }
        long firstBlock = (Postings.seqOf(words, delta.from) - 1) >>> Postings.BLOCK_BITS;
        if (firstBlock != Postings.seqOf(words, delta.to - 1) >>> Postings.BLOCK_BITS) grown.add(owner);
    }

    private void move(Rows.Batch batch, String owner, TreeMap<Long, long[]> moved, boolean erased) {
        Map<Long, TreeMap<Long, long[]>> buckets = new TreeMap<>();
        moved.forEach((seq, posting) -> buckets.computeIfAbsent(seq >>> Postings.BUCKET_BITS, b -> new TreeMap<>())
                .put(seq, posting));
        buckets.forEach((bucket, postings) -> {
            byte[] key = Keys.owner('B', owner, bucket);
            byte[] row = erased ? null : rows.get(key);
            if (row != null) {
                long[] old = Postings.unpack(row, bucket);
                for (int i = 0; i < old.length; i += Postings.WIDTH) {
                    long[] posting = new long[Postings.WIDTH];
                    System.arraycopy(old, i, posting, 0, Postings.WIDTH);
                    if (postings.putIfAbsent(old[i], posting) != null) died(old, i);
                }
            }
            byte[] packed = new byte[postings.size() * Postings.PACKED];
            int at = 0;
            for (long[] posting : postings.values()) {
                Postings.pack(posting, 0, packed, at);
                at += Postings.PACKED;
            }
            batch.put(key, packed);
        });
    }

    private void trim(Rows.Batch batch, String owner, Delta delta) {
        Meta before = Meta.of(rows, owner);
        long trim = Math.max(before.trim(), delta.trim);
        long last = before.last();
        long lastMillis = before.lastMillis();
        byte[] prefix = Keys.owner('B', owner);
        try (var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
            cursor.last();
            if (cursor.valid()) {
                long[] newest = Postings.unpack(cursor.value(), Keys.number(cursor.key(), prefix.length));
                int offset = newest.length - Postings.WIDTH;
                // A higher number may have come and gone without ever having been in a bucket.
                if (newest[offset] > last) {
                    last = newest[offset];
                    lastMillis = newest[offset + Postings.TIME];
                }
            }
            if (delta.movedLast > last) {
                last = delta.movedLast;
                lastMillis = delta.movedLastMillis;
            }
            for (cursor.first(); cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                long bucket = Keys.number(key, prefix.length);
                if (bucket << Postings.BUCKET_BITS > trim) break;
                long[] words = Postings.unpack(cursor.value(), bucket);
                boolean all = true;
                for (int i = 0; i < words.length; i += Postings.WIDTH) {
                    if (words[i] > trim) all = false;
                    else if (words[i] > before.trim()) died(words, i);
                }
                if (all && (bucket + 1) << Postings.BUCKET_BITS <= trim + 1) batch.delete(key);
            }
        }
        if (before.peersUpTo() > 0 && before.trim() >>> Postings.BLOCK_BITS != trim >>> Postings.BLOCK_BITS) {
            byte[] to = Keys.owner('Q', owner, Math.min(before.peersUpTo(), (trim + 1) >>> Postings.BLOCK_BITS));
            batch.deleteRange(Keys.owner('Q', owner), to);
        }
        byte[] pending = Keys.owner('P', owner);
        try (var cursor = rows.cursor(pending, Keys.owner('P', owner, trim + 1))) {
            for (cursor.first(); cursor.valid(); cursor.next()) batch.delete(cursor.key());
        }
        meta(batch, owner, delta, last, lastMillis, before.peersUpTo());
    }

    private void meta(Rows.Batch batch, String owner, Delta delta, long last, long lastMillis, long peersUpTo) {
        Meta before = delta.erased ? Meta.NONE : Meta.of(rows, owner);
        boolean newer = delta.last > last;
        batch.put(
                Keys.owner('M', owner),
                new Meta(
                                Math.max(before.trim(), delta.trim),
                                newer ? delta.last : last,
                                newer ? delta.lastMillis : lastMillis,
                                peersUpTo)
                        .encode());
    }

    private void erase(Rows.Batch batch, String owner) {
        Meta before = Meta.of(rows, owner);
        byte[] prefix = Keys.owner('B', owner);
        try (var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
            for (cursor.first(); cursor.valid(); cursor.next()) {
                long[] words = Postings.unpack(cursor.value(), Keys.number(cursor.key(), prefix.length));
                for (int i = 0; i < words.length; i += Postings.WIDTH) if (words[i] > before.trim()) died(words, i);
            }
        }
        for (char kind : new char[] {'B', 'P', 'Q'}) {
            byte[] all = Keys.owner(kind, owner);
            batch.deleteRange(all, Keys.afterAll(all));
        }
        batch.delete(Keys.owner('M', owner));
        for (String shelf : knownShelves) {
            byte[] all = Keys.shelf(shelf, owner);
            batch.deleteRange(all, Keys.afterAll(all));
        }
    }

    private void died(long[] words, int offset) {
        dead.merge(SegmentLog.segmentOf(words[offset + Postings.AT]), (long) Postings.length(words, offset), Long::sum);
    }

    /// Makes the rows by peer for blocks that have become full. They can be made again at any time from the buckets.
    void writePeers() {
        for (String owner : grown) {
            Meta meta = Meta.of(rows, owner);
            byte[] prefix = Keys.owner('B', owner);
            try (Rows.Batch batch = rows.batch();
                    var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
                cursor.last();
                if (!cursor.valid()) continue;
                int toBucket = Postings.BLOCK_BITS - Postings.BUCKET_BITS;
                long newest = Keys.number(cursor.key(), prefix.length) >>> toBucket;
                Map<Long, Bytes> peers = new HashMap<>();
                long block = -1;
                for (cursor.seek(Keys.owner('B', owner, meta.peersUpTo() << toBucket)); cursor.valid(); cursor.next()) {
                    long bucket = Keys.number(cursor.key(), prefix.length);
                    if (bucket >>> toBucket != block) {
                        flush(batch, owner, block, peers);
                        block = bucket >>> toBucket;
                        if (block >= newest) break;
                    }
                    long[] words = Postings.unpack(cursor.value(), bucket);
                    for (int i = 0; i < words.length; i += Postings.WIDTH) {
                        peers.computeIfAbsent(words[i + Postings.PEER], p -> new Bytes(16))
                                .u16((int) words[i] & (1 << Postings.BLOCK_BITS) - 1);
                    }
                }
                if (newest <= meta.peersUpTo()) continue;
                batch.put(
                        Keys.owner('M', owner), new Meta(meta.trim(), meta.last(), meta.lastMillis(), newest).encode());
                rows.apply(batch);
            }
        }
    }

    private static void flush(Rows.Batch batch, String owner, long block, Map<Long, Bytes> peers) {
        peers.forEach((peer, numbers) ->
                batch.put(Keys.peer(owner, block, peer), java.util.Arrays.copyOf(numbers.array, numbers.size)));
        peers.clear();
    }

    static @Nullable Covered covered(Rows rows) {
        byte[] row = rows.get(Keys.COVERED);
        return row == null ? null : Covered.decode(row);
    }
}
