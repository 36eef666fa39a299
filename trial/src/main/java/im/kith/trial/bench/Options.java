package im.kith.trial.bench;

import java.util.List;
import picocli.CommandLine.Option;

/// What all modes need to know: which server, which users, how they sign in, how to report.
public final class Options {

    /// How connections are encrypted.
    public enum Encryption {
        none,
        starttls,
        direct
    }

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Where the server is (127.0.0.1).")
    String host = "127.0.0.1";

    @Option(names = "--port", defaultValue = "5222", description = "Its port (5222).")
    int port = 5222;

    @Option(names = "--domain", defaultValue = "localhost", description = "The domain it serves (localhost).")
    String domain = "localhost";

    @Option(names = "--prefix", defaultValue = "u", description = "Users are PREFIX0, PREFIX1, … (u).")
    String prefix = "u";

    @Option(names = "--start", defaultValue = "0", description = "The first user's number (0).")
    int start;

    @Option(names = "--count", required = true, description = "How many users.")
    int count;

    @Option(names = "--password", defaultValue = "pw", description = "Everybody's password (pw).")
    String password = "pw";

    @Option(names = "--resource", defaultValue = "bench", description = "The resource to bind (bench).")
    String resource = "bench";

    @Option(names = "--tls", defaultValue = "none", description = "none, starttls or direct (none).")
    Encryption tls = Encryption.none;

    @Option(names = "--mech", defaultValue = "PLAIN", description = "PLAIN, SCRAM-SHA-1 or SCRAM-SHA-256 (PLAIN).")
    String mechanism = "PLAIN";

    @Option(names = "--sm", description = "Enable XEP-0198.")
    boolean acks;

    @Option(names = "--sm-every", description = "Ask for an acknowledgement every so many stanzas.")
    int ackEvery;

    @Option(names = "--src", description = "Spread connections over so many source addresses, 127.0.0.2 and up.")
    int sources;

    @Option(names = "--inflight", defaultValue = "50", description = "Sign in so many at a time (50).")
    int inflight = 50;

    @Option(names = "--ramp", description = "Open at most so many connections per second.")
    double perSecond;

    @Option(names = "--timeout", defaultValue = "30", description = "Seconds until a sign-in counts as failed (30).")
    double timeoutSeconds = 30;

    @Option(names = "--server-pid", description = "Measure this process; repeatable.")
    List<Long> serverPids = List.of();

    @Option(names = "--quiet", description = "No progress.")
    boolean quiet;

    int users() {
        return count;
    }
}
