package im.kith.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.store.Commit.Append;
import im.kith.store.Commit.Erase;
import im.kith.store.Commit.Put;
import im.kith.store.Commit.Settle;
import im.kith.store.Commit.Trim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a store should hold, in maps.
public final class StoreModel {

    private static final class Owner {
        final TreeMap<Long, Entry> entries = new TreeMap<>();
        final TreeMap<String, TreeMap<String, byte[]>> shelves = new TreeMap<>();
        final TreeSet<Long> pending = new TreeSet<>();
        long last;
        long lastMillis;

        Owner copy() {
            Owner copy = new Owner();
            copy.entries.putAll(entries);
            shelves.forEach((name, rows) -> copy.shelves.put(name, new TreeMap<>(rows)));
            copy.pending.addAll(pending);
            copy.last = last;
            copy.lastMillis = lastMillis;
            return copy;
        }
    }

    private final TreeMap<String, Owner> owners = new TreeMap<>();

    public StoreModel copy() {
        StoreModel copy = new StoreModel();
        owners.forEach((name, owner) -> copy.owners.put(name, owner.copy()));
        return copy;
    }

    private Owner owner(String name) {
        return owners.computeIfAbsent(name, unused -> new Owner());
    }

    public void apply(Commit commit) {
        for (Commit.Write write : commit.writes()) {
            switch (write) {
                case Append a -> {
                    Owner o = owner(a.owner());
                    o.entries.put(a.entry().seq(), a.entry());
                    o.last = a.entry().seq();
                    o.lastMillis = a.entry().timeMillis();
                    if (a.pending()) o.pending.add(a.entry().seq());
                    Store.Pending settles = a.settles();
                    if (settles != null) owner(settles.owner()).pending.remove(settles.seq());
                }
                case Settle s -> owner(s.owner()).pending.remove(s.seq());
                case Put p -> {
                    var rows = owner(p.owner()).shelves.computeIfAbsent(p.shelf(), unused -> new TreeMap<>());
                    byte[] value = p.value();
                    if (value == null) rows.remove(p.key());
                    else rows.put(p.key(), value);
                }
                case Trim t -> {
                    Owner o = owner(t.owner());
                    o.entries.headMap(t.upTo(), true).clear();
                    o.pending.headSet(t.upTo(), true).clear();
                }
                case Erase e -> owners.remove(e.owner());
            }
        }
    }

    public long last(String name) {
        Owner o = owners.get(name);
        return o == null ? 0 : o.last;
    }

    public long lastMillis(String name) {
        Owner o = owners.get(name);
        return o == null ? 0 : o.lastMillis;
    }

    public byte @Nullable [] row(String name, String shelf, String key) {
        return owner(name).shelves.getOrDefault(shelf, new TreeMap<>()).get(key);
    }

    public List<Store.Pending> pending() {
        List<Store.Pending> all = new ArrayList<>();
        owners.forEach((name, o) -> o.pending.forEach(seq -> all.add(new Store.Pending(name, seq))));
        return all;
    }

    /// Compares everything that can be asked.
    public void check(Store store, List<String> names, List<String> shelves, Await await) {
        for (String name : names) {
            Owner o = owners.getOrDefault(name, new Owner());
            long first = o.entries.isEmpty() ? 0 : o.entries.firstKey();
            assertEquals(
                    new Store.Outline(first, o.last, o.lastMillis, List.copyOf(o.pending)),
                    await.of(store.outline(name)),
                    () -> "outline of " + name);
            same(name, List.copyOf(o.entries.values()), await.of(store.read(name, Scan.after(0, 100_000))));
            List<Entry> newest = new ArrayList<>(o.entries.descendingMap().values());
            same(
                    name,
                    newest.subList(0, Math.min(5, newest.size())).reversed(),
                    await.of(store.read(name, Scan.newest(5))));
            for (String peer : List.of("", "p1")) {
                List<Entry> of = o.entries.values().stream()
                        .filter(e -> e.peer().equals(peer))
                        .toList();
                Scan scan = new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, peer, 100_000, true);
                same(name, of, await.of(store.read(name, scan)));
                assertEquals(of.size(), await.of(store.count(name, scan, 100_000)));
            }
            for (String shelf : shelves) {
                Map<String, byte[]> rows = o.shelves.getOrDefault(shelf, new TreeMap<>());
                var found = await.of(store.shelf(name, shelf));
                assertEquals(List.copyOf(rows.keySet()), List.copyOf(found.keySet()), () -> name + " " + shelf);
                rows.forEach(
                        (key, value) -> assertArrayEquals(value, found.get(key), () -> name + " " + shelf + " " + key));
            }
        }
        for (String shelf : shelves) {
            List<String> with = names.stream()
                    .filter(name -> owners.containsKey(name)
                            && !owner(name)
                                    .shelves
                                    .getOrDefault(shelf, new TreeMap<>())
                                    .isEmpty())
                    .sorted()
                    .toList();
            assertEquals(with, await.of(store.ownersWith(shelf, "", 1_000)), () -> "owners with " + shelf);
        }
    }

    private static void same(String name, List<Entry> expected, List<Entry> found) {
        Function<Entry, Long> seq = Entry::seq;
        assertEquals(
                expected.stream().map(seq).toList(), found.stream().map(seq).toList(), () -> "entries of " + name);
        for (int i = 0; i < expected.size(); i++) {
            Entry e = expected.get(i);
            Entry f = found.get(i);
            assertEquals(e.timeMillis(), f.timeMillis());
            assertEquals(e.flags(), f.flags());
            assertEquals(e.peer(), f.peer());
            assertEquals(e.key(), f.key());
            assertArrayEquals(e.head(), f.head());
            assertArrayEquals(e.body().bytes(), f.body().bytes(), () -> name + " " + e.seq());
        }
    }

    /// How a test waits for an answer.
    public interface Await {
        <T extends @Nullable Object> T of(CompletionStage<T> stage);
    }
}
