package im.kith.server.account;

import im.kith.server.feature.Shelf;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A shelf in memory; each write goes into the turn's commit.
final class HotShelf implements Shelf {

    private final Account account;
    private final String name;
    private final TreeMap<String, byte[]> rows;

    HotShelf(Account account, String name, @Nullable SortedMap<String, byte[]> rows) {
        this.account = account;
        this.name = name;
        this.rows = rows == null ? new TreeMap<>() : new TreeMap<>(rows);
    }

    @Override
    public byte @Nullable [] get(String key) {
        return rows.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        rows.put(key, value);
        account.partition.turn().commit.put(account.name, name, key, value);
    }

    @Override
    public void remove(String key) {
        if (rows.remove(key) != null) account.partition.turn().commit.delete(account.name, name, key);
    }

    @Override
    public SortedMap<String, byte[]> all() {
        return Collections.unmodifiableSortedMap(rows);
    }
}
