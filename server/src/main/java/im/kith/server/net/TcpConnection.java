package im.kith.server.net;

import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlReader;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A stream over TCP (RFC 6120): the bytes are the XML, elements leave as they are.
final class TcpConnection extends SocketConnection {

    private static final byte[] NOTHING = {};

    private final XmlReader reader;
    private final XmlReader.Limits limits;
    /// After `<starttls/>` nothing may come before the handshake; what does was injected.
    private boolean awaitingTls;

    TcpConnection(Loop loop, Neighbours neighbours, InetAddress peer, @Nullable Tls tls, XmlReader.Limits limits) {
        super(loop, neighbours, peer, tls);
        this.limits = limits;
        reader = new XmlReader(loop.bounds.forStrangers(limits), this);
    }

    @Override
    void receive(ByteBuf bytes) {
        if (awaitingTls && !secure) {
            abort();
            return;
        }
        int count = bytes.readableBytes();
        if (bytes.hasArray()) {
            reader.feed(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), count);
        } else {
            var scratch = loop.scratch(count);
            bytes.readBytes(scratch, 0, count);
            reader.feed(scratch, 0, count);
        }
    }

    @Override
    public void trusted() {
        reader.limit(limits);
    }

    @Override
    int framedLength(byte[] element) {
        return element.length;
    }

    @Override
    void frame(byte[] element, ByteBuf out) {
        out.writeBytes(element);
    }

    @Override
    byte[] farewell() {
        return NOTHING;
    }

    @Override
    public void restart() {
        reader.reset();
    }

    @Override
    public void startTls(byte[] proceed) {
        if (tls == null || context == null) throw new IllegalStateException("no TLS here");
        if (reader.unread() > 0) {
            // Plain text behind <starttls/> would be taken for what comes through TLS (RFC 6120 §5.4.3.3).
            failed(StreamError.of(
                    StreamError.Condition.POLICY_VIOLATION, "Nothing may follow <starttls/> before the handshake."));
            return;
        }
        awaitingTls = true;
        write(proceed);
        flush();
        reader.reset();
        context.pipeline().addFirst(tls.handler(context.channel()));
    }

    @Override
    public boolean isWebSocket() {
        return false;
    }
}
