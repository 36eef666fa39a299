package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;

/// Connect, authenticate, bind, close, over and over with so many at a time. A slot is free again as soon as the
/// sign-in is done: how long the server takes to close a stream is not part of the loop.
public final class LoginChurn implements Mode {

    private final Options options;
    private final int concurrency;
    private final boolean available;
    private final Counters counters = new Counters();
    private final boolean[] done;
    private final Run run;
    private int next;
    private int active;
    private volatile boolean idle;

    public LoginChurn(Options options, int concurrency, boolean available) {
        this.options = options;
        this.concurrency = Math.min(concurrency, options.users());
        this.available = available;
        done = new boolean[options.users()];
        run = new Run(options, this, counters, new Meter(options.serverPids), options.start, options.users());
    }

    @Override
    public boolean connects() {
        return false;
    }

    @Override
    public boolean available() {
        return available;
    }

    @Override
    public void tick(long nowNanos) {
        if (run.loop().phase() != Loop.Phase.RUN) {
            idle = active == 0;
            return;
        }
        for (var tries = 0; active < concurrency && tries < run.loop().size(); tries++) {
            var link = run.loop().link(next);
            next = (next + 1) % run.loop().size();
            if (link.state() == Link.State.DEAD) {
                active++;
                done[link.index] = false;
                link.connect();
            }
        }
    }

    @Override
    public void online(Link link) {
        counters.latency(System.nanoTime() - link.startedNanos());
        counters.add(Count.LOGINS);
        done[link.index] = true;
        active--;
        link.bye();
    }

    @Override
    public void closed(Link link) {
        if (!done[link.index]) {
            done[link.index] = true;
            active--;
        }
    }

    public Report play(double warmupSeconds, double durationSeconds) throws InterruptedException {
        var report = new Report();
        try (run) {
            run.start(options.users());
            var begin = run.snapshot();
            run.loop().busy();
            run.loop().phase(Loop.Phase.RUN);
            var measured = run.measure(warmupSeconds, durationSeconds, _ -> progress());
            run.loop().phase(Loop.Phase.STOP);
            run.await(() -> idle, 5, this::progress);
            run.nap(200);
            var end = run.snapshot();
            var logins = measured.logins();
            Common.describe(report, "login", options);
            report.put("concurrency", concurrency);
            report.put("presence", String.valueOf(available));
            report.put("seconds", measured.seconds(), 2);
            report.put("logins", logins);
            report.put("logins_all", end.logins());
            report.put("failures", counters.of(Count.FAILED));
            report.put("logins_per_s", logins / measured.seconds(), 1);
            report.latencies("login", measured.latencies());
            if (!options.serverPids.isEmpty()) {
                report.put("server_cpu_s", measured.cpuSeconds(), 2);
                report.put("server_cpu_ms_per_login", measured.cpuSeconds() * 1e3 / logins, 4);
                report.put(
                        "server_cpu_ms_per_login_all", (end.cpuSeconds() - begin.cpuSeconds()) * 1e3 / end.logins(), 4);
            }
        }
        Common.error(report, counters);
        return report;
    }

    private String progress() {
        return "%,d logins, %,d failed".formatted(counters.of(Count.LOGINS), counters.of(Count.FAILED));
    }
}
