package im.kith.server.account;

import im.kith.store.Commit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one turn of a partition has written and what follows from it: the effects are released, in order, once the
/// commit and all earlier ones are kept. So nothing is written to a socket or acknowledged before it is on disk.
final class Turn {

    final Commit commit = new Commit();
    final List<Runnable> effects = new ArrayList<>();
    /// To residents of other partitions. They go out as soon as the commit is submitted: the store keeps commits in the
    /// order of submission, so what they cause can't be kept before what caused them.
    final List<Departure> departures = new ArrayList<>();
    /// The same for messages of groups.
    final List<Fanout.Share> shares = new ArrayList<>(0);
    long ticket;
    /// When the first event of the turn (or its cause, in another partition) came in from a connection, 0 if none did;
    /// and how many entries were appended.
    long arrivedNanos;

    int appended;
    long appendedBytes;
    /// Entries handed to connections.
    int delivered;

    void then(Runnable effect) {
        effects.add(effect);
    }

    /// The elements that one session is sent by one turn, and how many arrivals it is done with.
    static final class Output implements Runnable {
        final Turn turn;
        private final Link link;
        private final List<byte[]> elements = new ArrayList<>(4);
        private int consumed;
        private boolean urgent;

        Output(Turn turn, Link link) {
            this.turn = turn;
            this.link = link;
        }

        void add(byte[] element, boolean now) {
            elements.add(element);
            urgent |= now;
        }

        void consumed() {
            consumed++;
        }

        boolean goesTo(@Nullable Link other) {
            return link == other;
        }

        @Override
        public void run() {
            link.send(elements, consumed, urgent);
        }
    }
}
