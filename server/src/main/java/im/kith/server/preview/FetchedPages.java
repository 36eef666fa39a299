package im.kith.server.preview;

import im.kith.server.feature.previews.Pages;
import im.kith.server.outward.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pages that this server fetches for its accounts, and their pictures: so many per account and minute, so many at a
/// time, the same page once in ten minutes, the last pictures once as long as they are remembered. Which page somebody
/// looks at is in no log. Thread-safe; nothing blocks.
public final class FetchedPages implements Pages, AutoCloseable {

    static final int PER_MINUTE = 20;
    static final int AT_ONCE = 32;
    static final int MOST_KNOWN = 2_000;
    static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(FetchedPages.class);
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    /// Of them, at most 10 MB.
    private static final int MOST_PICTURES = 16;
    private static final Answer NOTHING = new Answer.Nothing();

    private final PageFetch fetch;
    private final LongSupplier clockMillis;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final Map<String, Known<PageHead>> known = Minutes.bounded(MOST_KNOWN);
    private final Map<String, Known<Answer.Picture>> pictures = Minutes.bounded(MOST_PICTURES);
    private final Minutes looks = new Minutes(PER_MINUTE);
    private final Minutes pictureLooks = new Minutes(PER_MINUTE);
    private final LongAdder fetched = new LongAdder();

    /// What was found, or nothing (null in it); `at` is where the page was in the end.
    private record Known<T>(long millis, CompletableFuture<Optional<At<T>>> found) {}

    private record At<T>(URI at, T found) {}

    /// What is found at an address; null is nothing.
    @FunctionalInterface
    private interface Finding<T> {
        @Nullable
        At<T> find() throws IOException;
    }

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

    /// Pages that were fetched, of those that were asked for.
    public long fetched() {
        return fetched.sum();
    }

    @Override
    public CompletionStage<Answer> look(String account, String url) {
        long seconds = count(looks, account);
        if (seconds > 0) return CompletableFuture.completedStage(new Answer.AskedTooMuch(seconds));
        return page(url).thenApply(found -> found.<Answer>map(each -> new Answer.Found(each.found.page()))
                .orElse(NOTHING));
    }

    @Override
    public CompletionStage<Answer> picture(String account, String url) {
        long seconds = count(pictureLooks, account);
        if (seconds > 0) return CompletableFuture.completedStage(new Answer.AskedTooMuch(seconds));
        return page(url)
                .thenCompose(page -> page.isEmpty()
                        ? CompletableFuture.completedStage(NOTHING)
                        : found(pictures, url, () -> pictureOf(page.get()))
                                .thenApply(found -> found.<Answer>map(At::found).orElse(NOTHING)));
    }

    private synchronized long count(Minutes minutes, String account) {
        return minutes.count(account, clockMillis.getAsLong());
    }

    private CompletionStage<Optional<At<PageHead>>> page(String url) {
        return found(known, url, () -> {
            fetched.increment();
            var page = fetch.page(url);
            if (page == null) return null;
            var head = PageHead.read(page.html());
            return head == null ? null : new At<>(page.at(), head);
        });
    }

    private @Nullable At<Answer.Picture> pictureOf(At<PageHead> page) throws IOException {
        for (var named : page.found.pictures()) {
            var bytes = fetch.picture(page.at, named);
            if (bytes == null) continue;
            var head = PictureHead.read(bytes);
            if (head != null) return new At<>(page.at, new Answer.Picture(head.type(), bytes));
        }
        return null;
    }

    /// What is known, or is being found; or else it is found now, if there is room.
    private <T> CompletionStage<Optional<At<T>>> found(Map<String, Known<T>> known, String url, Finding<T> finding) {
        var found = new CompletableFuture<Optional<At<T>>>();
        synchronized (this) {
            long now = clockMillis.getAsLong();
            var before = known.get(url);
            if (before != null && now - before.millis < KNOWN_FOR.toMillis()) return before.found.copy();
            if (!room.tryAcquire()) return CompletableFuture.completedStage(Optional.empty());
            known.remove(url);
            known.put(url, new Known<>(now, found));
        }
        threads.execute(() -> {
            try {
                found.complete(Optional.ofNullable(tried(finding)));
            } finally {
                room.release();
            }
        });
        return found.copy();
    }

    private static <T> @Nullable At<T> tried(Finding<T> finding) {
        try {
            return finding.find();
        } catch (IOException unreachable) {
            return null;
        } catch (RuntimeException ours) {
            LOG.warn("A page could not be read", ours);
            return null;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
