package im.kith.server.preview;

import im.kith.server.feature.previews.Pages;
import im.kith.server.outward.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pages that this server fetches for its accounts: so many per account and minute, so many at a time, the same one
/// once in ten minutes. Which page somebody looks at is in no log. Thread-safe; nothing blocks.
public final class FetchedPages implements Pages, AutoCloseable {

    static final int PER_MINUTE = 20;
    static final int AT_ONCE = 32;
    static final int MOST_KNOWN = 2_000;
    static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(FetchedPages.class);
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final long MINUTE_MILLIS = 60_000;
    private static final int MOST_ACCOUNTS = 100_000;
    private static final Answer NOTHING = new Answer.Nothing();

    private final PageFetch fetch;
    private final LongSupplier clockMillis;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final Map<String, Known> known = bounded(MOST_KNOWN);
    private final Map<String, Minute> minutes = bounded(MOST_ACCOUNTS);
    private final LongAdder fetched = new LongAdder();

    private record Known(long millis, CompletableFuture<Answer> answer) {}

    private record Minute(long beganMillis, int count) {}

    /// `everywhere`: pages may be in private networks and at any port. For tests.
    public FetchedPages(boolean everywhere, String agent, LongSupplier clockMillis) {
        this(everywhere ? _ -> true : PublicAddresses::has, everywhere, PATIENCE, agent, clockMillis);
    }

    FetchedPages(
            Predicate<InetAddress> admitted,
            boolean anyPort,
            Duration patience,
            String agent,
            LongSupplier clockMillis) {
        this.fetch = new PageFetch(admitted, anyPort, patience, agent);
        this.clockMillis = clockMillis;
    }

    private static <T> Map<String, T> bounded(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    /// Pages that were fetched, of those that were asked for.
    public long fetched() {
        return fetched.sum();
    }

    @Override
    public CompletionStage<Answer> look(String account, String url) {
        var answer = new CompletableFuture<Answer>();
        synchronized (this) {
            long now = clockMillis.getAsLong();
            long seconds = count(account, now);
            if (seconds > 0) return CompletableFuture.completedStage(new Answer.AskedTooMuch(seconds));
            var before = known.get(url);
            if (before != null && now - before.millis < KNOWN_FOR.toMillis()) return before.answer.copy();
            if (!room.tryAcquire()) return CompletableFuture.completedStage(NOTHING);
            known.remove(url);
            known.put(url, new Known(now, answer));
        }
        threads.execute(() -> {
            try {
                answer.complete(fetched(url));
            } finally {
                room.release();
            }
        });
        return answer.copy();
    }

    /// Counts once more; or how many seconds until the account may ask again.
    private long count(String account, long now) {
        var minute = minutes.get(account);
        if (minute == null || now - minute.beganMillis >= MINUTE_MILLIS) {
            minutes.remove(account);
            minutes.put(account, new Minute(now, 1));
            return 0;
        }
        if (minute.count >= PER_MINUTE) return (minute.beganMillis + MINUTE_MILLIS - now + 999) / 1000;
        minutes.put(account, new Minute(minute.beganMillis, minute.count + 1));
        return 0;
    }

    private Answer fetched(String url) {
        fetched.increment();
        try {
            var html = fetch.get(url);
            var page = html == null ? null : PageHead.read(html);
            return page == null ? NOTHING : new Answer.Found(page);
        } catch (IOException unreachable) {
            return NOTHING;
        } catch (RuntimeException ours) {
            LOG.warn("A page could not be read", ours);
            return NOTHING;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
