package im.kith.trial.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The one thread that drives all connections: opens them at the allowed pace, reads, lets the mode act, writes.
///
/// The main thread steers with [#target(int)] and [#phase(Phase)]; everything else belongs to the loop's own thread.
final class Loop implements Runnable {

    enum Phase {
        CONNECT,
        RUN,
        STOP,
        CLOSE
    }

    private static final long CLOSE_NANOS = 5_000_000_000L;

    private final Options options;
    private final Mode mode;
    private final Counters counters;
    private final Selector selector;
    private final List<Link> links = new ArrayList<>();
    private final Deque<Link> dirty = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
    private final byte[] copied = new byte[65_536];
    private final Stanza stanza = new Stanza();
    private final Thread thread = Thread.ofPlatform().name("load").daemon().unstarted(this);
    private volatile Phase phase = Phase.CONNECT;
    private volatile int target;
    private int next;
    private int inflight;
    private double allowance;
    private long lastPumpNanos;
    private long lastTimeoutNanos;
    private volatile boolean busy;

    Loop(Options options, Mode mode, Counters counters, int firstUser, int users) {
        this.options = options;
        this.mode = mode;
        this.counters = counters;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var i = 0; i < users; i++) {
            links.add(new Link(this, options, i, firstUser + i));
        }
    }

    void start() {
        thread.start();
    }

    void target(int connections) {
        target = Math.min(connections, links.size());
        selector.wakeup();
    }

    void phase(Phase phase) {
        this.phase = phase;
        selector.wakeup();
    }

    Phase phase() {
        return phase;
    }

    /// Shorter naps for modes that act by the clock.
    void busy() {
        busy = true;
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /// Says goodbye on all connections and ends.
    void close() throws InterruptedException {
        phase(Phase.CLOSE);
        thread.join(CLOSE_NANOS / 1_000_000 + 2_000);
    }

    @Override
    public void run() {
        try {
            var closingNanos = 0L;
            while (true) {
                var now = System.nanoTime();
                if (phase == Phase.CLOSE) {
                    if (closingNanos == 0) {
                        closingNanos = now;
                        links.forEach(Link::bye);
                    }
                    if (now - closingNanos > CLOSE_NANOS
                            || links.stream().allMatch(link -> link.state() == Link.State.DEAD)) {
                        selector.close();
                        return;
                    }
                } else {
                    pump(now);
                    mode.tick(now);
                    timeouts(now);
                }
                flush();
                selector.select(key -> ((Link) key.attachment()).ready(key, buffer), busy ? 1 : 5);
            }
        } catch (IOException | RuntimeException e) {
            counters.error("the loop failed: " + e);
            throw new IllegalStateException("the loop failed", e);
        }
    }

    private void flush() {
        for (var link = dirty.poll(); link != null; link = dirty.poll()) {
            link.flush();
        }
    }

    private void pump(long now) {
        if (!mode.connects() || phase.compareTo(Phase.STOP) >= 0) {
            return;
        }
        if (options.perSecond > 0) {
            allowance = Math.min(options.perSecond, allowance + (now - lastPumpNanos) * 1e-9 * options.perSecond);
        }
        lastPumpNanos = now;
        while (next < target && inflight < options.inflight && (options.perSecond <= 0 || allowance >= 1)) {
            allowance -= 1;
            links.get(next++).connect();
        }
    }

    private void timeouts(long now) {
        if (now - lastTimeoutNanos < 500_000_000L) {
            return;
        }
        lastTimeoutNanos = now;
        for (var link : links) {
            var state = link.state();
            if (state != Link.State.DEAD
                    && state != Link.State.ONLINE
                    && now - link.startedNanos() > options.timeoutSeconds * 1e9) {
                link.fail("not done within " + options.timeoutSeconds + " s");
            }
        }
    }

    // For links

    Mode mode() {
        return mode;
    }

    Counters counters() {
        return counters;
    }

    Selector selector() {
        return selector;
    }

    Stanza stanza() {
        return stanza;
    }

    void copy(ByteBuffer source) {
        source.get(copied, 0, source.remaining());
    }

    byte[] copied() {
        return copied;
    }

    void started() {
        inflight++;
    }

    void settled() {
        inflight--;
    }

    void dirty(Link link) {
        dirty.add(link);
    }

    Link link(int index) {
        return links.get(index);
    }

    int size() {
        return links.size();
    }
}
