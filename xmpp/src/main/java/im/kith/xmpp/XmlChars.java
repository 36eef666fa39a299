package im.kith.xmpp;

import static im.kith.xmpp.StreamError.Condition.UNSUPPORTED_ENCODING;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What a byte may be in XML 1.0 (fifth edition): a table for ASCII, a validating decoder for the rest of UTF-8.
final class XmlChars {

    /// May begin a name. `:` is left out: prefixes are taken apart while scanning.
    static final int NAME_START = 1;
    /// May continue a name.
    static final int NAME = 2;
    /// Stands for itself in text and needs no second look.
    static final int TEXT = 4;
    /// Stands for itself in an attribute value and needs no second look.
    static final int VALUE = 8;

    static final int SPACE = 16;

    /// The classes of each byte; those from 0x80 have none, they are for [#decode].
    static final byte[] CLASS = new byte[256];

    static {
        for (int c = 0; c < 0x80; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            boolean space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            int classes = 0;
            if (letter) classes |= NAME_START | NAME;
            if ((c >= '0' && c <= '9') || c == '-' || c == '.') classes |= NAME;
            if (space) classes |= SPACE;
            if ((c >= ' ' || c == '\t' || c == '\n') && c != '<' && c != '&' && c != ']') classes |= TEXT;
            if (c >= ' ' && c != '<' && c != '&' && c != '\'' && c != '"') classes |= VALUE;
            CLASS[c] = (byte) classes;
        }
    }

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private XmlChars() {}

    /// From `i` on over bytes that stand for themselves in text: to the first that may not, or `end`.
    static int skipText(byte[] in, int i, int end) {
        for (; i + 8 <= end; i += 8) {
            long eight = (long) LONG.get(in, i);
            if ((notPlain(eight) | holds(eight, ']')) != 0) break;
        }
        while (i < end && is(TEXT, in[i])) i++;
        return i;
    }

    /// The same in an attribute's value.
    static int skipValue(byte[] in, int i, int end) {
        for (; i + 8 <= end; i += 8) {
            long eight = (long) LONG.get(in, i);
            if ((notPlain(eight) | holds(eight, '\'') | holds(eight, '"')) != 0) break;
        }
        while (i < end && is(VALUE, in[i])) i++;
        return i;
    }

    /// Not 0 if any of eight bytes is a control character, no ASCII, `<` or `&`.
    private static long notPlain(long eight) {
        return ((eight | ((eight - ONES * ' ') & ~eight)) & HIGHS) | holds(eight, '<') | holds(eight, '&');
    }

    private static long holds(long eight, char c) {
        long differing = eight ^ ONES * c;
        return differing - ONES & ~differing & HIGHS;
    }

    static boolean is(int classes, byte b) {
        return (CLASS[b & 0xff] & classes) != 0;
    }

    /// The character at `i`, whose byte there is not ASCII; -1 when its last bytes are not there yet.
    /// Refuses what is no UTF-8 (overlong, surrogates, beyond U+10FFFF) and what XML does not allow.
    static int decode(byte[] in, int i, int end) throws XmlException {
        int lead = in[i] & 0xff;
        if (lead < 0xC2 || lead > 0xF4) throw malformed();
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int c = lead & (0x7F >> length);
        for (int k = 1; k < length; k++) {
            if (i + k >= end) return -1;
            int next = in[i + k];
            if ((next & 0xC0) != 0x80) throw malformed();
            c = c << 6 | (next & 0x3F);
        }
        if (length == 3) {
            if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) throw malformed();
            if (c >= 0xFFFE) throw XmlException.notWellFormed("A character that XML does not allow.");
        } else if (length == 4 && (c < 0x10000 || c > 0x10FFFF)) {
            throw malformed();
        }
        return c;
    }

    static int utf8Length(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    private static XmlException malformed() {
        return XmlException.of(UNSUPPORTED_ENCODING, "These bytes are no UTF-8. Send UTF-8 only.");
    }

    /// XML 1.0 `Char`.
    static boolean isAllowed(int c) {
        return c >= 0x20
                ? c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF)
                : c == '\t' || c == '\n' || c == '\r';
    }

    /// XML 1.0 `NameStartChar` from U+0080 on.
    static boolean isNameStart(int c) {
        return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7)
                || (c >= 0x370 && c <= 0x1FFF && c != 0x37E)
                || c == 0x200C
                || c == 0x200D
                || (c >= 0x2070 && c <= 0x218F)
                || (c >= 0x2C00 && c <= 0x2FEF)
                || (c >= 0x3001 && c <= 0xD7FF)
                || (c >= 0xF900 && c <= 0xFDCF)
                || (c >= 0xFDF0 && c <= 0xFFFD)
                || (c >= 0x10000 && c <= 0xEFFFF);
    }

    /// XML 1.0 `NameChar` from U+0080 on.
    static boolean isName(int c) {
        return isNameStart(c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
    }

    /// Where the name without colon that begins at `i` ends: at most `end`, then it may go on. Refuses what is no name.
    static int endOfName(byte[] in, int i, int end, int most) throws XmlException {
        int from = i;
        while (i < end) {
            byte b = in[i];
            if (is(NAME, b)) {
                if (i == from && !is(NAME_START, b)) throw notAName();
                i++;
            } else if (b < 0) {
                int c = decode(in, i, end);
                if (c < 0) return end;
                if (!isName(c) || (i == from && !isNameStart(c))) throw notAName();
                i += utf8Length(c);
            } else {
                if (i == from) throw notAName();
                break;
            }
        }
        if (i - from > most) throw XmlException.overLimit("A name is longer than " + most + " bytes.");
        return i;
    }

    private static XmlException notAName() {
        return XmlException.notWellFormed("A name was expected.");
    }

    /// The reference that begins with `&` at `i`: the character in the lower half, its length in bytes in the upper;
    /// -1 when its end is not there yet. Only characters and the five predefined entities (RFC 6120 §11.1).
    static long reference(byte[] in, int i, int end) throws XmlException {
        final int most = 32;
        int semicolon = i + 1;
        while (semicolon < end && in[semicolon] != ';') {
            byte b = in[semicolon];
            if (b >= 0 && !is(NAME, b) && !(b == '#' && semicolon == i + 1) && b != ':') {
                throw XmlException.notWellFormed("An ampersand stands alone. Write &amp;.");
            }
            if (++semicolon - i > most) throw XmlException.restricted("Only the five predefined entities are allowed.");
        }
        if (semicolon == end) return -1;
        long length = semicolon + 1L - i;
        int c = in[i + 1] == '#' ? number(in, i + 2, semicolon) : predefined(in, i + 1, semicolon - i - 1);
        return length << 32 | c;
    }

    private static int predefined(byte[] in, int i, int length) throws XmlException {
        if (length == 0) throw XmlException.notWellFormed("An empty entity reference.");
        int word = 0;
        for (int k = 0; k < length && length <= 4; k++) word = word << 8 | (in[i + k] & 0xff);
        return switch (word) {
            case 'l' << 8 | 't' -> '<';
            case 'g' << 8 | 't' -> '>';
            case 'a' << 16 | 'm' << 8 | 'p' -> '&';
            case 'a' << 24 | 'p' << 16 | 'o' << 8 | 's' -> '\'';
            case 'q' << 24 | 'u' << 16 | 'o' << 8 | 't' -> '"';
            default -> throw XmlException.restricted("Only the five predefined entities are allowed.");
        };
    }

    private static int number(byte[] in, int i, int end) throws XmlException {
        int radix = i < end && in[i] == 'x' ? 16 : 10;
        if (radix == 16) i++;
        int c = 0;
        boolean any = false;
        for (; i < end; i++) {
            int digit = in[i] < 0 ? -1 : Character.digit(in[i], radix);
            if (digit < 0) throw XmlException.notWellFormed("A character reference that is no number.");
            c = c * radix + digit;
            any = true;
            if (c > 0x10FFFF) break;
        }
        if (!any || !isAllowed(c)) {
            throw XmlException.notWellFormed("A reference to a character that XML does not allow.");
        }
        return c;
    }
}
