package im.kith.store.disk;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.StoreContract;
import im.kith.store.sim.SimDisk;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A store on a simulated disk, by hand, for tests that make trouble.
final class Sim {

    static final Options SMALL = Options.DEFAULTS
            .withSegmentBytes(4_000)
            .withBatchBytes(1_000)
            .withLayerBytes(1L << 30)
            .withReplayBytes(1L << 30)
            .withDeadPercent(101)
            .withFreeBytesFloor(0);

    final SimDisk disk = new SimDisk(new SplittableRandom(11));
    final StoreContract.Quiet listener = new StoreContract.Quiet();
    Options options = SMALL;
    DiskStore store;
    Journal journal;

    Sim() {
        store = DiskStore.byHand(disk, disk.rows(), options, 5, () -> 0);
        journal = store.journal(listener);
    }

    DiskStore reopen() {
        store = DiskStore.byHand(disk, disk.rows(), options, 5, () -> 0);
        journal = store.journal(listener);
        return store;
    }

    void append(String owner, int from, int to) {
        for (int i = from; i <= to; i++) {
            journal.submit(new Commit().append(owner, entry(i)));
            store.runOnce();
        }
    }

    static Entry entry(int seq) {
        byte[] body = new byte[100];
        body[0] = (byte) seq;
        return new Entry(seq, seq, 0, "p", seq, new byte[0], new Body(body));
    }

    List<Long> numbers(String owner) {
        return await(store.read(owner, Scan.after(0, 100_000))).stream()
                .map(Entry::seq)
                .toList();
    }

    void run() {
        while (store.runOnce()) continue;
    }

    <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        for (int i = 0; i < 1_000 && !stage.toCompletableFuture().isDone(); i++) store.runOnce();
        return stage.toCompletableFuture().join();
    }
}
