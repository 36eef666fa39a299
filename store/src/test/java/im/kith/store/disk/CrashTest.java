package im.kith.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Store;
import im.kith.store.StoreContract;
import im.kith.store.StoreModel;
import im.kith.store.sim.SimCrash;
import im.kith.store.sim.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The promise under a seed: whatever is committed, wherever the process dies or the power goes or the disk fails, what
/// was kept is there afterwards, all of it, once and in order; and what was not kept is there up to some commit and not
/// beyond, over all journals. A failure names its seed; `-Dkith.seed=N` runs that one.
class CrashTest {

    private static final int SEEDS = Integer.getInteger("kith.seeds", 400);
    private static long cleaned;
    private static final List<String> OWNERS = List.of("alice", "bob", "room");
    private static final List<String> SHELVES = List.of("cursor", "number", "s");

    @Test
    void what_was_kept_survives_everything() {
        Integer only = Integer.getInteger("kith.seed");
        for (int seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
            try {
                new Life(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        if (only == null) assertTrue(cleaned > SEEDS / 4, () -> "hardly ever cleaned: " + cleaned);
    }

    /// One disk through several lives of a process.
    private static final class Life {
        private final SplittableRandom random;
        private final SimDisk disk;
        private final Options options;

        private StoreModel model = new StoreModel();

        /// With all that was submitted.
        private StoreModel latest = new StoreModel();

        private DiskStore store;
        private List<Journal> journals = new ArrayList<>();
        private List<StoreContract.Quiet> listeners = new ArrayList<>();

        /// Submitted since the last opening, in order, and of which journal.
        private List<Commit> submitted = new ArrayList<>();

        private List<Integer> lanes = new ArrayList<>();
        private final List<Body> bodies = new ArrayList<>();
        private long number;

        Life(long seed) {
            random = new SplittableRandom(seed);
            disk = new SimDisk(random.split());
            options = Options.DEFAULTS
                    .withSegmentBytes(500 + random.nextInt(6_000))
                    .withBatchBytes(1 + random.nextInt(3_000))
                    .withLayerBytes(500 + random.nextInt(20_000))
                    .withReplayBytes(500 + random.nextInt(20_000))
                    .withDeadPercent(20 + random.nextInt(60));
            store = open();
        }

        void run() {
            int lives = 2 + random.nextInt(4);
            for (int life = 0; life < lives; life++) {
                boolean died = live();
                cleaned += store.stats().cleanedSegments();
                if (!died) died = !closes();
                if (random.nextInt(3) == 0) disk.restart();
                else disk.powerCut();
                disk.capacity(1L << 40);
                disk.failWrites(0);
                disk.failForces(0);
                disk.failRows(0);
                reopenAndCheck(died);
            }
        }

        private boolean closes() {
            try {
                store.close();
                return true;
            } catch (SimCrash crash) {
                return false;
            }
        }

        /// Answers whether the process died.
        private boolean live() {
            try {
                if (random.nextInt(4) != 0) disk.crashAfter(1 + random.nextInt(200));
                int steps = random.nextInt(120);
                for (int i = 0; i < steps; i++) {
                    for (int n = random.nextInt(4); n > 0; n--) submit();
                    if (random.nextInt(40) == 0) trouble();
                    if (random.nextInt(3) == 0) store.runOnce();
                    if (random.nextInt(30) == 0) disk.capacity(1L << 40);
                    if (random.nextInt(40) == 0) store.checkpoint();
                    if (random.nextInt(30) == 0) store.clean();
                    if (random.nextInt(20) == 0) check(false);
                }
                disk.capacity(1L << 40);
                while (store.runOnce()) continue;
                check(true);
                return false;
            } catch (SimCrash crash) {
                return true;
            } catch (im.kith.store.StoreException e) {
                if (!String.valueOf(e.getMessage()).contains("simulated")) throw e;
                return true;
            }
        }

        private void trouble() {
            switch (random.nextInt(4)) {
                case 0 -> disk.failWrites(1 + random.nextInt(3));
                case 1 -> disk.failForces(1 + random.nextInt(3));
                case 2 -> disk.failRows(1 + random.nextInt(2));
                default -> disk.capacity(random.nextInt(4_000));
            }
        }

        private DiskStore open() {
            DiskStore opened =
                    DiskStore.byHand(disk, disk.rows(), options.withFreeBytesFloor(random.nextInt(500)), 99, () -> 0);
            listeners = new ArrayList<>();
            journals = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                listeners.add(new StoreContract.Quiet());
                journals.add(opened.journal(listeners.get(i)));
            }
            submitted = new ArrayList<>();
            lanes = new ArrayList<>();
            return opened;
        }

        private void submit() {
            Commit commit = new Commit();
            number++;
            commit.put(
                    "alice", "number", "n", Long.toString(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            for (int n = random.nextInt(4); n > 0; n--) write(commit, latest);
            int lane = random.nextInt(2);
            submitted.add(commit);
            lanes.add(lane);
            journals.get(lane).submit(commit);
        }

        private void write(Commit commit, StoreModel now) {
            String owner = OWNERS.get(random.nextInt(OWNERS.size()));
            long last = now.last(owner);
            Commit one = new Commit();
            switch (random.nextInt(20)) {
                case 0 -> one.trim(owner, random.nextLong(last + 1));
                case 1 -> one.trim(owner, Math.max(0, last - random.nextInt(10)));
                case 2 -> {
                    if (random.nextInt(8) == 0 && !owner.equals("alice")) one.erase(owner);
                }
                case 3, 4, 5 -> one.put(owner, "cursor", "k" + random.nextInt(3), new byte[random.nextInt(40)]);
                case 6 -> one.delete(owner, "cursor", "k" + random.nextInt(3));
                case 7 -> one.put(owner, "s", "", new byte[random.nextInt(300)]);
                case 8 -> one.settle(owner, random.nextLong(last + 2));
                case 9, 10, 11 -> one.appendPending(owner, entry(now, owner));
                case 12, 13 -> {
                    String other = OWNERS.get(random.nextInt(OWNERS.size()));
                    one.appendSettling(
                            owner, entry(now, owner), new Store.Pending(other, random.nextLong(now.last(other) + 2)));
                }
                default -> one.append(owner, entry(now, owner));
            }
            now.apply(one);
            one.writes().forEach(commit::add);
        }

        private Entry entry(StoreModel now, String owner) {
            long seq = now.last(owner) + 1 + (random.nextInt(10) == 0 ? random.nextInt(100) : 0);
            long millis = now.lastMillis(owner) + random.nextInt(3);
            Body body;
            if (!bodies.isEmpty() && random.nextInt(3) == 0) {
                body = bodies.get(Math.max(0, bodies.size() - 1 - random.nextInt(6)));
            } else {
                byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 3_000 : 150)];
                random.nextBytes(bytes);
                body = new Body(bytes);
                bodies.add(body);
            }
            byte[] head = new byte[random.nextInt(10)];
            return new Entry(
                    seq,
                    millis,
                    random.nextInt(1 << 16),
                    random.nextBoolean() ? "p1" : "",
                    random.nextLong(),
                    head,
                    body);
        }

        /// How many commits were kept, as the listeners were told.
        private int kept() {
            long[] left = {listeners.get(0).kept(), listeners.get(1).kept()};
            int kept = 0;
            for (int i = 0; i < lanes.size(); i++) if (left[lanes.get(i)]-- > 0) kept = i + 1;
            return kept;
        }

        private StoreModel after(int commits) {
            StoreModel state = model.copy();
            for (Commit c : submitted.subList(0, commits)) state.apply(c);
            return state;
        }

        private void check(boolean all) {
            int kept = kept();
            if (all) assertEquals(submitted.size(), kept, "all is kept");
            // Only what needs no further batch, or the check would write.
            if (kept == submitted.size()) after(kept).check(store, OWNERS, SHELVES, this::await);
        }

        private void reopenAndCheck(boolean died) {
            int told = kept();
            var before = submitted;
            while (true) {
                try {
                    if (died && random.nextInt(4) == 0) disk.crashAfter(1 + random.nextInt(20));
                    var listenersBefore = listeners;
                    store = open();
                    assertTrue(listenersBefore != listeners);
                    break;
                } catch (SimCrash crash) {
                    if (random.nextBoolean()) disk.restart();
                    else disk.powerCut();
                }
            }
            disk.crashAfter(Long.MAX_VALUE);
            byte[] row = await(store.row("alice", "number", "n"));
            long found = row == null ? 0 : Long.parseLong(new String(row, java.nio.charset.StandardCharsets.US_ASCII));
            long base = number - before.size();
            int survived = (int) (found - base);
            assertTrue(survived >= told, () -> "commits kept: " + told + ", found again: " + survived);
            for (Commit c : before.subList(0, survived)) model.apply(c);
            number = found;
            latest = model.copy();
            assertEquals(model.pending(), store.pendingAtOpen());
            model.check(store, OWNERS, SHELVES, this::await);
            if (random.nextInt(3) == 0) checkLogAlone();
        }

        /// The index made again from nothing but the log says the same.
        private void checkLogAlone() {
            var other = new SimDisk(random.split());
            var scratch = new SimDisk(random.split());
            DiskStore whole = DiskStore.byHand(other, other.rows(), Options.DEFAULTS, 3, () -> 0);
            var report = new Salvage(disk, null, scratch.rows(), whole, () -> {}, told -> {}).run();
            assertEquals(0, report.lost());
            while (whole.runOnce()) continue;
            whole.checkpoint();
            model.check(whole, OWNERS, SHELVES, new StoreModel.Await() {
                @Override
                public <T extends @Nullable Object> T of(CompletionStage<T> stage) {
                    whole.runOnce();
                    return stage.toCompletableFuture().join();
                }
            });
        }

        private <T extends @Nullable Object> T await(CompletionStage<T> stage) {
            for (int i = 0; i < 100 && !stage.toCompletableFuture().isDone(); i++) store.runOnce();
            return stage.toCompletableFuture().join();
        }
    }
}
