package im.kith.xmpp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text that arrives in pieces, kept as UTF-8 until it is complete. What is added has been validated.
final class XmlText {

    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int length;
    private boolean ascii = true;

    /// The text of these validated bytes.
    static String of(byte[] in, int from, int to, boolean ascii) {
        return new String(in, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    boolean isEmpty() {
        return length == 0;
    }

    void add(byte[] in, int from, int to, boolean onlyAscii) {
        int more = to - from;
        if (more == 0) return;
        reserve(more);
        System.arraycopy(in, from, bytes, length, more);
        length += more;
        ascii &= onlyAscii;
    }

    void add(int c) {
        reserve(4);
        if (c < 0x80) {
            bytes[length++] = (byte) c;
            return;
        }
        ascii = false;
        int rest = XmlChars.utf8Length(c) - 1;
        bytes[length++] = (byte) (rest == 1 ? 0xC0 | c >> 6 : rest == 2 ? 0xE0 | c >> 12 : 0xF0 | c >> 18);
        for (int shift = 6 * (rest - 1); shift >= 0; shift -= 6) bytes[length++] = (byte) (0x80 | (c >> shift & 0x3F));
    }

    /// All that was added; nothing is left.
    String take() {
        var text = of(bytes, 0, length, ascii);
        clear();
        return text;
    }

    void clear() {
        length = 0;
        ascii = true;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(64, 2 * (length + more)));
    }
}
