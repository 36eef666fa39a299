package im.kith.trial.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An XML stream over TCP, with TLS from the start, from the middle or not at all.
final class StreamWire implements Wire {

    private final Endpoint endpoint;
    private final Transcript transcript;
    private final Scanner scanner = new Scanner();
    private final byte[] buffer = new byte[16_384];
    private final Object sending = new Object();
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean dropped;

    private StreamWire(Endpoint endpoint, Socket socket, Transcript transcript) throws IOException {
        this.endpoint = endpoint;
        this.socket = socket;
        this.transcript = transcript;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static StreamWire connect(Endpoint endpoint, Transport transport, Transcript transcript) {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port(transport)), (int) PATIENCE.toMillis());
            var wire = new StreamWire(endpoint, socket, transcript);
            if (transport == Transport.TLS) {
                wire.startTls();
            }
            return wire;
        } catch (IOException e) {
            closeQuietly(socket);
            throw new WireException(
                    "cannot connect to " + endpoint.host() + ":" + endpoint.port(transport) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void open(String to) {
        scanner.restart();
        send("<?xml version='1.0'?><stream:stream to='" + to + "' version='1.0' xml:lang='en' xmlns='jabber:client'"
                + " xmlns:stream='http://etherx.jabber.org/streams'>");
    }

    @Override
    public void send(String xml) {
        transcript.sent(xml);
        sendBytes(xml.getBytes(UTF_8));
    }

    @Override
    public void sendBytes(byte[] bytes) {
        try {
            synchronized (sending) {
                out.write(bytes);
                out.flush();
            }
        } catch (IOException e) {
            throw new WireException("cannot send: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Event next(Duration patience) {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            switch (scanner.next()) {
                case OPEN -> {
                    return opened(new String(scanner.array(), scanner.from(), scanner.to() - scanner.from(), UTF_8));
                }
                case ELEMENT -> {
                    var xml = new String(scanner.array(), scanner.from(), scanner.to() - scanner.from(), UTF_8);
                    transcript.received(xml);
                    return new Said(Xml.parse(xml));
                }
                case CLOSE -> {
                    transcript.received("</stream:stream>");
                    return new Closed();
                }
                case MORE -> {
                    var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                    if (leftMillis <= 0) {
                        return null;
                    }
                    try {
                        socket.setSoTimeout((int) leftMillis);
                        var count = in.read(buffer);
                        if (count < 0) {
                            return ended("closed by the server");
                        }
                        scanner.feed(buffer, 0, count);
                    } catch (SocketTimeoutException e) {
                        return null;
                    } catch (IOException e) {
                        return ended(String.valueOf(e.getMessage()));
                    }
                }
            }
        }
    }

    private Event opened(String tag) {
        transcript.received(tag);
        var end = tag.endsWith("/>") ? "" : "</" + tag.substring(1).split("[\\s/>]", 2)[0] + ">";
        return new Opened(Xml.parse(tag + end));
    }

    private Event ended(String why) {
        transcript.noted("connection ended: " + why);
        return new Ended(why);
    }

    @Override
    public void startTls() {
        try {
            var tls = (SSLSocket)
                    Tls.trusting().getSocketFactory().createSocket(socket, endpoint.domain(), socket.getPort(), true);
            var parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"xmpp-client"});
            tls.setSSLParameters(parameters);
            tls.setSoTimeout((int) PATIENCE.toMillis());
            tls.startHandshake();
            socket = tls;
            in = tls.getInputStream();
            out = tls.getOutputStream();
            transcript.noted("TLS: " + tls.getSession().getProtocol() + " "
                    + tls.getSession().getCipherSuite());
        } catch (IOException e) {
            throw new WireException("TLS failed: " + e.getMessage(), e);
        }
    }

    @Override
    public byte @Nullable [] channelBinding(String kind) {
        if (!(socket instanceof SSLSocket tls)) {
            return null;
        }
        try {
            return ChannelBinding.of(tls, kind);
        } catch (IOException | GeneralSecurityException e) {
            throw new WireException("no channel binding: " + e.getMessage(), e);
        }
    }

    @Override
    public void sendClose() {
        send("</stream:stream>");
    }

    @Override
    public void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        transcript.noted("drops the connection");
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            transcript.noted("was closed already");
        }
        closeQuietly(socket);
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as gone as it can be.
        }
    }
}
