package im.kith.server.auth;

import im.kith.store.Commit;
import im.kith.store.Journal;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Small durable state that belongs to the server and to no account: its secrets, invitations, pending registrations.
/// Shelves of the owner `@kith` (no account can have that name) with a lane of their own into the store. Thread-safe.
public final class ServerShelf {

    private static final String OWNER = "@kith";

    private final Store store;
    private final Journal journal;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long submitted;

    private record Waiting(long ticket, CompletableFuture<Void> answer) {}

    public ServerShelf(Store store) {
        this.store = store;
        this.journal = store.journal(new Journal.Listener() {
            @Override
            public void kept(long ticket) {
                answerUpTo(ticket);
            }

            @Override
            public void stalled(String why) {}

            @Override
            public void healed() {}
        });
    }

    public CompletionStage<SortedMap<String, byte[]>> rows(String shelf) {
        return store.shelf(OWNER, shelf);
    }

    public CompletionStage<byte @Nullable []> row(String shelf, String key) {
        return store.row(OWNER, shelf, key);
    }

    /// Writes the row (null deletes it); done once it is kept. While the disk refuses writes this fails at once with
    /// [StoreException] and writes nothing.
    public CompletionStage<Void> put(String shelf, String key, byte @Nullable [] value) {
        return putAll(List.of(new Row(shelf, key, value)));
    }

    /// One row as it is to be; without value it is to go.
    public record Row(String shelf, String key, byte @Nullable [] value) {}

    /// The same for several rows, all or none.
    public CompletionStage<Void> putAll(List<Row> rows) {
        var trouble = store.health().trouble();
        if (trouble != null) return CompletableFuture.failedStage(new StoreException(trouble));
        var commit = new Commit();
        for (var row : rows) commit.add(new Commit.Put(OWNER, row.shelf(), row.key(), row.value()));
        var answer = new CompletableFuture<Void>();
        synchronized (this) {
            waiting.add(new Waiting(++submitted, answer));
            journal.submit(commit);
        }
        return answer;
    }

    private void answerUpTo(long ticket) {
        var kept = new ArrayList<CompletableFuture<Void>>();
        synchronized (this) {
            while (!waiting.isEmpty() && waiting.element().ticket <= ticket) {
                kept.add(waiting.remove().answer);
            }
        }
        for (var answer : kept) answer.complete(null);
    }
}
