package im.kith.server.account;

import im.kith.server.feature.Shelf;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A view of one of a resident's shelves in memory; each write goes into the turn's commit too. Cheap to make: a
/// resident without rows holds nothing for it.
final class HotShelf implements Shelf {

    private static final SortedMap<String, byte[]> EMPTY = Collections.emptySortedMap();

    private final Resident owner;
    private final String name;

    HotShelf(Resident owner, String name) {
        this.owner = owner;
        this.name = name;
    }

    @Override
    public byte @Nullable [] get(String key) {
        var rows = owner.rows(name);
        return rows == null ? null : rows.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        owner.rowsForWriting(name).put(key, value);
        owner.partition.turn().commit.put(owner.name, name, key, value);
    }

    @Override
    public void remove(String key) {
        var rows = owner.rows(name);
        if (rows != null && rows.remove(key) != null) {
            owner.partition.turn().commit.delete(owner.name, name, key);
        }
    }

    @Override
    public SortedMap<String, byte[]> all() {
        TreeMap<String, byte[]> rows = owner.rows(name);
        return rows == null ? EMPTY : Collections.unmodifiableSortedMap(rows);
    }
}
