package im.kith.store.disk;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Commit.Append;
import im.kith.store.Commit.Erase;
import im.kith.store.Commit.Put;
import im.kith.store.Commit.Settle;
import im.kith.store.Commit.Trim;
import im.kith.store.Entry;
import im.kith.store.Store.Pending;
import im.kith.store.disk.Moves.Move;
import im.kith.store.disk.Moves.MovedEntry;
import im.kith.store.disk.Moves.MovedRow;
import im.kith.store.disk.Moves.MovedTrim;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns one batch of commits into one frame of the log, and after that frame is durable into changes of the index.
/// The writer's own. What the cleaner copied comes first, so that it is older than all commits of the batch.
final class BatchEncoder {

    /// Where a body's bytes were put, and by which attempt: what a failed attempt wrote does not count.
    private record Place(SegmentLog log, long at, int length, long attempt) {}

    private final SegmentLog log;
    private final Index index;
    private final Record record;

    Bytes frame = new Bytes(64 << 10);
    int entries;

    private long attempt;
    private long base;

    // Of each write, in order: where its record is, its length (0: not written), and the hash of its peer.
    private long[] ats = new long[256];
    private int[] lengths = new int[256];
    private long[] peers = new long[256];
    private int writes;
    /// The peer whose hash is known.
    private String hashed = "";

    private long hash;

    BatchEncoder(SegmentLog log, Index index) {
        this.log = log;
        this.index = index;
        this.record = new Record(log.mask());
    }

    /// `batch` has lanes and commits in turn; the frame's payload will be at `at`.
    void encode(List<Object> batch, List<Moves> moves, long at) {
        attempt++;
        frame.size = SegmentLog.FRAME_HEADER;
        base = at - SegmentLog.FRAME_HEADER;
        writes = 0;
        entries = 0;
        for (Moves copies : moves) for (Move move : copies.list()) moved(move);
        for (int i = 1; i < batch.size(); i += 2) {
            List<Commit.Write> list = ((Commit) batch.get(i)).writes();
            for (int j = 0; j < list.size(); j++) write(list.get(j));
        }
    }

    /// Brings the index up to date. Under its lock.
    void apply(List<Object> batch, List<Moves> moves) {
        int n = 0;
        for (Moves copies : moves) {
            for (Move move : copies.list()) {
                if (lengths[n] != 0) applyMoved(move, ats[n], lengths[n], peers[n]);
                n++;
            }
        }
        for (int i = 1; i < batch.size(); i += 2) {
            List<Commit.Write> list = ((Commit) batch.get(i)).writes();
            for (int j = 0; j < list.size(); j++) {
                apply(list.get(j), ats[n], lengths[n], peers[n]);
                n++;
            }
        }
    }

    private void write(Commit.Write write) {
        int start = frame.size;
        long peer = 0;
        switch (write) {
            case Append a -> {
                peer = peerHash(a.entry().peer());
                entry(a.owner(), a.entry(), a.pending() ? Record.PENDING : 0, a.settles());
                entries++;
            }
            case Settle s -> {
                Record.begin(frame, Record.SETTLE, 0);
                frame.name(s.owner());
                frame.varint(s.seq());
                record.finish(frame, start);
            }
            case Put p -> {
                byte[] value = p.value();
                row(p.owner(), p.shelf(), p.key(), value, 0);
            }
            case Trim t -> trim(t.owner(), t.upTo(), 0, 0);
            case Erase e -> {
                Record.begin(frame, Record.ERASE, 0);
                frame.name(e.owner());
                record.finish(frame, start);
            }
        }
        note(base + start, frame.size - start, peer);
    }

    /// Copies of one message have the same peer, one after the other.
    private long peerHash(String peer) {
        if (!peer.equals(hashed)) {
            hashed = peer;
            hash = Record.peerHash(peer);
        }
        return hash;
    }

    private void moved(Move move) {
        int start = frame.size;
        long peer = 0;
        switch (move) {
            case MovedEntry m -> {
                if (index.isStill(m.owner(), m.entry().seq())) {
                    boolean pending = m.pending()
                            && !index.isSettledSince(m.owner(), m.entry().seq());
                    peer = Record.peerHash(m.entry().peer());
                    entry(m.owner(), m.entry(), Record.MOVED | (pending ? Record.PENDING : 0), null);
                }
            }
            case MovedRow m -> {
                if (!index.isNewer(m.owner(), m.shelf(), m.key())) {
                    row(m.owner(), m.shelf(), m.key(), m.value(), Record.MOVED);
                }
            }
            case MovedTrim m -> {
                if (index.isStill(m.owner(), Long.MAX_VALUE)) trim(m.owner(), m.upTo(), m.last(), m.lastMillis());
            }
        }
        note(base + start, frame.size - start, peer);
    }

    private void note(long at, int length, long peer) {
        if (writes == ats.length) {
            ats = Arrays.copyOf(ats, 2 * writes);
            lengths = Arrays.copyOf(lengths, 2 * writes);
            peers = Arrays.copyOf(peers, 2 * writes);
        }
        ats[writes] = at;
        lengths[writes] = length;
        peers[writes] = peer;
        writes++;
    }

    private void entry(String owner, Entry entry, int kind, @Nullable Pending settles) {
        Body body = entry.body();
        Place place = body.place() instanceof Place p && isGood(p) ? p : null;
        int bits = kind | (settles == null ? 0 : Record.SETTLES);
        // A reference takes 12 bytes.
        Place reference = place != null && body.bytes().length > 16 ? place : null;
        int start = Record.begin(frame, Record.ENTRY, reference == null ? bits : bits | Record.REFERENCE);
        frame.u16(entry.flags());
        frame.u64(entry.key());
        frame.varint(entry.seq());
        frame.varint(entry.timeMillis());
        frame.name(owner);
        frame.name(entry.peer());
        if (settles != null) {
            frame.name(settles.owner());
            frame.varint(settles.seq());
        }
        frame.bytes(entry.head());
        if (reference != null) {
            frame.u64(reference.at());
            frame.u32(reference.length());
            record.finish(frame, start);
        } else {
            frame.bytes(body.bytes());
            int length = record.finish(frame, start);
            body.place(new Place(log, base + start, length, attempt));
        }
    }

    private boolean isGood(Place place) {
        return place.log == log && (place.attempt == attempt || log.refersTo(place.at));
    }

    private void row(String owner, String shelf, String key, byte @Nullable [] value, int bits) {
        int start = Record.begin(frame, value == null ? Record.DELETE : Record.PUT, bits);
        frame.name(owner);
        frame.name(shelf);
        frame.name(key);
        if (value != null) frame.bytes(value);
        record.finish(frame, start);
    }

    private void trim(String owner, long upTo, long last, long lastMillis) {
        int start = Record.begin(frame, Record.TRIM, 0);
        frame.name(owner);
        frame.varint(upTo);
        frame.varint(last);
        frame.varint(lastMillis);
        record.finish(frame, start);
    }

    private void apply(Commit.Write write, long at, int length, long peer) {
        switch (write) {
            case Append a -> {
                Entry e = a.entry();
                index.append(a.owner(), e.seq(), e.timeMillis(), e.flags(), peer, at, length, a.pending());
                Pending settles = a.settles();
                if (settles != null) index.settle(settles.owner(), settles.seq());
            }
            case Settle s -> index.settle(s.owner(), s.seq());
            case Put p -> index.put(p.owner(), p.shelf(), p.key(), p.value(), at, length);
            case Trim t -> index.trim(t.owner(), t.upTo(), 0, 0);
            case Erase e -> index.erase(e.owner());
        }
    }

    private void applyMoved(Move move, long at, int length, long peer) {
        switch (move) {
            case MovedEntry m -> {
                Entry e = m.entry();
                long[] posting = {e.seq(), e.timeMillis(), at, (long) (e.flags() & 0xFFFF) << 32 | length, peer};
                index.move(m.owner(), posting, false);
            }
            case MovedRow m -> index.put(m.owner(), m.shelf(), m.key(), m.value(), at, length);
            case MovedTrim m -> index.trim(m.owner(), m.upTo(), m.last(), m.lastMillis());
        }
    }
}
