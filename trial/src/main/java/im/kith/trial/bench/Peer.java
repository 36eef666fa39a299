package im.kith.trial.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// nginx with one file to serve: what a web server does with this machine's disk and loopback. It runs on a port of its
/// own with all its files in a directory of its own, and is gone when this is closed.
final class Peer implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/local/sbin/nginx"), Path.of("/opt/homebrew/bin/nginx"));
    private static final int FIRST_PORT = 20_000;
    private static final int AFTER_LAST_PORT = 32_000;
    private static final long LOOK_NANOS = 20_000_000;
    private static final String FILE = "file.bin";

    private final Path directory;
    private final int port;
    private final Process process;

    private Peer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /// Writes the file below `parent` and starts nginx to serve it.
    static Peer start(Path parent, Content content) {
        var program = PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new BenchException("--peer nginx: there is none here (Debian: apt install nginx-light)"));
        try {
            var directory = Files.createTempDirectory(parent, "kith-peer-");
            try (var out = Files.newOutputStream(directory.resolve(FILE))) {
                content.writeTo(out);
            }
            int port = freePort();
            Files.writeString(directory.resolve("nginx.conf"), configuration(directory, port));
            var process = new ProcessBuilder(
                            program.toString(), "-p", directory.toString(), "-c", directory + "/nginx.conf")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("nginx.log").toFile())
                    .start();
            var peer = new Peer(directory, port, process);
            peer.awaitReady();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, AFTER_LAST_PORT);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (java.net.BindException taken) {
                // Another one.
            }
        }
    }

    private static String configuration(Path directory, int port) {
        // As root it would serve as a user who may not read the directory.
        var user = System.getProperty("user.name", "").equals("root") ? "user root;\n" : "";
        return user + """
                daemon off;
                worker_processes 2;
                pid DIR/nginx.pid;
                error_log stderr;
                events {}
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  client_body_temp_path DIR/body;
                  proxy_temp_path DIR/proxy;
                  fastcgi_temp_path DIR/fastcgi;
                  uwsgi_temp_path DIR/uwsgi;
                  scgi_temp_path DIR/scgi;
                  server { listen 127.0.0.1:PORT; root DIR; }
                }
                """.replace("DIR", directory.toString()).replace("PORT", Integer.toString(port));
    }

    private void awaitReady() throws IOException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                Transfer.get(file(), 1);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > untilNanos) {
                    var said = Files.readString(directory.resolve("nginx.log"));
                    close();
                    throw new BenchException("nginx does not start: " + said.strip());
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    URI file() {
        return URI.create("http://127.0.0.1:" + port + "/" + FILE);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
