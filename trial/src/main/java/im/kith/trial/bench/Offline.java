package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.bench.Counters.Count;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Messages for people who are away, and their coming back.
///
/// The first `senders` users write, in batches, each batch acknowledged by the answer to a ping (or by XEP-0198);
/// message k of a sender goes to receiver k modulo their number. Then the receivers sign in and get them. Optionally
/// the server is killed in the moment in which the Nth acknowledgement is read, and the run waits for it to be back.
public final class Offline {

    private final Options options;
    private final int senders;
    private final long messages;
    private final int batch;
    private final int bodyBytes;
    private final int runNumber = (int) (System.nanoTime() & 0x3fff_ffff);
    private final Counters counters = new Counters();
    private final long[] acknowledged;

    public Offline(Options options, int senders, long messages, int batch, int bodyBytes) {
        if (options.users() <= senders) {
            throw new BenchException("--count is senders and receivers");
        }
        this.options = options;
        this.senders = senders;
        this.messages = messages;
        this.batch = batch;
        this.bodyBytes = bodyBytes;
        acknowledged = new long[senders];
    }

    private int receivers() {
        return options.users() - senders;
    }

    /// Kills a process when so many messages are acknowledged.
    public record Crash(long pid, long afterAcknowledged) {}

    public Report play(@Nullable Crash crash, double drainSeconds) throws InterruptedException {
        var report = new Report();
        Common.describe(report, "offline", options);
        report.put("senders", senders);
        report.put("receivers", receivers());
        report.put("messages", messages);
        report.put("batch", batch);
        report.put("ack", options.acks ? "sm" : "ping");
        var crashed = store(report, crash);
        if (crashed) {
            report.put("crash_after", crash == null ? 0 : crash.afterAcknowledged());
            awaitServer();
        }
        drain(report, drainSeconds, !crashed);
        Common.error(report, counters);
        return report;
    }

    private boolean store(Report report, @Nullable Crash crash) throws InterruptedException {
        var meter = new Meter(options.serverPids);
        var store = new Store(crash);
        var run = new Run(options, store, counters, meter, options.start, senders);
        store.run = run;
        try (run) {
            run.start(senders);
            run.awaitOnline(senders, true);
            run.nap(200);
            var begin = run.snapshot();
            run.loop().phase(Loop.Phase.RUN);
            var last = -1L;
            var movedNanos = System.nanoTime();
            while (store.finished < senders && !store.crashed) {
                var now = counters.of(Count.ACKNOWLEDGED);
                if (now != last) {
                    last = now;
                    movedNanos = System.nanoTime();
                } else if (System.nanoTime() - movedNanos > 30_000_000_000L) {
                    throw run.failure("storing stalled");
                }
                run.progress(() -> "storing: %,d of %,d acknowledged".formatted(now, messages));
                run.nap(1);
            }
            var seconds = (System.nanoTime() - begin.nanos()) / 1e9;
            if (store.crashed) {
                run.nap(20);
            } else {
                run.nap(1500);
            }
            report.put("store_sent", counters.of(Count.SENT));
            report.put("store_acked", counters.of(Count.ACKNOWLEDGED));
            report.put("store_errors", counters.of(Count.ERRORS));
            report.put("store_s", seconds, 3);
            report.put("store_msg_per_s", counters.of(Count.ACKNOWLEDGED) / seconds, 1);
            if (meter.measures() && !store.crashed) {
                var cpu = run.snapshot().cpuSeconds() - begin.cpuSeconds();
                report.put("store_cpu_s", cpu, 2);
                report.put("store_cpu_us_per_msg", cpu / counters.of(Count.ACKNOWLEDGED) * 1e6, 3);
            }
            return store.crashed;
        }
    }

    /// After a crash somebody starts the server again; the receivers wait for it.
    private void awaitServer() throws InterruptedException {
        var deadlineNanos = System.nanoTime() + 120_000_000_000L;
        while (System.nanoTime() < deadlineNanos) {
            try (var socket = new java.net.Socket(options.host, options.port)) {
                socket.getInputStream();
                Thread.sleep(500);
                return;
            } catch (java.io.IOException e) {
                Thread.sleep(100);
            }
        }
        throw new BenchException("the server did not come back within two minutes");
    }

    private void drain(Report report, double drainSeconds, boolean measured) throws InterruptedException {
        var meter = new Meter(measured ? options.serverPids : java.util.List.of());
        var drain = new Drain();
        var books = new Counters();
        drain.counters = books;
        var run = new Run(options, drain, books, meter, options.start + senders, receivers());
        var expected = 0L;
        for (var count : acknowledged) {
            expected += count;
        }
        try (run) {
            var begin = run.snapshot();
            run.start(receivers());
            run.awaitOnline(receivers(), true);
            var last = -1L;
            var movedNanos = System.nanoTime();
            while (true) {
                var now = books.of(Count.DELIVERED) + books.of(Count.DUPLICATED);
                if (now != last) {
                    last = now;
                    movedNanos = System.nanoTime();
                }
                var quietSeconds = (System.nanoTime() - movedNanos) / 1e9;
                if (quietSeconds > (books.of(Count.DELIVERED) >= expected ? 1 : drainSeconds)) {
                    break;
                }
                run.progress(() -> "draining: %,d".formatted(now));
                run.nap(2);
            }
            var seconds = (drain.lastNanos - begin.nanos()) / 1e9;
            var cpu = run.snapshot().cpuSeconds() - begin.cpuSeconds();
            run.loop().phase(Loop.Phase.STOP);
            var delivered = books.of(Count.DELIVERED);
            report.put("acked", expected);
            report.put("drained", delivered);
            report.put("lost", drain.lost());
            report.put("unacked_received", books.of(Count.UNACKNOWLEDGED_RECEIVED));
            report.put("duplicated", books.of(Count.DUPLICATED));
            report.put("out_of_order", books.of(Count.OUT_OF_ORDER));
            report.put("foreign", books.of(Count.FOREIGN));
            report.put("drain_s", seconds, 3);
            report.put("drain_msg_per_s", delivered / seconds, 1);
            if (meter.measures()) {
                report.put("drain_cpu_s", cpu, 2);
                report.put("drain_cpu_us_per_msg", cpu / delivered * 1e6, 3);
            }
        }
        Common.error(report, books);
    }

    private long totalOf(int sender) {
        return sender < messages ? (messages - sender - 1) / senders + 1 : 0;
    }

    /// The senders. They send no presence, so that nothing is delivered to them.
    private final class Store implements Mode {

        private final @Nullable Crash crash;
        private final Payload payload = new Payload(runNumber, bodyBytes);
        private final long[] next = new long[senders];
        private final long[] base = new long[senders];
        private @Nullable Run run;
        private boolean started;
        private volatile int finished;
        private volatile boolean crashed;

        Store(@Nullable Crash crash) {
            this.crash = crash;
        }

        @Override
        public boolean available() {
            return false;
        }

        @Override
        public void tick(long nowNanos) {
            if (run == null || started || run.loop().phase() != Loop.Phase.RUN) {
                return;
            }
            started = true;
            for (var i = 0; i < senders; i++) {
                base[i] = run.loop().link(i).stanzasSent();
                if (totalOf(i) == 0) {
                    finished++;
                } else {
                    sendBatch(run.loop().link(i));
                }
            }
        }

        private void sendBatch(Link link) {
            var sender = link.index;
            for (var n = 0; n < batch && next[sender] < totalOf(sender); n++) {
                var k = next[sender]++;
                var to = options.prefix + (options.start + senders + k % receivers()) + "@" + options.domain;
                payload.write(to.getBytes(UTF_8), sender, k, System.nanoTime());
                link.stanza(payload.bytes(), payload.length());
                counters.add(Count.SENT);
            }
            if (options.acks) {
                link.askForAck();
            } else {
                link.stanza("<iq type='get' id='upto-" + next[sender] + "' to='" + options.domain
                        + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            }
        }

        private void acknowledged(Link link, long upTo) {
            var sender = link.index;
            if (upTo <= acknowledged[sender]) {
                return;
            }
            counters.add(Count.ACKNOWLEDGED, upTo - acknowledged[sender]);
            acknowledged[sender] = upTo;
            if (crash != null && !crashed && counters.of(Count.ACKNOWLEDGED) >= crash.afterAcknowledged()) {
                crashed = true;
                ProcessHandle.of(crash.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (upTo >= next[sender] && !crashed) {
                if (upTo < totalOf(sender)) {
                    sendBatch(link);
                } else {
                    finished++;
                }
            }
        }

        @Override
        public void stanza(Link link, Stanza stanza) {
            if (stanza.is("iq") && !options.acks) {
                var id = String.valueOf(stanza.attribute("id"));
                if (id.startsWith("upto-")) {
                    acknowledged(link, Long.parseLong(id.substring(5)));
                }
            } else if (stanza.is("message") && stanza.isError()) {
                counters.add(Count.ERRORS);
                counters.error("bounced: " + stanza);
            }
        }

        @Override
        public void acknowledged(Link link) {
            acknowledged(link, link.acknowledgedStanzas() - base[link.index]);
        }
    }

    /// The receivers.
    private final class Drain implements Mode {

        private final Payload payload = new Payload(runNumber, bodyBytes);
        private final BitSet arrived = new BitSet();
        private final long[] highest = new long[receivers() * senders];
        private Counters counters = new Counters();
        private volatile long lastNanos = System.nanoTime();

        @Override
        public void stanza(Link link, Stanza stanza) {
            if (!stanza.is("message") || stanza.isError() || !stanza.findBody()) {
                return;
            }
            if (!payload.read(stanza.bytes(), stanza.bodyFrom(), stanza.bodyTo())
                    || payload.sequence % receivers() != link.index) {
                counters.add(Count.FOREIGN);
                return;
            }
            var number = (int) (payload.sequence * senders + payload.sender);
            if (arrived.get(number)) {
                counters.add(Count.DUPLICATED);
                return;
            }
            arrived.set(number);
            var lane = link.index * senders + payload.sender;
            if (payload.sequence + 1 < highest[lane]) {
                counters.add(Count.OUT_OF_ORDER);
            } else {
                highest[lane] = payload.sequence + 1;
            }
            counters.add(Count.DELIVERED);
            if (payload.sequence >= acknowledged[payload.sender]) {
                counters.add(Count.UNACKNOWLEDGED_RECEIVED);
            }
            lastNanos = System.nanoTime();
        }

        long lost() {
            var lost = 0L;
            for (var sender = 0; sender < senders; sender++) {
                for (var k = 0L; k < acknowledged[sender]; k++) {
                    if (!arrived.get((int) (k * senders + sender))) {
                        lost++;
                    }
                }
            }
            return lost;
        }
    }
}
