package im.kith.store.disk;

import im.kith.store.Store.Outline;
import im.kith.store.Store.Pending;
import im.kith.store.disk.Delta.RowName;
import im.kith.store.disk.Delta.RowValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where everything is: the log, seen by owner.
///
/// ```
/// layer `current`   changes since the last checkpoint began                    memory
/// layer `frozen`    changes that are being written to the rows just now        memory, or none
/// rows              everything before, as of the log position in row Z         RocksDB, see Keys
/// ```
/// The rows change only at a checkpoint, in one atomic batch with the position they cover, so after a crash they are
/// exactly what they were at that position, and the log behind it is read again. There is no second write-ahead log,
/// and
/// what lives shorter than a layer (a pending entry that is settled at once, a cursor that moves with every ack) never
/// costs a row.
///
/// The writer changes `current` while it holds the lock; readers take a [View] under the lock and go on without it.
final class Index {

    /// Guards the layers and the live bytes.
    final ReentrantLock lock = new ReentrantLock();

    final Rows rows;
    private Layer current = new Layer();
    private @Nullable Layer frozen;

    /// Bytes of entries that are still needed, by segment.
    private final Map<Integer, long[]> live = new HashMap<>();

    private int hotSegment = -1;
    private long[] hotLive = new long[1];

    // How much of the log the layers and the rows hold together.
    private long appliedTo;
    private long appliedNextBatch;

    // The owner that was changed last: commits often name one owner several times.
    private String hotOwner = "";
    private @Nullable Delta hot;

    Index(Rows rows) {
        this.rows = rows;
    }

    // ---- changes, by the writer under the lock, in the order of the log

    void append(String owner, long seq, long timeMillis, int flags, long peer, long at, int length, boolean pending) {
        Delta d = delta(owner);
        if (seq <= d.trim) return;
        long[] before = d.words;
        int offset = d.add();
        long[] words = d.words;
        if (words != before) current.bytes += 8L * (words.length - before.length);
        words[offset] = seq;
        words[offset + Postings.TIME] = timeMillis;
        words[offset + Postings.AT] = at;
        words[offset + Postings.FLAGS_LENGTH] = (long) (flags & 0xFFFF) << 32 | length;
        words[offset + Postings.PEER] = peer;
        if (seq > d.last) {
            d.last = seq;
            d.lastMillis = timeMillis;
        }
        if (pending) d.pend(seq);
        addLive(at, length);
    }

    void settle(String owner, long seq) {
        delta(owner).settle(seq);
    }

    void put(String owner, String shelf, String key, byte @Nullable [] value, long at, int length) {
        Delta d = delta(owner);
        int before = d.rows == null ? 0 : d.rows.size();
        d.put(new RowName(shelf, key), new RowValue(value, at, length));
        if (d.rows != null && d.rows.size() != before) current.bytes += 160 + key.length();
        if (value != null) current.bytes += value.length;
    }

    void trim(String owner, long upTo, long last, long lastMillis) {
        Delta d = delta(owner);
        d.trim = Math.max(d.trim, upTo);
        if (last > d.last) {
            d.last = last;
            d.lastMillis = lastMillis;
        }
        while (d.from < d.to && Postings.seqOf(d.words, d.from) <= upTo) {
            removeLive(d.words, d.from * Postings.WIDTH);
            d.from++;
        }
        if (d.moved != null) {
            var gone = d.moved.headMap(upTo, true);
            gone.values().forEach(words -> removeLive(words, 0));
            gone.clear();
        }
        if (d.pending != null) d.pending.removeUpTo(upTo);
    }

    void erase(String owner) {
        Delta d = delta(owner);
        for (int i = d.from; i < d.to; i++) removeLive(d.words, i * Postings.WIDTH);
        if (d.moved != null) d.moved.values().forEach(words -> removeLive(words, 0));
        d.reset();
        d.erased = true;
    }

    /// The cleaner has copied an entry. `posting` says where it is now.
    void move(String owner, long[] posting, boolean pending) {
        Delta d = delta(owner);
        long seq = posting[Postings.SEQ];
        if (seq <= d.trim) return;
        d.move(seq, posting);
        if (pending) d.pend(seq);
        if (seq > d.movedLast) {
            d.movedLast = seq;
            d.movedLastMillis = posting[Postings.TIME];
        }
        current.bytes += 120;
        addLive(posting[Postings.AT], Postings.length(posting, 0));
    }

    /// Everything in the log before `at` has been done. Under the lock.
    void applied(long at, long nextBatch) {
        appliedTo = at;
        appliedNextBatch = nextBatch;
    }

    /// Does what a record of the log says; for reading the log again.
    void replay(Record r, long at, int length) {
        switch (r.type) {
            case Record.ENTRY -> {
                boolean pending = (r.bits & Record.PENDING) != 0;
                long peer = Record.peerHash(r.peer);
                if ((r.bits & Record.MOVED) != 0) {
                    long[] posting = {r.seq, r.timeMillis, at, (long) (r.flags & 0xFFFF) << 32 | length, peer};
                    move(r.owner, posting, pending);
                } else {
                    append(r.owner, r.seq, r.timeMillis, r.flags, peer, at, length, pending);
                    if ((r.bits & Record.SETTLES) != 0) settle(r.settlesOwner, r.settlesSeq);
                }
            }
            case Record.SETTLE -> settle(r.owner, r.seq);
            case Record.PUT -> put(r.owner, r.shelf, r.row, r.copyValue(), at, length);
            case Record.DELETE -> put(r.owner, r.shelf, r.row, null, at, length);
            case Record.TRIM -> trim(r.owner, r.upTo, r.last, r.lastMillis);
            case Record.ERASE -> erase(r.owner);
            default -> throw new IllegalStateException("record type " + r.type);
        }
    }

    private Delta delta(String owner) {
        Delta d = hot;
        if (d != null && hotOwner.equals(owner)) return d;
        d = current.of(owner);
        hot = d;
        hotOwner = owner;
        return d;
    }

    // ---- what the cleaner's copies are checked against, by the writer

    /// Whether an entry that was in the rows is still there.
    boolean isStill(String owner, long seq) {
        for (Layer layer : layers()) {
            Delta d = layer.deltas.get(owner);
            if (d != null && (d.erased || seq <= d.trim)) return false;
        }
        return true;
    }

    /// Whether a pending entry that was in the rows was settled since.
    boolean isSettledSince(String owner, long seq) {
        for (Layer layer : layers()) {
            Delta d = layer.deltas.get(owner);
            if (d != null && d.settled != null && d.settled.contains(seq)) return true;
        }
        return false;
    }

    /// Whether a row of a shelf has a value newer than the rows have.
    boolean isNewer(String owner, String shelf, String key) {
        for (Layer layer : layers()) {
            Delta d = layer.deltas.get(owner);
            if (d == null) continue;
            if (d.erased || (d.rows != null && d.rows.containsKey(new RowName(shelf, key)))) return true;
        }
        return false;
    }

    /// Oldest first. Under the lock.
    List<Layer> layers() {
        return frozen == null ? List.of(current) : List.of(frozen, current);
    }

    // ---- live bytes

    void addLive(long at, int length) {
        int segment = SegmentLog.segmentOf(at);
        if (segment != hotSegment) {
            hotLive = live.computeIfAbsent(segment, unused -> new long[1]);
            hotSegment = segment;
        }
        hotLive[0] += length;
    }

    private void removeLive(long[] words, int offset) {
        removeLive(SegmentLog.segmentOf(words[offset + Postings.AT]), Postings.length(words, offset));
    }

    void removeLive(int segment, long bytes) {
        long[] count = live.get(segment);
        if (count != null) count[0] = Math.max(0, count[0] - bytes);
    }

    void restoreLive(Map<Integer, Long> bytes) {
        bytes.forEach((segment, count) -> live.put(segment, new long[] {count}));
    }

    void forgetLive(int segment) {
        hotSegment = -1;
        live.remove(segment);
    }

    TreeMap<Integer, Long> liveBytes() {
        var copy = new TreeMap<Integer, Long>();
        live.forEach((segment, bytes) -> copy.put(segment, bytes[0]));
        return copy;
    }

    // ---- layers

    long layerBytes() {
        return current.bytes;
    }

    boolean isFreezing() {
        return frozen != null;
    }

    boolean isEmpty() {
        return current.deltas.isEmpty();
    }

    /// What the rows will cover once the layer that is frozen now is written. Under the lock.
    Covered coverage(int oldestSegment) {
        return new Covered(appliedTo, appliedNextBatch, oldestSegment, liveBytes());
    }

    /// Begins a checkpoint. Under the lock.
    Layer freeze() {
        Layer layer = current;
        frozen = layer;
        current = new Layer();
        hot = null;
        return layer;
    }

    /// The rows have the frozen layer. Under the lock.
    void thaw() {
        frozen = null;
    }

    // ---- reading

    View view(String owner) {
        lock.lock();
        try {
            return new View(frozen == null ? null : frozen.deltas.get(owner), current.deltas.get(owner));
        } finally {
            lock.unlock();
        }
    }

    Outline outline(String owner) {
        View view = view(owner);
        var scan = new PostingScan(rows, owner, view);
        long first = scan.first();
        long last = view.last;
        long lastMillis = view.lastMillis;
        if (last == 0 && !view.erased) {
            long[] newest = scan.newestInRows();
            Meta meta = Meta.of(rows, owner);
            last = meta.last();
            lastMillis = meta.lastMillis();
            if (newest != null && newest[0] > last) {
                last = newest[0];
                lastMillis = newest[1];
            }
        }
        List<Long> inRows = new ArrayList<>();
        if (!view.erased) {
            byte[] prefix = Keys.owner('P', owner);
            try (var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
                for (cursor.first(); cursor.valid(); cursor.next())
                    inRows.add(Keys.number(cursor.key(), prefix.length));
            }
        }
        return new Outline(first, last, lastMillis, view.pending(inRows, scan.trim()));
    }

    /// All pending entries of all owners.
    List<Pending> pending() {
        var byOwner = new TreeMap<String, List<Long>>();
        try (var cursor = rows.cursor(Keys.kind('P'), Keys.afterAll(Keys.kind('P')))) {
            for (cursor.first(); cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                byOwner.computeIfAbsent(Keys.name(key, 1), unused -> new ArrayList<>())
                        .add(Keys.number(key, key.length - 8));
            }
        }
        lock.lock();
        try {
            for (Layer layer : layers()) {
                layer.deltas.forEach((owner, d) -> {
                    if (d.erased || d.pending != null || d.settled != null || d.trim > 0) {
                        byOwner.putIfAbsent(owner, new ArrayList<>());
                    }
                });
            }
        } finally {
            lock.unlock();
        }
        List<Pending> all = new ArrayList<>();
        byOwner.forEach((owner, inRows) -> {
            View view = view(owner);
            for (long seq : view.pending(view.erased ? List.of() : inRows, view.trim)) all.add(new Pending(owner, seq));
        });
        return all;
    }
}
