package im.kith.store.disk;

import im.kith.store.disk.Delta.RowName;
import im.kith.store.disk.Delta.RowValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the shelves: rows, and what the layers changed since. For any thread.
final class ShelfReader {

    private final Index index;
    private final Rows rows;

    ShelfReader(Index index) {
        this.index = index;
        this.rows = index.rows;
    }

    SortedMap<String, byte[]> shelf(String owner, String shelf) {
        var found = new TreeMap<String, byte[]>();
        var changed = new TreeMap<String, RowValue>();
        boolean erased = false;
        index.lock.lock();
        try {
            for (Layer layer : index.layers()) {
                Delta d = layer.deltas.get(owner);
                if (d == null) continue;
                if (d.erased) {
                    erased = true;
                    changed.clear();
                }
                if (d.rows == null) continue;
                d.rows.forEach((name, value) -> {
                    if (name.shelf().equals(shelf)) changed.put(name.key(), value);
                });
            }
        } finally {
            index.lock.unlock();
        }
        if (!erased) {
            byte[] prefix = Keys.shelf(shelf, owner);
            try (var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
                for (cursor.first(); cursor.valid(); cursor.next()) {
                    found.put(Keys.name(cursor.key(), prefix.length), ShelfRow.value(cursor.value()));
                }
            }
        }
        changed.forEach((key, value) -> {
            if (value.bytes() == null) found.remove(key);
            else found.put(key, value.bytes());
        });
        return found;
    }

    byte @Nullable [] row(String owner, String shelf, String key) {
        index.lock.lock();
        try {
            var name = new RowName(shelf, key);
            for (Layer layer : index.layers().reversed()) {
                Delta d = layer.deltas.get(owner);
                if (d == null) continue;
                RowValue value = d.rows == null ? null : d.rows.get(name);
                if (value != null) return value.bytes();
                if (d.erased) return null;
            }
        } finally {
            index.lock.unlock();
        }
        byte[] row = rows.get(Keys.row(shelf, owner, key));
        return row == null ? null : ShelfRow.value(row);
    }

    List<String> ownersWith(String shelf, String after, int limit) {
        // What the layers changed in this shelf, by owner, oldest layer first.
        var changed = new TreeMap<String, List<Delta>>(NAME_ORDER);
        index.lock.lock();
        try {
            for (Layer layer : index.layers()) {
                layer.deltas.forEach((owner, d) -> {
                    if (NAME_ORDER.compare(owner, after) <= 0) return;
                    if (!d.erased
                            && (d.rows == null
                                    || d.rows.keySet().stream()
                                            .noneMatch(n -> n.shelf().equals(shelf)))) return;
                    changed.computeIfAbsent(owner, unused -> new ArrayList<>()).add(d);
                });
            }
        } finally {
            index.lock.unlock();
        }
        var found = new TreeSet<String>(NAME_ORDER);
        byte[] from = after.isEmpty() ? Keys.shelf(shelf) : Keys.afterAll(Keys.shelf(shelf, after));
        byte[] to = Keys.afterAll(Keys.shelf(shelf));
        try (var cursor = rows.cursor(from, to)) {
            cursor.first();
            while (cursor.valid() && found.size() < limit) {
                byte[] key = cursor.key();
                int name = Keys.shelf(shelf).length;
                String owner = Keys.name(key, name);
                if (!changed.containsKey(owner) || !shelf(owner, shelf).isEmpty()) found.add(owner);
                cursor.seek(Keys.afterAll(Keys.shelf(shelf, owner)));
            }
        }
        for (String owner : changed.keySet()) {
            if (found.size() >= limit && NAME_ORDER.compare(owner, found.last()) > 0) break;
            if (!shelf(owner, shelf).isEmpty()) found.add(owner);
        }
        return found.stream().limit(limit).toList();
    }

    /// The order of the rows: by UTF-8 bytes.
    static final Comparator<String> NAME_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
}
