package im.kith.xmpp;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The XML declaration that may precede a stream (XML 1.0 §2.8, RFC 6120 §11.5): version 1.0, encoding UTF-8 or unsaid.
final class XmlDeclaration {

    /// Longer than any sensible one.
    private static final int MOST_BYTES = 256;

    private static final Pattern GRAMMAR = Pattern.compile("<\\?xml"
            + "\\s+version\\s*=\\s*(?:'1\\.0'|\"1\\.0\")"
            + "(?:\\s+encoding\\s*=\\s*(?:'(?<single>[^'\"]*)'|\"(?<double>[^'\"]*)\"))?"
            + "(?:\\s+standalone\\s*=\\s*(?:'(?:yes|no)'|\"(?:yes|no)\"))?"
            + "\\s*\\?>");

    private XmlDeclaration() {}

    /// Whether `<?` at `from` begins a declaration, judged by as many bytes as there are.
    private static boolean begins(byte[] in, int from, int end) {
        var opening = "<?xml";
        for (int k = 0; k < opening.length() && from + k < end; k++) {
            if (in[from + k] != opening.charAt(k)) return false;
        }
        return end - from <= 5 || in[from + 5] == '?' || XmlChars.is(XmlChars.SPACE, in[from + 5]);
    }

    /// Reads the declaration at `from`. Answers the index after it, or -1 when it is unfinished.
    static int read(byte[] in, int from, int end) throws XmlException {
        if (!begins(in, from, end)) throw XmlException.restricted("Processing instructions are not allowed.");
        for (int i = from + 2; i + 1 < end; i++) {
            if (in[i] == '?' && in[i + 1] == '>') {
                check(new String(in, from, i + 2 - from, StandardCharsets.ISO_8859_1));
                return i + 2;
            }
            if (in[i] == '<' || i - from > MOST_BYTES)
                throw XmlException.notWellFormed("An XML declaration without end.");
        }
        return -1;
    }

    private static void check(String declaration) throws XmlException {
        var match = GRAMMAR.matcher(declaration);
        if (!match.matches()) throw XmlException.notWellFormed("Not an XML 1.0 declaration.");
        var encoding = match.group("single") != null ? match.group("single") : match.group("double");
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
            throw XmlException.of(StreamError.Condition.UNSUPPORTED_ENCODING, "Only UTF-8 is spoken here.");
        }
    }
}
