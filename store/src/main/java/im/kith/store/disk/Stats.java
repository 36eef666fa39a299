package im.kith.store.disk;

/// Counters since the store was opened, and what waits now. `syncNanos` is the sum over all batches of write and force.
public record Stats(
        long batches,
        long commits,
        long entries,
        long bytes,
        long syncNanos,
        int lastBatchCommits,
        int commitsWaiting,
        long bytesWaiting,
        int readsWaiting,
        long reads,
        long checkpoints,
        long checkpointNanos,
        int segments,
        long logBytes,
        long liveBytes,
        long cleanedSegments,
        long cleanedBytesCopied,
        long stalls) {}
