package im.kith.store.disk;

import java.util.concurrent.atomic.AtomicLongArray;

/// The writer's counters; written by its thread only, read by any.
final class WriterCounters {

    volatile long batches;
    volatile long commits;
    volatile long entries;
    volatile long bytes;
    volatile long syncNanos;
    volatile int lastBatchCommits;
    volatile long stalls;
    /// Batches by how many commits they held: up to 1, 2, 4, 8, … 2048, and more.
    final AtomicLongArray batchSizes = new AtomicLongArray(13);

    void batch(int batchCommits, int batchEntries, int batchBytes, long nanos) {
        batches = batches + 1;
        commits = commits + batchCommits;
        entries = entries + batchEntries;
        bytes = bytes + batchBytes;
        syncNanos = syncNanos + nanos;
        lastBatchCommits = batchCommits;
        int step = 32 - Integer.numberOfLeadingZeros(Math.max(batchCommits, 1) - 1);
        batchSizes.incrementAndGet(Math.min(step, batchSizes.length() - 1));
    }

    void stall() {
        stalls = stalls + 1;
    }
}
