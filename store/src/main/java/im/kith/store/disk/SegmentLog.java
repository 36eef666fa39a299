package im.kith.store.disk;

import im.kith.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log: numbered segment files that hold batches, each written at once and made durable by one force.
///
/// ```
/// log/00000001.seg   header, batch, batch, …, zeros
/// header  (64 bytes) "KITHLOG1"  u32 segment  u32 previous segment (0: none)  u64 end of the previous segment
///                    u64 number of the first batch  u64 salt  …  u32 crc32c
/// batch              "KBat"  u32 payload length  u64 batch number  u32 segment  u32 crc32c  payload: records
/// ```
/// Batch numbers rise by one, also from segment to segment. A batch's checksum begins with the salt, a random number of
/// this store, so that nobody's message can be taken for a batch. A segment's header states where the one before it
/// ends:
/// after a failed write or force nothing behind the last good batch can be trusted, so the batch is written again into
/// a
/// new segment. A file is filled with zeros some way ahead of the batches, which halves the cost of a force.
///
/// Positions are `segment << 32 | offset`. One thread writes; any thread may read what was written before.
final class SegmentLog implements AutoCloseable {

    static final String FOLDER = "log";
    static final int SEGMENT_HEADER = 64;
    static final int FRAME_HEADER = 24;
    static final int FRAME_MAGIC = 0x4B426174; // KBat
    static final long SEGMENT_MAGIC = 0x4B4954484C4F4731L; // KITHLOG1
    private static final int ZEROS = 256 << 10;
    private static final int SMALL_BATCH = 64 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);

    /// One file. `end` is where the last durable batch ends.
    static final class Segment {
        final int id;
        final int previous;
        final long previousEnd;
        final long firstBatch;
        final Disk.File file;
        volatile long end = SEGMENT_HEADER;

        Segment(int id, int previous, long previousEnd, long firstBatch, Disk.File file) {
            this.id = id;
            this.previous = previous;
            this.previousEnd = previousEnd;
            this.firstBatch = firstBatch;
            this.file = file;
        }

        String path() {
            return pathOf(id);
        }
    }

    private final Disk disk;
    private final int segmentBytes;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final CRC32C crc = new CRC32C();
    private final byte[] saltBytes = new byte[8];
    private final ByteBuffer zeros;

    private long salt;
    private @Nullable Segment head;
    private boolean headFailed;
    private long zeroedTo;
    private int lastId;
    private long nextBatch = 1;

    SegmentLog(Disk disk, int segmentBytes) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.zeros = ByteBuffer.allocate(Math.min(ZEROS, segmentBytes / 16));
    }

    static String pathOf(int segment) {
        return FOLDER + "/" + String.format("%08d.seg", segment);
    }

    static int segmentOf(long at) {
        return (int) (at >>> 32);
    }

    static int offsetOf(long at) {
        return (int) at;
    }

    static long at(int segment, long offset) {
        return (long) segment << 32 | offset;
    }

    // ---- opening, see Recovery

    void begin(long salt) {
        this.salt = salt;
        Bytes.putLong(saltBytes, 0, salt);
    }

    void add(Segment segment) {
        segments.put(segment.id, segment);
        spent(segment.id);
    }

    /// No new segment gets this number.
    void spent(int id) {
        lastId = Math.max(lastId, id);
    }

    /// Writing goes on behind the last batch of the newest segment.
    void resume(long nextBatch) {
        this.nextBatch = nextBatch;
        var newest = segments.lastEntry();
        if (newest == null) return;
        head = newest.getValue();
        zeroedTo = head.end;
    }

    // ---- writing

    /// Makes room for a batch, in a new segment if the current one is full or has failed. Answers where its payload
    /// will
    /// begin.
    long prepare() throws IOException {
        Segment current = head;
        if (current == null || headFailed || current.end >= segmentBytes) current = roll(current);
        return at(current.id, current.end + FRAME_HEADER);
    }

    private Segment roll(@Nullable Segment before) throws IOException {
        // Of a failed segment in which nothing was ever kept nothing needs to stay.
        boolean useless = before != null && headFailed && before.end == SEGMENT_HEADER && before.previous != 0;
        int previous = before == null ? 0 : useless ? before.previous : before.id;
        long previousEnd = before == null ? 0 : useless ? before.previousEnd : before.end;
        int id = ++lastId; // whatever happens now, the name is spent
        Disk.File file = disk.open(pathOf(id), true);
        Segment next = new Segment(id, previous, previousEnd, nextBatch, file);
        try {
            file.truncate(0);
            file.write(0, ByteBuffer.wrap(header(next, salt)));
            file.force();
            disk.forceFolder(FOLDER);
        } catch (IOException e) {
            discard(next, e);
            throw e;
        }
        segments.put(id, next);
        head = next;
        headFailed = false;
        zeroedTo = SEGMENT_HEADER;
        if (before != null && useless) {
            segments.remove(before.id);
            discard(before, null);
        }
        return next;
    }

    /// Removes a file that nothing refers to; if that fails, the next opening does it.
    private void discard(Segment segment, @Nullable IOException why) {
        try {
            segment.file.close();
            disk.delete(segment.path());
        } catch (IOException e) {
            if (why != null) why.addSuppressed(e);
            LOG.warn("cannot delete {}: {}", disk.describe(segment.path()), e.getMessage());
        }
    }

    static byte[] header(Segment segment, long salt) {
        byte[] bytes = new byte[SEGMENT_HEADER];
        Bytes.putLong(bytes, 0, SEGMENT_MAGIC);
        Bytes.putInt(bytes, 8, segment.id);
        Bytes.putInt(bytes, 12, segment.previous);
        Bytes.putLong(bytes, 16, segment.previousEnd);
        Bytes.putLong(bytes, 24, segment.firstBatch);
        Bytes.putLong(bytes, 32, salt);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, 60);
        Bytes.putInt(bytes, 60, (int) sum.getValue());
        return bytes;
    }

    /// Writes the batch in `frame` (whose first [#FRAME_HEADER] bytes are free) to where [#prepare] said and forces it.
    /// After a failure the segment is not used any more.
    void append(Bytes frame) throws IOException {
        Segment segment = head;
        if (segment == null) throw new IllegalStateException("not prepared");
        Bytes.putInt(frame.array, 0, FRAME_MAGIC);
        Bytes.putInt(frame.array, 4, frame.size - FRAME_HEADER);
        Bytes.putLong(frame.array, 8, nextBatch);
        Bytes.putInt(frame.array, 16, segment.id);
        Bytes.putInt(frame.array, 20, frameCrc(frame.array, 0, frame.size));
        try {
            segment.file.write(segment.end, ByteBuffer.wrap(frame.array, 0, frame.size));
            long end = segment.end + frame.size;
            if (end > zeroedTo && frame.size <= SMALL_BATCH) {
                segment.file.write(end, zeros.duplicate());
                zeroedTo = end + zeros.capacity();
            }
            segment.file.force();
            segment.end = end;
            nextBatch++;
        } catch (IOException e) {
            headFailed = true;
            throw e;
        }
    }

    private int frameCrc(byte[] array, int offset, int size) {
        crc.reset();
        crc.update(saltBytes, 0, 8);
        crc.update(array, offset, 20);
        crc.update(array, offset + FRAME_HEADER, size - FRAME_HEADER);
        return (int) crc.getValue();
    }

    /// Whether bytes at `at` may still be referred to by a record that is written now.
    boolean refersTo(long at) {
        Segment current = head;
        if (current == null) return false;
        int segment = segmentOf(at);
        return segment == current.id
                ? offsetOf(at) < current.end
                : segment == current.previous && offsetOf(at) < current.previousEnd;
    }

    // ---- reading

    /// Fills `into` with the bytes at `at`. The segment may be gone meanwhile: answers false then.
    boolean read(long at, ByteBuffer into) {
        Segment segment = segments.get(segmentOf(at));
        if (segment == null) return false;
        try {
            long offset = offsetOf(at);
            while (into.hasRemaining()) {
                int n = segment.file.read(offset, into);
                if (n <= 0) throw new IOException("the file ends at " + offset);
                offset += n;
            }
            return true;
        } catch (IOException e) {
            if (!segments.containsKey(segment.id)) return false;
            throw new StoreException("cannot read " + describe(at) + ": " + e.getMessage(), e);
        }
    }

    /// The body that a record refers to; null if its segment is gone.
    byte @Nullable [] body(Record reference) {
        byte[] bytes = new byte[reference.bodyRecordLength];
        if (!read(reference.bodyAt, ByteBuffer.wrap(bytes))) return null;
        var holder = new Record(mask());
        if (holder.check(bytes, 0, bytes.length) != bytes.length) throw damaged(reference.bodyAt, bytes.length);
        holder.decode(bytes, 0);
        return holder.copyValue();
    }

    StoreException damaged(long at, int length) {
        return new StoreException("a record is damaged: " + describe(at) + ", " + length
                + " bytes. To keep all that is readable run: kith salvage --data " + disk.describe(""));
    }

    String describe(long at) {
        return disk.describe(pathOf(segmentOf(at))) + " at byte " + offsetOf(at);
    }

    Disk disk() {
        return disk;
    }

    long salt() {
        return salt;
    }

    /// What the checksums of records are mixed with, so that a message that looks like a record is none, wherever
    /// salvage may come upon it.
    int mask() {
        return (int) (salt ^ salt >>> 32);
    }

    /// Where the log begins; 0 if it is empty.
    long start() {
        var first = segments.firstEntry();
        return first == null ? 0 : at(first.getKey(), SEGMENT_HEADER);
    }

    /// End of the last durable batch. Never the beginning of a segment that has a predecessor: such a segment may be
    /// thrown away
    /// again when its first batch can't be written, and nobody may refer to it then.
    long end() {
        Segment current = head;
        if (current == null) return 0;
        if (current.end == SEGMENT_HEADER && current.previous != 0) return at(current.previous, current.previousEnd);
        return at(current.id, current.end);
    }

    long nextBatch() {
        return nextBatch;
    }

    List<Segment> segments() {
        return List.copyOf(segments.values());
    }

    @Nullable
    Segment segment(int id) {
        return segments.get(id);
    }

    /// How many bytes of log lie between two positions.
    long distance(long from, long to) {
        long bytes = 0;
        for (Segment s :
                segments.subMap(segmentOf(from), true, segmentOf(to), true).values()) bytes += s.end;
        Segment first = segments.get(segmentOf(from));
        Segment last = segments.get(segmentOf(to));
        if (first != null) bytes -= offsetOf(from);
        if (last != null) bytes -= last.end - offsetOf(to);
        return bytes;
    }

    long bytes() {
        long bytes = 0;
        for (Segment s : segments.values()) bytes += s.end;
        return bytes;
    }

    // ---- cleaning

    /// Deletes the oldest segment; nothing in it is needed any more.
    void drop(Segment segment) throws IOException {
        segments.remove(segment.id);
        segment.file.close();
        disk.delete(segment.path());
        disk.forceFolder(FOLDER);
    }

    @Override
    public void close() {
        for (Segment s : segments.values()) {
            try {
                s.file.close();
            } catch (IOException e) {
                // Everything that counts was forced.
                continue;
            }
        }
    }
}
