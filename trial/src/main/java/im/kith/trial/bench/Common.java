package im.kith.trial.bench;

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

    static void error(Report report, Counters counters) {
        var error = counters.firstError();
        if (error != null) {
            report.put("first_error", error);
        }
    }
}
