package im.kith.server.account;

import java.util.Arrays;

/// The keys of the messages that an account's devices sent last: a client that re-sends after a crash makes no
/// duplicate. Grows with use, up to [#LIMIT]; the oldest are forgotten first.
final class Recent {

    static final int LIMIT = 512;

    private long[] keys = new long[8];
    private int count;
    private int next;

    boolean contains(long key) {
        for (int i = 0; i < count; i++) if (keys[i] == key) return true;
        return false;
    }

    void add(long key) {
        if (count == keys.length && count < LIMIT) keys = Arrays.copyOf(keys, Math.min(LIMIT, count * 2));
        if (count < keys.length) {
            keys[count++] = key;
        } else {
            keys[next] = key;
            next = (next + 1) % LIMIT;
        }
    }

    /// A key for a message, never 0: 64 bits of its origin-id and addressee (FNV-1a).
    static long key(String originId, String to) {
        long hash = mix(mix(0xcbf29ce484222325L, originId) * 0x100000001b3L, to);
        return hash == 0 ? 1 : hash;
    }

    private static long mix(long hash, String text) {
        long mixed = hash;
        for (int i = 0; i < text.length(); i++) mixed = (mixed ^ text.charAt(i)) * 0x100000001b3L;
        return mixed;
    }
}
