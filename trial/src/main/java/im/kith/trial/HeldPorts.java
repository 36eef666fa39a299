package im.kith.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on loopback that stay ours while nobody listens on them: between a server's death and its next start another
/// trial's server must not be given them.
///
/// Each is held by a socket that is bound and does not listen. A server that binds with SO_REUSEADDR, as ours does,
/// may listen beside it; whoever looks for a free port without it, as we do here, is told that the port is in use.
final class HeldPorts implements AutoCloseable {

    private static final int FIRST = 20_000;
    private static final int AFTER_LAST = 32_000;

    private final List<Socket> holders = new ArrayList<>();

    private HeldPorts() {}

    /// Finds free ports and holds them until closed.
    static HeldPorts find(int count) throws IOException {
        var held = new HeldPorts();
        while (held.holders.size() < count) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (isFree(port)) {
                held.hold(port);
            }
        }
        return held;
    }

    private static boolean isFree(int port) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(false);
            probe.bind(address(port), 1);
            return true;
        } catch (java.net.BindException taken) {
            return false;
        }
    }

    private void hold(int port) throws IOException {
        var holder = new Socket();
        holder.setReuseAddress(true);
        try {
            holder.bind(address(port));
        } catch (java.net.BindException taken) {
            holder.close();
            return;
        }
        holders.add(holder);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    int get(int index) {
        return holders.get(index).getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (var holder : holders) {
            holder.close();
        }
    }
}
