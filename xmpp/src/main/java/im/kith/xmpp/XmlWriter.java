package im.kith.xmpp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Elements to bytes (UTF-8), many into one buffer if need be.
///
/// An element's namespace is declared as the default one where it differs from the one around it. Prefixes are used for
/// `stream:`, which a stream's header declares, for `xml:`, and for attributes that have a namespace. Characters that
/// XML does not allow become U+FFFD, so that what our own code says can never break a peer's stream.
///
/// Not thread-safe; the static methods are.
public final class XmlWriter {

    /// What a character of ASCII needs: nothing, to be escaped in attributes only, or everywhere.
    private static final byte PLAIN = 0;

    private static final byte ESCAPED_IN_VALUE = 1;
    private static final byte ESCAPED = 2;
    private static final byte[] NEEDS = new byte[128];
    private static final byte[][] ESCAPES = new byte[128][];
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
    private static final byte[] DECLARATION = "<?xml version='1.0'?>".getBytes(StandardCharsets.US_ASCII);

    static {
        for (int c = 0; c < ' '; c++) escape(c, ESCAPED, REPLACEMENT);
        escape('\t', ESCAPED_IN_VALUE, ascii("&#9;"));
        escape('\n', ESCAPED_IN_VALUE, ascii("&#10;"));
        escape('\r', ESCAPED, ascii("&#13;"));
        escape('<', ESCAPED, ascii("&lt;"));
        escape('>', ESCAPED, ascii("&gt;"));
        escape('&', ESCAPED, ascii("&amp;"));
        escape('\'', ESCAPED_IN_VALUE, ascii("&apos;"));
    }

    private static void escape(int c, byte need, byte[] by) {
        NEEDS[c] = need;
        ESCAPES[c] = by;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] buffer;
    private int length;

    public XmlWriter(int capacityBytes) {
        this.buffer = new byte[Math.max(16, capacityBytes)];
    }

    /// The element as it stands inside a stream whose default namespace is `around`; as a document of its own when
    /// `around` is "" (RFC 7395 §3.3).
    public static byte[] toBytes(Element element, String around) {
        return new XmlWriter(512).write(element, around).toBytes();
    }

    /// The element as a document of its own.
    public static String toString(Element element) {
        var writer = new XmlWriter(512).write(element, "");
        return new String(writer.buffer, 0, writer.length, StandardCharsets.UTF_8);
    }

    /// Appends the element as it stands inside a stream whose default namespace is `around`; as a document of its own
    /// when `around` is "".
    public XmlWriter write(Element element, String around) {
        writeElement(element, around, !around.isEmpty());
        return this;
    }

    /// Appends an XML declaration and a stream's header: `<stream:stream …>`. The header's attribute `xmlns` becomes
    /// its default namespace, as in what [XmlReader.Handler#streamOpened] is told.
    public XmlWriter openStream(Element header) {
        raw(DECLARATION);
        raw("<stream:");
        raw(header.name());
        attribute("xmlns", header.attribute("xmlns", Stanza.CLIENT));
        attribute("xmlns:stream", header.namespace());
        writeAttributes(header);
        raw('>');
        return this;
    }

    /// Appends `</stream:stream>`.
    public XmlWriter closeStream() {
        raw("</stream:stream>");
        return this;
    }

    /// The bytes written since the last [#clear]: the first [#size] of this array, which is the writer's own.
    public byte[] array() {
        return buffer;
    }

    public int size() {
        return length;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }

    /// Forgets what was written, keeps the buffer.
    public void clear() {
        length = 0;
    }

    private void writeElement(Element element, String around, boolean hasStreamPrefix) {
        var namespace = element.namespace();
        boolean isStream = namespace.equals(StreamError.STREAMS);
        boolean isXml = !isStream && namespace.equals(XmlPrefixes.XML);
        raw('<');
        int nameFrom = length;
        if (isStream) raw("stream:");
        else if (isXml) raw("xml:");
        raw(element.name());
        int nameTo = length;
        var inside = isStream || isXml ? around : namespace;
        if (!inside.equals(around)) attribute("xmlns", inside);
        if (isStream && !hasStreamPrefix) attribute("xmlns:stream", namespace);
        writeAttributes(element);
        int children = element.childCount();
        if (children == 0) {
            raw('/');
            raw('>');
            return;
        }
        raw('>');
        for (int i = 0; i < children; i++) {
            if (element.childAt(i) instanceof Element child) writeElement(child, inside, hasStreamPrefix || isStream);
            else escaped((String) element.childAt(i), ESCAPED_IN_VALUE);
        }
        int nameLength = nameTo - nameFrom;
        reserve(nameLength + 3);
        buffer[length++] = '<';
        buffer[length++] = '/';
        System.arraycopy(buffer, nameFrom, buffer, length, nameLength);
        length += nameLength;
        buffer[length++] = '>';
    }

    private void writeAttributes(Element element) {
        for (int i = 0; i < element.attributeCount(); i++) {
            var name = element.attributeName(i);
            if (name.charAt(0) == '{') attributeOfNamespace(element, i);
            else if (!name.equals("xmlns")) attribute(name, element.attributeValue(i));
        }
    }

    /// An attribute `{namespace}name`: with a prefix of its own, declared right there.
    private void attributeOfNamespace(Element element, int index) {
        var name = element.attributeName(index);
        int brace = name.indexOf('}');
        var prefix = "a" + index;
        attribute("xmlns:" + prefix, name.substring(1, brace));
        attribute(prefix + ":" + name.substring(brace + 1), element.attributeValue(index));
    }

    private void attribute(String name, String value) {
        raw(' ');
        raw(name);
        raw('=');
        raw('\'');
        escaped(value, PLAIN);
        raw('\'');
    }

    private void raw(char c) {
        reserve(1);
        buffer[length++] = (byte) c;
    }

    private void raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    /// A name: nothing in it wants to be escaped.
    private void raw(String name) {
        int count = name.length();
        reserve(count);
        var out = buffer;
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = name.charAt(i);
            if (c >= 0x80) {
                raw(name.getBytes(StandardCharsets.UTF_8));
                return;
            }
            out[at + i] = (byte) c;
        }
        length = at + count;
    }

    /// Text or a value; what needs more than `most` is escaped.
    private void escaped(String text, byte most) {
        int count = text.length();
        reserve(count);
        var out = buffer;
        int at = length;
        int i = 0;
        for (; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || NEEDS[c] > most) break;
            out[at + i] = (byte) c;
        }
        length = at + i;
        if (i < count) escapedSlowly(text, i, most);
    }

    private void escapedSlowly(String text, int from, byte most) {
        int count = text.length();
        for (int i = from; i < count; i++) {
            char c = text.charAt(i);
            reserve(count - i + 6);
            if (c < 0x80) {
                if (NEEDS[c] > most) raw(ESCAPES[c]);
                else buffer[length++] = (byte) c;
            } else if (c < 0x800) {
                buffer[length++] = (byte) (0xC0 | c >> 6);
                buffer[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                if (c >= 0xFFFE) {
                    raw(REPLACEMENT);
                    continue;
                }
                buffer[length++] = (byte) (0xE0 | c >> 12);
                buffer[length++] = (byte) (0x80 | (c >> 6 & 0x3F));
                buffer[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < count && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                buffer[length++] = (byte) (0xF0 | point >> 18);
                buffer[length++] = (byte) (0x80 | (point >> 12 & 0x3F));
                buffer[length++] = (byte) (0x80 | (point >> 6 & 0x3F));
                buffer[length++] = (byte) (0x80 | (point & 0x3F));
            } else {
                raw(REPLACEMENT);
            }
        }
    }

    private void reserve(int more) {
        if (buffer.length - length < more) buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
    }
}
