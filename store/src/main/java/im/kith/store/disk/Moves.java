package im.kith.store.disk;

import im.kith.store.Entry;
import java.util.List;

/// What the cleaner wants written again at the head of the log. Before each is written the writer checks that it still
/// counts. `done` runs when all are durable and in the index.
record Moves(List<Move> list, Runnable done) {

    sealed interface Move {
        String owner();
    }

    record MovedEntry(String owner, Entry entry, boolean pending) implements Move {}

    record MovedRow(String owner, String shelf, String key, byte[] value) implements Move {}

    /// Keeps the last number of an owner whose entries are all gone.
    record MovedTrim(String owner, long upTo, long last, long lastMillis) implements Move {}
}
