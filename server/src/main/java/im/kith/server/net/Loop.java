package im.kith.server.net;

import io.netty.channel.SingleThreadEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One event loop: what other threads bring to its connections, what leaves at the end of its turn, and the deadlines.
///
/// Other threads push onto one list ([#bring]); the loop is woken only when that list was empty, so a burst of sends
/// costs one wake-up. Whatever a turn wrote to a connection leaves in one system call when the turn ends. Deadlines
/// that are
/// the same for everybody need no timer each: they are queues in order of time, swept four times a second.
final class Loop {

    private static final long SWEEP_MILLIS = 250;
    private static final long THROTTLE_MILLIS = 20;
    /// How long what is not urgent may wait for more that goes the same way.
    static final long UNHURRIED_MILLIS = 50;

    private static final VarHandle BROUGHT;

    static {
        try {
            BROUGHT = MethodHandles.lookup().findVarHandle(Loop.class, "brought", Outgoing.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final SingleThreadEventLoop executor;
    final Bounds bounds;
    final Greeter greeter;
    final Counts counts = new Counts();

    /// Newest first; any thread.
    private volatile @Nullable Outgoing brought;

    private final ArrayList<SocketConnection> unflushed = new ArrayList<>();
    private final ArrayList<SocketConnection> unhurried = new ArrayList<>();
    /// Every connection of this loop, each at its slot. (Netty's event loops do not tell.)
    private final ArrayList<SocketConnection> connections = new ArrayList<>();

    private boolean draining;
    private boolean turnWillEnd;
    private final Runnable endTurn = this::endTurn;
    private final Runnable take = this::take;

    /// To get to [Connection#signedIn].
    final Deadlines strangers;
    /// To close after we have said our last.
    final Deadlines leaving;
    /// For one HTTP request.
    final Deadlines requests;

    private final ArrayList<SocketConnection> throttled = new ArrayList<>();
    private final ArrayList<Stall> stalled = new ArrayList<>();

    private final byte[] scratch = new byte[SharedReads.BYTES];

    /// A connection that does not take what waits for it, and how long it has taken nothing.
    private static final class Stall {
        final SocketConnection connection;
        int waiting;
        long sinceNanos;

        Stall(SocketConnection connection, int waiting, long sinceNanos) {
            this.connection = connection;
            this.waiting = waiting;
            this.sinceNanos = sinceNanos;
        }
    }

    Loop(SingleThreadEventLoop executor, Bounds bounds, Greeter greeter) {
        this.executor = executor;
        this.bounds = bounds;
        this.greeter = greeter;
        strangers = new Deadlines(bounds.signInSeconds());
        leaving = new Deadlines(bounds.closeSeconds());
        requests = new Deadlines(bounds.requestSeconds());
    }

    void start() {
        executor.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Any thread.
    void bring(Outgoing outgoing) {
        counts.waiting.getAndIncrement();
        Outgoing newest;
        do {
            newest = brought;
            outgoing.next = newest;
        } while (!BROUGHT.compareAndSet(this, newest, outgoing));
        if (newest == null) wake();
    }

    private void wake() {
        try {
            executor.execute(take);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            // The server has stopped: there is nobody left to write to.
        }
    }

    private void take() {
        var newest = (@Nullable Outgoing) BROUGHT.getAndSet(this, null);
        Outgoing oldest = null;
        int count = 0;
        while (newest != null) {
            var older = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = older;
            count++;
        }
        counts.waiting.addAndGet(-count);
        while (oldest != null) {
            var next = oldest.next;
            oldest.next = null;
            oldest.target.take(oldest);
            oldest = next;
        }
        touch();
    }

    /// Something happened: the turn's end has work to do.
    void touch() {
        if (turnWillEnd) return;
        turnWillEnd = true;
        executor.executeAfterEventLoopIteration(endTurn);
    }

    void flushAtEnd(SocketConnection connection) {
        unflushed.add(connection);
        touch();
    }

    /// The connection has nothing urgent to write.
    void flushLater(SocketConnection connection) {
        if (unhurried.isEmpty()) executor.schedule(this::flushUnhurried, UNHURRIED_MILLIS, TimeUnit.MILLISECONDS);
        unhurried.add(connection);
    }

    private void flushUnhurried() {
        for (int i = 0; i < unhurried.size(); i++) {
            unhurried.get(i).patient = false;
            unhurried.get(i).flush();
        }
        unhurried.clear();
        touch();
    }

    private void endTurn() {
        turnWillEnd = false;
        greeter.turnEnds();
        for (int i = 0; i < unflushed.size(); i++) unflushed.get(i).flush();
        unflushed.clear();
    }

    /// Reads the connection again when its budget allows.
    void throttle(SocketConnection connection) {
        counts.throttled++;
        if (throttled.isEmpty()) scheduleThrottled();
        throttled.add(connection);
    }

    private void scheduleThrottled() {
        executor.schedule(this::readThrottled, THROTTLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void readThrottled() {
        long now = System.nanoTime();
        throttled.removeIf(connection -> connection.mayReadAgain(now));
        if (!throttled.isEmpty()) scheduleThrottled();
        touch();
    }

    /// The peer is slow to take what waits for it.
    void watch(SocketConnection connection) {
        if (connection.watched) return;
        connection.watched = true;
        stalled.add(new Stall(connection, connection.waitingBytes(), System.nanoTime()));
    }

    private void sweep() {
        long now = System.nanoTime();
        strangers.sweep(now);
        leaving.sweep(now);
        requests.sweep(now);
        touch();
        long limit = TimeUnit.SECONDS.toNanos(bounds.stalledSeconds());
        counts.slowest = null;
        stalled.removeIf(stall -> {
            if (!stall.connection.isStalling()) {
                stall.connection.watched = false;
                return true;
            }
            int waiting = stall.connection.waitingBytes();
            counts.compare(stall.connection.peer(), waiting);
            if (stall.connection.settle() || waiting < stall.waiting) stall.sinceNanos = now;
            stall.waiting = waiting;
            if (now - stall.sinceNanos < limit) return false;
            counts.stalled++;
            stall.connection.abort();
            return true;
        });
    }

    /// An array to copy into for as long as one call lasts.
    byte[] scratch(int bytes) {
        return bytes <= scratch.length ? scratch : new byte[bytes];
    }

    /// From now on the server stops.
    void drain() {
        draining = true;
        for (var connection : List.copyOf(connections))
            connection.conversation().drain();
        touch();
    }

    /// Closes what is still open.
    void abort() {
        for (var connection : List.copyOf(connections)) connection.abort();
        touch();
    }

    boolean isDraining() {
        return draining;
    }

    /// From here on the connection is one of [#drain]'s.
    void enter(SocketConnection connection) {
        connection.slot = connections.size();
        connections.add(connection);
    }

    /// The last one takes its place.
    void leave(SocketConnection connection) {
        var last = connections.removeLast();
        if (last == connection) return;
        connections.set(connection.slot, last);
        last.slot = connection.slot;
    }
}
