package im.kith.server.signup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How often something may happen per key within a window of time that begins with the first time. Bounded: the window
/// that began first makes room when too many keys are known. Thread-safe.
final class Allowance {

    private record Window(long beganMillis, int count) {}

    private final int max;
    private final long windowMillis;
    private final LongSupplier clockMillis;
    private final Map<String, Window> windows;

    Allowance(int max, long windowMillis, int maxKeys, LongSupplier clockMillis) {
        this.max = max;
        this.windowMillis = windowMillis;
        this.clockMillis = clockMillis;
        this.windows = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                return size() > maxKeys;
            }
        };
    }

    /// 0 when it may happen now, else the milliseconds until it may.
    synchronized long waitMillis(String key) {
        var window = windows.get(key);
        if (window == null || window.count < max) return 0;
        long left = window.beganMillis + windowMillis - clockMillis.getAsLong();
        return Math.max(left, 0);
    }

    synchronized void count(String key) {
        long now = clockMillis.getAsLong();
        var window = windows.get(key);
        if (window == null || now - window.beganMillis >= windowMillis) {
            windows.remove(key); // so that it is the youngest
            windows.put(key, new Window(now, 1));
        } else {
            windows.put(key, new Window(window.beganMillis, window.count + 1));
        }
    }

    /// Takes one time back: what was counted did not happen.
    synchronized void uncount(String key) {
        windows.computeIfPresent(
                key, (_, window) -> window.count <= 1 ? null : new Window(window.beganMillis, window.count - 1));
    }

    synchronized void forget(String key) {
        windows.remove(key);
    }
}
