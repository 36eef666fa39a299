package im.kith.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server of our own: `./kith serve` as a child process on a data directory, started, killed with -9 and started
/// again.
///
/// Its ports stay the same over restarts, and no other trial's server gets them meanwhile; but for that of STUN, which
/// clients are told. What it prints is in `server.log` beside the data. One thread at a time.
public final class KithProcess implements AutoCloseable {

    private static final String READY = "Kith is ready";

    private final Path home;
    private final Path directory;
    private final List<String> settings;
    private final Endpoint endpoint;
    private final HeldPorts ports;
    private @Nullable Process process;
    private Duration lastStart = Duration.ZERO;

    private KithProcess(Path home, Path directory, List<String> settings, Endpoint endpoint, HeldPorts ports) {
        this.home = home;
        this.directory = directory;
        this.settings = settings;
        this.endpoint = endpoint;
        this.ports = ports;
    }

    /// Whether there is a `kith` to start.
    public static boolean isAvailable() {
        return findHome() != null;
    }

    /// The directory with the `kith` script: the system property `kith.home`, or the nearest one above.
    public static @Nullable Path findHome() {
        var given = System.getProperty("kith.home");
        var directory = Path.of(given == null ? "" : given).toAbsolutePath();
        while (directory != null && !Files.isExecutable(directory.resolve("kith"))) {
            directory = directory.getParent();
        }
        return directory;
    }

    /// Starts a server on a fresh data directory.
    ///
    /// @param settings `key=value` pairs that go before the defaults of a trial
    public static KithProcess start(String domain, List<String> settings) {
        var home = findHome();
        if (home == null) {
            throw new IllegalStateException("no `kith` script here or above; set -Dkith.home");
        }
        try {
            var directory = Files.createTempDirectory("kith-trial-");
            var ports = HeldPorts.find(3);
            var endpoint = new Endpoint("127.0.0.1", ports.get(0), ports.get(1), ports.get(2), domain);
            var server = new KithProcess(home, directory, List.copyOf(settings), endpoint, ports);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts the process and returns when it accepts connections.
    public void start() {
        var startedNanos = System.nanoTime();
        var command =
                new ArrayList<String>(List.of(home.resolve("kith").toString(), "serve", "--data", data().toString()));
        for (var setting : defaults()) {
            command.addAll(List.of("--set", setting));
        }
        for (var setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        try {
            var log = log();
            var before = Files.exists(log) ? Files.size(log) : 0;
            var started = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = started;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitReady(started, log, before);
            lastStart = Duration.ofNanos(System.nanoTime() - startedNanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> defaults() {
        return List.of(
                "domain=" + endpoint.domain(),
                "listen.xmpp=" + endpoint.host() + ":" + endpoint.xmppPort(),
                "listen.xmpps=" + endpoint.host() + ":" + endpoint.xmppsPort(),
                "listen.http=" + endpoint.host() + ":" + endpoint.httpPort(),
                "listen.https=",
                "listen.stun=" + endpoint.host() + ":0",
                "auth.plain-without-tls=true",
                "registration.mode=open");
    }

    /// Watches the log for the line that says so; the server may take its time to build itself first.
    private void awaitReady(Process started, Path log, long offset) throws IOException {
        var deadlineNanos = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (System.nanoTime() < deadlineNanos) {
            var bytes = Files.readAllBytes(log);
            var text = new String(bytes, (int) offset, bytes.length - (int) offset, UTF_8);
            if (text.contains(READY)) {
                return;
            }
            if (!started.isAlive()) {
                throw new IllegalStateException("the server did not start:\n" + text);
            }
            try {
                started.waitFor(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the server started", e);
            }
        }
        started.destroyForcibly();
        throw new IllegalStateException("the server was not ready in time; see " + log);
    }

    /// kill -9, and waits until the process is gone.
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            await(process);
        }
    }

    /// SIGTERM, and waits; returns the exit code.
    public int stop() {
        if (process == null) {
            return 0;
        }
        process.destroy();
        await(process);
        return process.exitValue();
    }

    /// The disk is full, as far as the server can tell: none of its files takes another byte. (Linux: a limit on the
    /// size of files, which is the running process's only.)
    public void fillDisk() {
        limitFiles("0:unlimited");
    }

    /// There is room on the disk again.
    public void freeDisk() {
        limitFiles("unlimited:unlimited");
    }

    private void limitFiles(String softAndHard) {
        try {
            var limit = new ProcessBuilder("prlimit", "--pid", Long.toString(pid()), "--fsize=" + softAndHard).start();
            await(limit);
            if (limit.exitValue() != 0) {
                throw new IllegalStateException(
                        "prlimit: " + new String(limit.getErrorStream().readAllBytes(), UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Process process) {
        try {
            // A server that is killed for being slow to end has not ended as it should.
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public Path data() {
        return directory.resolve("data");
    }

    public Path log() {
        return directory.resolve("server.log");
    }

    public long pid() {
        return process == null ? -1 : process.pid();
    }

    /// How long the last start took until ready.
    public Duration lastStart() {
        return lastStart;
    }

    private void release() {
        try {
            ports.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kills the server and removes its data.
    @Override
    public void close() {
        kill();
        release();
        if (Boolean.getBoolean("kith.trial.keep")) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
