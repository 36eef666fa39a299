package im.kith.store.disk;

import im.kith.store.disk.SegmentLog.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads a whole log that may be damaged, keeps what is valid and notes what is not. For [Salvage].
///
/// Of a damaged batch, records are kept as long as they follow each other and their checksums are right. A last batch
/// that
/// was never completed is left out: nothing in it was acknowledged.
final class LogSurvey {

    /// Bytes of a segment that are not to be trusted.
    record Damage(int segment, long from, long to) {
        boolean covers(long at) {
            return SegmentLog.segmentOf(at) == segment
                    && SegmentLog.offsetOf(at) >= from
                    && SegmentLog.offsetOf(at) < to;
        }
    }

    private final Disk disk;
    private final SegmentLog log;
    private final Consumer<String> tell;
    final List<Damage> damages = new ArrayList<>();
    private final TreeMap<Integer, byte[]> headers = new TreeMap<>();
    private final TreeMap<Integer, Disk.File> files = new TreeMap<>();
    private long salt;
    private long lastBatch;

    LogSurvey(Disk disk, SegmentLog log, Consumer<String> tell) {
        this.disk = disk;
        this.log = log;
        this.tell = tell;
    }

    /// Shows every valid record with its position, in the order of the log. The record is used again for the next.
    void run(ObjLongConsumer<Record> each) throws IOException {
        for (String name : disk.list(SegmentLog.FOLDER)) {
            if (!name.matches("\\d{8}\\.seg")) continue;
            int id = Integer.parseInt(name.substring(0, 8));
            files.put(id, disk.open(SegmentLog.pathOf(id), false));
            headers.put(id, header(id));
        }
        for (var header : headers.entrySet()) {
            if (isGood(header.getKey())) salt = Bytes.getLong(header.getValue(), 32);
        }
        log.begin(salt);
        Map<Integer, Long> ends = chain();
        for (var file : files.entrySet()) {
            int id = file.getKey();
            byte[] header = headers.get(id);
            var segment = new Segment(id, 0, 0, 0, file.getValue());
            long size = file.getValue().size();
            long end = Math.min(size, ends.getOrDefault(id, size));
            if (ends.containsKey(id) && ends.get(id) > size) damaged(id, size, ends.get(id), "the file is too short");
            segment.end = end;
            log.add(segment);
            if (header == null || !isGood(id)) {
                if (size <= SegmentLog.SEGMENT_HEADER) continue;
                tell.accept(SegmentLog.pathOf(id) + ": the header is damaged");
            }
            survey(segment, id == files.lastKey(), !ends.containsKey(id), each);
        }
    }

    private byte @Nullable [] header(int id) throws IOException {
        byte[] bytes = new byte[SegmentLog.SEGMENT_HEADER];
        var into = ByteBuffer.wrap(bytes);
        Disk.File file = files.get(id);
        while (file != null && into.hasRemaining()) if (file.read(into.position(), into) <= 0) return null;
        return bytes;
    }

    private boolean isGood(int id) {
        byte[] header = headers.get(id);
        return header != null && Recovery.isHeader(header, id);
    }

    /// Where each segment ends, as the header of the one after it says.
    private Map<Integer, Long> chain() {
        Map<Integer, Long> ends = new TreeMap<>();
        int expected = 0;
        for (int id : headers.descendingKeySet()) {
            byte[] header = headers.get(id);
            if (header == null || !isGood(id)) continue;
            if (expected != 0 && id > expected) continue; // was given up after a failed write
            int previous = Bytes.getInt(header, 12);
            ends.put(previous, Bytes.getLong(header, 16));
            expected = previous;
            if (previous != 0 && !headers.containsKey(previous)) {
                tell.accept(SegmentLog.pathOf(previous) + " is not there (cleaned, or lost)");
            }
        }
        return ends;
    }

    private void survey(Segment s, boolean newest, boolean openEnd, ObjLongConsumer<Record> each) throws IOException {
        var frames = new FrameReader(s.file, s.id, salt, SegmentLog.SEGMENT_HEADER, s.end);
        while (true) {
            long at = frames.position;
            if (at >= s.end) return;
            if (frames.next()) {
                if (frames.batch <= lastBatch) continue; // written again into a later segment
                lastBatch = frames.batch;
                records(
                        frames.array,
                        frames.payload,
                        frames.payloadLength,
                        SegmentLog.at(s.id, frames.payloadAt()),
                        each);
                continue;
            }
            if (openEnd && frames.onlyZerosFollow()) return;
            frames.position = at;
            boolean more = frames.search(lastBatch + 1);
            long to = more ? frames.position : s.end;
            if (newest && !more) {
                tell.accept(s.path() + ": a last batch at byte " + at + " was never completed, nothing in it was "
                        + "acknowledged");
                return;
            }
            long next = frames.position;
            long kept = piecemeal(s, at, to, each);
            damaged(s.id, at, to, "kept " + kept + " records of it");
            if (!more) return;
            frames.position = next;
        }
    }

    /// Records of a damaged batch.
    private long piecemeal(Segment s, long from, long to, ObjLongConsumer<Record> each) throws IOException {
        byte[] bytes = new byte[(int) (to - from)];
        var into = ByteBuffer.wrap(bytes);
        while (into.hasRemaining()) if (s.file.read(from + into.position(), into) <= 0) break;
        return records(
                bytes,
                SegmentLog.FRAME_HEADER,
                Math.max(0, into.position() - SegmentLog.FRAME_HEADER),
                SegmentLog.at(s.id, from + SegmentLog.FRAME_HEADER),
                each);
    }

    private long records(byte[] array, int offset, int length, long at, ObjLongConsumer<Record> each) {
        var record = new Record(log.mask());
        long count = 0;
        int end = offset + length;
        for (int i = offset; end - i >= Record.HEADER; ) {
            int size = record.check(array, i, end);
            if (size == 0) {
                i++; // look for the next
                continue;
            }
            record.decode(array, i);
            each.accept(record, at + i - offset);
            count++;
            i += size;
        }
        return count;
    }

    private void damaged(int segment, long from, long to, String note) {
        damages.add(new Damage(segment, from, to));
        tell.accept(SegmentLog.pathOf(segment) + ": bytes " + from + " to " + to + " are damaged; " + note);
    }

    /// Whether what was at this position is lost: damaged, or its segment is not there.
    boolean isLost(long at) {
        return !files.containsKey(SegmentLog.segmentOf(at)) || damages.stream().anyMatch(damage -> damage.covers(at));
    }
}
