package im.kith.server.pulse;

import java.util.concurrent.atomic.LongAdder;

/// How long something took, in steps of 1, 2, 5 from 10 µs to 60 s. Thread-safe; recording takes some 20 ns.
public final class Latency {

    private static final long[] BOUNDS_NANOS = bounds();

    private final LongAdder[] counts = new LongAdder[BOUNDS_NANOS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    public Latency() {
        for (int i = 0; i < counts.length; i++) counts[i] = new LongAdder();
    }

    public void record(long nanos) {
        record(nanos, 1);
    }

    /// The same time for several at once.
    public void record(long nanos, long times) {
        counts[bucket(nanos)].add(times);
        sumNanos.add(nanos * times);
    }

    /// How many there were in each step; the last one is longer than all bounds.
    long[] counts() {
        var counts = new long[this.counts.length];
        for (int i = 0; i < counts.length; i++) counts[i] = this.counts[i].sum();
        return counts;
    }

    static double[] boundsSeconds() {
        var seconds = new double[BOUNDS_NANOS.length];
        for (int i = 0; i < seconds.length; i++) seconds[i] = BOUNDS_NANOS[i] / 1e9;
        return seconds;
    }

    double sumSeconds() {
        return sumNanos.sum() / 1e9;
    }

    /// The step's bound under which this share (0 to 1) of all stayed, in milliseconds; 0 if there were none.
    public double quantileMillis(double share) {
        var counts = counts();
        long all = 0;
        for (var count : counts) all += count;
        if (all == 0) return 0;
        long need = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < BOUNDS_NANOS.length; i++) {
            seen += counts[i];
            if (seen >= need) return BOUNDS_NANOS[i] / 1e6;
        }
        return BOUNDS_NANOS[BOUNDS_NANOS.length - 1] / 1e6;
    }

    private static int bucket(long nanos) {
        int low = 0;
        int high = BOUNDS_NANOS.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (BOUNDS_NANOS[middle] < nanos) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static long[] bounds() {
        var bounds = new long[21];
        long decade = 10_000;
        for (int i = 0; i < 21; i += 3, decade *= 10) {
            bounds[i] = decade;
            bounds[i + 1] = 2 * decade;
            bounds[i + 2] = 5 * decade;
        }
        bounds[20] = 60_000_000_000L;
        return bounds;
    }
}
