package im.kith.store.disk;

import im.kith.store.Store;
import im.kith.store.StoreContract;
import im.kith.store.sim.SimDisk;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The contract on a simulated disk, by hand, with everything so small that segments and layers change all the time.
class SimStoreTest implements StoreContract {

    private static final Options SMALL = Options.DEFAULTS
            .withSegmentBytes(8_192)
            .withBatchBytes(1_000)
            .withLayerBytes(10_000)
            .withReplayBytes(20_000);

    private final SimDisk disk = new SimDisk(RandomGenerator.of("L64X128MixRandom"));
    private DiskStore store = open();

    private DiskStore open() {
        return DiskStore.byHand(disk, disk.rows(), SMALL, 7, () -> 0);
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Store reopen() {
        store.close();
        disk.restart();
        store = open();
        return store;
    }

    @Override
    public void settle() {
        while (store.runOnce()) continue;
    }

    @Override
    public <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        settle();
        return stage.toCompletableFuture().join();
    }
}
