package im.kith.server;

import im.kith.server.config.Config;
import java.io.PrintStream;

/// The running server, put together from its parts.
final class Kith {

    private Kith() {}

    static void start(Config config, long startedNanos, PrintStream out) throws Refusal {
        var complaints = Check.complaints(config);
        if (!complaints.isEmpty()) throw new Refusal(1, String.join("\n", complaints));
        throw new Refusal(1, "the parts of the server are not all there yet");
    }
}
