package im.kith.server.feature;

import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A shelf whose rows are this map.
public record MemoryShelf(SortedMap<String, byte[]> rows) implements Shelf {

    @Override
    public byte @Nullable [] get(String key) {
        return rows.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        rows.put(key, value);
    }

    @Override
    public void remove(String key) {
        rows.remove(key);
    }

    @Override
    public SortedMap<String, byte[]> all() {
        return Collections.unmodifiableSortedMap(rows);
    }
}
