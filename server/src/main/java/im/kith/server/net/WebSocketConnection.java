package im.kith.server.net;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A stream over WebSocket (RFC 7395): each message is one document, `<open/>` and `<close/>` frame the stream.
///
/// The frames (RFC 6455 §5.2) are read here:
///
///     byte 0   FIN, three reserved bits, opcode (0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong)
///     byte 1   MASK (always 1 from a client), length (126: 2 more bytes, 127: 8 more bytes)
///     then     the length's bytes, 4 bytes of mask, the payload xor the mask
final class WebSocketConnection extends SocketConnection {

    private static final String FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final byte[] CLIENT = " xmlns='jabber:client'".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAMS =
            " xmlns:stream='http://etherx.jabber.org/streams'".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DECLARED = " xmlns=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREFIX = "<stream:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FIN = 0x80;

    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED_DATA = 1003;

    private final XmlReader.Limits wider;
    private XmlReader.Limits limits;
    private final InetAddress neighbour;
    /// The beginning of a frame; nothing when idle.
    private byte[] left = NOTHING;

    private int leftLength;
    /// The beginning of a message whose last frame is yet to come, in as many bytes as `messageLength` says.
    private byte @Nullable [] message;

    private int messageLength;

    WebSocketConnection(
            Loop loop,
            Neighbours neighbours,
            InetAddress peer,
            InetAddress neighbour,
            @Nullable Tls tls,
            boolean secure,
            XmlReader.Limits limits) {
        super(loop, neighbours, peer, tls);
        this.neighbour = neighbour;
        this.wider = limits;
        this.limits = loop.bounds.forStrangers(limits);
        this.secure = secure;
    }

    @Override
    void receive(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (leftLength == 0) {
            var scratch = loop.scratch(count);
            bytes.readBytes(scratch, 0, count);
            int read = read(scratch, count);
            if (read < count) {
                left = Arrays.copyOfRange(scratch, read, count);
                leftLength = count - read;
            }
            return;
        }
        if (left.length - leftLength < count) left = Arrays.copyOf(left, Math.max(2 * leftLength, leftLength + count));
        bytes.readBytes(left, leftLength, count);
        leftLength += count;
        int read = read(left, leftLength);
        leftLength -= read;
        if (leftLength == 0) left = NOTHING;
        else if (read > 0) left = Arrays.copyOfRange(left, read, read + leftLength);
    }

    @Override
    public void trusted() {
        limits = wider;
    }

    /// Reads whole frames; answers how many bytes they took.
    private int read(byte[] in, int end) {
        int at = 0;
        while (end - at >= 2 && !isOver()) {
            int length = in[at + 1] & 0x7f;
            int header = length < 126 ? 2 : length == 126 ? 4 : 10;
            if (length >= 126 && end - at < header) break;
            long payload = length < 126 ? length : number(in, at + 2, header - 2);
            if ((in[at + 1] & 0x80) == 0) {
                close(PROTOCOL_ERROR);
                return end;
            }
            if (payload < 0 || payload > limits.stanzaBytes()) {
                tooLong();
                return end;
            }
            int from = at + header + 4;
            int size = (int) payload;
            if (end - from < size) break;
            var data = new byte[size];
            for (int i = 0; i < size; i++) data[i] = (byte) (in[from + i] ^ in[at + header + (i & 3)]);
            at = from + size;
            frame(in[from - header - 4] & 0xff, data);
        }
        return isOver() ? end : at;
    }

    private static long number(byte[] in, int from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) value = value << 8 | in[from + i] & 0xff;
        return value;
    }

    private void frame(int first, byte[] data) {
        int opcode = first & 0x0f;
        boolean isLast = (first & FIN) != 0;
        if ((first & 0x70) != 0 || (opcode >= CLOSE && (!isLast || data.length > 125))) {
            close(PROTOCOL_ERROR);
            return;
        }
        switch (opcode) {
            case TEXT, CONTINUATION -> {
                if ((opcode == TEXT) == (message != null)) close(PROTOCOL_ERROR);
                else collect(data, isLast);
            }
            case CLOSE -> close(NORMAL);
            case PING -> control(PONG, data);
            case PONG -> {}
            default -> close(UNSUPPORTED_DATA);
        }
    }

    private void collect(byte[] data, boolean isLast) {
        var whole = data;
        var before = message;
        // Frames without content would cost us work and the peer nothing.
        if (!isLast && data.length == 0) {
            close(PROTOCOL_ERROR);
            return;
        }
        if (before != null) {
            int length = messageLength + data.length;
            if (length > limits.stanzaBytes()) {
                tooLong();
                return;
            }
            // Many small frames are not copied each time one comes.
            whole = length <= before.length ? before : Arrays.copyOf(before, Math.max(length, 2 * messageLength));
            System.arraycopy(data, 0, whole, messageLength, data.length);
            messageLength = length;
        } else {
            messageLength = data.length;
        }
        if (!isLast) {
            message = whole;
            return;
        }
        message = null;
        if (messageLength < whole.length) whole = Arrays.copyOf(whole, messageLength);
        Element element;
        try {
            element = XmlReader.parseDocument(whole, limits);
        } catch (XmlException e) {
            failed(e.error());
            return;
        }
        // One in a wrong namespace is a stream that cannot be, not an element of one.
        if (element.name().equals("open")) streamOpened(element);
        else if (element.is(FRAMING, "close")) streamClosed();
        else element(element);
    }

    private void tooLong() {
        failed(StreamError.of(
                StreamError.Condition.POLICY_VIOLATION,
                "A stanza may have at most " + limits.stanzaBytes() + " bytes."));
    }

    private void control(int opcode, byte[] data) {
        var context = this.context;
        if (context == null || isFull()) return;
        var frame = context.alloc().directBuffer(2 + data.length);
        frame.writeByte(FIN | opcode).writeByte(data.length).writeBytes(data);
        context.writeAndFlush(frame, context.voidPromise());
    }

    /// Ends the connection, not the stream: that may be resumed.
    private void close(int status) {
        control(CLOSE, new byte[] {(byte) (status >> 8), (byte) status});
        abort();
    }

    @Override
    int framedLength(byte[] element) {
        int size = element.length + spliced(element).length;
        return size + (size < 126 ? 2 : size < 0x10000 ? 4 : 10);
    }

    @Override
    void frame(byte[] element, ByteBuf out) {
        var splice = spliced(element);
        int size = element.length + splice.length;
        out.writeByte(FIN | TEXT);
        if (size < 126) out.writeByte(size);
        else if (size < 0x10000) out.writeByte(126).writeShort(size);
        else out.writeByte(127).writeLong(size);
        int name = nameEnd(element);
        out.writeBytes(element, 0, name).writeBytes(splice).writeBytes(element, name, element.length - name);
    }

    /// What is missing behind the element's name to make it a document of its own.
    private static byte[] spliced(byte[] element) {
        if (startsWith(element, 0, PREFIX)) return STREAMS;
        return startsWith(element, nameEnd(element), DECLARED) ? NOTHING : CLIENT;
    }

    private static int nameEnd(byte[] element) {
        int i = 1;
        while (i < element.length && element[i] != ' ' && element[i] != '>' && element[i] != '/') i++;
        return i;
    }

    private static boolean startsWith(byte[] text, int from, byte[] start) {
        return text.length - from >= start.length
                && Arrays.equals(text, from, from + start.length, start, 0, start.length);
    }

    @Override
    byte[] farewell() {
        return new byte[] {(byte) (FIN | CLOSE), 2, (byte) (NORMAL >> 8), (byte) NORMAL};
    }

    @Override
    InetAddress neighbour() {
        return neighbour;
    }

    @Override
    public void restart() {}

    @Override
    public void startTls(byte[] proceed) {
        throw new IllegalStateException("no STARTTLS over WebSocket");
    }

    @Override
    public boolean isWebSocket() {
        return true;
    }
}
