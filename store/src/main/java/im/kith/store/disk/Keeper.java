package im.kith.store.disk;

import im.kith.store.StoreException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the rows up to date from time to time, so that memory stays bounded and the store opens fast. One thread runs
/// this (or the simulation by hand).
final class Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final SegmentLog log;
    private final Index index;
    private final Options options;
    private final Set<String> shelves = new HashSet<>();

    private volatile Runnable wake = () -> {};
    private volatile boolean held;
    private volatile Covered covered;
    private @Nullable Layer unwritten;
    private @Nullable Covered unwrittenCovers;
    volatile @Nullable String trouble;
    volatile long checkpoints;
    volatile long checkpointNanos;

    Keeper(SegmentLog log, Index index, Options options, @Nullable Covered covered) {
        this.log = log;
        this.index = index;
        this.options = options;
        this.covered = covered == null ? new Covered(log.start(), 1, 0, new java.util.TreeMap<>()) : covered;
        byte[] names = Keys.kind('N');
        try (var cursor = index.rows.cursor(names, Keys.afterAll(names))) {
            for (cursor.first(); cursor.valid(); cursor.next()) shelves.add(Keys.name(cursor.key(), 1));
        }
    }

    /// Whether a checkpoint is worth its price now.
    boolean isDue() {
        return index.layerBytes() >= options.layerBytes()
                || log.distance(covered.at(), log.end()) >= options.replayBytes();
    }

    /// Whether a checkpoint makes the next start noticeably faster.
    boolean isWorthwhile() {
        return log.distance(covered.at(), log.end()) >= options.replayBytes() / 8;
    }

    /// Whether so much waits for the rows that the writer should wait too.
    boolean isFarBehind() {
        return index.isFreezing() && index.layerBytes() >= 3 * options.layerBytes();
    }

    /// No checkpoint while the cleaner's copies are on their way: the writer checks them against what changed since
    /// they
    /// were found alive, and that must still be in a layer.
    void hold(boolean hold) {
        held = hold;
    }

    /// Writes everything that was applied so far to the rows. After a failure the next call tries the same again.
    void checkpoint() {
        if (held) return;
        long begin = System.nanoTime();
        Layer layer = unwritten;
        Covered covers = unwrittenCovers;
        if (layer == null || covers == null) {
            index.lock.lock();
            try {
                if (index.isEmpty()) return;
                covers = index.coverage(oldestSegment());
                layer = index.freeze();
            } finally {
                index.lock.unlock();
            }
            unwritten = layer;
            unwrittenCovers = covers;
        }
        var checkpoint = new Checkpoint(index.rows, layer, shelves);
        try {
            if (trouble != null) index.rows.reset();
            Covered inRows = Checkpoint.covered(index.rows);
            if (inRows == null || inRows.at() != covers.at()) checkpoint.write(covers);
        } catch (StoreException e) {
            if (trouble == null) LOG.error("the index cannot be written, it is tried again: {}", e.getMessage());
            trouble = e.getMessage();
            throw e;
        }
        trouble = null;
        index.lock.lock();
        try {
            checkpoint.dead.forEach(index::removeLive);
            index.thaw();
        } finally {
            index.lock.unlock();
        }
        covered = covers;
        unwritten = null;
        unwrittenCovers = null;
        checkpoint.writePeers();
        checkpoints = checkpoints + 1;
        checkpointNanos = checkpointNanos + (System.nanoTime() - begin);
    }

    /// Makes it durable that segments before `segment` are not needed any more, nor is anything in them.
    void release(int segment) {
        checkpoint();
        Covered now = covered;
        var without = new Covered(now.at(), now.nextBatch(), segment, now.liveBytes());
        try (Rows.Batch batch = index.rows.batch()) {
            batch.put(Keys.COVERED, without.encode());
            index.rows.apply(batch);
        }
        covered = without;
    }

    private int oldestSegment() {
        var segments = log.segments();
        return segments.isEmpty() ? 0 : segments.getFirst().id;
    }

    /// How a thread that waits for work is woken; by hand nothing needs to be.
    void onWake(Runnable action) {
        wake = action;
    }

    void wake() {
        wake.run();
    }

    Covered covered() {
        return covered;
    }
}
