package im.kith.server.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/// How many connections each address has: IPv4 addresses and IPv6 /64 networks, loopback not counted. Thread-safe.
final class Neighbours {

    private final int most;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    Neighbours(int most) {
        this.most = most;
    }

    /// Counts one more, if that is allowed.
    boolean admit(InetAddress address) {
        if (address.isLoopbackAddress()) return true;
        if (counts.merge(key(address), 1, Integer::sum) <= most) return true;
        leave(address);
        return false;
    }

    /// A connection that was admitted is gone.
    void leave(InetAddress address) {
        if (address.isLoopbackAddress()) return;
        counts.computeIfPresent(key(address), (key, count) -> count <= 1 ? null : count - 1);
    }

    private static long key(InetAddress address) {
        var bytes = ByteBuffer.wrap(address.getAddress());
        // No IPv6 network in use begins with 0xffffffff.
        return address instanceof Inet4Address ? 0xffffffff00000000L | (bytes.getInt() & 0xffffffffL) : bytes.getLong();
    }
}
