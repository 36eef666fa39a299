package im.kith.xmpp;

import static im.kith.xmpp.XmlChars.SPACE;
import static im.kith.xmpp.XmlChars.TEXT;
import static im.kith.xmpp.XmlChars.is;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one element, in as many pieces as its bytes arrive in, and builds its tree on the way.
///
/// Text and whole tags are taken as they come; only an unfinished tag, reference or character is left for the next
/// piece. So every byte is read a bounded number of times, and an error shows when its tag is complete, not only when
/// the stanza is. Not thread-safe; a reader between elements has none.
final class ElementParser {

    private static final Object[] NO_CHILDREN = {};

    /// An open element.
    private static final class Frame {
        String qualifiedName = "";
        String localName = "";
        String namespace = "";
        String defaultNamespace = "";
        String[] attributes = XmlPrefixes.NONE;
        int prefixMark;
        int firstChild;
    }

    private final XmlReader.Limits limits;
    private final XmlPrefixes prefixes;
    private final String outerDefault;
    private final StartTag tag;
    private final UnfinishedTag unfinished = new UnfinishedTag();
    private final XmlText text = new XmlText();

    private Frame[] frames = new Frame[8];
    private int depth;
    /// The finished children of all open elements, each element's own from its `firstChild` on.
    private Object[] nodes = new Object[8];

    private int nodeCount;
    private int elementCount;
    /// How much longer the stanza may become when it is written again: a prefix is short, but what it stands for may be
    /// long, and has to be declared wherever the namespace changes.
    private long charged;

    private boolean inCdata;
    private int position;
    private @Nullable Element element;

    /// For an element inside a stream that declares these prefixes and this default namespace.
    ElementParser(XmlReader.Limits limits, String[] streamPrefixes, String streamDefault) {
        this.limits = limits;
        this.prefixes = new XmlPrefixes(streamPrefixes, limits.prefixes());
        this.outerDefault = streamDefault;
        this.tag = new StartTag(limits, prefixes);
    }

    /// The first byte that has not been read: after the element, or at what is unfinished.
    int position() {
        return position;
    }

    /// The element that has just been read completely. Ready for the next one afterwards.
    Element take() {
        var taken = element;
        if (taken == null) throw new IllegalStateException("the element is not complete");
        element = null;
        elementCount = 0;
        charged = 0;
        return taken;
    }

    /// Reads `in[from, end)`, at first the `<` of the element, later what [#position] left and what has come since.
    /// True: the element is complete. False: all is read but what [#position] leaves.
    boolean read(byte[] in, int from, int end) throws XmlException {
        position = from;
        while (true) {
            if (inCdata) {
                if (!readCdata(in, position, end)) return false;
            } else if (depth > 0 && !unfinished.isWaiting()) {
                if (!readText(in, position, end)) return false;
            }
            if (position >= end) return false;
            if (!readMarkup(in, position, end)) return false;
            if (depth == 0) return true;
        }
    }

    private boolean readMarkup(byte[] in, int from, int end) throws XmlException {
        if (unfinished.isWaiting() && !unfinished.hasEnd(in, from, end)) return false;
        if (from + 1 >= end) return false;
        int next;
        switch (in[from + 1]) {
            case '/' -> {
                if (depth == 0) throw XmlException.notWellFormed("An end tag without a start tag.");
                next = readEndTag(in, from, end);
            }
            case '!' -> {
                return beginCdata(in, from, end);
            }
            case '?' -> throw XmlException.restricted("Processing instructions are not allowed.");
            default -> next = readStartTag(in, from, end);
        }
        if (next < 0) {
            if (unfinished.hasEnd(in, from, end)) throw XmlException.notWellFormed("A tag that does not end well.");
            return false;
        }
        position = next;
        return true;
    }

    private int readStartTag(byte[] in, int from, int end) throws XmlException {
        int mark = prefixes.mark();
        int next = tag.read(in, from, end);
        if (next < 0) return next;
        if (depth >= limits.depth()) throw XmlException.overLimit("Elements are nested too deeply.");
        if (++elementCount > limits.elementsPerStanza())
            throw XmlException.overLimit("Too many elements in one stanza.");
        var defaultNamespace = tag.defaultNamespace(depth == 0 ? outerDefault : frames[depth - 1].defaultNamespace);
        var namespace = tag.namespace(defaultNamespace);
        var attributes = tag.attributes();
        var around = depth == 0 ? outerDefault : frames[depth - 1].namespace;
        charge((namespace.equals(around) ? 0 : namespace.length()) + tag.attributeNamespaceLength());
        if (tag.isEmptyElement) {
            prefixes.backTo(mark);
            finish(new Element(namespace, tag.localName, attributes, NO_CHILDREN));
            return next;
        }
        if (depth == frames.length) frames = Arrays.copyOf(frames, 2 * depth);
        var frame = frames[depth];
        if (frame == null) frames[depth] = frame = new Frame();
        frame.qualifiedName = tag.qualifiedName;
        frame.localName = tag.localName;
        frame.namespace = namespace;
        frame.defaultNamespace = defaultNamespace;
        frame.attributes = attributes;
        frame.prefixMark = mark;
        frame.firstChild = nodeCount;
        depth++;
        return next;
    }

    private void charge(int namespaces) throws XmlException {
        charged += namespaces;
        if (charged > limits.stanzaBytes()) throw XmlException.overLimit("Too many changes between long namespaces.");
    }

    private int readEndTag(byte[] in, int from, int end) throws XmlException {
        var frame = frames[depth - 1];
        int next = endTag(in, from, end, frame.qualifiedName, limits);
        if (next < 0) return next;
        prefixes.backTo(frame.prefixMark);
        var children =
                frame.firstChild == nodeCount ? NO_CHILDREN : Arrays.copyOfRange(nodes, frame.firstChild, nodeCount);
        nodeCount = frame.firstChild;
        depth--;
        finish(new Element(frame.namespace, frame.localName, frame.attributes, children));
        return next;
    }

    /// Reads the end tag at `from`, which must spell `name`. Answers the index after it, or -1 when it is unfinished.
    static int endTag(byte[] in, int from, int end, String name, XmlReader.Limits limits) throws XmlException {
        int i = from + 2;
        int length = name.length();
        int k = 0;
        int most = Math.min(length, end - i);
        while (k < most && in[i + k] == name.charAt(k)) k++;
        if (k == length && i + k < end && in[i + k] == '>') return i + k + 1;
        return slowEndTag(in, i, end, name, limits);
    }

    private static int slowEndTag(byte[] in, int from, int end, String name, XmlReader.Limits limits)
            throws XmlException {
        int i = XmlChars.endOfName(in, from, end, limits.nameBytes());
        if (i < end && in[i] == ':') i = XmlChars.endOfName(in, i + 1, end, limits.nameBytes());
        if (i >= end) return -1;
        if (!StartTag.name(in, from, i).equals(name)) {
            throw XmlException.notWellFormed("An end tag does not match its start tag.");
        }
        while (i < end && is(SPACE, in[i])) i++;
        if (i >= end) return -1;
        if (in[i] != '>') throw XmlException.notWellFormed("An end tag holds more than a name.");
        return i + 1;
    }

    private void finish(Element finished) {
        if (depth == 0) element = finished;
        else push(finished);
    }

    private void push(Object node) {
        if (nodeCount == nodes.length) nodes = Arrays.copyOf(nodes, 2 * nodeCount);
        nodes[nodeCount++] = node;
    }

    /// Reads text up to the next tag, which flushes it. True: `position` is at a `<`.
    private boolean readText(byte[] in, int from, int end) throws XmlException {
        int start = from;
        int i = from;
        boolean ascii = true;
        while ((i = XmlChars.skipText(in, i, end)) < end) {
            byte b = in[i];
            int next = i;
            if (b < 0) {
                int c = XmlChars.decode(in, i, end);
                if (c >= 0) {
                    ascii = false;
                    i += XmlChars.utf8Length(c);
                    continue;
                }
            } else if (b == '<') {
                return endText(in, start, i, end, ascii);
            } else if (b == '&') {
                long reference = XmlChars.reference(in, i, end);
                if (reference >= 0) {
                    text.add(in, start, i, ascii);
                    text.add((int) reference);
                    next = i + (int) (reference >>> 32);
                }
            } else if (b == ']') {
                if (i + 1 < end && (in[i + 1] != ']' || i + 2 < end)) {
                    if (in[i + 1] == ']' && in[i + 2] == '>') throw XmlException.notWellFormed("A ]]> in text.");
                    i++;
                    continue;
                }
            } else if (b == '\r') {
                if (i + 1 < end) {
                    text.add(in, start, i, ascii);
                    text.add('\n');
                    next = in[i + 1] == '\n' ? i + 2 : i + 1;
                }
            } else {
                throw XmlException.notWellFormed("A control character that XML does not allow.");
            }
            if (next == i) break;
            i = next;
            start = i;
            ascii = true;
        }
        text.add(in, start, i, ascii);
        position = i;
        return false;
    }

    private boolean endText(byte[] in, int start, int i, int end, boolean ascii) {
        position = i;
        // A CDATA section belongs to the same text, and what comes after it.
        if (i + 1 >= end || in[i + 1] == '!') {
            text.add(in, start, i, ascii);
        } else if (text.isEmpty()) {
            if (i > start) push(XmlText.of(in, start, i, ascii));
        } else {
            text.add(in, start, i, ascii);
            push(text.take());
        }
        return true;
    }

    private boolean beginCdata(byte[] in, int from, int end) throws XmlException {
        var opening = "<![CDATA[";
        for (int k = 2; k < opening.length(); k++) {
            if (from + k >= end) return false;
            if (in[from + k] != opening.charAt(k)) {
                if (k == 2) throw XmlException.restricted("Comments and document types are not allowed.");
                throw XmlException.notWellFormed("A CDATA section that does not begin well.");
            }
        }
        if (depth == 0) throw XmlException.notWellFormed("A CDATA section outside of an element.");
        inCdata = true;
        position = from + opening.length();
        return true;
    }

    /// Reads the inside of a CDATA section. True: it has ended.
    private boolean readCdata(byte[] in, int from, int end) throws XmlException {
        int start = from;
        int i = from;
        boolean ascii = true;
        while (i < end) {
            byte b = in[i];
            if (b == ']') {
                if (i + 1 >= end || (in[i + 1] == ']' && i + 2 >= end)) break;
                if (in[i + 1] == ']' && in[i + 2] == '>') {
                    text.add(in, start, i, ascii);
                    inCdata = false;
                    position = i + 3;
                    return readText(in, position, end);
                }
                i++;
            } else if (b == '\r') {
                if (i + 1 >= end) break;
                text.add(in, start, i, ascii);
                text.add('\n');
                i += in[i + 1] == '\n' ? 2 : 1;
                start = i;
                ascii = true;
            } else if (b < 0) {
                int c = XmlChars.decode(in, i, end);
                if (c < 0) break;
                ascii = false;
                i += XmlChars.utf8Length(c);
            } else if (is(TEXT, b) || b == '<' || b == '&') {
                i++;
            } else {
                throw XmlException.notWellFormed("A control character that XML does not allow.");
            }
        }
        text.add(in, start, i, ascii);
        position = i;
        return false;
    }

    /// Reads the start tag at `from` and nothing of what is inside: a stream's header. False: it is unfinished.
    boolean readHeader(byte[] in, int from, int end) throws XmlException {
        position = from;
        return readMarkup(in, from, end);
    }

    /// The element whose start tag [#readHeader] has read, with its default namespace as the attribute `xmlns`.
    Element header() {
        var header = element;
        if (header == null) {
            var frame = frames[0];
            header = new Element(frame.namespace, frame.localName, frame.attributes, NO_CHILDREN);
        }
        var defaultNamespace = tag.defaultNamespace(outerDefault);
        return defaultNamespace.isEmpty() ? header : header.with("xmlns", defaultNamespace);
    }

    /// How the header's end tag is spelt; null when the header was an empty element.
    @Nullable
    String headerName() {
        return depth == 0 ? null : frames[0].qualifiedName;
    }

    String[] headerPrefixes() {
        return prefixes.toArray();
    }
}
