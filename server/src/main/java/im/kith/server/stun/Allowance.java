package im.kith.server.stun;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.LongSupplier;

/// How often each network may ask: IPv4 addresses, and IPv6 /64 networks, of which one host has all.
///
/// A bucket that fills steadily is here one number, the moment at which it is full again. There is a fixed number of
/// buckets, found by a hash that nobody outside can compute; networks that happen to share one share what it holds. So
/// the memory is what it is, whoever asks. Allocates nothing but the bytes of an address. One thread at a time.
final class Allowance {

    /// A power of two: 64 KiB of them.
    private static final int BUCKETS = 8_192;

    private final long pauseNanos;
    private final long burstNanos;
    private final long seed;
    private final LongSupplier clockNanos;
    private final long[] fullAgainNanos = new long[BUCKETS];

    /// @param perSecond how many are allowed for long
    /// @param burst how many at once
    /// @param seed a secret of this process
    Allowance(int perSecond, int burst, long seed, LongSupplier clockNanos) {
        this.pauseNanos = 1_000_000_000L / perSecond;
        this.burstNanos = pauseNanos * burst;
        this.seed = seed;
        this.clockNanos = clockNanos;
        java.util.Arrays.fill(fullAgainNanos, clockNanos.getAsLong());
    }

    /// Whether one more of this address is allowed; counts it then.
    boolean admits(InetAddress address) {
        long now = clockNanos.getAsLong();
        int bucket = bucket(address);
        long missing = Math.max(0, fullAgainNanos[bucket] - now);
        if (missing + pauseNanos > burstNanos) return false;
        fullAgainNanos[bucket] = now + missing + pauseNanos;
        return true;
    }

    private int bucket(InetAddress address) {
        byte[] bytes = address.getAddress();
        long network = address instanceof Inet6Address ? 6 : 4;
        for (int i = 0; i < Math.min(8, bytes.length); i++) network = network << 8 | bytes[i] & 0xff;
        // The finaliser of SplitMix64: each bit of the network and the seed bears on each bit of the result.
        long mixed = (network ^ seed) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return (int) (mixed >>> 33) & BUCKETS - 1;
    }
}
