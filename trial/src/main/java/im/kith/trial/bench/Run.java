package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;

/// One population on one loop, steered from outside: waiting, measuring, progress.
final class Run implements AutoCloseable {

    /// The state of the books at an instant.
    record Snapshot(long nanos, double cpuSeconds, long sent, long delivered, long logins) {

        double secondsSince(Snapshot earlier) {
            return (nanos - earlier.nanos) / 1e9;
        }
    }

    private final Options options;
    private final Counters counters;
    private final Meter meter;
    private final Loop loop;
    private long lastProgressNanos = System.nanoTime();

    Run(Options options, Mode mode, Counters counters, Meter meter, int firstUser, int users) {
        this.options = options;
        this.counters = counters;
        this.meter = meter;
        loop = new Loop(options, mode, counters, firstUser, users);
    }

    Loop loop() {
        return loop;
    }

    void start(int target) {
        loop.target(target);
        loop.start();
    }

    /// Waits until so many are online; fails when some cannot sign in, or nothing moves any more.
    double awaitOnline(int wanted, boolean strict) throws InterruptedException {
        var beganNanos = System.nanoTime();
        var last = -1L;
        var movedNanos = beganNanos;
        while (true) {
            var online = counters.of(Count.ONLINE);
            var failed = counters.of(Count.FAILED);
            if (strict && failed > 0) {
                throw failure("some users could not sign in");
            }
            if (online + failed >= wanted) {
                return (System.nanoTime() - beganNanos) / 1e9;
            }
            if (online + failed != last) {
                last = online + failed;
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > (options.timeoutSeconds + 5) * 1e9) {
                throw failure("no progress while signing in");
            }
            progress(() -> "signing in: %,d of %,d".formatted(online, wanted));
            nap(2);
        }
    }

    /// Lets so many seconds pass; fails when the loop or the server is gone.
    void pass(double seconds, Supplier<String> what) throws InterruptedException {
        var endNanos = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < endNanos) {
            progress(what);
            if (meter.measures()) {
                meter.cpuSeconds();
            }
            nap(10);
        }
    }

    /// Waits for a condition, at most so long; returns the seconds it took.
    double await(BooleanSupplier condition, double seconds, Supplier<String> what) throws InterruptedException {
        var beganNanos = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - beganNanos < seconds * 1e9) {
            progress(what);
            nap(5);
        }
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    void nap(long millis) throws InterruptedException {
        Thread.sleep(millis);
        if (!loop.isAlive()) {
            throw failure("the load generator itself failed");
        }
    }

    /// What was counted while it was measured, and how long each message took.
    record Window(Snapshot first, Snapshot last, Histogram latencies) {

        double seconds() {
            return last.secondsSince(first);
        }

        double cpuSeconds() {
            return last.cpuSeconds() - first.cpuSeconds();
        }

        long delivered() {
            return last.delivered() - first.delivered();
        }

        long sent() {
            return last.sent() - first.sent();
        }

        long logins() {
            return last.logins() - first.logins();
        }
    }

    /// Lets the load run, first to warm up, then to be measured.
    Window measure(double warmupSeconds, double seconds, UnaryOperator<String> progress) throws InterruptedException {
        loop.phase(Loop.Phase.RUN);
        pass(warmupSeconds, () -> progress.apply("warming up"));
        counters.swapLatencies();
        var first = snapshot();
        pass(seconds, () -> progress.apply("measuring"));
        var last = snapshot();
        return new Window(first, last, counters.swapLatencies());
    }

    Snapshot snapshot() {
        return new Snapshot(
                System.nanoTime(),
                meter.measures() ? meter.cpuSeconds() : 0,
                counters.of(Count.SENT),
                counters.of(Count.DELIVERED),
                counters.of(Count.LOGINS));
    }

    void progress(Supplier<String> what) {
        var terminal = System.console() != null;
        if (options.quiet || System.nanoTime() - lastProgressNanos < (terminal ? 200_000_000L : 5_000_000_000L)) {
            return;
        }
        lastProgressNanos = System.nanoTime();
        if (terminal) {
            System.err.print("\r\033[K" + what.get());
            System.err.flush();
        } else {
            System.err.println(what.get());
        }
    }

    BenchException failure(String what) {
        return new BenchException(what + ": online " + counters.of(Count.ONLINE) + ", failed "
                + counters.of(Count.FAILED) + "; first error: " + counters.firstError());
    }

    @Override
    public void close() {
        if (System.console() != null && !options.quiet) {
            System.err.print("\r\033[K");
        }
        try {
            loop.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
