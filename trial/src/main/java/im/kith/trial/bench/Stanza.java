package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/// A view of one element's bytes, without parsing more of it than is asked for. One per loop, moved from element to
/// element.
final class Stanza {

    private byte[] bytes = {};
    private int from;
    private int to;
    private int nameFrom;
    private int nameTo;
    private int tagEnd;
    private int bodyFrom;
    private int bodyTo;

    void over(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        nameFrom = from + 1;
        nameTo = nameEnd(nameFrom);
        nameFrom = localFrom(nameFrom, nameTo);
        tagEnd = tagEnd(from);
    }

    /// The local name of the element.
    boolean is(String name) {
        return equal(nameFrom, nameTo, name);
    }

    boolean isError() {
        return "error".equals(attribute("type"));
    }

    @Nullable
    String attribute(String name) {
        return attribute(nameTo, tagEnd, name);
    }

    private @Nullable String attribute(int begin, int end, String name) {
        var at = begin;
        while (at < end) {
            while (at < end && (isSpace(bytes[at]) || bytes[at] == '/')) {
                at++;
            }
            var keyFrom = at;
            while (at < end && bytes[at] != '=' && !isSpace(bytes[at])) {
                at++;
            }
            var keyTo = at;
            while (at < end && bytes[at] != '\'' && bytes[at] != '"') {
                at++;
            }
            if (at >= end) {
                return null;
            }
            var quote = bytes[at++];
            var valueFrom = at;
            while (at < end && bytes[at] != quote) {
                at++;
            }
            if (equal(keyFrom, keyTo, name)) {
                return new String(bytes, valueFrom, at - valueFrom, UTF_8);
            }
            at++;
        }
        return null;
    }

    /// Whether it has a body of its own with text: not one of a forwarded message. Then [#bodyFrom()] and [#bodyTo()]
    /// hold.
    boolean findBody() {
        var depth = 0;
        var at = from;
        while (at < to) {
            if (bytes[at] != '<') {
                at++;
                continue;
            }
            if (bytes[at + 1] == '/') {
                depth--;
                at = skipTo(at, (byte) '>');
                continue;
            }
            var end = tagEnd(at);
            var empty = bytes[end - 1] == '/';
            if (depth == 1 && !empty) {
                var nameEnd = nameEnd(at + 1);
                if (equal(localFrom(at + 1, nameEnd), nameEnd, "body")) {
                    bodyFrom = end + 1;
                    bodyTo = skipTo(end, (byte) '<');
                    return true;
                }
            }
            depth += empty ? 0 : 1;
            at = end + 1;
        }
        return false;
    }

    /// Whether an element of this name is anywhere inside.
    boolean has(String name) {
        for (var at = from; at < to; at++) {
            if (bytes[at] == '<') {
                var end = nameEnd(at + 1);
                if (equal(localFrom(at + 1, end), end, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The text right inside the element, up to the first child.
    String text() {
        if (bytes[tagEnd - 1] == '/') {
            return "";
        }
        var end = skipTo(tagEnd, (byte) '<');
        return new String(bytes, tagEnd + 1, end - tagEnd - 1, UTF_8).strip();
    }

    byte[] bytes() {
        return bytes;
    }

    int bodyFrom() {
        return bodyFrom;
    }

    int bodyTo() {
        return bodyTo;
    }

    private int skipTo(int at, byte wanted) {
        var i = at;
        while (i < to && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    private int nameEnd(int at) {
        var i = at;
        while (i < to && bytes[i] != '>' && bytes[i] != '/' && !isSpace(bytes[i])) {
            i++;
        }
        return i;
    }

    private int localFrom(int nameFrom, int nameTo) {
        for (var i = nameFrom; i < nameTo; i++) {
            if (bytes[i] == ':') {
                return i + 1;
            }
        }
        return nameFrom;
    }

    /// The position of the `>` that ends the tag which begins here.
    private int tagEnd(int at) {
        byte quote = 0;
        for (var i = at; i < to; i++) {
            var b = bytes[i];
            if (quote != 0) {
                quote = b == quote ? 0 : quote;
            } else if (b == '\'' || b == '"') {
                quote = b;
            } else if (b == '>') {
                return i;
            }
        }
        return to - 1;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\t' || b == '\r';
    }

    private boolean equal(int begin, int end, String ascii) {
        if (end - begin != ascii.length()) {
            return false;
        }
        for (var i = 0; i < ascii.length(); i++) {
            if (bytes[begin + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return new String(bytes, from, Math.min(to - from, 230), UTF_8);
    }
}
