package im.kith.xmpp;

import static im.kith.xmpp.XmlChars.NAME;
import static im.kith.xmpp.XmlChars.SPACE;
import static im.kith.xmpp.XmlChars.VALUE;
import static im.kith.xmpp.XmlChars.is;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One start tag taken apart: name, attributes, namespace declarations. Reused for the next; not thread-safe.
final class StartTag {

    private static final String[] NO_ATTRIBUTES = {};

    private final XmlReader.Limits limits;
    private final XmlPrefixes prefixes;
    private final XmlText value = new XmlText();

    /// The name as written, prefix included; the end tag must spell it the same.
    String qualifiedName = "";

    String localName = "";
    private @Nullable String prefix;
    boolean isEmptyElement;
    private @Nullable String declaredDefault;

    /// Name, value, name, value; names as written.
    private String[] attributes = new String[16];

    private int attributesLength;
    private boolean hasPrefixedAttribute;
    private int declarations;
    private int attributeNamespaceLength;

    StartTag(XmlReader.Limits limits, XmlPrefixes prefixes) {
        this.limits = limits;
        this.prefixes = prefixes;
    }

    /// Reads the tag whose `<` is at `from`. Answers the index after its `>`, or -1 when that is not there yet: then
    /// nothing has changed, and the same bytes and more are to be offered again.
    int read(byte[] in, int from, int end) throws XmlException {
        int mark = prefixes.mark();
        int next = readTag(in, from, end, mark);
        if (next < 0) prefixes.backTo(mark);
        return next;
    }

    private int readTag(byte[] in, int from, int end, int mark) throws XmlException {
        attributesLength = 0;
        hasPrefixedAttribute = false;
        declaredDefault = null;
        declarations = 0;
        prefix = null;
        isEmptyElement = false;

        int nameFrom = from + 1;
        int i = endOfName(in, nameFrom, end);
        if (i >= end) return -1;
        if (in[i] == ':') {
            int colon = i;
            i = endOfName(in, colon + 1, end);
            if (i >= end) return -1;
            prefix = name(in, nameFrom, colon);
            localName = name(in, colon + 1, i);
            qualifiedName = name(in, nameFrom, i);
        } else {
            localName = name(in, nameFrom, i);
            qualifiedName = localName;
        }
        while (true) {
            int before = i;
            while (i < end && is(SPACE, in[i])) i++;
            if (i >= end) return -1;
            if (in[i] == '>') return i + 1;
            if (in[i] == '/') {
                if (i + 1 >= end) return -1;
                if (in[i + 1] != '>') throw XmlException.notWellFormed("A slash within a tag.");
                isEmptyElement = true;
                return i + 2;
            }
            if (i == before) throw XmlException.notWellFormed("A space was expected before an attribute.");
            i = readAttribute(in, i, end, mark);
            if (i < 0) return -1;
        }
    }

    private int readAttribute(byte[] in, int from, int end, int mark) throws XmlException {
        int nameEnd = endOfName(in, from, end);
        if (nameEnd >= end) return -1;
        int colon = -1;
        if (in[nameEnd] == ':') {
            colon = nameEnd;
            nameEnd = endOfName(in, colon + 1, end);
            if (nameEnd >= end) return -1;
        }
        int i = nameEnd;
        while (i < end && is(SPACE, in[i])) i++;
        if (i >= end) return -1;
        if (in[i] != '=') throw XmlException.notWellFormed("An attribute without a value.");
        i++;
        while (i < end && is(SPACE, in[i])) i++;
        if (i >= end) return -1;
        byte quote = in[i];
        if (quote != '\'' && quote != '"') throw XmlException.notWellFormed("An attribute's value without quotes.");
        int valueFrom = i + 1;
        i = XmlChars.skipValue(in, valueFrom, end);
        if (i >= end) return -1;

        @Nullable String text = null;
        if (in[i] != quote) {
            i = readValue(in, valueFrom, i, end, quote);
            if (i < 0) return -1;
            text = value.take();
        }
        if (isXmlns(in, from, colon < 0 ? nameEnd : colon)) {
            declare(
                    text == null ? Words.ascii(in, valueFrom, i) : text,
                    colon < 0 ? null : name(in, colon + 1, nameEnd),
                    mark);
        } else {
            add(name(in, from, nameEnd), text == null ? plain(in, valueFrom, i) : text, colon >= 0);
        }
        return i + 1;
    }

    private static boolean isXmlns(byte[] in, int from, int to) {
        return to - from == 5
                && in[from] == 'x'
                && in[from + 1] == 'm'
                && in[from + 2] == 'l'
                && in[from + 3] == 'n'
                && in[from + 4] == 's';
    }

    /// Short values are often well-known words (`chat`, `result`).
    private static String plain(byte[] in, int from, int to) {
        return to - from <= 8 ? Words.ascii(in, from, to) : XmlText.of(in, from, to, true);
    }

    /// The rest of a value from `i` on, normalised (XML 1.0 §3.3.3), into [#value]. Answers where its quote is, or -1.
    private int readValue(byte[] in, int valueFrom, int from, int end, byte quote) throws XmlException {
        value.clear();
        int start = valueFrom;
        int i = from;
        boolean ascii = true;
        while (i < end) {
            byte b = in[i];
            if (is(VALUE, b)) {
                i = XmlChars.skipValue(in, i, end);
            } else if (b == quote) {
                value.add(in, start, i, ascii);
                return i;
            } else if (b < 0) {
                int c = XmlChars.decode(in, i, end);
                if (c < 0) return -1;
                i += XmlChars.utf8Length(c);
                ascii = false;
            } else if (b == '&') {
                long reference = XmlChars.reference(in, i, end);
                if (reference < 0) return -1;
                value.add(in, start, i, ascii);
                value.add((int) reference);
                i += (int) (reference >>> 32);
                start = i;
            } else if (b == '\t' || b == '\n' || b == '\r') {
                if (b == '\r' && i + 1 >= end) return -1;
                value.add(in, start, i, ascii);
                value.add(' ');
                i += b == '\r' && in[i + 1] == '\n' ? 2 : 1;
                start = i;
            } else if (b == '\'' || b == '"') {
                i++;
            } else if (b == '<') {
                throw XmlException.notWellFormed("A < within an attribute's value. Write &lt;.");
            } else {
                throw XmlException.notWellFormed("A control character that XML does not allow.");
            }
        }
        return -1;
    }

    private int endOfName(byte[] in, int from, int end) throws XmlException {
        int i = from;
        if (i < end && is(XmlChars.NAME_START, in[i])) {
            i++;
            while (i < end && is(NAME, in[i])) i++;
        }
        if (i >= end || in[i] < 0 || i == from || i - from > limits.nameBytes()) {
            return XmlChars.endOfName(in, from, end, limits.nameBytes());
        }
        return i;
    }

    static String name(byte[] in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] < 0) return new String(in, from, to - from, StandardCharsets.UTF_8);
        }
        return Words.ascii(in, from, to);
    }

    private void declare(String namespace, @Nullable String prefix, int mark) throws XmlException {
        if (attributesLength / 2 + ++declarations > limits.attributesPerElement()) throw tooMany();
        if (prefix != null) {
            prefixes.declare(prefix, namespace, mark);
            return;
        }
        if (declaredDefault != null) throw XmlException.notWellFormed("The default namespace is declared twice.");
        if (namespace.equals(XmlPrefixes.XML) || namespace.equals(XmlPrefixes.XMLNS)) {
            throw XmlException.notWellFormed("A reserved namespace cannot be the default.");
        }
        declaredDefault = namespace;
    }

    private void add(String name, String text, boolean hasPrefix) throws XmlException {
        if (attributesLength / 2 + declarations >= limits.attributesPerElement()) throw tooMany();
        if (attributesLength == attributes.length) attributes = Arrays.copyOf(attributes, 2 * attributesLength);
        attributes[attributesLength++] = name;
        attributes[attributesLength++] = text;
        hasPrefixedAttribute |= hasPrefix;
    }

    private static XmlException tooMany() {
        return XmlException.overLimit("Too many attributes in one element.");
    }

    /// The default namespace within the element, `inherited` from around it unless the tag declares one.
    String defaultNamespace(String inherited) {
        return declaredDefault == null ? inherited : declaredDefault;
    }

    /// The element's own namespace, given the default one within it.
    String namespace(String defaultNamespace) throws XmlException {
        return prefix == null ? defaultNamespace : resolve(prefix);
    }

    /// The length of all namespaces of attributes together: known after [#attributes].
    int attributeNamespaceLength() {
        return attributeNamespaceLength;
    }

    /// The attributes as [Element] names them.
    String[] attributes() throws XmlException {
        attributeNamespaceLength = 0;
        if (attributesLength == 0) return NO_ATTRIBUTES;
        var resolved = Arrays.copyOf(attributes, attributesLength);
        if (hasPrefixedAttribute) {
            for (int i = 0; i < resolved.length; i += 2) {
                int colon = resolved[i].indexOf(':');
                if (colon < 0 || resolved[i].startsWith("xml:")) continue;
                var namespace = resolve(resolved[i].substring(0, colon));
                attributeNamespaceLength += namespace.length();
                resolved[i] = "{" + namespace + "}" + resolved[i].substring(colon + 1);
            }
        }
        for (int i = 2; i < resolved.length; i += 2) {
            for (int k = 0; k < i; k += 2) {
                if (resolved[i].equals(resolved[k])) throw XmlException.notWellFormed("An attribute is given twice.");
            }
        }
        return resolved;
    }

    private String resolve(String wanted) throws XmlException {
        if (wanted.equals("xml")) return XmlPrefixes.XML;
        var namespace = wanted.equals("xmlns") ? null : prefixes.namespaceOf(wanted);
        if (namespace != null) return namespace;
        throw XmlException.of(
                StreamError.Condition.BAD_NAMESPACE_PREFIX,
                "A namespace prefix is not declared in the stream or stanza.");
    }
}
