package im.kith.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real threads, real files: writers, readers, checkpoints and the cleaner at the same time.
class ThreadsTest {

    private static final int OWNERS = 4;
    private static final int ENTRIES = 6_000;
    private static final int KEEP = 300;
    /// A trim comes with every so many entries.
    private static final int TRIM = 50;
    /// How many entries an owner writes at most while the keeper, which may get no time at first, has done too little.
    private static final int MOST = 20 * ENTRIES;

    private static final int ROUNDS = 3;

    private static final Options TINY = Options.DEFAULTS
            .withSegmentBytes(128 << 10)
            .withLayerBytes(200_000)
            .withReplayBytes(150_000)
            .withDeadPercent(30)
            .withCommitIntervalMicros(100)
            .withFreeBytesFloor(0);

    /// One owner's life: appends, trims, and reads what must be there.
    private static final class Owner implements Callable<Long>, Journal.Listener {
        private final DiskStore store;
        private final String name;
        private final Journal journal;
        private final Semaphore window = new Semaphore(64);
        private final AtomicLong kept = new AtomicLong();
        private final SplittableRandom random;
        private volatile long trimmed;

        Owner(DiskStore store, int number) {
            this.store = store;
            this.name = "owner" + number;
            this.journal = store.journal(this);
            this.random = new SplittableRandom(number);
        }

        @Override
        public void kept(long ticket) {
            window.release((int) (ticket - kept.getAndSet(ticket)));
        }

        @Override
        public void stalled(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void healed() {}

        @Override
        public Long call() throws Exception {
            int last = ENTRIES;
            for (int i = 1; i <= last; i++) {
                window.acquire();
                Commit commit = new Commit().append(name, new Entry(i, i, 0, "", i, new byte[0], body(name, i)));
                if (i % TRIM == 0 && i > KEEP) {
                    commit.trim(name, i - KEEP);
                    trimmed = i - KEEP;
                }
                commit.put(name, "cursor", "d", Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
                assertEquals(i, journal.submit(commit));
                if (random.nextInt(40) == 0) look();
                if (i == last && i < MOST && !keeperHasWorked(store.stats())) last += TRIM;
            }
            return (long) last;
        }

        private void look() throws Exception {
            long known = kept.get();
            boolean newest = random.nextBoolean();
            Scan scan = newest ? Scan.newest(KEEP / 2) : Scan.after(trimmed, KEEP / 2);
            List<Entry> found = store.read(name, scan).toCompletableFuture().get(60, TimeUnit.SECONDS);
            for (int i = 0; i < found.size(); i++) {
                Entry e = found.get(i);
                if (i > 0) assertEquals(found.get(i - 1).seq() + 1, e.seq(), "a gap");
                assertEquals(
                        new String(body(name, e.seq()).bytes(), StandardCharsets.US_ASCII),
                        new String(e.body().bytes(), StandardCharsets.US_ASCII));
            }
            if (newest && known > 0) assertTrue(found.getLast().seq() >= known, () -> "kept " + known);
        }
    }

    /// Whether checkpoints and the cleaner have been at work beside the owners.
    private static boolean keeperHasWorked(Stats stats) {
        return stats.checkpoints() > ROUNDS && stats.cleanedSegments() > ROUNDS;
    }

    private static Body body(String name, long seq) {
        return new Body(
                (name + " says " + seq + " " + "x".repeat((int) (seq % 200))).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void everything_at_once_stays_whole(@TempDir Path directory) throws Exception {
        List<Long> last = new ArrayList<>();
        try (DiskStore store = DiskStore.open(directory, TINY);
                var pool = Executors.newFixedThreadPool(OWNERS)) {
            List<Future<Long>> lives = new ArrayList<>();
            for (int i = 0; i < OWNERS; i++) lives.add(pool.submit(new Owner(store, i)));
            for (var life : lives) last.add(life.get(300, TimeUnit.SECONDS));
            Stats stats = store.stats();
            assertTrue(keeperHasWorked(stats), stats::toString);
        }
        try (DiskStore store = DiskStore.open(directory, TINY)) {
            for (int i = 0; i < OWNERS; i++) {
                var entries = store.read("owner" + i, Scan.after(0, MOST))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                assertEquals(KEEP, entries.size());
                assertEquals(last.get(i) - KEEP + 1, entries.getFirst().seq());
                var row = store.row("owner" + i, "cursor", "d")
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                assertEquals(Long.toString(last.get(i)), row == null ? "" : new String(row, StandardCharsets.US_ASCII));
            }
        }
    }
}
