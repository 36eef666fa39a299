package im.kith.store.disk;

import im.kith.store.Entry;
import im.kith.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One record of the log: how it is written, and a reusable view of one that was read. For one thread.
///
/// ```
/// u32 crc32c of all that follows, with the store's mask   u32 length of the whole   u8 type   u8 bits
/// ENTRY   u16 flags  u64 key  varint seq  varint timeMillis  name owner  name peer
///         [SETTLES: name owner  varint seq]  bytes head  then the body:
///         bytes, or if REFERENCE: u64 position  u32 length of the record that has the bytes
/// SETTLE  name owner  varint seq
/// PUT     name owner  name shelf  name key  bytes value
/// DELETE  name owner  name shelf  name key
/// TRIM    name owner  varint upTo  varint last  varint lastMillis   (0 0 unless the cleaner wrote it)
/// ERASE   name owner
/// ```
/// MOVED marks what the cleaner copied to the head of the log; it replaces the older copy.
final class Record {

    static final int ENTRY = 1;
    static final int SETTLE = 2;
    static final int PUT = 3;
    static final int DELETE = 4;
    static final int TRIM = 5;
    static final int ERASE = 6;

    static final int PENDING = 1;
    static final int SETTLES = 2;
    static final int REFERENCE = 4;
    static final int MOVED = 8;

    static final int HEADER = 10;

    private final CRC32C crc = new CRC32C();
    private final int mask;

    int type;
    int bits;
    int flags;
    long key;
    long seq;
    long timeMillis;
    String owner = "";
    String peer = "";
    String settlesOwner = "";
    long settlesSeq;
    String shelf = "";
    String row = "";
    long upTo;
    long last;
    long lastMillis;

    /// Position and length of the record that has the body, when REFERENCE.
    long bodyAt;

    int bodyRecordLength;

    private byte[] bytes = new byte[0];
    private int start;
    private int at;
    private int end;
    private int valueFrom;
    private int valueTo;
    private int headFrom;
    private int headTo;

    /// `mask` is the store's secret, see [SegmentLog#mask].
    Record(int mask) {
        this.mask = mask;
    }

    // ---- writing

    static int begin(Bytes out, int type, int bits) {
        int start = out.size;
        out.room(64);
        out.size += 8;
        out.u8(type);
        out.u8(bits);
        return start;
    }

    /// Fills in length and checksum of the record that began at `start`; answers its length.
    int finish(Bytes out, int start) {
        int length = out.size - start;
        Bytes.putInt(out.array, start + 4, length);
        crc.reset();
        crc.update(out.array, start + 4, length - 4);
        Bytes.putInt(out.array, start, (int) crc.getValue() ^ mask);
        return length;
    }

    // ---- reading

    /// Length of the record at `offset` if it lies whole within `limit` and its checksum is right, else 0.
    int check(byte[] array, int offset, int limit) {
        if (limit - offset < HEADER) return 0;
        int length = Bytes.getInt(array, offset + 4);
        if (length < HEADER || length > limit - offset) return 0;
        if (array[offset + 8] < ENTRY || array[offset + 8] > ERASE) return 0;
        crc.reset();
        crc.update(array, offset + 4, length - 4);
        return ((int) crc.getValue() ^ mask) == Bytes.getInt(array, offset) ? length : 0;
    }

    /// Reads the record at `offset`, whose checksum is right.
    void decode(byte[] array, int offset) {
        bytes = array;
        start = offset;
        end = offset + Bytes.getInt(array, offset + 4);
        type = array[offset + 8];
        bits = array[offset + 9];
        at = offset + HEADER;
        switch (type) {
            case ENTRY -> decodeEntry();
            case SETTLE -> {
                owner = name();
                seq = varint();
            }
            case PUT -> {
                owner = name();
                shelf = name();
                row = name();
                value();
            }
            case DELETE -> {
                owner = name();
                shelf = name();
                row = name();
            }
            case TRIM -> {
                owner = name();
                upTo = varint();
                last = varint();
                lastMillis = varint();
            }
            case ERASE -> owner = name();
            default -> throw new StoreException("a record of the unknown type " + type);
        }
    }

    private void decodeEntry() {
        flags = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        key = Bytes.getLong(bytes, at + 2);
        at += 10;
        seq = varint();
        timeMillis = varint();
        owner = name();
        peer = name();
        if ((bits & SETTLES) != 0) {
            settlesOwner = name();
            settlesSeq = varint();
        }
        int head = (int) varint();
        headFrom = at;
        headTo = at + head;
        at += head;
        if ((bits & REFERENCE) != 0) {
            bodyAt = Bytes.getLong(bytes, at);
            bodyRecordLength = Bytes.getInt(bytes, at + 8);
            at += 12;
        } else {
            value();
        }
    }

    /// The value of a PUT or the body of an ENTRY that is no reference.
    byte[] copyValue() {
        return Arrays.copyOfRange(bytes, valueFrom, valueTo);
    }

    byte[] copyHead() {
        return Arrays.copyOfRange(bytes, headFrom, headTo);
    }

    Entry entry(im.kith.store.Body body) {
        return new Entry(seq, timeMillis, flags, peer, key, copyHead(), body);
    }

    private void value() {
        int length = (int) varint();
        valueFrom = at;
        valueTo = at + length;
        at += length;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        while (true) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) return value;
            shift += 7;
        }
    }

    private String name() {
        int length = (int) varint();
        String name = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return name;
    }

    int length() {
        return end - start;
    }

    /// 64 bits that stand for a peer in the index; 0 for none. Collisions only cost a read.
    static long peerHash(@Nullable String peer) {
        if (peer == null || peer.isEmpty()) return 0;
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < peer.length(); i++) hash = (hash ^ peer.charAt(i)) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
        hash *= 0xD6E8FEB86659FD93L;
        hash ^= hash >>> 29;
        return hash == 0 ? 1 : hash;
    }
}
