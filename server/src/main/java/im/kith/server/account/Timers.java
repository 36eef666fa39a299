package im.kith.server.account;

import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a partition has to do later, soonest first; of two at the same time, the one that was set first. As exact as
/// the ticks that drive it.
final class Timers {

    /// Something to do for the resident of this name, if it is in memory then.
    ///
    /// @param reload the resident that is to be loaded again, instead of the action
    record Due(
            long atMillis,
            long order,
            String owner,
            Consumer<Resident> action,
            @Nullable Resident reload) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Due> waiting = new PriorityQueue<>();
    private long made;

    /// Runs `action` unless the resident was replaced by then.
    void set(Resident resident, long atMillis, Consumer<Resident> action) {
        waiting.add(new Due(
                atMillis,
                made++,
                resident.name,
                now -> {
                    if (now == resident) action.accept(now);
                },
                null));
    }

    /// Loads the resident again.
    void reload(Resident resident, long atMillis) {
        waiting.add(new Due(atMillis, made++, resident.name, now -> {}, resident));
    }

    /// The next one whose time has come, or null.
    @Nullable
    Due next(long nowMillis) {
        var first = waiting.peek();
        return first != null && first.atMillis() <= nowMillis ? waiting.poll() : null;
    }
}
