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
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Over real sockets.
class StunServerTest {

    private static final Path CLIENT = Path.of("/usr/bin/turnutils_stunclient");
    private static final byte[] REQUEST = HexFormat.of().parseHex("000100002112a442b7e7a701bc34d686fa87dfae");
    private static final int PATIENCE_MILLIS = 10_000;

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
            for (int length : new int[] {1, 19, 20, 549, 1400, 60_000}) {
                client.send(new DatagramPacket(new byte[length], length));
            }
            // A request whose end does not arrive.
            var cut =
                    Arrays.copyOf(HexFormat.of().parseHex("0001ea4c2112a442b7e7a701bc34d686fa87dfae8022ea48"), 60_000);
            client.send(new DatagramPacket(cut, cut.length));
            assertEquals(32, asked(client, REQUEST).length);
            assertEquals(7, server.ignored());
            assertEquals(1, server.answered());
        }
    }

    @Test
    void who_asks_too_often_is_not_heard() throws IOException {
        try (var server = new StunServer(loops, at("127.0.0.1", 0));
                var client = client("127.0.0.1", server.address().getPort())) {
            int answers = 0;
            client.setSoTimeout(200);
            for (int i = 0; i < 100_000 && server.limited() == 0; i++) {
                try {
                    // One after the other, so that no queue of the kernel runs over; faster than 100 a second.
                    if (asked(client, REQUEST).length > 0) answers++;
                } catch (SocketTimeoutException refused) {
                    continue;
                }
            }
            assertTrue(server.limited() > 0, "heard for ever");
            assertTrue(answers >= 300, "refused too early");
        }
    }

    @Test
    void a_port_that_is_taken_is_an_error_and_a_closed_one_is_free() throws IOException {
        int port;
        try (var server = new StunServer(loops, at("127.0.0.1", 0))) {
            port = server.address().getPort();
            assertThrows(IOException.class, () -> new StunServer(loops, at("127.0.0.1", port)));
        }
        new StunServer(loops, at("127.0.0.1", port)).close();
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
