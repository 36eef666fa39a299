package im.kith.store.disk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The rows of the index.
///
/// ```
/// B owner bucket(8)          entries with seq >>> 6 == bucket, each 29 bytes (see Postings)
/// M owner                    trim(8) last(8) lastMillis(8) peersUpTo(8)   only for owners that were trimmed or are
/// large
/// P owner seq(8)             a pending entry
/// Q owner block(8) peer(8)   low 14 bits (2 bytes each) of the numbers with this peer's hash, seq >>> 14 == block
/// S shelf owner key          position(8) recordLength(4) value
/// N shelf                    the shelf's name is in use
/// Z                          what of the log the rows cover (see Index)
/// ```
/// Names are UTF-8 with 0 written as `0 FF`, ended by `0 0`, so that rows sort by name. Numbers are big-endian.
final class Keys {

    static final byte[] COVERED = {'Z'};

    private byte[] bytes = new byte[64];
    private int size;

    private Keys(char kind) {
        bytes[size++] = (byte) kind;
    }

    static byte[] owner(char kind, String owner) {
        return new Keys(kind).name(owner).key();
    }

    static byte[] owner(char kind, String owner, long number) {
        return new Keys(kind).name(owner).number(number).key();
    }

    static byte[] peer(String owner, long block, long peer) {
        return new Keys('Q').name(owner).number(block).number(peer).key();
    }

    static byte[] shelf(String shelf) {
        return new Keys('S').name(shelf).key();
    }

    static byte[] shelf(String shelf, String owner) {
        return new Keys('S').name(shelf).name(owner).key();
    }

    static byte[] row(String shelf, String owner, String key) {
        return new Keys('S').name(shelf).name(owner).name(key).key();
    }

    static byte[] shelfName(String shelf) {
        return new Keys('N').name(shelf).key();
    }

    static byte[] kind(char kind) {
        return new byte[] {(byte) kind};
    }

    /// The smallest key that is larger than every key which begins with `prefix`.
    static byte[] afterAll(byte[] prefix) {
        byte[] next = prefix.clone();
        int at = next.length - 1;
        while (at >= 0 && next[at] == (byte) 0xFF) at--;
        next[at]++;
        return Arrays.copyOf(next, at + 1);
    }

    /// The name that begins at `offset`.
    static String name(byte[] key, int offset) {
        byte[] name = new byte[key.length - offset];
        int size = 0;
        for (int i = offset; i < key.length; i++) {
            if (key[i] == 0) {
                if (key[i + 1] == 0) break;
                i++;
                name[size++] = 0;
            } else {
                name[size++] = key[i];
            }
        }
        return new String(name, 0, size, StandardCharsets.UTF_8);
    }

    /// The offset behind the name that begins at `offset`.
    static int behindName(byte[] key, int offset) {
        int i = offset;
        while (key[i] != 0 || key[i + 1] != 0) i += key[i] == 0 ? 2 : 1;
        return i + 2;
    }

    static long number(byte[] key, int offset) {
        return Bytes.getLong(key, offset);
    }

    private Keys name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        room(2 * utf8.length + 2);
        for (byte b : utf8) {
            bytes[size++] = b;
            if (b == 0) bytes[size++] = (byte) 0xFF;
        }
        bytes[size++] = 0;
        bytes[size++] = 0;
        return this;
    }

    private Keys number(long number) {
        room(8);
        Bytes.putLong(bytes, size, number);
        size += 8;
        return this;
    }

    private void room(int more) {
        if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }

    private byte[] key() {
        return Arrays.copyOf(bytes, size);
    }
}
