package im.kith.store.disk;

import im.kith.store.Body;
import im.kith.store.disk.Moves.Move;
import im.kith.store.disk.Moves.MovedEntry;
import im.kith.store.disk.Moves.MovedRow;
import im.kith.store.disk.Moves.MovedTrim;
import im.kith.store.disk.SegmentLog.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives space back. Takes the oldest segment, lets the writer write again what of it is still needed, and deletes the
/// file:
///
/// 1. checkpoint, so that the rows know everything in the segment and in the one after it;
/// 2. piece by piece: live entries, live rows of shelves, and entries of the next segment whose body lies in this one
/// are
///    written at the head of the log as MOVED;
/// 3. checkpoint, so that the rows know where they are now and that the segment is not needed;
/// 4. delete the file.
///
/// A crash at any point leaves both copies or one; the next opening deletes a file that is not needed, or the cleaner
/// begins again. Only the oldest segment is ever taken, so a trim or a deletion is never forgotten before what it
/// removed:
/// the index can be made again from the log alone at any time. The two newest segments stay: new records may refer to
/// bodies in them. Runs on the keeper's thread in small steps.
final class Cleaner {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    private static final int PIECE_BYTES = 1 << 20;
    private static final int BODIES = 1_000;

    private final SegmentLog log;
    private final Index index;
    private final Writer writer;
    private final Keeper keeper;
    private final int deadPercent;

    /// The segment being cleaned, null if none is.
    private @Nullable Segment victim;

    private @Nullable FrameReader frames;
    private boolean inSuccessor;
    private final Set<String> trimmed = new HashSet<>();
    private @Nullable Iterator<String> trimmedLeft;
    private long copied;

    /// Bodies by the record that has them, so that a shared one is written once again.
    private final Map<Long, Body> bodies = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Body> eldest) {
            return size() > BODIES;
        }
    };

    private volatile int requestedUpTo;
    private volatile boolean waiting;
    private long pausedUntilBytes;
    private boolean blocked;
    volatile long segmentsCleaned;
    volatile long bytesCopied;

    Cleaner(SegmentLog log, Index index, Writer writer, Keeper keeper, int deadPercent) {
        this.log = log;
        this.index = index;
        this.writer = writer;
        this.keeper = keeper;
        this.deadPercent = deadPercent;
    }

    /// All segments that there are now are to be cleaned.
    void request() {
        List<Segment> all = log.segments();
        if (!all.isEmpty()) requestedUpTo = all.getLast().id;
    }

    /// Whether there is something to do that does not have to wait for the writer.
    boolean isDue() {
        if (waiting || blocked) return false;
        if (victim != null) return true;
        List<Segment> all = log.segments();
        if (all.size() < 3) return false;
        if (all.getFirst().id <= requestedUpTo) return true;
        if (writer.counters.bytes < pausedUntilBytes) return false;
        index.lock.lock();
        try {
            Map<Integer, Long> live = index.liveBytes();
            if (live.getOrDefault(all.getFirst().id, 0L) == 0) return true;
            long total = 0;
            long needed = 0;
            for (Segment s : all.subList(0, all.size() - 1)) {
                total += s.end;
                needed += live.getOrDefault(s.id, 0L);
            }
            return total - needed > total / 100 * deadPercent;
        } finally {
            index.lock.unlock();
        }
    }

    /// Does one piece of work.
    void step() {
        try {
            if (victim == null) begin();
            else if (trimmedLeft == null) copyPiece(victim);
            else if (trimmedLeft.hasNext()) copyTrims(trimmedLeft);
            else finish(victim);
        } catch (IOException | DamagedSegment e) {
            blocked = true; // nothing was deleted
            LOG.error("the cleaner stops until the next start: {}", e.getMessage());
        }
    }

    /// What is found damaged while it is copied; nothing is deleted then.
    private static final class DamagedSegment extends RuntimeException {
        private static final long serialVersionUID = 1;

        DamagedSegment(String what) {
            super(what);
        }
    }

    private void begin() {
        keeper.checkpoint();
        List<Segment> all = log.segments();
        if (all.size() < 3) return;
        Segment oldest = all.getFirst();
        Segment successor = all.get(1);
        if (keeper.covered().at() < SegmentLog.at(successor.id, successor.end)) return;
        victim = oldest;
        frames = reader(oldest);
        inSuccessor = false;
        trimmed.clear();
        trimmedLeft = null;
        bodies.clear();
        copied = 0;
    }

    private FrameReader reader(Segment s) {
        return new FrameReader(s.file, s.id, log.salt(), SegmentLog.SEGMENT_HEADER, s.end);
    }

    private void copyPiece(Segment from) throws IOException {
        FrameReader reader = frames;
        if (reader == null) throw new IllegalStateException();
        List<Move> moves = new ArrayList<>();
        long read = 0;
        long bytes = 0;
        var owners = new HashMap<String, Owner>();
        Segment current = inSuccessor ? log.segments().get(1) : from;
        while (read < PIECE_BYTES && bytes < PIECE_BYTES) {
            if (!reader.next()) {
                if (reader.position != current.end) {
                    throw new DamagedSegment(log.describe(SegmentLog.at(current.id, reader.position))
                            + " is damaged. To keep all that is readable run: kith salvage");
                }
                if (inSuccessor) {
                    trimmedLeft = List.copyOf(trimmed).iterator();
                    break;
                }
                inSuccessor = true;
                current = log.segments().get(1);
                reader = reader(current);
                frames = reader;
                continue;
            }
            read += reader.payloadLength;
            bytes += copyFrame(reader, SegmentLog.at(current.id, reader.payloadAt()), from.id, owners, moves);
        }
        copied += bytes;
        bytesCopied = bytesCopied + bytes;
        submit(moves);
    }

    private long copyFrame(
            FrameReader reader, long payloadAt, int segment, Map<String, Owner> owners, List<Move> moves) {
        long bytes = 0;
        for (int i = 0; i < reader.payloadLength; ) {
            var record = new Record(log.mask());
            int start = reader.payload + i;
            int length = record.check(reader.array, start, reader.payload + reader.payloadLength);
            if (length == 0) throw new DamagedSegment("a record is damaged: " + log.describe(payloadAt + i));
            record.decode(reader.array, start);
            Move move = copyOf(record, payloadAt + i, segment, owners);
            if (move != null) {
                moves.add(move);
                bytes += length;
            }
            i += length;
        }
        return bytes;
    }

    private @Nullable Move copyOf(Record r, long at, int segment, Map<String, Owner> owners) {
        switch (r.type) {
            case Record.ENTRY -> {
                boolean reference = (r.bits & Record.REFERENCE) != 0;
                if (inSuccessor && !(reference && SegmentLog.segmentOf(r.bodyAt) == segment)) return null;
                Owner owner = owners.computeIfAbsent(r.owner, name -> new Owner(index, name));
                if (owner.placeOf(r.seq) != at) {
                    trimmed.add(r.owner);
                    return null;
                }
                boolean pending =
                        (r.bits & Record.PENDING) != 0 && index.rows.get(Keys.owner('P', r.owner, r.seq)) != null;
                Body body = bodies.computeIfAbsent(reference ? r.bodyAt : at, unused -> body(r, reference));
                return new MovedEntry(r.owner, r.entry(body), pending);
            }
            case Record.PUT -> {
                if (inSuccessor) return null;
                byte[] row = index.rows.get(Keys.row(r.shelf, r.owner, r.row));
                if (row == null || ShelfRow.at(row) != at) return null;
                return new MovedRow(r.owner, r.shelf, r.row, r.copyValue());
            }
            case Record.TRIM -> {
                if (!inSuccessor) trimmed.add(r.owner);
                return null;
            }
            default -> {
                return null;
            }
        }
    }

    private Body body(Record r, boolean reference) {
        if (!reference) return new Body(r.copyValue());
        byte[] bytes = log.body(r);
        if (bytes == null) throw new DamagedSegment("the body of an entry of " + r.owner + " is gone");
        return new Body(bytes);
    }

    /// Owners without entries keep their last number.
    private void copyTrims(Iterator<String> owners) {
        List<Move> moves = new ArrayList<>();
        while (owners.hasNext() && moves.size() < 1_000) {
            String name = owners.next();
            var outline = index.outline(name);
            if (outline.first() != 0 || outline.last() == 0) continue;
            moves.add(new MovedTrim(name, outline.last(), outline.last(), outline.lastMillis()));
        }
        submit(moves);
    }

    private void submit(List<Move> moves) {
        if (moves.isEmpty()) return;
        waiting = true;
        keeper.hold(true);
        writer.move(new Moves(moves, () -> {
            keeper.hold(false);
            waiting = false;
            keeper.wake();
        }));
    }

    private void finish(Segment done) throws IOException {
        keeper.release(log.segments().get(1).id);
        log.drop(done);
        index.lock.lock();
        try {
            index.forgetLive(done.id);
        } finally {
            index.lock.unlock();
        }
        victim = null;
        frames = null;
        bodies.clear();
        trimmedLeft = null;
        segmentsCleaned = segmentsCleaned + 1;
        // A segment that was nearly all alive was not worth it: let the log grow by half before the next.
        if (copied > done.end / 10 * 7) pausedUntilBytes = writer.counters.bytes + log.bytes() / 2;
    }

    /// Where the rows say that an owner's entries are; one bucket is remembered, since entries often follow each other.
    private static final class Owner {
        private final Index index;
        private final String name;
        private final View view;
        private final long trim;
        private long bucket = -1;
        private long[] words = new long[0];

        Owner(Index index, String name) {
            this.index = index;
            this.name = name;
            this.view = index.view(name);
            this.trim = view.erased
                    ? view.trim
                    : Math.max(view.trim, Meta.of(index.rows, name).trim());
        }

        /// The position of the entry's record, or -1.
        long placeOf(long seq) {
            if (view.erased || seq <= trim) return -1;
            if (view.moved != null) {
                long[] moved = view.moved.get(seq);
                if (moved != null) return moved[Postings.AT];
            }
            if (bucket != seq >>> Postings.BUCKET_BITS) {
                bucket = seq >>> Postings.BUCKET_BITS;
                byte[] row = index.rows.get(Keys.owner('B', name, bucket));
                words = row == null ? new long[0] : Postings.unpack(row, bucket);
            }
            int count = words.length / Postings.WIDTH;
            int i = Postings.ceiling(words, 0, count, seq);
            return i < count && Postings.seqOf(words, i) == seq ? words[i * Postings.WIDTH + Postings.AT] : -1;
        }
    }
}
