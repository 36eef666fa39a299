package im.kith.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Reads the batches of one segment from a position on. For one thread.
final class FrameReader {

    private static final int WINDOW = 256 << 10;

    private final Disk.File file;
    private final int segment;
    private final long limit;
    private final byte[] salt = new byte[8];
    private final CRC32C crc = new CRC32C();

    private byte[] window = new byte[0];
    private long windowAt;
    private int windowSize;

    /// Where the next batch begins, in the file.
    long position;

    /// The batch that [#next] found: its number, and its payload in `array`.
    long batch;

    byte[] array = window;
    int payload;
    int payloadLength;

    FrameReader(Disk.File file, int segment, long salt, long from, long limit) {
        this.file = file;
        this.segment = segment;
        this.position = from;
        this.windowAt = from;
        this.limit = limit;
        Bytes.putLong(this.salt, 0, salt);
    }

    /// Whether a whole, undamaged batch begins at `position`; moves behind it if so.
    boolean next() throws IOException {
        if (!valid(position)) return false;
        position += SegmentLog.FRAME_HEADER + payloadLength;
        return true;
    }

    /// Where in the segment the payload lies that [#next] found.
    long payloadAt() {
        return position - payloadLength;
    }

    private boolean valid(long at) throws IOException {
        int header = SegmentLog.FRAME_HEADER;
        if (limit - at < header || !load(at, header)) return false;
        int start = (int) (at - windowAt);
        if (Bytes.getInt(window, start) != SegmentLog.FRAME_MAGIC) return false;
        int length = Bytes.getInt(window, start + 4);
        if (length < 0 || length > limit - at - header) return false;
        if (Bytes.getInt(window, start + 16) != segment) return false;
        if (!load(at, header + length)) return false;
        start = (int) (at - windowAt);
        crc.reset();
        crc.update(salt, 0, 8);
        crc.update(window, start, 20);
        crc.update(window, start + header, length);
        if ((int) crc.getValue() != Bytes.getInt(window, start + 20)) return false;
        batch = Bytes.getLong(window, start + 8);
        array = window;
        payload = start + header;
        payloadLength = length;
        return true;
    }

    /// Whether any whole batch with a number of at least `fromBatch` begins behind `position`; moves to it if so.
    boolean search(long fromBatch) throws IOException {
        long at = position + 1;
        while (limit - at >= SegmentLog.FRAME_HEADER) {
            if (!load(at, (int) Math.min(WINDOW, limit - at))) return false;
            int from = (int) (at - windowAt);
            int to = windowSize - SegmentLog.FRAME_HEADER;
            long found = -1;
            for (int i = from; i <= to; i++) {
                if (window[i] == 'K' && Bytes.getInt(window, i) == SegmentLog.FRAME_MAGIC) {
                    found = windowAt + i;
                    break;
                }
            }
            if (found < 0) {
                at = windowAt + to + 1;
            } else if (valid(found) && batch >= fromBatch) {
                position = found;
                return true;
            } else {
                at = found + 1;
            }
        }
        return false;
    }

    /// Whether nothing but zeros lies at and behind `position`.
    boolean onlyZerosFollow() throws IOException {
        for (long at = position; at < limit; ) {
            int length = (int) Math.min(WINDOW, limit - at);
            if (!load(at, length)) return true;
            int start = (int) (at - windowAt);
            for (int i = start; i < start + length; i++) if (window[i] != 0) return false;
            at += length;
        }
        return true;
    }

    /// Brings `length` bytes from `at` into the window.
    private boolean load(long at, int length) throws IOException {
        if (at >= windowAt && at + length <= windowAt + windowSize) return true;
        int size = (int) Math.min(Math.max(length, WINDOW), limit - at);
        if (size < length) return false;
        if (window.length < size) window = new byte[size];
        ByteBuffer into = ByteBuffer.wrap(window, 0, size);
        windowAt = at;
        windowSize = 0;
        while (into.hasRemaining()) {
            int n = file.read(at + into.position(), into);
            if (n <= 0) break;
        }
        windowSize = into.position();
        return windowSize >= length;
    }
}
