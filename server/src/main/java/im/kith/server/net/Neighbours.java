package im.kith.server.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/// How many connections each address has: IPv4 addresses and IPv6 /64 networks, loopback only if asked to. Thread-safe.
final class Neighbours {

    private final int most;
    private final boolean countLoopback;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    Neighbours(int most, boolean countLoopback) {
        this.most = most;
        this.countLoopback = countLoopback;
    }

    /// Counts one more, if that is allowed.
    boolean admit(InetAddress address) {
        if (isFree(address)) return true;
        if (counts.merge(key(address), 1, Integer::sum) <= most) return true;
        leave(address);
        return false;
    }

    /// A connection that was admitted is gone.
    void leave(InetAddress address) {
        if (isFree(address)) return;
        counts.computeIfPresent(key(address), (key, count) -> count <= 1 ? null : count - 1);
    }

    private boolean isFree(InetAddress address) {
        return !countLoopback && address.isLoopbackAddress();
    }

    private static long key(InetAddress address) {
        var bytes = ByteBuffer.wrap(address.getAddress());
        // No IPv6 network in use begins with 0xffffffff.
        return address instanceof Inet4Address ? 0xffffffff00000000L | (bytes.getInt() & 0xffffffffL) : bytes.getLong();
    }
}
