package im.kith.xmpp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The namespace prefixes in force at one place of a document: those of the stream, then those of the open elements,
/// innermost last. The default namespace is not among them.
final class XmlPrefixes {

    static final String XML = "http://www.w3.org/XML/1998/namespace";
    static final String XMLNS = "http://www.w3.org/2000/xmlns/";
    static final String[] NONE = {};

    /// Prefix, namespace, prefix, namespace.
    private String[] pairs;

    private int length;
    private final int most;

    /// Begins with the stream's; holds at most `most` beyond them.
    XmlPrefixes(String[] stream, int most) {
        this.pairs = stream;
        this.length = stream.length;
        this.most = stream.length / 2 + most;
    }

    /// A mark to go [#backTo].
    int mark() {
        return length;
    }

    void backTo(int mark) {
        length = mark;
    }

    /// Declares a prefix in an element whose declarations began at `mark`.
    void declare(String prefix, String namespace, int mark) throws XmlException {
        if (prefix.equals("xmlns") || namespace.equals(XMLNS) || prefix.equals("xml") != namespace.equals(XML)) {
            throw XmlException.notWellFormed("The prefixes xml and xmlns are reserved.");
        }
        if (namespace.isEmpty()) throw XmlException.notWellFormed("A prefix cannot be undeclared.");
        for (int i = mark; i < length; i += 2) {
            if (pairs[i].equals(prefix)) throw XmlException.notWellFormed("A prefix is declared twice.");
        }
        if (length / 2 >= most) throw XmlException.overLimit("Too many namespace prefixes.");
        // The stream's own array is full and shared between its stanzas: the first declaration copies it.
        if (length == pairs.length) pairs = Arrays.copyOf(pairs, length + 8);
        pairs[length] = prefix;
        pairs[length + 1] = namespace;
        length += 2;
    }

    @Nullable
    String namespaceOf(String prefix) {
        for (int i = length - 2; i >= 0; i -= 2) {
            if (pairs[i].equals(prefix)) return pairs[i + 1];
        }
        return prefix.equals("xml") ? XML : null;
    }

    String[] toArray() {
        return length == 0 ? NONE : Arrays.copyOf(pairs, length);
    }
}
