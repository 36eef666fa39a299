package im.kith.server.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Facts that were found true a short while ago, remembered as keyed hashes in a fixed amount of memory: "this is that
/// account's password", "that account has signed in from this network".
///
/// Each fact is 128 bits of an HMAC under a key that lives and dies with the process, so a memory dump taken without
/// the key tells nothing and nothing of it is ever written. Facts lie in sets of four, the least recently used of a
/// set makes room (16 bytes per fact, no objects). Thread-safe.
final class Recognised {

    private static final int WAYS = 4;

    private final byte[] key = new byte[32];
    private final long[] facts;
    private final int sets;

    /// Remembers up to `capacity` facts; a power of two.
    Recognised(int capacity, SecureRandom random) {
        if (Integer.bitCount(capacity) != 1 || capacity < WAYS) throw new IllegalArgumentException("power of two");
        random.nextBytes(key);
        this.facts = new long[capacity * 2];
        this.sets = capacity / WAYS;
    }

    boolean has(byte[]... parts) {
        return touch(hash(parts), false);
    }

    void add(byte[]... parts) {
        touch(hash(parts), true);
    }

    static byte[] part(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ByteBuffer hash(byte[]... parts) {
        var framed = new byte[parts.length * 2][];
        for (int i = 0; i < parts.length; i++) {
            framed[2 * i] = ByteBuffer.allocate(4).putInt(parts[i].length).array();
            framed[2 * i + 1] = parts[i];
        }
        return ByteBuffer.wrap(Hmac.sha256(key, framed));
    }

    /// Moves the fact to the front of its set; answers whether it was there. If it was not, `add` puts it there.
    private synchronized boolean touch(ByteBuffer hash, boolean add) {
        long high = hash.getLong(0);
        long low = hash.getLong(8);
        if (high == 0) high = 1; // zero marks an empty place
        int first = (hash.getInt(16) & (sets - 1)) * WAYS * 2;
        int found = -1;
        for (int way = 0; way < WAYS; way++) {
            int at = first + 2 * way;
            if (facts[at] == high && facts[at + 1] == low) found = way;
        }
        if (found < 0 && !add) return false;
        int places = found < 0 ? WAYS - 1 : found;
        System.arraycopy(facts, first, facts, first + 2, 2 * places);
        facts[first] = high;
        facts[first + 1] = low;
        return found >= 0;
    }
}
