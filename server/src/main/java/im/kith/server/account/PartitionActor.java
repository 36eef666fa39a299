package im.kith.server.account;

import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/// Runs a [Partition] on the event loops: a sharded actor that takes all that has come since it last ran as one batch.
final class PartitionActor {

    /// What the actor understands. It is told to [Drain#DRAIN] once per batch, not once per message.
    sealed interface Command permits Drain, Open {}

    enum Drain implements Command {
        DRAIN
    }

    /// Through the shard region: makes the partition exist.
    enum Open implements Command {
        OPEN
    }

    /// The way to one partition from any thread: a queue, and one message to the actor when it was empty.
    static final class Mailbox {
        private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean told = new AtomicBoolean();
        private final AtomicInteger length = new AtomicInteger();
        private volatile @Nullable ActorRef<Command> actor;

        void post(Object message) {
            queue.add(message);
            length.incrementAndGet();
            wake();
        }

        private void wake() {
            var to = actor;
            if (to != null && told.compareAndSet(false, true)) to.tell(Drain.DRAIN);
        }

        void open(ActorRef<Command> to) {
            actor = to;
            told.set(false);
            wake();
        }

        /// How many messages wait; the pulse of the partition.
        int length() {
            return length.get();
        }

        boolean isOpen() {
            return actor != null;
        }
    }

    private static final int BATCH = 4096;

    private final Partition partition;
    private final Mailbox mailbox;
    private final ArrayList<Object> batch = new ArrayList<>();

    private PartitionActor(Partition partition, Mailbox mailbox) {
        this.partition = partition;
        this.mailbox = mailbox;
    }

    /// The actor's behaviour; `opened` runs on its thread before the first batch.
    static Behavior<Command> behavior(Partition partition, Mailbox mailbox, Runnable opened) {
        return Behaviors.setup(context -> {
            var actor = new PartitionActor(partition, mailbox);
            opened.run();
            mailbox.open(context.getSelf());
            return Behaviors.receiveMessage(command -> {
                if (command == Drain.DRAIN) actor.drain();
                return Behaviors.same();
            });
        });
    }

    private void drain() {
        mailbox.told.set(false);
        Object message;
        while (batch.size() < BATCH && (message = mailbox.queue.poll()) != null) batch.add(message);
        if (batch.isEmpty()) return;
        mailbox.length.addAndGet(-batch.size());
        partition.run(batch);
        batch.clear();
        if (!mailbox.queue.isEmpty()) mailbox.wake();
    }
}
