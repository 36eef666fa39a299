package im.kith.server.net;

import im.kith.xmpp.XmlReader;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A stream over WebSocket (RFC 7395).
final class WebSocketConnection extends SocketConnection {

    WebSocketConnection(
            Loop loop, Neighbours neighbours, InetAddress peer, @Nullable Tls tls, XmlReader.Limits limits) {
        super(loop, neighbours, peer, tls);
    }

    @Override
    void receive(ByteBuf bytes) {}

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
        return new byte[0];
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
