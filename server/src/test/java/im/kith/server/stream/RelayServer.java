package im.kith.server.stream;

import im.kith.server.account.RelayAccounts;
import im.kith.server.net.Loops;
import im.kith.server.net.Tls;
import im.kith.server.tls.Certificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/// The stream layer around a heart that keeps nothing, for measurements: `RelayServer PORT [jdk]`.
final class RelayServer {

    private RelayServer() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        var local = InetAddress.getLoopbackAddress();
        var certificate = Certificate.selfSigned(Files.createTempDirectory("relay"), "localhost", Instant.now());
        Endpoints.start(
                new Loops(),
                Settings.of("localhost")
                        .listening(
                                new InetSocketAddress(local, port),
                                new InetSocketAddress(local, port + 1),
                                new InetSocketAddress(local, port + 2))
                        .plainWithoutTls(true),
                Tls.of(certificate.key(), certificate.chain(), arguments.length > 1),
                new RelayAccounts("localhost"),
                new OnePassword(),
                List.of(),
                List.of(),
                null);
        System.out.println("listening, pid " + ProcessHandle.current().pid());
        Thread.currentThread().join();
    }
}
