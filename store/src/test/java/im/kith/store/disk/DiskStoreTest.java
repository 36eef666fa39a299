package im.kith.store.disk;

import im.kith.store.Commit;
import im.kith.store.Journal;
import im.kith.store.Store;
import im.kith.store.StoreContract;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract on real files and RocksDB.
class DiskStoreTest implements StoreContract {

    private static final Options OPTIONS = Options.DEFAULTS
            .withSegmentBytes(64 << 10)
            .withLayerBytes(40_000)
            .withReplayBytes(100_000)
            .withFreeBytesFloor(0);

    private final Path directory;
    private DiskStore store;

    DiskStoreTest(@TempDir Path directory) {
        this.directory = directory;
        this.store = DiskStore.open(directory, OPTIONS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Store reopen() {
        store.close();
        store = DiskStore.open(directory, OPTIONS);
        return store;
    }

    @Override
    public void settle() {
        var kept = new CountDownLatch(1);
        store.journal(new Journal.Listener() {
                    @Override
                    public void kept(long ticket) {
                        kept.countDown();
                    }

                    @Override
                    public void stalled(String why) {}

                    @Override
                    public void healed() {}
                })
                .submit(new Commit());
        try {
            if (!kept.await(60, TimeUnit.SECONDS)) throw new AssertionError("not kept");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        settle();
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
