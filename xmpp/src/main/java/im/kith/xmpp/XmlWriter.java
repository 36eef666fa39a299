package im.kith.xmpp;

import java.nio.charset.StandardCharsets;

/// Elements to bytes (UTF-8). An element's namespace is declared where it differs from the one around it; prefixes are
/// used for `stream:` and `xml:` only.
public final class XmlWriter {

    private XmlWriter() {}

    /// The element as it stands inside a stream whose default namespace is `around`.
    public static byte[] toBytes(Element element, String around) {
        var out = new StringBuilder(256);
        write(element, around, out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    public static String toString(Element element) {
        var out = new StringBuilder(256);
        write(element, "", out);
        return out.toString();
    }

    private static void write(Element element, String around, StringBuilder out) {
        boolean stream = element.namespace().equals(StreamError.STREAMS);
        var name = stream ? "stream:" + element.name() : element.name();
        var inside = stream ? around : element.namespace();
        out.append('<').append(name);
        if (!inside.equals(around)) attribute("xmlns", inside, out);
        for (int i = 0; i < element.attributeCount(); i++) {
            attribute(element.attributeName(i), element.attributeValue(i), out);
        }
        if (element.childCount() == 0) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (int i = 0; i < element.childCount(); i++) {
            if (element.childAt(i) instanceof Element child) write(child, inside, out);
            else escape((String) element.childAt(i), out);
        }
        out.append("</").append(name).append('>');
    }

    private static void attribute(String name, String value, StringBuilder out) {
        out.append(' ').append(name).append("='");
        escape(value, out);
        out.append('\'');
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '\'' -> out.append("&apos;");
                case '"' -> out.append("&quot;");
                default -> out.append(c);
            }
        }
    }
}
