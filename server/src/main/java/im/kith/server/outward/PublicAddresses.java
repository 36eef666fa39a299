package im.kith.server.outward;

import java.net.Inet4Address;
import java.net.InetAddress;

/// Which addresses are in the public internet (IANA's special-purpose registries, RFC 6890): who is named by a stranger
/// may be asked there only, or whoever names one would have this server knock inside its own network.
public final class PublicAddresses {

    private PublicAddresses() {}

    public static boolean has(InetAddress address) {
        var bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        int third = b[2] & 0xff;
        return switch (first) {
            case 0, 10, 127 -> false;
            case 100 -> second < 64 || second > 127;
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 -> second != 168 && !(second == 0 && (third == 0 || third == 2)) && !(second == 88 && third == 99);
            case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
            case 203 -> !(second == 0 && third == 113);
            default -> first < 224;
        };
    }

    /// Of 2000::/3, without what leads to an IPv4 address (6to4, Teredo) or nowhere (documentation, benchmarks).
    private static boolean isPublic6(byte[] b) {
        int first = (b[0] & 0xff) << 8 | b[1] & 0xff;
        int second = (b[2] & 0xff) << 8 | b[3] & 0xff;
        if ((first & 0xe000) != 0x2000) return false;
        if (first == 0x2002 || first == 0x3fff) return false;
        return first != 0x2001 || second >= 0x0200 && second != 0x0db8;
    }
}
