package im.kith.trial.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The books: written by the loop, read by whoever reports.
final class Counters {

    enum Count {
        ONLINE,
        FAILED,
        DISCONNECTED,
        LOGINS,
        EXISTING,
        SENT,
        DELIVERED,
        DUPLICATED,
        OUT_OF_ORDER,
        ERRORS,
        FOREIGN,
        ACKNOWLEDGED,
        ACK_REQUESTS,
        ACKS,
        UNACKNOWLEDGED_RECEIVED
    }

    private static final long LONGEST_NANOS = 600_000_000_000L;

    private final Map<Count, LongAdder> adders = new EnumMap<>(Count.class);
    private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();
    private volatile Histogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);

    Counters() {
        for (var count : Count.values()) {
            adders.put(count, new LongAdder());
        }
    }

    void add(Count count) {
        add(count, 1);
    }

    void add(Count count, long number) {
        var adder = adders.get(count);
        if (adder != null) {
            adder.add(number);
        }
    }

    long of(Count count) {
        var adder = adders.get(count);
        return adder == null ? 0 : adder.sum();
    }

    void error(String what) {
        firstError.compareAndSet(null, what);
    }

    @Nullable
    String firstError() {
        return firstError.get();
    }

    void latency(long nanos) {
        latencies.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    /// Starts a new window and returns the latencies of the one that ends.
    Histogram swapLatencies() {
        var ended = latencies;
        latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
        return ended;
    }
}
