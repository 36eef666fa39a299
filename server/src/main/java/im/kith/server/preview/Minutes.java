package im.kith.server.preview;

import java.util.LinkedHashMap;
import java.util.Map;

/// How often each account has asked within its minute. For one thread at a time.
final class Minutes {

    private static final long MINUTE_MILLIS = 60_000;
    private static final int MOST_ACCOUNTS = 100_000;

    private final int most;
    private final Map<String, Minute> minutes = Minutes.bounded(MOST_ACCOUNTS);

    private record Minute(long beganMillis, int count) {}

    Minutes(int most) {
        this.most = most;
    }

    /// A map that forgets what it has had longest.
    static <T> Map<String, T> bounded(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    /// Counts once more; or how many seconds until the account may ask again.
    long count(String account, long now) {
        var minute = minutes.get(account);
        if (minute == null || now - minute.beganMillis >= MINUTE_MILLIS) {
            minutes.remove(account);
            minutes.put(account, new Minute(now, 1));
            return 0;
        }
        if (minute.count >= most) return (minute.beganMillis + MINUTE_MILLIS - now + 999) / 1000;
        minutes.put(account, new Minute(minute.beganMillis, minute.count + 1));
        return 0;
    }
}
