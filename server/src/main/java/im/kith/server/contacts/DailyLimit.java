package im.kith.server.contacts;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How often an account may ask for something in a day, which begins when it first asks. Bounded: who has not asked for
/// longest is forgotten. Thread-safe.
final class DailyLimit {

    private static final int MOST_REMEMBERED = 100_000;
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private record Day(long beganMillis, int count) {}

    private final int most;
    private final LongSupplier clockMillis;
    private final Map<String, Day> asked = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Day> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    DailyLimit(int most, LongSupplier clockMillis) {
        this.most = most;
        this.clockMillis = clockMillis;
    }

    /// Counts so many times, or says for how many seconds the account has to wait; 0 if it need not.
    synchronized long count(String account, int times) {
        long now = clockMillis.getAsLong();
        var day = asked.get(account);
        if (day == null || now - day.beganMillis >= DAY_MILLIS) day = new Day(now, 0);
        if (day.count + times > most) return (day.beganMillis + DAY_MILLIS - now + 999) / 1000;
        asked.remove(account);
        asked.put(account, new Day(day.beganMillis, day.count + times));
        return 0;
    }
}
