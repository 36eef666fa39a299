package im.kith.store.disk;

import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded store: everything in one directory of one machine.
///
/// ```
/// submit ──> Writer: one batch ──> SegmentLog: write, one force ──> Index: layer in memory ──> kept
///                                                                        │ Keeper, at times: checkpoint
/// read ──> Reads: Index (layers, then rows) ──> EntryReader: pread        └──> Rows (RocksDB, no log of its own)
/// ```
/// The log is the truth; the index can be made again from it. A trim above an owner's last number also hides what is
/// appended later up to there. Threads: one writer, one keeper, a few readers; or none, if driven by hand ([#runOnce]).
public final class DiskStore implements Store {

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    private final Disk disk;
    private final Rows rows;
    private final SegmentLog log;
    private final Index index;
    private final ShelfReader shelves;
    private final Writer writer;
    private final Keeper keeper;
    private final Cleaner cleaner;
    private final Reads reads;
    private final List<Pending> pendingAtOpen;
    private final StoreThreads threads;
    private boolean closed;

    private DiskStore(Disk disk, Rows rows, Options options, long salt, LongSupplier nanos, boolean threaded) {
        this.disk = disk;
        this.rows = rows;
        this.log = new SegmentLog(disk, options.segmentBytes());
        this.index = new Index(rows);
        this.shelves = new ShelfReader(index);
        Covered covered = Checkpoint.covered(rows);
        if (covered != null) index.restoreLive(covered.liveBytes());
        long[] replayed = new long[1];
        new Recovery(disk, log).open(covered, salt, (array, offset, length, at) -> {
            var record = new Record(log.mask());
            for (int i = offset; i < offset + length; ) {
                int size = record.check(array, i, offset + length);
                if (size == 0) throw Recovery.broken(disk, "a record in " + log.describe(at + i - offset));
                record.decode(array, i);
                index.replay(record, at + i - offset, size);
                i += size;
                replayed[0]++;
            }
        });
        index.applied(log.end(), log.nextBatch());
        this.keeper = new Keeper(log, index, options, covered);
        this.writer = new Writer(log, index, options, nanos);
        this.cleaner = new Cleaner(log, index, writer, keeper, options.deadPercent());
        this.reads = new Reads(new EntryReader(log, index), threaded ? options.readers() : 0);
        this.pendingAtOpen = List.copyOf(index.pending());
        LOG.debug("opened {}: {} records read again", disk.describe(""), replayed[0]);
        this.threads = new StoreThreads(writer, keeper, cleaner);
        if (threaded) threads.start();
    }

    /// Opens or makes the store in `directory`.
    public static DiskStore open(Path directory, Options options) {
        FileDisk disk = FileDisk.open(directory);
        if (Salvage.isUnfinished(directory)) {
            disk.close();
            throw new StoreException("A salvage of " + directory
                    + " was interrupted while it put the new files in place. To finish it run: kith salvage --data "
                    + directory);
        }
        Rows rows = null;
        try {
            rows = RocksRows.open(directory.resolve("index"), options);
            return new DiskStore(
                    disk, rows, options, new java.security.SecureRandom().nextLong(), System::nanoTime, true);
        } catch (RuntimeException | Error e) {
            if (rows != null) rows.close();
            disk.close();
            throw e;
        }
    }

    /// Opens a store without threads on any disk: [#runOnce] does all work, on the caller's thread.
    public static DiskStore byHand(Disk disk, Rows rows, Options options, long salt, LongSupplier nanos) {
        return new DiskStore(disk, rows, options, salt, nanos, false);
    }

    /// By hand: writes one batch, answers reads, and looks after the index if that is due. Answers whether there was
    /// anything to do. Pauses after failed writes are up to the caller.
    public boolean runOnce() {
        boolean worked = writer.step();
        worked |= reads.runWaiting();
        try {
            if (keeper.isDue()) {
                keeper.checkpoint();
            } else if (cleaner.isDue()) {
                cleaner.step();
                worked = true;
            }
        } catch (StoreException e) {
            LOG.debug("tried again at the next step", e);
        }
        return worked;
    }

    /// Gives back the space of everything that was trimmed, erased or replaced so far, except in the two newest
    /// segments
    /// of the log. Goes on in the background.
    public void clean() {
        cleaner.request();
        keeper.wake();
    }

    long logEnd() {
        return log.end();
    }

    /// Writes as the cleaner does.
    void move(Moves moves) {
        writer.move(moves);
    }

    /// By hand: brings the index up to date now.
    public void checkpoint() {
        keeper.checkpoint();
    }

    @Override
    public Journal journal(Journal.Listener listener) {
        return writer.journal(listener);
    }

    @Override
    public CompletionStage<Outline> outline(String owner) {
        return reads.ask(() -> index.outline(owner));
    }

    @Override
    public CompletionStage<List<Entry>> read(String owner, Scan scan) {
        return reads.ask(() -> reads.entries().read(owner, scan));
    }

    @Override
    public CompletionStage<Integer> count(String owner, Scan scan, int atMost) {
        return reads.ask(() -> reads.entries().count(owner, scan, atMost));
    }

    @Override
    public CompletionStage<SortedMap<String, byte[]>> shelf(String owner, String shelf) {
        return reads.ask(() -> shelves.shelf(owner, shelf));
    }

    @Override
    public CompletionStage<byte @Nullable []> row(String owner, String shelf, String key) {
        return reads.ask(() -> shelves.row(owner, shelf, key));
    }

    @Override
    public CompletionStage<Image> image(String owner, List<String> names) {
        return reads.ask(() -> {
            List<SortedMap<String, byte[]>> found = new ArrayList<>(names.size());
            for (String shelf : names) found.add(shelves.shelf(owner, shelf));
            return new Image(index.outline(owner), found);
        });
    }

    @Override
    public CompletionStage<List<String>> ownersWith(String shelf, String after, int limit) {
        return reads.ask(() -> shelves.ownersWith(shelf, after, limit));
    }

    @Override
    public List<Pending> pendingAtOpen() {
        return pendingAtOpen;
    }

    @Override
    public Health health() {
        return new Health(writer.trouble(), writer.commitsWaiting(), writer.bytesWaiting());
    }

    public Stats stats() {
        var c = writer.counters;
        long liveBytes;
        index.lock.lock();
        try {
            liveBytes = index.liveBytes().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        } finally {
            index.lock.unlock();
        }
        return new Stats(
                c.batches,
                c.commits,
                c.entries,
                c.bytes,
                c.syncNanos,
                c.lastBatchCommits,
                writer.commitsWaiting(),
                writer.bytesWaiting(),
                reads.waiting(),
                reads.answered(),
                keeper.checkpoints,
                keeper.checkpointNanos,
                log.segments().size(),
                log.bytes(),
                liveBytes,
                cleaner.segmentsCleaned,
                cleaner.bytesCopied,
                c.stalls);
    }

    /// How many batches held up to 1, 2, 4, 8, … 2048 commits, and how many held more.
    public long[] batchSizes() {
        var sizes = writer.counters.batchSizes;
        var counts = new long[sizes.length()];
        for (int i = 0; i < counts.length; i++) counts[i] = sizes.get(i);
        return counts;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        threads.stop();
        while (!threads.started() && writer.trouble() == null && writer.step()) continue;
        reads.close();
        keeper.hold(false); // nothing is written any more
        try {
            keeper.checkpoint();
        } catch (StoreException e) {
            LOG.warn(
                    "the index could not be brought up to date; the next start reads the log again: {}",
                    e.getMessage());
        }
        log.close();
        rows.close();
        disk.close();
    }
}
