package im.kith.store.disk;

import im.kith.store.Commit;
import im.kith.store.Commit.Append;
import im.kith.store.Commit.Put;
import im.kith.store.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes everything that all journals have queued, writes it as one batch, forces it once, brings the index up to date
/// and
/// tells each journal once. One thread runs this; any thread may submit.
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
    private static final long KEEP_BUFFER_BYTES = 8 << 20;

    /// One journal. `submitted` is guarded by `queue`, `kept` and `taken` belong to the writer.
    private final class Lane implements Journal {
        private final Listener listener;
        private long submitted;
        private long taken;
        private long kept;

        Lane(Listener listener) {
            this.listener = listener;
        }

        @Override
        public long submit(Commit commit) {
            return Writer.this.submit(this, commit);
        }
    }

    private final SegmentLog log;
    private final Index index;
    private final Options options;
    private final LongSupplier nanos;
    private final BatchEncoder encoder;

    /// Lanes and their commits in turn, in the order of submission. Guards itself, `queuedBytes` and `parked`.
    private ArrayList<Object> queue = new ArrayList<>();

    private final Object mutex = new Object();
    private long queuedBytes;
    private boolean parked;
    private final List<Lane> lanes = new ArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    // The writer's own.
    private ArrayList<Object> taken = new ArrayList<>();
    private int next;
    private final List<Moves> moves = new ArrayList<>();
    private final ArrayList<Object> batch = new ArrayList<>();
    private final List<Moves> batchMoves = new ArrayList<>();
    private long takenBytes;
    private long batchBytes;
    private long lastSyncStart;
    private long pauseNanos;
    private long retryAt;
    private long checkedFreeAt;
    private boolean everSynced;
    private @Nullable String reported;
    private volatile int inBatch;
    private volatile long inBatchBytes;
    private volatile @Nullable String trouble;
    private volatile @Nullable String holdUp;

    final WriterCounters counters = new WriterCounters();

    Writer(SegmentLog log, Index index, Options options, LongSupplier nanos) {
        this.log = log;
        this.index = index;
        this.options = options;
        this.nanos = nanos;
        this.encoder = new BatchEncoder(log, index);
    }

    Journal journal(Journal.Listener listener) {
        Lane lane = new Lane(listener);
        synchronized (mutex) {
            lanes.add(lane);
        }
        return lane;
    }

    private long submit(Lane lane, Commit commit) {
        long bytes = sizeOf(commit);
        boolean wake;
        long ticket;
        synchronized (mutex) {
            queue.add(lane);
            queue.add(commit);
            queuedBytes += bytes;
            ticket = ++lane.submitted;
            wake = parked;
            parked = false;
        }
        if (wake) LockSupport.unpark(thread);
        return ticket;
    }

    /// Queues what the cleaner copied.
    void move(Moves copies) {
        boolean wake;
        synchronized (mutex) {
            moves.add(copies);
            wake = parked;
            parked = false;
        }
        if (wake) LockSupport.unpark(thread);
    }

    private static long sizeOf(Commit commit) {
        long bytes = 0;
        List<Commit.Write> writes = commit.writes();
        for (int i = 0; i < writes.size(); i++) {
            bytes += switch (writes.get(i)) {
                case Append a ->
                    96 + a.entry().body().bytes().length + a.entry().head().length;
                case Put p -> 96 + (p.value() == null ? 0 : p.value().length);
                default -> 64;
            };
        }
        return bytes;
    }

    int commitsWaiting() {
        synchronized (mutex) {
            return queue.size() / 2 + inBatch;
        }
    }

    long bytesWaiting() {
        synchronized (mutex) {
            return queuedBytes + inBatchBytes;
        }
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    /// Stops writing for a reason that is not the log's (null: goes on).
    void holdUp(@Nullable String why) {
        holdUp = why;
    }

    boolean isIdle() {
        synchronized (mutex) {
            return queue.isEmpty() && inBatch == 0 && moves.isEmpty();
        }
    }

    // ---- the loop

    /// Runs until stopped and all is written; the thread parks while there is nothing to do. (No interrupts: they would
    /// close the files.)
    void loop(Runnable afterBatch) {
        thread = Thread.currentThread();
        while (true) {
            if (!hasWork()) {
                if (stopping) return;
                synchronized (mutex) {
                    parked = queue.isEmpty() && moves.isEmpty() && !stopping;
                }
                if (parked()) LockSupport.park(this);
                continue;
            }
            if (stopping && trouble != null) return; // what waits was never acknowledged
            long wait = waitNanos();
            if (wait > 0) {
                LockSupport.parkNanos(this, wait);
                continue;
            }
            step();
            afterBatch.run();
        }
    }

    /// Ends the loop once everything is written, or at once if writing fails.
    void stop() {
        synchronized (mutex) {
            stopping = true;
            parked = false;
        }
        LockSupport.unpark(thread);
    }

    private boolean parked() {
        synchronized (mutex) {
            return parked;
        }
    }

    private boolean hasWork() {
        if (!batch.isEmpty() || !batchMoves.isEmpty() || next < taken.size()) return true;
        synchronized (mutex) {
            return !queue.isEmpty() || !moves.isEmpty();
        }
    }

    private long waitNanos() {
        long now = nanos.getAsLong();
        if (pauseNanos > 0) return retryAt - now;
        return everSynced ? lastSyncStart + options.commitIntervalMicros() * 1000 - now : 0;
    }

    /// Writes one batch, if there is anything to write; answers whether there was. Driven by hand, the pauses between
    /// batches and between attempts are the caller's business.
    boolean step() {
        take();
        if (batch.isEmpty() && batchMoves.isEmpty()) return false;
        lastSyncStart = nanos.getAsLong();
        everSynced = true;
        String obstacle = obstacle();
        if (obstacle == null) {
            try {
                long at = log.prepare();
                encoder.encode(batch, batchMoves, at);
                log.append(encoder.frame);
            } catch (IOException e) {
                obstacle = "cannot write " + log.disk().describe(SegmentLog.FOLDER) + ": " + e.getMessage();
            }
        }
        if (obstacle != null) {
            stall(obstacle);
            return true;
        }
        long syncNanos = nanos.getAsLong() - lastSyncStart;
        counters.batch(batch.size() / 2, encoder.entries, encoder.frame.size, syncNanos);
        done();
        return true;
    }

    private void take() {
        if (!batch.isEmpty() || !batchMoves.isEmpty()) return; // the last attempt failed
        synchronized (mutex) {
            if (next == taken.size()) {
                taken.clear();
                next = 0;
                var empty = taken;
                taken = queue;
                queue = empty;
                takenBytes = queuedBytes;
                queuedBytes = 0;
            }
            batchMoves.addAll(moves);
            moves.clear();
            inBatch = taken.size() / 2 - next / 2;
            inBatchBytes = takenBytes;
        }
        long bytes = 0;
        while (next < taken.size() && bytes < options.batchBytes()) {
            Commit commit = (Commit) taken.get(next + 1);
            batch.add(taken.get(next));
            batch.add(commit);
            bytes += sizeOf(commit);
            next += 2;
        }
        batchBytes = bytes;
    }

    private @Nullable String obstacle() {
        String other = holdUp;
        if (other != null) return other;
        long now = nanos.getAsLong();
        if (trouble == null && checkedFreeAt != 0 && now - checkedFreeAt < 100_000_000) return null;
        try {
            long free = log.disk().freeBytes();
            checkedFreeAt = now;
            if (free >= options.freeBytesFloor()) return null;
            checkedFreeAt = 0;
            return "only " + (free >> 20) + " MiB are free in " + log.disk().describe("");
        } catch (IOException e) {
            return "cannot tell how much space is free in " + log.disk().describe("") + ": " + e.getMessage();
        }
    }

    /// Whoever asks for [#trouble] sees it after all who write have been told, and until they are told that it is over:
    /// what comes later is answered accordingly.
    private void stall(String why) {
        pauseNanos = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        retryAt = nanos.getAsLong() + pauseNanos;
        if (reported == null) {
            reported = why;
            counters.stall();
            LOG.error("Nothing can be stored, so nothing is acknowledged until this is mended: {}", why);
            for (Lane lane : allLanes()) tell(() -> lane.listener.stalled(why));
        }
        trouble = why;
    }

    /// The batch is on disk.
    private void done() {
        boolean healed = reported != null;
        reported = null;
        pauseNanos = 0;
        index.lock.lock();
        try {
            encoder.apply(batch, batchMoves);
            index.applied(log.end(), log.nextBatch());
        } finally {
            index.lock.unlock();
        }
        List<Lane> touched = new ArrayList<>();
        for (int i = 0; i < batch.size(); i += 2) {
            Lane lane = (Lane) batch.get(i);
            if (lane.taken++ == lane.kept) touched.add(lane);
        }
        for (Moves copies : batchMoves) copies.done().run();
        batch.clear();
        batchMoves.clear();
        takenBytes -= batchBytes;
        inBatch = (taken.size() - next) / 2;
        inBatchBytes = takenBytes;
        if (next == taken.size()) {
            taken.clear();
            next = 0;
        }
        if (encoder.frame.array.length > KEEP_BUFFER_BYTES) encoder.frame = new Bytes(64 << 10);
        if (healed) {
            LOG.info("storing works again");
            for (Lane lane : allLanes()) tell(lane.listener::healed);
            trouble = null;
        }
        for (Lane lane : touched) {
            lane.kept = lane.taken;
            long ticket = lane.kept;
            tell(() -> lane.listener.kept(ticket));
        }
    }

    private List<Lane> allLanes() {
        synchronized (mutex) {
            return List.copyOf(lanes);
        }
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of the store failed", e);
        }
    }
}
