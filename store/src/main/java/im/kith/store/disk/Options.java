package im.kith.store.disk;

/// What can be tuned. All sizes are bounds that keep memory and restart time small, none is about safety.
///
/// - `commitIntervalMicros`: under load the next sync starts no sooner than this after the previous one.
/// - `segmentBytes`: a log file is closed when it has grown to this.
/// - `batchBytes`: about how much one sync covers at most.
/// - `layerBytes`: index changes kept in memory before they are written to the rows; about three times this is used.
/// - `replayBytes`: log written before the index is brought up to date: bounds the time to open after a crash.
/// - `freeBytesFloor`: writing stalls when the disk has less than this left.
/// - `deadPercent`: the cleaner starts when this much of the log is dead.
/// - `readers`: threads that answer reads.
public record Options(
        long commitIntervalMicros,
        int segmentBytes,
        int batchBytes,
        long layerBytes,
        long replayBytes,
        long freeBytesFloor,
        int deadPercent,
        int readers) {

    public static final Options DEFAULTS = new Options(
            0,
            64 << 20,
            4 << 20,
            Math.clamp(Runtime.getRuntime().maxMemory() / 16, 4L << 20, 32L << 20),
            96L << 20,
            64L << 20,
            50,
            2);

    public Options withCommitIntervalMicros(long micros) {
        return new Options(
                micros, segmentBytes, batchBytes, layerBytes, replayBytes, freeBytesFloor, deadPercent, readers);
    }

    public Options withSegmentBytes(int bytes) {
        return new Options(
                commitIntervalMicros, bytes, batchBytes, layerBytes, replayBytes, freeBytesFloor, deadPercent, readers);
    }

    public Options withBatchBytes(int bytes) {
        return new Options(
                commitIntervalMicros,
                segmentBytes,
                bytes,
                layerBytes,
                replayBytes,
                freeBytesFloor,
                deadPercent,
                readers);
    }

    public Options withLayerBytes(long bytes) {
        return new Options(
                commitIntervalMicros,
                segmentBytes,
                batchBytes,
                bytes,
                replayBytes,
                freeBytesFloor,
                deadPercent,
                readers);
    }

    public Options withReplayBytes(long bytes) {
        return new Options(
                commitIntervalMicros,
                segmentBytes,
                batchBytes,
                layerBytes,
                bytes,
                freeBytesFloor,
                deadPercent,
                readers);
    }

    public Options withFreeBytesFloor(long bytes) {
        return new Options(
                commitIntervalMicros, segmentBytes, batchBytes, layerBytes, replayBytes, bytes, deadPercent, readers);
    }

    public Options withDeadPercent(int percent) {
        return new Options(
                commitIntervalMicros,
                segmentBytes,
                batchBytes,
                layerBytes,
                replayBytes,
                freeBytesFloor,
                percent,
                readers);
    }
}
