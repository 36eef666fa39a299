package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/// Between a server's death and its next start, its ports are not free for others.
class HeldPortsTest {

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static ServerSocket listening(int port, boolean reuse) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(reuse);
        try {
            socket.bind(address(port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Test
    void a_held_port_is_taken_for_who_looks_for_a_free_one_and_open_for_our_server() throws IOException {
        try (var ports = HeldPorts.find(3)) {
            int port = ports.get(0);
            assertThrows(BindException.class, () -> listening(port, false).close());
            for (int life = 0; life < 2; life++) {
                try (var server = listening(port, true);
                        var client = new Socket(server.getInetAddress(), port);
                        var accepted = server.accept()) {
                    assertEquals(client.getLocalPort(), accepted.getPort());
                }
            }
        }
    }

    @Test
    void nobody_answers_at_a_held_port() throws IOException {
        try (var ports = HeldPorts.find(1)) {
            assertThrows(
                    ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), ports.get(0)).close());
        }
    }
}
