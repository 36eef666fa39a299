package im.kith.server.feature.pubsub;

import im.kith.server.feature.Shelf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The nodes of one place and their items, on a shelf that is in memory. The shelf is the state: nothing else is kept.
///
/// ```
/// rows: NAME → a node | NAME \0 ID → an item | NAME \2 → where a deleted node has gone
/// ```
///
/// No name or id has a character below space that XML forbids, so the three never meet.
final class Nodes {

    private static final char ITEM = '\u0000';
    private static final char AFTER_ITEMS = '\u0001';
    private static final char MOVED = '\u0002';

    private final Shelf shelf;
    private final boolean personal;

    Nodes(Shelf shelf, boolean personal) {
        this.shelf = shelf;
        this.personal = personal;
    }

    @Nullable
    Node get(String name) {
        var row = shelf.get(name);
        return row == null ? null : Node.decode(name, row, personal);
    }

    boolean has(String name) {
        return shelf.get(name) != null;
    }

    void put(Node node) {
        shelf.put(node.name, node.encode());
        shelf.remove(node.name + MOVED);
    }

    /// Removes the node and its items; `movedTo` is told to who asks for it.
    void delete(Node node, @Nullable String movedTo) {
        clear(node.name);
        shelf.remove(node.name);
        if (movedTo != null) shelf.put(node.name + MOVED, movedTo.getBytes(StandardCharsets.UTF_8));
    }

    /// Where a deleted node has gone, or null.
    @Nullable
    String movedTo(String name) {
        var row = shelf.get(name + MOVED);
        return row == null ? null : new String(row, StandardCharsets.UTF_8);
    }

    /// The names of all nodes, sorted.
    List<String> names() {
        var names = new ArrayList<String>();
        SortedMap<String, byte[]> rest = shelf.all();
        while (!rest.isEmpty()) {
            var key = rest.firstKey();
            int end = end(key);
            if (end == key.length()) names.add(key);
            var name = key.substring(0, end);
            // Over the node's items at once.
            rest = end == key.length()
                    ? tail(key + ITEM)
                    : tail(name + (key.charAt(end) == ITEM ? AFTER_ITEMS : '\u0003'));
        }
        return names;
    }

    private SortedMap<String, byte[]> tail(String from) {
        return shelf.all().tailMap(from);
    }

    /// Whether the row of that key is a node.
    static boolean isNode(String key) {
        return end(key) == key.length();
    }

    private static int end(String key) {
        for (int i = 0; i < key.length(); i++) if (key.charAt(i) <= MOVED) return i;
        return key.length();
    }

    // ---- items -----------------------------------------------------------------------------------------------------

    @Nullable
    Item item(String node, String id) {
        var row = shelf.get(node + ITEM + id);
        return row == null ? null : Item.decode(id, row);
    }

    void put(String node, Item item) {
        shelf.put(node + ITEM + item.id(), item.encode());
    }

    void remove(String node, String id) {
        shelf.remove(node + ITEM + id);
    }

    int count(String node) {
        return rows(node).size();
    }

    /// The items' ids, oldest first.
    List<String> ids(String node) {
        var rows = new ArrayList<>(rows(node).entrySet());
        rows.sort(Comparator.comparingLong((Map.Entry<String, byte[]> row) -> Item.order(row.getValue())));
        var ids = new ArrayList<String>(rows.size());
        for (var row : rows) ids.add(row.getKey().substring(node.length() + 1));
        return ids;
    }

    @Nullable
    Item last(String node) {
        Map.Entry<String, byte[]> last = null;
        for (var row : rows(node).entrySet()) {
            if (last == null || Item.order(row.getValue()) > Item.order(last.getValue())) last = row;
        }
        return last == null ? null : Item.decode(last.getKey().substring(node.length() + 1), last.getValue());
    }

    /// Removes all items; answers how many.
    int clear(String node) {
        var ids = ids(node);
        for (var id : ids) remove(node, id);
        return ids.size();
    }

    /// Removes the items that were published before `millis`; answers their ids.
    List<String> expire(String node, long millis) {
        var gone = new ArrayList<String>();
        for (var row : rows(node).entrySet()) {
            if (Item.millis(row.getValue()) < millis) gone.add(row.getKey().substring(node.length() + 1));
        }
        for (var id : gone) remove(node, id);
        return gone;
    }

    private SortedMap<String, byte[]> rows(String node) {
        return shelf.all().subMap(node + ITEM, node + AFTER_ITEMS);
    }

    /// How many bytes all rows have together.
    long bytes() {
        long bytes = 0;
        for (var row : shelf.all().values()) bytes += row.length;
        return bytes;
    }
}
