package im.kith.store.disk;

/// The writer's counters; written by its thread only, read by any.
final class WriterCounters {

    volatile long batches;
    volatile long commits;
    volatile long entries;
    volatile long bytes;
    volatile long syncNanos;
    volatile long slowestSyncNanos;
    volatile int lastBatchCommits;
    volatile long stalls;

    void batch(int batchCommits, int batchEntries, int batchBytes, long nanos) {
        batches = batches + 1;
        commits = commits + batchCommits;
        entries = entries + batchEntries;
        bytes = bytes + batchBytes;
        syncNanos = syncNanos + nanos;
        if (nanos > slowestSyncNanos) slowestSyncNanos = nanos;
        lastBatchCommits = batchCommits;
    }

    void stall() {
        stalls = stalls + 1;
    }
}
