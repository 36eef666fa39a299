package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.bench.Counters.Count;
import java.util.Arrays;

/// Pairs who write to each other: each user keeps `window` messages on their way (closed loop), or all together send
/// `rate` messages per second, each stamped with the time it was due, so that a server that lags cannot hide it (open
/// loop).
public final class Chat implements Mode {

    private final Options options;
    private final int window;
    private final double rate;
    private final boolean toFull;
    private final Counters counters = new Counters();
    private final Payload payload;
    private final byte[][] addresses;
    private final Sequence[] arrived;
    private final long[] sequences;
    private final int[] outstanding;
    private final Run run;
    private boolean started;
    private long startNanos;
    private long openSent;
    private int turn;
    private volatile long missing;

    public Chat(Options options, int window, double rate, int bodyBytes, boolean toFull) {
        if (options.users() % 2 != 0) {
            throw new BenchException("chat needs an even --count");
        }
        this.options = options;
        this.window = window;
        this.rate = rate;
        this.toFull = toFull;
        payload = new Payload((int) (System.nanoTime() & 0x3fff_ffff), bodyBytes);
        addresses = new byte[options.users()][];
        arrived = new Sequence[options.users()];
        for (var i = 0; i < options.users(); i++) {
            var address = options.prefix + (options.start + i) + "@" + options.domain;
            addresses[i] = (toFull ? address + "/" + options.resource : address).getBytes(UTF_8);
            arrived[i] = new Sequence();
        }
        sequences = new long[options.users()];
        outstanding = new int[options.users()];
        run = new Run(options, this, counters, new Meter(options.serverPids), options.start, options.users());
    }

    private void post(int index, long nanos) {
        var link = run.loop().link(index);
        if (!link.isOnline()) {
            return;
        }
        payload.write(addresses[index ^ 1], index, sequences[index]++, nanos);
        outstanding[index]++;
        link.stanza(payload.bytes(), payload.length());
        counters.add(Count.SENT);
    }

    @Override
    public void tick(long nowNanos) {
        switch (run.loop().phase()) {
            case RUN -> {
                if (!started) {
                    started = true;
                    startNanos = nowNanos;
                    if (rate <= 0) {
                        fillWindows();
                    } else {
                        run.loop().busy();
                    }
                }
                if (rate > 0) {
                    postDue(nowNanos);
                }
            }
            case STOP -> missing = Arrays.stream(outstanding).sum();
            default -> {}
        }
    }

    private void fillWindows() {
        for (var i = 0; i < outstanding.length; i++) {
            for (var k = 0; k < window; k++) {
                post(i, System.nanoTime());
            }
        }
    }

    private void postDue(long nowNanos) {
        var due = (long) ((nowNanos - startNanos) * 1e-9 * rate);
        for (; openSent < due; openSent++) {
            post(turn, startNanos + (long) (openSent / rate * 1e9));
            turn = (turn + 1) % outstanding.length;
        }
    }

    @Override
    public void stanza(Link link, Stanza stanza) {
        if (!stanza.is("message")) {
            return;
        }
        if (stanza.isError()) {
            counters.add(Count.ERRORS);
            counters.error("bounced: " + stanza);
            return;
        }
        if (!stanza.findBody()) {
            return;
        }
        if (!payload.read(stanza.bytes(), stanza.bodyFrom(), stanza.bodyTo()) || payload.sender != (link.index ^ 1)) {
            counters.add(Count.FOREIGN);
            return;
        }
        var sender = payload.sender;
        var now = System.nanoTime();
        switch (arrived[sender].add((int) payload.sequence)) {
            case DUPLICATE -> {
                counters.add(Count.DUPLICATED);
                return;
            }
            case LATE -> counters.add(Count.OUT_OF_ORDER);
            case NEW -> {}
        }
        counters.add(Count.DELIVERED);
        counters.latency(now - payload.sentNanos);
        outstanding[sender]--;
        if (rate <= 0 && run.loop().phase() == Loop.Phase.RUN) {
            post(sender, now);
        }
    }

    /// Runs: sign in, warm up, measure, drain; returns the figures.
    public Report play(double warmupSeconds, double durationSeconds, double drainSeconds) throws InterruptedException {
        var report = new Report();
        try (run) {
            run.start(options.users());
            var loginSeconds = run.awaitOnline(options.users(), true);
            run.nap(300);
            var begin = run.snapshot();
            var measured = run.measure(warmupSeconds, durationSeconds, this::progress);
            missing = Long.MAX_VALUE;
            run.loop().phase(Loop.Phase.STOP);
            var drained = run.await(() -> missing == 0, drainSeconds, () -> progress("draining"));
            run.nap(200);
            var end = run.snapshot();
            describe(report, loginSeconds, drained);
            report.put("seconds", measured.seconds(), 2);
            report.put("delivered_in_window", measured.delivered());
            report.put("msg_per_s", measured.delivered() / measured.seconds(), 1);
            report.latencies("latency", measured.latencies());
            if (!options.serverPids.isEmpty()) {
                Common.cpu(report, measured);
                report.put("server_cpu_us_per_msg", measured.cpuSeconds() / measured.delivered() * 1e6, 3);
                report.put(
                        "server_cpu_us_per_msg_all",
                        (end.cpuSeconds() - begin.cpuSeconds()) / end.delivered() * 1e6,
                        3);
            }
        }
        Common.error(report, counters);
        return report;
    }

    private void describe(Report report, double loginSeconds, double drained) {
        Common.describe(report, "chat", options);
        if (rate > 0) {
            report.put("rate", rate, 0);
        } else {
            report.put("window", window);
        }
        report.put("to", toFull ? "full" : "bare");
        report.put("login_s", loginSeconds, 2);
        report.put("sent", counters.of(Count.SENT));
        report.put("delivered", counters.of(Count.DELIVERED));
        Common.losses(report, counters, counters.of(Count.SENT) - counters.of(Count.DELIVERED), drained);
        if (options.acks) {
            report.put("sm_requests", counters.of(Count.ACK_REQUESTS));
            report.put("sm_acks", counters.of(Count.ACKS));
        }
    }

    private String progress(String what) {
        return "%s: %,d sent, %,d delivered, %,d duplicated"
                .formatted(what, counters.of(Count.SENT), counters.of(Count.DELIVERED), counters.of(Count.DUPLICATED));
    }
}
