package im.kith.server.auth;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// A [StoredAuthority] over memory, with a clock that tests set.
public final class AuthorityWorld implements AutoCloseable {

    public final MemoryStore store = new MemoryStore();
    public final MemoryDirectory directory = new MemoryDirectory(store);
    public final ServerShelf shelf = new ServerShelf(store);
    public final StretchPool pool = new StretchPool(1, 100);
    public long nowMillis = 1_700_000_000_000L;
    public final StoredAuthority authority = open();

    /// Another authority over the same data: as after a restart.
    public StoredAuthority open() {
        return get(
                StoredAuthority.open(store, directory, shelf, pool, StoredAuthority.Settings.DEFAULT, () -> nowMillis));
    }

    public Enrolment enrolment() {
        return authority.enrolment();
    }

    public void passes(Duration time) {
        nowMillis += time.toMillis();
    }

    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Override
    public void close() {
        pool.close();
    }
}
