package im.kith.store.disk;

import java.util.HashMap;
import java.util.Map;

/// Changes to the index that are in memory only: the log has them. One layer takes new changes; at a checkpoint it is
/// frozen, written to the rows and forgotten.
final class Layer {

    private static final int DELTA_BYTES = 200;

    final Map<String, Delta> deltas = new HashMap<>();

    /// About how much memory this takes.
    long bytes;

    Delta of(String owner) {
        Delta delta = deltas.get(owner);
        if (delta == null) {
            delta = new Delta();
            deltas.put(owner, delta);
            bytes += DELTA_BYTES + owner.length();
        }
        return delta;
    }
}
