package im.kith.store.disk;

import im.kith.store.StoreException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The writer's and the keeper's thread.
final class StoreThreads {

    private static final Logger LOG = LoggerFactory.getLogger(StoreThreads.class);
    private static final long IDLE_NANOS = 20_000_000_000L;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final long WAIT_NANOS = 1_000_000L;

    private final Writer writer;
    private final Keeper keeper;
    private final Cleaner cleaner;
    private @Nullable Thread writing;
    private @Nullable Thread keeping;
    private volatile boolean stopping;

    StoreThreads(Writer writer, Keeper keeper, Cleaner cleaner) {
        this.writer = writer;
        this.keeper = keeper;
        this.cleaner = cleaner;
    }

    void start() {
        keeping = thread("kith-store-keeper", this::keep);
        keeper.onWake(() -> LockSupport.unpark(keeping));
        writing = thread("kith-store-writer", this::write);
    }

    boolean started() {
        return writing != null;
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) ->
                LOG.error("{} died; nothing is stored or acknowledged any more, restart the server", name, e));
        thread.start();
        return thread;
    }

    private void write() {
        writer.loop(() -> {
            if (keeper.isDue()) LockSupport.unpark(keeping);
            while (keeper.isFarBehind() && !stopping && keeper.trouble == null) LockSupport.parkNanos(this, WAIT_NANOS);
            writer.holdUp(keeper.isFarBehind() ? keeper.trouble : null);
        });
    }

    private void keep() {
        while (!stopping) {
            if (keeper.trouble != null || !cleaner.isDue()) {
                LockSupport.parkNanos(this, keeper.trouble == null ? IDLE_NANOS : RETRY_NANOS);
            }
            if (stopping) return;
            try {
                if (keeper.isDue() || keeper.trouble != null || keeper.isWorthwhile()) keeper.checkpoint();
                if (cleaner.isDue()) cleaner.step();
            } catch (StoreException e) {
                LOG.debug("tried again soon", e);
            }
        }
    }

    void stop() {
        writer.stop();
        join(writing);
        stopping = true;
        LockSupport.unpark(keeping);
        join(keeping);
    }

    private static void join(@Nullable Thread thread) {
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
