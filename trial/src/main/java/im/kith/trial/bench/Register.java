package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;

/// Makes the users of the other modes by XEP-0077, one connection each; one that exists is fine.
public final class Register implements Mode {

    private final Options options;
    private final Counters counters = new Counters();
    private final Run run;

    public Register(Options options) {
        this.options = options;
        run = new Run(options, this, counters, new Meter(options.serverPids), options.start, options.users());
    }

    @Override
    public boolean registers() {
        return true;
    }

    @Override
    public void online(Link link) {
        link.bye();
    }

    public Report play() throws InterruptedException {
        var report = new Report();
        try (run) {
            run.start(options.users());
            var seconds = run.awaitOnline(options.users(), false);
            Common.describe(report, "register", options);
            report.put("registered", counters.of(Count.LOGINS));
            report.put("existing", counters.of(Count.EXISTING));
            report.put("failures", counters.of(Count.FAILED));
            report.put("seconds", seconds, 2);
        }
        Common.error(report, counters);
        return report;
    }
}
