package im.kith.server.media;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many slots an account is given: a whole gallery at once, then one a second. Without it the quota alone would let
/// one account make as many files as it has bytes.
///
/// A bucket that fills steadily is here one number, the moment at which it is full again. Bounded: who has not asked
/// for longest is forgotten. Thread-safe.
final class SlotAllowance {

    static final int AT_ONCE = 250;
    static final long PAUSE_MILLIS = 1_000;
    private static final int MOST_REMEMBERED = 100_000;

    private final LongSupplier clockMillis;
    private final Map<String, Long> fullAgainMillis = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    SlotAllowance(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    /// Counts one more, or says for how many milliseconds the account has to wait; 0 if it need not.
    synchronized long take(String account) {
        long now = clockMillis.getAsLong();
        long full = Math.max(now, fullAgainMillis.getOrDefault(account, now)) + PAUSE_MILLIS;
        long wait = full - now - AT_ONCE * PAUSE_MILLIS;
        if (wait > 0) return wait;
        fullAgainMillis.put(account, full);
        return 0;
    }
}
