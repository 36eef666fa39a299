package im.kith.store.disk;

/// Where entries are, in compact form: five words each, in the order of their numbers.
///
/// In a row, the entries of one *bucket* (64 numbers) stand one after another, 29 bytes each:
/// ```
/// u8 seq & 63   u16 flags   u48 timeMillis   u64 position   u32 length   u64 hash of the peer
/// ```
final class Postings {

    static final int WIDTH = 5;
    static final int SEQ = 0;
    static final int TIME = 1;
    static final int AT = 2;
    static final int FLAGS_LENGTH = 3;
    static final int PEER = 4;

    static final int BUCKET_BITS = 6;
    static final int BLOCK_BITS = 14;
    static final int PACKED = 29;

    private Postings() {}

    static int flags(long[] words, int offset) {
        return (int) (words[offset + FLAGS_LENGTH] >>> 32);
    }

    static int length(long[] words, int offset) {
        return (int) words[offset + FLAGS_LENGTH];
    }

    static void pack(long[] words, int offset, byte[] out, int at) {
        out[at] = (byte) (words[offset] & 63);
        int flags = flags(words, offset);
        out[at + 1] = (byte) (flags >>> 8);
        out[at + 2] = (byte) flags;
        long time = words[offset + TIME];
        out[at + 3] = (byte) (time >>> 40);
        out[at + 4] = (byte) (time >>> 32);
        Bytes.putInt(out, at + 5, (int) time);
        Bytes.putLong(out, at + 9, words[offset + AT]);
        Bytes.putInt(out, at + 17, length(words, offset));
        Bytes.putLong(out, at + 21, words[offset + PEER]);
    }

    static void unpack(byte[] in, int at, long bucket, long[] words, int offset) {
        words[offset + SEQ] = bucket << BUCKET_BITS | in[at];
        words[offset + TIME] = (long) (in[at + 3] & 0xFF) << 40
                | (long) (in[at + 4] & 0xFF) << 32
                | Bytes.getInt(in, at + 5) & 0xFFFF_FFFFL;
        words[offset + AT] = Bytes.getLong(in, at + 9);
        words[offset + FLAGS_LENGTH] =
                (long) ((in[at + 1] & 0xFF) << 8 | in[at + 2] & 0xFF) << 32 | Bytes.getInt(in, at + 17) & 0xFFFF_FFFFL;
        words[offset + PEER] = Bytes.getLong(in, at + 21);
    }

    /// All entries of a bucket's row.
    static long[] unpack(byte[] row, long bucket) {
        int count = row.length / PACKED;
        long[] words = new long[count * WIDTH];
        for (int i = 0; i < count; i++) unpack(row, i * PACKED, bucket, words, i * WIDTH);
        return words;
    }

    static byte[] pack(long[] words, int from, int to) {
        byte[] out = new byte[(to - from) * PACKED];
        for (int i = from; i < to; i++) pack(words, i * WIDTH, out, (i - from) * PACKED);
        return out;
    }

    static long seqOf(long[] words, int index) {
        return words[index * WIDTH];
    }

    /// The first index in `from..to` whose number is at least `seq`; `to` if none.
    static int ceiling(long[] words, int from, int to, long seq) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (words[middle * WIDTH] < seq) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
