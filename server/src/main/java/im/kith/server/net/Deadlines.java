package im.kith.server.net;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Deadlines that are all equally far away when they are set, so that a list in order of setting is in order of time:
/// no timer each, and one that is met costs nothing more and holds on to nothing. On one event loop only.
final class Deadlines {

    private final long patienceNanos;
    private @Nullable Deadline first;
    private @Nullable Deadline last;

    Deadlines(int seconds) {
        this.patienceNanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /// One of the list; [#met] takes it out.
    final class Deadline {
        private final Runnable missed;
        private final long nanos;
        private @Nullable Deadline before;
        private @Nullable Deadline after;
        private boolean over;

        private Deadline(Runnable missed, long nanos) {
            this.missed = missed;
            this.nanos = nanos;
        }

        void met() {
            if (over) return;
            over = true;
            if (before == null) first = after;
            else before.after = after;
            if (after == null) last = before;
            else after.before = before;
            before = null;
            after = null;
        }
    }

    /// Runs `missed` unless the answer is met in time.
    Deadline set(Runnable missed) {
        var deadline = new Deadline(missed, System.nanoTime() + patienceNanos);
        deadline.before = last;
        if (last == null) first = deadline;
        else last.after = deadline;
        last = deadline;
        return deadline;
    }

    /// Runs what was missed by now.
    void sweep(long nowNanos) {
        for (var next = first; next != null && nowNanos - next.nanos >= 0; next = first) {
            next.met();
            next.missed.run();
        }
    }
}
