package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;
import java.util.List;

/// Sessions that are signed in and do nothing: what one costs, as the slope of the server's memory between the first
/// and the last number of sessions.
public final class Idle implements Mode {

    private final Options options;
    private final List<Integer> steps;
    private final Counters counters = new Counters();
    private final Meter meter;
    private final Run run;

    public Idle(Options options, List<Integer> steps) {
        this.options = options;
        this.steps = steps.isEmpty() ? List.of(options.users()) : List.copyOf(steps);
        meter = new Meter(options.serverPids);
        run = new Run(options, this, counters, meter, options.start, options.users());
    }

    public Report play(double holdSeconds) throws InterruptedException {
        var report = new Report();
        try (run) {
            Common.describe(report, "idle", options);
            report.put("hold_s", holdSeconds, 1);
            var atRest = resident();
            if (meter.measures()) {
                report.put("rss_0", (long) atRest);
            }
            run.start(0);
            var firstOnline = 0L;
            var firstResident = 0.0;
            var online = 0L;
            var resident = atRest;
            for (var i = 0; i < steps.size(); i++) {
                var number = "_" + (i + 1);
                var before = run.snapshot();
                run.loop().target(steps.get(i));
                var seconds = run.awaitOnline(steps.get(i), false);
                var signedIn = run.snapshot();
                var now = counters.of(Count.ONLINE);
                run.pass(holdSeconds, () -> "holding %,d sessions".formatted(now));
                var held = run.snapshot();
                resident = resident();
                report.put("online" + number, now);
                report.put("login_s" + number, seconds, 2);
                if (meter.measures()) {
                    report.put("rss" + number, (long) resident);
                    report.put(
                            "login_cpu_ms_each" + number,
                            (signedIn.cpuSeconds() - before.cpuSeconds()) * 1e3 / (now - online),
                            3);
                    report.put(
                            "idle_cpu_pct" + number,
                            (held.cpuSeconds() - signedIn.cpuSeconds()) / holdSeconds * 100,
                            2);
                }
                online = now;
                if (i == 0) {
                    firstOnline = online;
                    firstResident = resident;
                }
            }
            if (meter.measures()) {
                report.put("rss_per_conn_from_0", (resident - atRest) / online, 0);
                if (online > firstOnline) {
                    report.put("rss_per_conn_slope", (resident - firstResident) / (online - firstOnline), 0);
                }
            }
            report.put("failed", counters.of(Count.FAILED));
            report.put("disconnected", counters.of(Count.DISCONNECTED));
        }
        Common.error(report, counters);
        return report;
    }

    private double resident() {
        return meter.measures() ? meter.residentBytes() : 0;
    }
}
