package im.kith.trial.play;

import im.kith.trial.wire.Xml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a device has been given and the play has not looked at, in the order of arrival. It outlives connections.
final class Inbox {

    private final List<Xml> stanzas = new ArrayList<>();
    private boolean ended;

    synchronized void add(Xml stanza) {
        stanzas.add(stanza);
        notifyAll();
    }

    synchronized void begin() {
        ended = false;
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Takes the first that fits, waiting for it; null when none came in time or none can come any more.
    synchronized @Nullable Xml take(Predicate<Xml> fits, Duration patience) {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            for (var i = 0; i < stanzas.size(); i++) {
                if (fits.test(stanzas.get(i))) {
                    return stanzas.remove(i);
                }
            }
            var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0 || ended) {
                return null;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    synchronized boolean awaitEnd(Duration patience) {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!ended) {
            var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    synchronized List<Xml> all() {
        return List.copyOf(stanzas);
    }

    synchronized void removeIf(Predicate<Xml> fits) {
        stanzas.removeIf(fits);
    }
}
