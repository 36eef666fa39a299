package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One owner's log as a list, to be read only. Counts the entries it hands out.
final class ListStore implements Store {

    final List<Entry> entries = new ArrayList<>();
    int handedOut;
    boolean broken;

    @Override
    public CompletionStage<List<Entry>> read(String owner, Scan scan) {
        if (broken) return CompletableFuture.failedFuture(new StoreException("the disk is gone"));
        var selected = select(scan);
        int surplus = Math.max(0, selected.size() - scan.limit());
        var part = scan.newest()
                ? selected.subList(surplus, selected.size())
                : selected.subList(0, selected.size() - surplus);
        handedOut += part.size();
        return CompletableFuture.completedFuture(List.copyOf(part));
    }

    @Override
    public CompletionStage<Integer> count(String owner, Scan scan, int atMost) {
        return CompletableFuture.completedFuture(Math.min(atMost, select(scan).size()));
    }

    private List<Entry> select(Scan scan) {
        return entries.stream()
                .filter(entry -> entry.seq() > scan.after()
                        && entry.seq() < scan.before()
                        && entry.timeMillis() >= scan.fromMillis()
                        && entry.timeMillis() <= scan.toMillis()
                        && (entry.flags() & scan.flags()) == scan.flags()
                        && (scan.peer() == null || scan.peer().equals(entry.peer())))
                .toList();
    }

    @Override
    public Journal journal(Journal.Listener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outline> outline(String owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<SortedMap<String, byte[]>> shelf(String owner, String shelf) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<byte @Nullable []> row(String owner, String shelf, String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<String>> ownersWith(String shelf, String after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Pending> pendingAtOpen() {
        return List.of();
    }

    @Override
    public Health health() {
        return new Health(null, 0, 0);
    }

    @Override
    public void close() {}
}
