package im.kith.store.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the layers knew of one owner at one moment; the rows have the rest. Belongs to one reader.
final class View {

    /// Appended entries of one layer.
    record Part(long[] words, int from, int to) {}

    /// Oldest first.
    final List<Part> parts = new ArrayList<>(2);

    final @Nullable TreeMap<Long, long[]> moved;
    final boolean erased;
    final long trim;
    final long last;
    final long lastMillis;
    private final TreeSet<Long> pending = new TreeSet<>();
    private final TreeSet<Long> settled = new TreeSet<>();

    /// To be made while the index is locked.
    View(@Nullable Delta frozen, @Nullable Delta current) {
        Delta newer = current;
        Delta older = current != null && current.erased ? null : frozen;
        erased = (newer != null && newer.erased) || (older != null && older.erased);
        TreeMap<Long, long[]> moves = null;
        long trimmed = 0;
        long highest = 0;
        long highestMillis = 0;
        for (Delta d : new Delta[] {older, newer}) {
            if (d == null) continue;
            if (!d.isEmpty()) parts.add(new Part(d.words, d.from, d.to));
            if (d.moved != null) {
                if (moves == null) moves = new TreeMap<>();
                moves.putAll(d.moved);
            }
            trimmed = Math.max(trimmed, d.trim);
            if (d.last > highest) {
                highest = d.last;
                highestMillis = d.lastMillis;
            }
            if (d.settled != null) {
                for (long seq : d.settled.toArray()) {
                    settled.add(seq);
                    pending.remove(seq);
                }
            }
            if (d.pending != null) for (long seq : d.pending.toArray()) pending.add(seq);
        }
        moved = moves;
        trim = trimmed;
        last = highest;
        lastMillis = highestMillis;
    }

    /// The pending entries, of which the rows know `inRows`.
    List<Long> pending(List<Long> inRows, long trim) {
        TreeSet<Long> all = new TreeSet<>(pending);
        for (long seq : inRows) if (!settled.contains(seq)) all.add(seq);
        return List.copyOf(all.tailSet(trim, false));
    }

    /// The smallest number that a layer appended; the rows are asked only for what is below.
    long firstInMemory() {
        return parts.isEmpty() ? Long.MAX_VALUE : Postings.seqOf(parts.getFirst().words, parts.getFirst().from);
    }
}
