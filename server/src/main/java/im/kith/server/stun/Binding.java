package im.kith.server.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/// RFC 8489: a Binding request and its answer, which tells the sender the address that it was seen at.
///
/// ```
/// 0           2           4                       8                                  20
/// | 0x0001    | length    | cookie 0x2112A442     | transaction id, 12 bytes         | attributes
///   attribute:  | type    | length    | value, filled up to a multiple of 4
/// ```
/// Answered are whole and sound Binding requests only; whatever else comes (indications, answers, other methods, RFC
/// 3489 without the cookie, a wrong fingerprint) gets no word, as who sent it may be somebody else. An attribute that
/// must be understood and is not, such as those by which RFC 5780 asks for an answer from another address, is named in
/// an error 420. Nobody needs credentials: what belongs to them is passed over.
///
/// An answer is at most [#MOST_MORE] bytes longer than its request: nothing to be gained for who sends in the name of
/// another. Allocates nothing but the bytes of an address. One thread at a time.
final class Binding {

    /// The smallest datagram that IPv4 must take whole, without its headers (RFC 8489 §6.1).
    static final int MOST_BYTES = 548;

    static final int MOST_MORE = 24;

    private static final int HEADER = 20;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int COOKIE = 0x2112A442;
    private static final short REQUEST = 0x0001;
    private static final short SUCCESS = 0x0101;
    private static final short ERROR = 0x0111;

    private static final short ERROR_CODE = 0x0009;
    private static final short UNKNOWN_ATTRIBUTES = 0x000A;
    private static final short XOR_MAPPED_ADDRESS = 0x0020;
    private static final int FINGERPRINT = 0x8028;
    private static final int FINGERPRINT_MASK = 0x5354554E;
    /// From here on attributes may be passed over.
    private static final int OPTIONAL = 0x8000;

    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    /// MAPPED-ADDRESS, USERNAME, MESSAGE-INTEGRITY, ERROR-CODE, UNKNOWN-ATTRIBUTES, REALM, NONCE,
    /// MESSAGE-INTEGRITY-SHA256, PASSWORD-ALGORITHM, USERHASH, XOR-MAPPED-ADDRESS: understood, and nothing to us.
    private static final Set<Integer> UNDERSTOOD =
            Set.of(0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020);

    private static final int UNKNOWN_CODE = 0x0414;
    private static final byte[] UNKNOWN = "Unknown".getBytes(StandardCharsets.US_ASCII);

    private final CRC32 crc = new CRC32();
    private final int[] unknown = new int[(MOST_BYTES - HEADER) / ATTRIBUTE_HEADER];

    /// Writes the answer to `request`, both backed by arrays and begun at 0, for the one who was seen at `from`; writes
    /// nothing if it gets none.
    ///
    /// @param answer has room for `MOST_BYTES + MOST_MORE`
    void answer(ByteBuffer request, InetSocketAddress from, ByteBuffer answer) {
        if (!isBinding(request)) return;
        int end = request.limit();
        int unknowns = 0;
        boolean sealed = false;
        boolean fingerprinted = false;
        for (int at = HEADER; at < end; ) {
            int type = Short.toUnsignedInt(request.getShort(at));
            int length = Short.toUnsignedInt(request.getShort(at + 2));
            int next = at + ATTRIBUTE_HEADER + padded(length);
            if (next > end) return;
            if (type == FINGERPRINT) {
                boolean sound = length == 4 && next == end && request.getInt(at + 4) == fingerprint(request, at);
                if (!sound) return;
                fingerprinted = true;
            } else if (!sealed && type < OPTIONAL && !UNDERSTOOD.contains(type)) {
                unknown[unknowns++] = type;
            }
            // What follows is covered by no signature: it does not count (RFC 8489 §14.5).
            sealed |= type == MESSAGE_INTEGRITY || type == MESSAGE_INTEGRITY_SHA256;
            at = next;
        }
        answer.putShort(unknowns > 0 ? ERROR : SUCCESS).putShort((short) 0);
        answer.put(4, request, 4, HEADER - 4).position(HEADER);
        if (unknowns > 0) putUnknown(answer, unknowns);
        else putAddress(answer, from.getAddress(), from.getPort());
        putLength(answer, fingerprinted ? 8 : 0);
        if (fingerprinted) {
            int sum = fingerprint(answer, answer.position());
            answer.putShort((short) FINGERPRINT).putShort((short) 4).putInt(sum);
        }
    }

    private static boolean isBinding(ByteBuffer request) {
        int size = request.limit();
        return size >= HEADER
                && size <= MOST_BYTES
                && size % 4 == 0
                && request.getShort(0) == REQUEST
                && Short.toUnsignedInt(request.getShort(2)) == size - HEADER
                && request.getInt(4) == COOKIE;
    }

    private void putUnknown(ByteBuffer answer, int unknowns) {
        answer.putShort(ERROR_CODE).putShort((short) (4 + UNKNOWN.length)).putInt(UNKNOWN_CODE);
        answer.put(UNKNOWN).put(new byte[] {0});
        answer.putShort(UNKNOWN_ATTRIBUTES).putShort((short) (2 * unknowns));
        for (int i = 0; i < unknowns; i++) answer.putShort((short) unknown[i]);
        if (unknowns % 2 == 1) answer.putShort((short) 0);
    }

    /// The cookie and the transaction id are laid over the address, so that no NAT on the way rewrites what looks like
    /// one.
    private static void putAddress(ByteBuffer answer, InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        answer.putShort(XOR_MAPPED_ADDRESS).putShort((short) (4 + bytes.length));
        answer.putShort((short) (bytes.length == 4 ? 1 : 2)).putShort((short) (port ^ COOKIE >>> 16));
        for (int i = 0; i < bytes.length; i++) answer.put((byte) (bytes[i] ^ answer.get(4 + i)));
    }

    /// The length of what is in `message` and of `more` bytes to come.
    private static void putLength(ByteBuffer message, int more) {
        message.putShort(2, (short) (message.position() - HEADER + more));
    }

    private int fingerprint(ByteBuffer message, int bytes) {
        crc.reset();
        crc.update(message.array(), message.arrayOffset(), bytes);
        return (int) crc.getValue() ^ FINGERPRINT_MASK;
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }
}
