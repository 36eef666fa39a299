package im.kith.store.disk;

import im.kith.store.StoreException;
import java.util.TreeMap;

/// What of the log the rows of the index cover: everything before position `at`, where batch `nextBatch` begins.
/// `oldestSegment` is the first that is still needed, `liveBytes` how much of each segment was live then.
record Covered(long at, long nextBatch, int oldestSegment, TreeMap<Integer, Long> liveBytes) {

    private static final int VERSION = 1;

    byte[] encode() {
        Bytes out = new Bytes(64 + 16 * liveBytes.size());
        out.u8(VERSION);
        out.u64(at);
        out.u64(nextBatch);
        out.u32(oldestSegment);
        liveBytes.forEach((segment, live) -> {
            out.u32(segment);
            out.u64(live);
        });
        return java.util.Arrays.copyOf(out.array, out.size);
    }

    static Covered decode(byte[] bytes) {
        if (bytes[0] != VERSION) {
            throw new StoreException(
                    "the store was written by a newer version of Kith (index format " + bytes[0] + ")");
        }
        var live = new TreeMap<Integer, Long>();
        for (int i = 21; i < bytes.length; i += 12) live.put(Bytes.getInt(bytes, i), Bytes.getLong(bytes, i + 4));
        return new Covered(Bytes.getLong(bytes, 1), Bytes.getLong(bytes, 9), Bytes.getInt(bytes, 17), live);
    }
}
