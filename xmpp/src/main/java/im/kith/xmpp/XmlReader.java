package im.kith.xmpp;

import static im.kith.xmpp.XmlChars.SPACE;
import static im.kith.xmpp.XmlChars.is;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes of an XMPP stream to elements, as they arrive (RFC 6120 §4, §11; XML 1.0; Namespaces in XML 1.0).
///
/// The bytes may be cut anywhere; the handler is told the same. What XMPP forbids (comments, document types, processing
/// instructions, entities of one's own), what is not well-formed, and what is over a limit ends the stream with the
/// error that says so. An idle reader, between two stanzas, holds no buffer; a half-read stanza holds at most
/// [Limits#stanzaBytes] and the tree made of them. No byte is read more than a few times, however it is cut.
///
/// Not thread-safe. The handler is called within [#feed] and may [#reset] or [#close] the reader, but not feed it.
public final class XmlReader {

    /// What the reader has to tell, in order.
    public interface Handler {
        /// The root's start tag. Its default namespace, if it declares one, is its attribute `xmlns`.
        void streamOpened(Element header);

        /// A complete child of the root.
        void element(Element element);

        /// The root's end tag. Nothing follows until [XmlReader#reset].
        void streamClosed();

        /// The stream cannot be read on. Nothing follows.
        void failed(StreamError error);

        /// White space between two elements: a sign of life (RFC 6120 §4.6.1).
        default void whitespace() {}
    }

    /// The most a peer may send before its stream is ended with `policy-violation`; header included where it applies.
    ///
    /// @param stanzaBytes bytes from a stanza's first `<` to its last `>`; also of the namespaces that have to be
    ///     declared when it is written again
    /// @param depth levels of elements within a stanza, itself included
    /// @param attributesPerElement attributes and namespace declarations of one element
    /// @param nameBytes bytes of a name, or of its prefix
    /// @param elementsPerStanza elements in a stanza, itself included
    /// @param prefixes namespace prefixes that are in force at one place, beyond the stream's
    public record Limits(
            int stanzaBytes, int depth, int attributesPerElement, int nameBytes, int elementsPerStanza, int prefixes) {

        public static final Limits DEFAULTS = new Limits(256 * 1024, 64, 64, 256, 4096, 16);

        /// For what this program has written itself, and checked when it was read for the first time: a stanza grows
        /// when it is stored (by its namespaces, by escapes, by what the server adds).
        public static final Limits OWN = new Limits(Integer.MAX_VALUE, 1024, 1024, 64 * 1024, Integer.MAX_VALUE, 1024);

        public Limits withStanzaBytes(int bytes) {
            return new Limits(bytes, depth, attributesPerElement, nameBytes, elementsPerStanza, prefixes);
        }
    }

    private enum State {
        /// Nothing has been read yet: an XML declaration may come.
        START,
        /// After the XML declaration or white space: only the header may come.
        PROLOG,
        /// Within the header.
        HEADER,
        /// Between two elements.
        OPEN,
        ELEMENT,
        /// After the root's end, or after an error.
        OVER
    }

    private static final byte[] NO_BYTES = {};
    private static final String[] CLIENT_PREFIXES = {"stream", StreamError.STREAMS};

    /// What is copied at most at once from a buffer that lies outside of the heap.
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Handler handler;
    private Limits limits;
    private State state = State.START;
    private boolean isReset;
    private boolean isFeeding;
    /// The stream's declarations, from its header.
    private String[] prefixes = XmlPrefixes.NONE;

    private String defaultNamespace = "";
    private @Nullable String rootName;
    /// What the last feed left: the beginning of a tag, of a character or of a reference.
    private byte[] left = NO_BYTES;

    private int leftLength;
    /// The half-read header or element, and how many of its bytes it has taken.
    private @Nullable ElementParser parser;

    /// One that has done its work, for the next element of the same feed.
    private @Nullable ElementParser spare;

    private int taken;
    private @Nullable UnfinishedTag rootEnd;
    private int remaining;

    public XmlReader(Limits limits, Handler handler) {
        this.limits = limits;
        this.handler = handler;
    }

    /// Reads these bytes, which may be overwritten afterwards.
    ///
    /// What the handler throws closes the reader and is passed on.
    public void feed(byte[] bytes, int offset, int length) {
        if (isFeeding) throw new IllegalStateException("fed from within a callback");
        if (state == State.OVER || length == 0) return;
        isFeeding = true;
        boolean isDone = false;
        try {
            if (leftLength == 0) {
                read(bytes, offset, offset + length);
            } else {
                if (left.length - leftLength < length)
                    left = Arrays.copyOf(left, Math.max(2 * leftLength, leftLength + length));
                System.arraycopy(bytes, offset, left, leftLength, length);
                int end = leftLength + length;
                leftLength = 0;
                read(left, 0, end);
            }
            isDone = true;
        } catch (XmlException e) {
            close();
            isDone = true;
            handler.failed(e.error());
        } finally {
            if (!isDone) close();
            isFeeding = false;
            remaining = 0;
            spare = null;
            if (leftLength == 0) left = NO_BYTES;
        }
    }

    /// Reads the buffer's remaining bytes and moves its position behind them.
    public void feed(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            feed(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            bytes.position(bytes.limit());
            return;
        }
        var chunk = new byte[Math.min(CHUNK_BYTES, bytes.remaining())];
        while (bytes.hasRemaining()) {
            int length = Math.min(chunk.length, bytes.remaining());
            bytes.get(chunk, 0, length);
            feed(chunk, 0, length);
        }
    }

    /// A new stream begins on the same connection, as after STARTTLS or SASL. Within a callback, what follows in the
    /// same feed belongs to the new stream; see [#unread] for when that must not be.
    public void reset() {
        state = State.START;
        isReset = true;
        prefixes = XmlPrefixes.NONE;
        defaultNamespace = "";
        rootName = null;
        parser = null;
        spare = null;
        taken = 0;
        left = isFeeding ? left : NO_BYTES;
        leftLength = 0;
        rootEnd = null;
    }

    /// The same under other limits.
    public void reset(Limits other) {
        limits = other;
        reset();
    }

    /// From the next element on, these limits.
    public void limit(Limits other) {
        limits = other;
        spare = null;
    }

    /// Nothing more is read or told until [#reset].
    public void close() {
        reset();
        state = State.OVER;
    }

    /// Whether no stanza is half read.
    public boolean isIdle() {
        return parser == null && leftLength == 0;
    }

    /// Whether it holds no memory but its own: true between two stanzas, for there may be a million of them.
    boolean holdsNothing() {
        return isIdle() && spare == null && rootEnd == null && left == NO_BYTES;
    }

    /// Within a callback: how many bytes of this feed come after what the callback is about and the white space behind
    /// it. After `<starttls/>` there must be none, or plain text would be taken for protected (RFC 6120 §5.4.3.3);
    /// the line feed that go-sendxmpp puts there does no harm.
    public int unread() {
        return remaining;
    }

    /// The element that is the whole of `bytes`, as WebSocket messages are (RFC 7395 §3.3.3): only white space follows.
    public static Element parseDocument(byte[] bytes, Limits limits) throws XmlException {
        if (bytes.length > limits.stanzaBytes()) throw tooLarge(limits);
        if (bytes.length == 0 || bytes[0] != '<') throw XmlException.notWellFormed("A message begins with <.");
        int from = 0;
        if (bytes.length > 1 && bytes[1] == '?') {
            from = skipSpace(bytes, Math.max(0, XmlDeclaration.read(bytes, 0, bytes.length)), bytes.length);
            if (from == 0) throw XmlException.notWellFormed("The document is not complete.");
        }
        if (from == bytes.length || bytes[from] != '<')
            throw XmlException.notWellFormed("Text outside of the element.");
        var parser = new ElementParser(limits, XmlPrefixes.NONE, "");
        if (!parser.read(bytes, from, bytes.length)) throw XmlException.notWellFormed("The document is not complete.");
        if (skipSpace(bytes, parser.position(), bytes.length) < bytes.length) {
            throw XmlException.notWellFormed("More than one element in a message.");
        }
        return parser.take();
    }

    private void read(byte[] in, int from, int end) throws XmlException {
        int i = from;
        while (i < end) {
            int next =
                    switch (state) {
                        case START, PROLOG -> readProlog(in, i, end);
                        case HEADER -> readHeader(in, i, end);
                        case OPEN -> readBetween(in, i, end);
                        case ELEMENT -> readElement(in, i, end);
                        case OVER -> end;
                    };
            if (next < 0) {
                keep(in, ~next, end);
                return;
            }
            i = next;
        }
    }

    /// Keeps what is unfinished for the next feed.
    private void keep(byte[] in, int from, int end) {
        leftLength = end - from;
        if (leftLength > 0 && (in != left || from > 0)) left = Arrays.copyOfRange(in, from, end);
    }

    // Each of the following reads a part and answers the index after it, or the complement of the index from which on
    // the bytes are to be kept, since the part is not complete.

    private int readProlog(byte[] in, int from, int end) throws XmlException {
        if (in[from] != '<') {
            int i = skipSpace(in, from, end);
            if (i == from) throw noMarkup(in[from]);
            // After a reset the white space still belongs to the stream before.
            if (!isReset) state = State.PROLOG;
            return i;
        }
        if (from + 1 >= end) return ~from;
        if (in[from + 1] == '?') {
            if (state != State.START) throw XmlException.restricted("Only the first bytes may be an XML declaration.");
            int next = XmlDeclaration.read(in, from, end);
            if (next < 0) return ~from;
            state = State.PROLOG;
            isReset = false;
            return next;
        }
        if (in[from + 1] == 0) throw encoding();
        if (in[from + 1] == '/') throw XmlException.notWellFormed("An end tag before the stream's header.");
        state = State.HEADER;
        taken = 0;
        parser = new ElementParser(limits, XmlPrefixes.NONE, "");
        return from;
    }

    private int readHeader(byte[] in, int from, int end) throws XmlException {
        var header = parser();
        int most = Math.min(end, from + limits.stanzaBytes());
        if (!header.readHeader(in, from, most)) {
            if (most - from >= limits.stanzaBytes()) throw tooLarge(limits);
            return ~header.position();
        }
        int next = header.position();
        parser = null;
        prefixes = header.headerPrefixes();
        if (Arrays.equals(prefixes, CLIENT_PREFIXES)) prefixes = CLIENT_PREFIXES;
        var element = header.header();
        defaultNamespace = element.attribute("xmlns", "");
        rootName = header.headerName();
        state = rootName == null ? State.OVER : State.OPEN;
        isReset = false;
        remaining = end - next;
        boolean isOver = rootName == null;
        handler.streamOpened(element);
        if (isOver && state == State.OVER) handler.streamClosed();
        return next;
    }

    private int readBetween(byte[] in, int from, int end) throws XmlException {
        int i = skipSpace(in, from, end);
        if (i > from) {
            remaining = end - i;
            handler.whitespace();
            return i;
        }
        if (in[from] != '<') throw noMarkup(in[from]);
        if (from + 1 >= end) return ~from;
        if (in[from + 1] == '/') return readRootEnd(in, from, end);
        if (in[from + 1] == '!') {
            if (from + 2 >= end) return ~from;
            if (in[from + 2] == '[') throw noMarkup(in[from]);
        }
        state = State.ELEMENT;
        taken = 0;
        parser = spare != null ? spare : new ElementParser(limits, prefixes, defaultNamespace);
        spare = null;
        return from;
    }

    private int readRootEnd(byte[] in, int from, int end) throws XmlException {
        var unfinished = rootEnd == null ? new UnfinishedTag() : rootEnd;
        int next = -1;
        if (!unfinished.isWaiting() || unfinished.hasEnd(in, from, end)) {
            next = ElementParser.endTag(in, from, end, rootName == null ? "" : rootName, limits);
            if (next < 0 && unfinished.hasEnd(in, from, end)) {
                throw XmlException.notWellFormed("A tag that does not end well.");
            }
        }
        if (next < 0) {
            if (end - from >= limits.stanzaBytes()) throw tooLarge(limits);
            rootEnd = unfinished;
            return ~from;
        }
        rootEnd = null;
        remaining = end - next;
        state = State.OVER;
        handler.streamClosed();
        return next;
    }

    private int readElement(byte[] in, int from, int end) throws XmlException {
        var reading = parser();
        int allowed = limits.stanzaBytes() - taken;
        int most = Math.min(end, from + allowed);
        if (!reading.read(in, from, most)) {
            if (most - from >= allowed) throw tooLarge(limits);
            taken += reading.position() - from;
            return ~reading.position();
        }
        int next = reading.position();
        parser = null;
        spare = reading;
        state = State.OPEN;
        remaining = end - skipSpace(in, next, end);
        handler.element(reading.take());
        return next;
    }

    private ElementParser parser() {
        var current = parser;
        if (current == null) throw new IllegalStateException("nothing is half read");
        return current;
    }

    private static int skipSpace(byte[] in, int from, int end) {
        int i = from;
        while (i < end && is(SPACE, in[i])) i++;
        return i;
    }

    private XmlException noMarkup(byte first) {
        if (state == State.OPEN) return XmlException.of(StreamError.Condition.BAD_FORMAT, "Text between two stanzas.");
        int b = first & 0xff;
        return b == 0 || b == 0xFE || b == 0xFF
                ? encoding()
                : XmlException.notWellFormed("A stream begins with its header.");
    }

    private static XmlException encoding() {
        return XmlException.of(StreamError.Condition.UNSUPPORTED_ENCODING, "Only UTF-8 is spoken here.");
    }

    private static XmlException tooLarge(Limits limits) {
        return XmlException.overLimit("A stanza may have at most " + limits.stanzaBytes() + " bytes.");
    }
}
