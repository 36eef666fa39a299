package im.kith.server.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.kith.server.net.Loops;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Over real sockets.
class StunServerTest {

    private static final Path CLIENT = Path.of("/usr/bin/turnutils_stunclient");
    private static final byte[] REQUEST = HexFormat.of().parseHex("000100002112a442b7e7a701bc34d686fa87dfae");
    private static final int PATIENCE_MILLIS = 60_000;

    private final Loops loops = new Loops();

    @AfterEach
    void end() {
        loops.close();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static byte[] asked(DatagramSocket client, byte[] request) throws IOException {
        client.send(new DatagramPacket(request, request.length));
        var answer = new DatagramPacket(new byte[1024], 1024);
        client.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    private static DatagramSocket client(String server, int port) throws IOException {
        var client = new DatagramSocket(null);
        client.setSoTimeout(PATIENCE_MILLIS);
        client.connect(at(server, port));
        return client;
    }

    private static boolean hasIpv6() {
        try (var probe = new DatagramSocket(at("::1", 0))) {
            return probe.isBound();
        } catch (SocketException none) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.1", "::, 127.0.0.1", "::, ::1", "::1, ::1"})
    void a_client_learns_its_own_address(String listen, String reach) throws IOException {
        assumeTrue(!(listen + reach).contains(":") || hasIpv6(), "no IPv6 here");
        try (var server = new StunServer(loops, at(listen, 0));
                var client = client(reach, server.address().getPort())) {
            var answer = asked(client, REQUEST);
            int bytes = InetAddress.ofLiteral(reach).getAddress().length;
            assertEquals(24 + 4 + bytes, answer.length);
            int port = (answer[26] & 0xff) << 8 | answer[27] & 0xff;
            assertEquals(client.getLocalPort(), port ^ 0x2112);
            var address = Arrays.copyOfRange(answer, 28, 28 + bytes);
            for (int i = 0; i < bytes; i++) address[i] ^= REQUEST[4 + i];
            assertEquals(client.getLocalAddress(), InetAddress.getByAddress(address));
            assertEquals(1, server.answered());
        }
    }

    @Test
    void rubbish_is_counted_and_disturbs_nobody() throws IOException {
        try (var server = new StunServer(loops, at("127.0.0.1", 0));
                var client = client("127.0.0.1", server.address().getPort())) {
            // The last is a request whose end does not arrive.
            var cut =
                    Arrays.copyOf(HexFormat.of().parseHex("0001ea4c2112a442b7e7a701bc34d686fa87dfae8022ea48"), 60_000);
            for (var packet : new byte[][] {
                new byte[1], new byte[19], new byte[20], new byte[549], new byte[1400], new byte[60_000], cut
            }) {
                client.send(new DatagramPacket(packet, packet.length));
                // Each with a request behind it, so that no queue of the kernel runs over.
                assertEquals(32, asked(client, REQUEST).length);
            }
            // Two packets may change places on the way.
            until(() -> server.ignored() == 7);
            assertEquals(7, server.answered());
        }
    }

    @Test
    void who_asks_too_often_is_not_heard() throws IOException {
        try (var server = new StunServer(loops, at("127.0.0.1", 0));
                var client = client("127.0.0.1", server.address().getPort())) {
            // Without waiting for answers, which may take longer than the allowance to fill again. What the kernel has
            // no room for is lost, and counted by nobody.
            until(() -> {
                client.send(new DatagramPacket(REQUEST, REQUEST.length));
                return server.limited() > 0;
            });
            assertTrue(server.answered() >= 300, "refused too early");
        }
    }

    @Test
    void a_port_that_is_taken_is_an_error_and_a_closed_one_is_free() throws IOException {
        int port;
        try (var server = atPortOfOurs()) {
            port = server.address().getPort();
            assertThrows(IOException.class, () -> new StunServer(loops, at("127.0.0.1", port)));
        }
        new StunServer(loops, at("127.0.0.1", port)).close();
    }

    /// At a port that the system gives to nobody who asks for any: nobody has it while it is free in between.
    private StunServer atPortOfOurs() throws IOException {
        int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
        while (true) {
            try {
                return new StunServer(loops, at("127.0.0.1", port));
            } catch (IOException taken) {
                if (++port == 32_000) throw taken;
            }
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) throws IOException {
        long untilNanos = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!condition.holds()) assertTrue(System.nanoTime() - untilNanos < 0, "never");
    }

    /// A client that others wrote.
    @Test
    void coturns_client_is_told_its_address() throws Exception {
        assumeTrue(Files.isExecutable(CLIENT), "coturn is not installed");
        try (var server = new StunServer(loops, at("127.0.0.1", 0))) {
            var port = Integer.toString(server.address().getPort());
            var client = new ProcessBuilder(CLIENT.toString(), "-p", port, "127.0.0.1")
                    .redirectErrorStream(true)
                    .start();
            var output = new String(client.getInputStream().readAllBytes());
            assertEquals(0, client.waitFor(), output);
            assertTrue(output.contains("UDP reflexive addr: 127.0.0.1:"), output);
        }
    }
}
