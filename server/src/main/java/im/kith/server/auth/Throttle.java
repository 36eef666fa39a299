package im.kith.server.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Slows down whoever keeps failing: after some free failures each one doubles the time during which nothing more of
/// the same key is admitted, up to a ceiling. Forgets a key that has been quiet for a while.
///
/// Holds a bounded number of keys, the longest untouched one makes room. Thread-safe.
public final class Throttle {

    /// `freeFailures` cost nothing; then the pause is `firstMillis`, twice that, … at most `maxMillis`.
    public record Settings(int freeFailures, long firstMillis, long maxMillis, long forgetMillis, int maxKeys) {}

    private record Failures(int count, long lastMillis, long closedUntilMillis) {}

    private final Settings settings;
    private final LongSupplier clockMillis;
    private final Map<String, Failures> failures;

    public Throttle(Settings settings, LongSupplier clockMillis) {
        this.settings = settings;
        this.clockMillis = clockMillis;
        this.failures = new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                return size() > settings.maxKeys();
            }
        };
    }

    public synchronized boolean admits(String key) {
        var known = failures.get(key);
        if (known == null) return true;
        long now = clockMillis.getAsLong();
        if (now - known.lastMillis >= settings.forgetMillis) {
            failures.remove(key);
            return true;
        }
        return now >= known.closedUntilMillis;
    }

    public synchronized void failed(String key) {
        long now = clockMillis.getAsLong();
        var known = failures.get(key);
        int count = known == null || now - known.lastMillis >= settings.forgetMillis ? 1 : known.count + 1;
        failures.put(key, new Failures(count, now, now + pauseMillis(count)));
    }

    private long pauseMillis(int count) {
        int beyond = count - settings.freeFailures();
        if (beyond <= 0) return 0;
        long pause = beyond > 30 ? settings.maxMillis() : settings.firstMillis() << (beyond - 1);
        return Math.min(pause, settings.maxMillis());
    }
}
