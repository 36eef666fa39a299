package im.kith.store;

import org.jspecify.annotations.Nullable;

/// Which entries of an inbox: those with `after < seq < before`, `fromMillis <= timeMillis <= toMillis`, all bits of
/// `flags`
/// set, and the given peer if one is given; of these the oldest `limit`, or the newest if `newest`.
public record Scan(
        long after,
        long before,
        long fromMillis,
        long toMillis,
        int flags,
        @Nullable String peer,
        int limit,
        boolean newest) {

    /// The oldest `limit` entries after `seq`.
    public static Scan after(long seq, int limit) {
        return new Scan(seq, Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, null, limit, false);
    }

    /// The newest `limit` entries.
    public static Scan newest(int limit) {
        return new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, null, limit, true);
    }
}
