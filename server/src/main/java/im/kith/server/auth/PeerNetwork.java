package im.kith.server.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/// The network a client speaks from, as limits count it: an IPv4 address, or the /64 of an IPv6 address, since one host
/// has all of its /64 to choose from.
///
/// `isLocal` is a client on the server's own machine: an operator, a test, or a proxy that does not say for whom it
/// speaks.
public record PeerNetwork(String name, boolean isLocal) {

    private static final int PREFIX_BYTES = 8;

    public static PeerNetwork of(InetAddress address) {
        if (address.isLoopbackAddress()) return new PeerNetwork("loopback", true);
        if (address instanceof Inet6Address) {
            var prefix = HexFormat.of().formatHex(address.getAddress(), 0, PREFIX_BYTES);
            return new PeerNetwork(prefix + "/64", false);
        }
        return new PeerNetwork(address.getHostAddress(), false);
    }

    /// From an address in text; what is no IP address counts as a network of that name.
    public static PeerNetwork of(String peer) {
        try {
            return of(InetAddress.ofLiteral(peer));
        } catch (IllegalArgumentException noAddress) {
            return new PeerNetwork(peer, false);
        }
    }
}
