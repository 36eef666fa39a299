package im.kith.trial.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// XMPP over WebSocket (RFC 7395 on RFC 6455): one whole element per text message, no TLS.
final class WebSocketWire implements Wire {

    private static final String FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Transcript transcript;
    private final Object sending = new Object();

    private WebSocketWire(Socket socket, Transcript transcript) throws IOException {
        this.socket = socket;
        this.transcript = transcript;
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static WebSocketWire connect(Endpoint endpoint, Transcript transcript) {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.httpPort()), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var wire = new WebSocketWire(socket, transcript);
            wire.upgrade(endpoint);
            return wire;
        } catch (IOException e) {
            try {
                socket.close();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw new WireException("cannot open a WebSocket: " + e.getMessage(), e);
        }
    }

    private void upgrade(Endpoint endpoint) throws IOException {
        out.write(("GET /ws HTTP/1.1\r\nHost: " + endpoint.host() + ":" + endpoint.httpPort()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n")
                .getBytes(ISO_8859_1));
        out.flush();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var b = in.read();
            if (b < 0 || head.length() > 8192) {
                throw new IOException("the server refused the upgrade: " + head);
            }
            head.append((char) b);
        }
        if (!head.toString().startsWith("HTTP/1.1 101")
                || !head.toString().toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: xmpp")) {
            throw new IOException("the server refused the upgrade: " + head);
        }
    }

    @Override
    public void open(String to) {
        send("<open xmlns='" + FRAMING + "' to='" + to + "' version='1.0' xml:lang='en'/>");
    }

    @Override
    public void send(String xml) {
        transcript.sent(xml);
        sendBytes(withNamespace(xml).getBytes(UTF_8));
    }

    @Override
    public void sendBytes(byte[] bytes) {
        try {
            frame(TEXT, bytes);
        } catch (IOException e) {
            throw new WireException("cannot send: " + e.getMessage(), e);
        }
    }

    /// A frame is a document of its own, so a stanza carries its namespace.
    private static String withNamespace(String xml) {
        return xml.replaceFirst("^<(message|presence|iq)(?![^>]*? xmlns=)", "<$1 xmlns='jabber:client'");
    }

    private void frame(int opcode, byte[] payload) throws IOException {
        var bytes = new ByteArrayOutputStream(payload.length + 14);
        bytes.write(0x80 | opcode);
        if (payload.length < 126) {
            bytes.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            bytes.write(0x80 | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        } else {
            bytes.write(0x80 | 127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                bytes.write((int) ((long) payload.length >> shift));
            }
        }
        var mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        bytes.writeBytes(mask);
        for (var i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ mask[i & 3]);
        }
        synchronized (sending) {
            bytes.writeTo(out);
            out.flush();
        }
    }

    @Override
    public @Nullable Event next(Duration patience) {
        var message = new ByteArrayOutputStream();
        try {
            while (true) {
                socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
                var first = in.read();
                if (first < 0) {
                    return ended("closed by the server");
                }
                socket.setSoTimeout((int) PATIENCE.toMillis());
                var payload = payload();
                switch (first & 15) {
                    case CLOSE -> {
                        return ended("closed by the server with a close frame");
                    }
                    case PING -> frame(PONG, payload);
                    case PONG -> {}
                    default -> message.writeBytes(payload);
                }
                if ((first & 0x80) != 0 && (first & 15) < 8) {
                    return said(message.toString(UTF_8));
                }
            }
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            return ended(String.valueOf(e.getMessage()));
        }
    }

    private byte[] payload() throws IOException {
        var length = (long) in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        var payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return payload;
    }

    private Event said(String xml) {
        transcript.received(xml);
        var element = Xml.parse(xml);
        if (element.is("open", FRAMING)) {
            return new Opened(element);
        }
        return element.is("close", FRAMING) ? new Closed() : new Said(element);
    }

    private Event ended(String why) {
        transcript.noted("connection ended: " + why);
        return new Ended(why);
    }

    @Override
    public void startTls() {
        throw new WireException("RFC 7395 has no STARTTLS");
    }

    @Override
    public byte @Nullable [] channelBinding(String kind) {
        return null;
    }

    @Override
    public void sendClose() {
        send("<close xmlns='" + FRAMING + "'/>");
    }

    @Override
    public void drop() {
        transcript.noted("drops the connection");
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            transcript.noted("was closed already");
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            transcript.noted("was closed already");
        }
    }
}
