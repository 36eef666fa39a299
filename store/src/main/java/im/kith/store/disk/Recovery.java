package im.kith.store.disk;

import im.kith.store.StoreException;
import im.kith.store.disk.SegmentLog.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the log: finds the segments that belong to it, reads again what the index does not cover, and cuts off a last
/// batch that a power cut left half written. Anything else that is wrong stops the start; nothing is repaired silently.
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /// Takes the batches that the index does not cover.
    interface Replay {
        /// A batch whose payload lies in `array`; its first byte is at `at` in the log.
        void batch(byte[] array, int offset, int length, long at);
    }

    /// A segment's header as read.
    private record Header(int segment, int previous, long previousEnd, long firstBatch, long salt) {}

    private final Disk disk;
    private final SegmentLog log;
    private final Deque<Segment> chain = new ArrayDeque<>();

    Recovery(Disk disk, SegmentLog log) {
        this.disk = disk;
        this.log = log;
    }

    /// Opens the log whose index covers everything before `covered`, or nothing when that is null.
    void open(@Nullable Covered covered, long newSalt, Replay replay) {
        try {
            link(covered, newSalt);
            if (chain.isEmpty()) {
                log.resume(1);
                return;
            }
            for (Segment s : chain) log.add(s);
            log.resume(replay(covered, replay));
        } catch (IOException e) {
            throw new StoreException("cannot open the log in " + disk.describe(SegmentLog.FOLDER) + ": " + e, e);
        }
    }

    /// Follows the headers from the newest segment back to the oldest.
    private void link(@Nullable Covered covered, long newSalt) throws IOException {
        TreeMap<Integer, String> files = new TreeMap<>();
        for (String name : disk.list(SegmentLog.FOLDER)) {
            if (name.matches("\\d{8}\\.seg")) files.put(Integer.parseInt(name.substring(0, 8)), name);
        }
        if (!files.isEmpty()) log.spent(files.lastKey());
        int oldest = covered == null ? 0 : covered.oldestSegment();
        int next = 0;
        long nextEnd = 0;
        long salt = newSalt;
        while (!files.isEmpty()) {
            int id = next == 0 ? files.lastKey() : next;
            if (id < oldest) break;
            if (files.remove(id) == null) {
                throw broken(SegmentLog.pathOf(id) + " is missing; the segment after it refers to it");
            }
            Disk.File file = disk.open(SegmentLog.pathOf(id), false);
            Header header = header(file, id);
            if (header == null) {
                if (next == 0 && file.size() <= SegmentLog.SEGMENT_HEADER) {
                    LOG.warn(
                            "{} was just being made when the power went; removed",
                            disk.describe(SegmentLog.pathOf(id)));
                    file.close();
                    disk.delete(SegmentLog.pathOf(id));
                    continue;
                }
                throw broken("the header of " + SegmentLog.pathOf(id) + " is damaged");
            }
            Segment segment = new Segment(id, header.previous, header.previousEnd, header.firstBatch, file);
            if (next != 0) {
                if (file.size() < nextEnd) {
                    throw broken(SegmentLog.pathOf(id) + " has " + file.size() + " bytes and should have " + nextEnd);
                }
                segment.end = nextEnd;
            }
            salt = header.salt;
            chain.addFirst(segment);
            next = header.previous;
            nextEnd = header.previousEnd;
            if (next == 0) break;
        }
        if (covered == null && next != 0) {
            throw broken("the index is missing or empty, and the log's first segments were cleaned away");
        }
        if (covered != null && (chain.isEmpty() || chain.getFirst().id > covered.oldestSegment())) {
            throw broken("the index expects " + SegmentLog.pathOf(oldest) + ", which is missing");
        }
        for (int id : files.keySet()) {
            LOG.info("{} is not needed any more; removed", disk.describe(SegmentLog.pathOf(id)));
            disk.delete(SegmentLog.pathOf(id));
        }
        log.begin(salt);
    }

    private @Nullable Header header(Disk.File file, int id) throws IOException {
        byte[] bytes = new byte[SegmentLog.SEGMENT_HEADER];
        ByteBuffer into = ByteBuffer.wrap(bytes);
        while (into.hasRemaining()) if (file.read(into.position(), into) <= 0) return null;
        return header(bytes, id);
    }

    /// Whether these bytes are the header of segment `id`.
    static boolean isHeader(byte[] bytes, int id) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, 60);
        return (int) sum.getValue() == Bytes.getInt(bytes, 60)
                && Bytes.getLong(bytes, 0) == SegmentLog.SEGMENT_MAGIC
                && Bytes.getInt(bytes, 8) == id;
    }

    private static @Nullable Header header(byte[] bytes, int id) {
        if (!isHeader(bytes, id)) return null;
        return new Header(
                id,
                Bytes.getInt(bytes, 12),
                Bytes.getLong(bytes, 16),
                Bytes.getLong(bytes, 24),
                Bytes.getLong(bytes, 32));
    }

    /// Reads every batch that the index does not cover; answers the number of the batch to come.
    private long replay(@Nullable Covered covered, Replay replay) throws IOException {
        int from = covered == null ? chain.getFirst().id : SegmentLog.segmentOf(covered.at());
        long batch = covered == null ? chain.getFirst().firstBatch : covered.nextBatch();
        if (covered != null && chain.stream().noneMatch(s -> s.id == from)) {
            throw broken("the index ends in " + SegmentLog.pathOf(from) + ", which is missing");
        }
        for (Segment s : chain) {
            if (s.id < from) continue;
            boolean newest = s == chain.getLast();
            long size = s.file.size();
            long begin =
                    covered != null && s.id == from ? SegmentLog.offsetOf(covered.at()) : SegmentLog.SEGMENT_HEADER;
            if (begin > (newest ? size : s.end)) {
                throw broken(s.path() + " ends at byte " + size + "; the index covers it up to " + begin);
            }
            var frames = new FrameReader(s.file, s.id, log.salt(), begin, newest ? size : s.end);
            long lastBatchAt = begin;
            for (long at = begin; frames.next(); at = frames.position) {
                lastBatchAt = at;
                if (frames.batch != batch) {
                    throw broken(s.path() + " has batch " + frames.batch + " where " + batch + " should be");
                }
                batch++;
                replay.batch(
                        frames.array, frames.payload, frames.payloadLength, SegmentLog.at(s.id, frames.payloadAt()));
            }
            if (newest) {
                cutTail(s, frames, lastBatchAt, batch);
            } else if (frames.position != s.end) {
                throw broken("batch " + batch + " at byte " + frames.position + " of " + s.path() + " is damaged");
            }
        }
        return batch;
    }

    /// From now on the last batch counts as kept, though the killed process may never have forced it, or have tried and
    /// failed: then the pages pass for clean without being on the disk. So they are written again.
    private void secure(Segment newest, long lastBatchAt, long end) throws IOException {
        rewrite(newest, 0, SegmentLog.SEGMENT_HEADER);
        rewrite(newest, lastBatchAt, end);
        newest.file.force();
        disk.forceFolder(SegmentLog.FOLDER);
    }

    private static void rewrite(Segment segment, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (bytes.hasRemaining()) {
            if (segment.file.read(from + bytes.position(), bytes) <= 0)
                throw new IOException("the file became shorter");
        }
        segment.file.write(from, bytes.flip());
    }

    private void cutTail(Segment newest, FrameReader frames, long lastBatchAt, long batch) throws IOException {
        long end = frames.position;
        newest.end = end;
        secure(newest, lastBatchAt, end);
        if (frames.onlyZerosFollow()) return;
        if (frames.search(batch)) {
            throw broken("batch " + batch + " at byte " + end + " of " + newest.path()
                    + " is damaged, and whole batches follow it (number " + frames.batch + " at byte "
                    + frames.position + ")");
        }
        LOG.warn(
                "{} ends in a batch that was never completed (the power went or the process was killed while it was "
                        + "written); cut off at byte {}. Nothing that was acknowledged is lost.",
                disk.describe(newest.path()),
                end);
        newest.file.truncate(end);
        newest.file.force();
    }

    private StoreException broken(String what) {
        return broken(disk, what);
    }

    static StoreException broken(Disk disk, String what) {
        return new StoreException("The store in " + disk.describe("") + " is damaged: " + what
                + ". Nothing was changed. To keep all that is readable run: kith salvage --data " + disk.describe(""));
    }
}
