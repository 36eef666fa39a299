package im.kith.server.auth;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A store of rows in memory: keeps what is put at once, unless [#refuse] was called. What is in inboxes is
/// what [#append] put there.
public final class MemoryStore implements Store {

    private final TreeMap<String, TreeMap<String, TreeMap<String, byte[]>>> owners = new TreeMap<>();
    private final Map<String, List<Entry>> inboxes = new HashMap<>();
    private @Nullable String trouble;
    private boolean unreadable;

    /// From now on the disk takes no writes, or does again if `why` is null.
    public synchronized void refuse(@Nullable String why) {
        trouble = why;
    }

    public synchronized void unreadable(boolean now) {
        unreadable = now;
    }

    public synchronized void put(String owner, String shelf, String key, byte @Nullable [] value) {
        var rows =
                owners.computeIfAbsent(owner, name -> new TreeMap<>()).computeIfAbsent(shelf, name -> new TreeMap<>());
        if (value == null) rows.remove(key);
        else rows.put(key, value);
    }

    public synchronized void append(String owner, long seq, int bytes) {
        inboxes.computeIfAbsent(owner, name -> new ArrayList<>())
                .add(new Entry(seq, 0, 0, "", 0, new byte[0], new Body(new byte[bytes])));
    }

    public synchronized void erase(String owner) {
        owners.remove(owner);
    }

    @Override
    public Journal journal(Journal.Listener listener) {
        return new Journal() {
            private long tickets;

            @Override
            public long submit(Commit commit) {
                for (var write : commit.writes()) {
                    if (write instanceof Commit.Put row) {
                        put(row.owner(), row.shelf(), row.key(), row.value());
                    } else {
                        throw new UnsupportedOperationException(write.toString());
                    }
                }
                listener.kept(++tickets);
                return tickets;
            }
        };
    }

    @Override
    public synchronized CompletionStage<SortedMap<String, byte[]>> shelf(String owner, String shelf) {
        if (unreadable) return CompletableFuture.failedStage(new StoreException("unreadable"));
        var shelves = owners.getOrDefault(owner, new TreeMap<>());
        return CompletableFuture.completedStage(new TreeMap<>(shelves.getOrDefault(shelf, new TreeMap<>())));
    }

    @Override
    public CompletionStage<byte @Nullable []> row(String owner, String shelf, String key) {
        return shelf(owner, shelf).thenApply(rows -> rows.get(key));
    }

    @Override
    public synchronized CompletionStage<List<String>> ownersWith(String shelf, String after, int limit) {
        return CompletableFuture.completedStage(owners.tailMap(after, false).entrySet().stream()
                .filter(owner ->
                        !owner.getValue().getOrDefault(shelf, new TreeMap<>()).isEmpty())
                .map(java.util.Map.Entry::getKey)
                .limit(limit)
                .toList());
    }

    @Override
    public synchronized Health health() {
        return new Health(trouble, 0, 0);
    }

    @Override
    public List<Pending> pendingAtOpen() {
        return List.of();
    }

    @Override
    public CompletionStage<Outline> outline(String owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized CompletionStage<List<Entry>> read(String owner, Scan scan) {
        return CompletableFuture.completedStage(inboxes.getOrDefault(owner, List.of()).stream()
                .filter(entry -> entry.seq() > scan.after())
                .limit(scan.limit())
                .toList());
    }

    @Override
    public CompletionStage<Integer> count(String owner, Scan scan, int atMost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
