package im.kith.xmpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random elements and random documents, from a seed.
final class Documents {

    private static final List<String> NAMESPACES = List.of(
            "jabber:client",
            "urn:xmpp:sid:0",
            "http://jabber.org/protocol/chatstates",
            "",
            "urn:a",
            "urn:é&'<\n",
            "jabber:server",
            StreamError.STREAMS);
    private static final List<String> NAMES = List.of(
            "message", "body", "a", "größe", "x-1.2_3", "名x", "stanza-id", "_", "anUnusuallyLongNameForAnElement");
    private static final String[] TEXTS = {
        "a",
        "Art thou not Romeo?",
        " ",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "é",
        "€",
        "😀",
        "&",
        "<",
        ">",
        "'",
        "\"",
        "]",
        "]]",
        "]]>",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\uFFFD",
        "\u007f",
        "x".repeat(70),
        "ü".repeat(40)
    };

    private final Random random;

    Documents(long seed) {
        this.random = new Random(seed);
    }

    /// A tree as the reader makes them: no empty text, no two texts side by side.
    Element element() {
        return element(0);
    }

    private Element element(int depth) {
        var element = Element.build(any(NAMESPACES), any(NAMES));
        var used = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            var name = attributeName();
            if (used.contains(name)) continue;
            used.add(name);
            element.attribute(name, text());
        }
        boolean wasText = false;
        for (int i = depth > 4 ? 0 : random.nextInt(4); i > 0; i--) {
            if (wasText || random.nextBoolean()) {
                element.child(element(depth + 1));
                wasText = false;
            } else {
                var text = text();
                element.text(text);
                wasText = !text.isEmpty();
            }
        }
        return element.build();
    }

    private String attributeName() {
        return switch (random.nextInt(6)) {
            case 0 -> "xml:lang";
            case 1 -> {
                var namespace = any(NAMESPACES);
                yield namespace.isEmpty() ? "plain" : "{" + namespace + "}" + any(NAMES);
            }
            default -> any(NAMES);
        };
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) text.append(TEXTS[random.nextInt(TEXTS.length)]);
        return text.toString();
    }

    /// A document written in unusual ways, mostly well-formed, sometimes not.
    String document() {
        var out = new StringBuilder();
        document(out, 0);
        if (random.nextInt(4) == 0) out.append(space());
        return out.toString();
    }

    private void document(StringBuilder out, int depth) {
        var declared = List.of("p", "q", "é");
        var name = (random.nextInt(3) == 0 && (depth > 0 || random.nextInt(9) == 0) ? any(declared) + ":" : "")
                + any(NAMES);
        out.append('<').append(name);
        if (depth == 0) out.append(" xmlns:p='urn:p' xmlns:q=\"urn:q&amp;\" xmlns:é='urn:p'");
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append(random.nextInt(50) == 0 ? "" : " " + space());
            var attribute =
                    switch (random.nextInt(6)) {
                        case 0 -> "xmlns";
                        case 1 -> "xmlns:" + any(declared);
                        case 2 -> any(declared) + ":" + any(NAMES);
                        default -> any(NAMES) + (random.nextInt(4) == 0 ? "" : i);
                    };
            out.append(attribute);
            out.append(space()).append('=').append(space());
            char quote = random.nextBoolean() ? '"' : '\'';
            // Aalto lets a prefix be undeclared, which Namespaces in XML 1.0 does not, and keeps CR in namespaces.
            out.append(quote)
                    .append(attribute.startsWith("xmlns:") ? "urn:" : "")
                    .append(attribute.startsWith("xmlns") ? raw(quote).replaceAll("\\s", "") : raw(quote))
                    .append(quote);
        }
        out.append(space());
        if (depth > 4 || random.nextInt(3) == 0) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (int i = random.nextInt(5); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> document(out, depth + 1);
                case 1 ->
                    out.append("<![CDATA[").append(text().replace("]]>", "]>")).append("]]>");
                default -> out.append(raw('\0'));
            }
        }
        out.append("</")
                .append(random.nextInt(60) == 0 ? "a" : name)
                .append(space())
                .append('>');
    }

    private String raw(char quote) {
        var out = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> out.append("&amp;");
                case 1 ->
                    out.append("&#x")
                            .append(Integer.toHexString(random.nextInt(40) == 0 ? 1 : 0x20AC))
                            .append(';');
                case 2 -> out.append("&#13;&#10;&quot;&apos;&lt;&gt;");
                default -> {
                    var text = TEXTS[random.nextInt(TEXTS.length)];
                    boolean isSyntax =
                            text.equals("&") || text.equals("<") || text.indexOf(quote) >= 0 || text.equals("]]>");
                    if (!isSyntax || random.nextInt(50) == 0) out.append(text);
                }
            }
        }
        return out.toString();
    }

    private String space() {
        return random.nextInt(4) == 0 ? List.of(" ", "\n", "\t", "  ", "\r\n").get(random.nextInt(5)) : "";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
