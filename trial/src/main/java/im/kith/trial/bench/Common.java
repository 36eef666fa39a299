package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;

/// The lines that every report has.
final class Common {

    private Common() {}

    static void describe(Report report, String mode, Options options) {
        report.put("mode", mode);
        report.put("users", options.users());
        report.put("tls", options.tls.name());
        report.put("mech", options.mechanism);
        report.put("sm", String.valueOf(options.acks));
    }

    /// What went wrong with the messages, and how long the rest took to arrive.
    static void losses(Report report, Counters counters, long lost, double drainedSeconds) {
        report.put("lost", lost);
        report.put("duplicated", counters.of(Count.DUPLICATED));
        report.put("out_of_order", counters.of(Count.OUT_OF_ORDER));
        report.put("errors", counters.of(Count.ERRORS));
        report.put("foreign", counters.of(Count.FOREIGN));
        report.put("disconnected", counters.of(Count.DISCONNECTED));
        report.put("drain_s", drainedSeconds, 2);
    }

    static void cpu(Report report, Run.Window measured) {
        report.put("server_cpu_s", measured.cpuSeconds(), 2);
        report.put("server_cpu_pct", measured.cpuSeconds() / measured.seconds() * 100, 1);
    }

    static void error(Report report, Counters counters) {
        var error = counters.firstError();
        if (error != null) {
            report.put("first_error", error);
        }
    }
}
