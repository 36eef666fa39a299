package im.kith.server.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// IP networks, as `10.0.0.0/8` or `::1` name them.
public final class Networks {

    public static final Networks NONE = new Networks();

    private record Network(byte[] address, int bits) {}

    private final List<Network> networks = new ArrayList<>();

    /// Throws [IllegalArgumentException] for what is none.
    public static Networks of(List<String> texts) {
        var networks = new Networks();
        for (var text : texts) {
            int slash = text.indexOf('/');
            var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                    .getAddress();
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits > address.length * 8) throw new IllegalArgumentException(text + " has too many bits");
            networks.networks.add(new Network(address, bits));
        }
        return networks;
    }

    public boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        for (var network : networks) {
            if (network.address.length == bytes.length && same(network.address, bytes, network.bits)) return true;
        }
        return false;
    }

    private static boolean same(byte[] left, byte[] right, int bits) {
        int whole = bits / 8;
        if (!Arrays.equals(left, 0, whole, right, 0, whole)) return false;
        int rest = bits % 8;
        return rest == 0 || ((left[whole] ^ right[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }
}
