package im.kith.store.disk;

import im.kith.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers reads on a few threads, or by hand when there are none.
final class Reads {

    private final EntryReader entries;
    private final @Nullable ThreadPoolExecutor pool;
    private final ArrayDeque<Runnable> byHand = new ArrayDeque<>();
    private final java.util.concurrent.atomic.LongAdder answered = new java.util.concurrent.atomic.LongAdder();

    Reads(EntryReader entries, int threads) {
        this.entries = entries;
        int[] number = new int[1];
        pool = threads == 0
                ? null
                : new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "kith-store-reader-" + ++number[0]);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    EntryReader entries() {
        return entries;
    }

    <T extends @Nullable Object> CompletionStage<T> ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        Runnable task = () -> {
            answered.increment();
            try {
                answer.complete(question.get());
            } catch (StoreException e) {
                answer.completeExceptionally(e);
            } catch (RuntimeException e) {
                answer.completeExceptionally(new StoreException("a read failed: " + e, e));
            } catch (Error e) {
                answer.completeExceptionally(new StoreException("a read failed: " + e, e));
                throw e;
            }
        };
        if (pool == null) {
            byHand.add(task);
        } else {
            try {
                pool.execute(task);
            } catch (java.util.concurrent.RejectedExecutionException e) {
                answer.completeExceptionally(new StoreException("the store is closed", e));
            }
        }
        return answer;
    }

    /// By hand: answers what was asked before this call.
    boolean runWaiting() {
        List<Runnable> tasks = new ArrayList<>(byHand);
        byHand.clear();
        tasks.forEach(Runnable::run);
        return !tasks.isEmpty();
    }

    int waiting() {
        return pool == null ? byHand.size() : pool.getQueue().size();
    }

    long answered() {
        return answered.sum();
    }

    /// Answers what waits, then ends.
    void close() {
        while (runWaiting()) continue;
        if (pool == null) return;
        pool.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (pool.awaitTermination(1, TimeUnit.MINUTES)) break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
