package im.kith.server.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The few threads that do slow hashing, so that no event loop does. Work waits in a bounded queue; when that is full
/// the stage fails with [RejectedExecutionException], which callers turn into "try later". Thread-safe.
public final class StretchPool implements AutoCloseable {

    private final ThreadPoolExecutor executor;

    public StretchPool(int threads, int maxWaiting) {
        var number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxWaiting),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name("kith-stretch-" + number.incrementAndGet())
                        .unstarted(task));
        executor.allowCoreThreadTimeOut(true);
    }

    <T> CompletionStage<T> run(Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        try {
            executor.execute(() -> {
                try {
                    answer.complete(work.get());
                } catch (Throwable t) {
                    answer.completeExceptionally(t);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(full);
        }
        return answer;
    }

    /// How many pieces of work wait now.
    public int waiting() {
        return executor.getQueue().size();
    }

    int threads() {
        return executor.getMaximumPoolSize();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
