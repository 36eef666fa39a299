package im.kith.server.account;

import im.kith.server.feature.Shelf;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A view of one of the account's shelves in memory; each write goes into the turn's commit too. Cheap to make: an
/// account without rows holds nothing for it.
final class HotShelf implements Shelf {

    private static final SortedMap<String, byte[]> EMPTY = Collections.emptySortedMap();

    private final Account account;
    private final String name;

    HotShelf(Account account, String name) {
        this.account = account;
        this.name = name;
    }

    @Override
    public byte @Nullable [] get(String key) {
        var rows = account.rows(name);
        return rows == null ? null : rows.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        account.rowsForWriting(name).put(key, value);
        account.partition.turn().commit.put(account.name, name, key, value);
    }

    @Override
    public void remove(String key) {
        var rows = account.rows(name);
        if (rows != null && rows.remove(key) != null) {
            account.partition.turn().commit.delete(account.name, name, key);
        }
    }

    @Override
    public SortedMap<String, byte[]> all() {
        TreeMap<String, byte[]> rows = account.rows(name);
        return rows == null ? EMPTY : Collections.unmodifiableSortedMap(rows);
    }
}
