package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.bench.Counters.Count;
import im.kith.trial.wire.Acks;
import im.kith.trial.wire.Scanner;
import im.kith.trial.wire.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One client connection of the load: socket, TLS, scanner, output, and how far its sign-in is. The loop's thread only.
final class Link {

    enum State {
        DEAD,
        CONNECTING,
        SECURING,
        GREETING,
        ONLINE,
        CLOSING
    }

    private static final byte[] NOTHING = {};
    private static final byte[] ASK = ("<r xmlns='" + Acks.NAMESPACE + "'/>").getBytes(UTF_8);

    final int index;
    final int user;
    private final Loop loop;
    private final Options options;
    private Scanner scanner = new Scanner();
    private Greeting greeting;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable TlsLayer tls;
    private byte[] out = NOTHING;
    private int outFrom;
    private int outTo;
    private State state = State.DEAD;
    private boolean dirty;
    private boolean counted = true;
    private long startedNanos;
    private boolean acks;
    private long stanzasSent;
    private long stanzasReceived;
    private long acknowledged;

    Link(Loop loop, Options options, int index, int user) {
        this.loop = loop;
        this.options = options;
        this.index = index;
        this.user = user;
        greeting = new Greeting(this, options, loop.mode());
    }

    State state() {
        return state;
    }

    boolean isOnline() {
        return state == State.ONLINE;
    }

    long startedNanos() {
        return startedNanos;
    }

    long stanzasSent() {
        return stanzasSent;
    }

    long acknowledgedStanzas() {
        return acknowledged;
    }

    String name() {
        return options.prefix + user;
    }

    // Life

    void connect() {
        scanner = new Scanner();
        greeting = new Greeting(this, options, loop.mode());
        acks = false;
        stanzasSent = 0;
        stanzasReceived = 0;
        acknowledged = 0;
        counted = false;
        state = State.CONNECTING;
        startedNanos = System.nanoTime();
        loop.started();
        try {
            var opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.sources > 0) {
                var source = user % options.sources;
                opened.bind(new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {
                            127, (byte) (source / 62_500), (byte) (source / 250 % 250), (byte) (2 + source % 250)
                        }),
                        0));
            }
            var connected = opened.connect(new InetSocketAddress(options.host, options.port));
            key = opened.register(loop.selector(), SelectionKey.OP_CONNECT, this);
            if (connected) {
                connected(key);
            }
        } catch (IOException e) {
            fail("connect: " + e.getMessage());
        }
    }

    private void connected(SelectionKey key) throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        if (options.tls == Options.Encryption.direct) {
            startTls();
        } else {
            greet();
        }
    }

    void startTls() {
        try {
            var engine = Tls.trusting().createSSLEngine(options.domain, options.port);
            engine.setUseClientMode(true);
            var parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"xmpp-client"});
            engine.setSSLParameters(parameters);
            state = State.SECURING;
            tls = new TlsLayer(engine);
            if (channel != null) {
                tls.advance(channel);
            }
        } catch (IOException e) {
            fail("TLS: " + e.getMessage());
        }
    }

    private void greet() {
        state = State.GREETING;
        restart();
    }

    boolean isSecured() {
        return tls != null;
    }

    /// Opens a new stream on the connection.
    void restart() {
        scanner.restart();
        send(
                "<?xml version='1.0'?><stream:stream to='" + options.domain
                        + "' version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
    }

    void enableAcks() {
        acks = true;
    }

    boolean hasAcks() {
        return acks;
    }

    void online() {
        state = State.ONLINE;
        settle();
        loop.counters().add(Count.ONLINE);
        loop.mode().online(this);
    }

    /// Ends the stream as the protocol says.
    void bye() {
        if (state == State.DEAD || state == State.CLOSING) {
            return;
        }
        if (state != State.ONLINE) {
            close();
            return;
        }
        if (acks) {
            acknowledge();
        }
        send("</stream:stream>");
        state = State.CLOSING;
        startedNanos = System.nanoTime();
    }

    void fail(String why) {
        if (state == State.DEAD) {
            return;
        }
        if (state != State.CLOSING) {
            loop.counters().add(state == State.ONLINE ? Count.DISCONNECTED : Count.FAILED);
            loop.counters().error("user " + user + ", " + state + ": " + why);
        }
        close();
    }

    private void close() {
        settle();
        state = State.DEAD;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            loop.counters().error("close: " + e.getMessage());
        }
        channel = null;
        key = null;
        tls = null;
        out = NOTHING;
        outFrom = 0;
        outTo = 0;
        loop.mode().closed(this);
    }

    private void settle() {
        if (!counted) {
            counted = true;
            loop.settled();
        }
    }

    // Out

    void send(String xml) {
        var bytes = xml.getBytes(UTF_8);
        send(bytes, bytes.length);
    }

    void send(byte[] bytes, int length) {
        if (state == State.DEAD) {
            return;
        }
        if (outTo + length > out.length) {
            var target = new byte[Math.max(512, (outTo - outFrom + length) * 2)];
            System.arraycopy(out, outFrom, target, 0, outTo - outFrom);
            out = target;
            outTo -= outFrom;
            outFrom = 0;
        }
        System.arraycopy(bytes, 0, out, outTo, length);
        outTo += length;
        if (!dirty) {
            dirty = true;
            loop.dirty(this);
        }
    }

    /// Sends one stanza, counted for XEP-0198.
    void stanza(byte[] bytes, int length) {
        send(bytes, length);
        if (acks) {
            stanzasSent++;
            if (options.ackEvery > 0 && stanzasSent % options.ackEvery == 0) {
                askForAck();
            }
        }
    }

    void stanza(String xml) {
        var bytes = xml.getBytes(UTF_8);
        stanza(bytes, bytes.length);
    }

    void askForAck() {
        send(ASK, ASK.length);
        loop.counters().add(Count.ACK_REQUESTS);
    }

    private void acknowledge() {
        send("<a xmlns='" + Acks.NAMESPACE + "' h='" + stanzasReceived + "'/>");
    }

    void flush() {
        dirty = false;
        if (channel == null || state == State.CONNECTING || state == State.SECURING) {
            return;
        }
        try {
            var done = tls == null ? write(channel) : write(tls, channel);
            if (key != null) {
                var wanted = done ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
                if (key.interestOps() != wanted) {
                    key.interestOps(wanted);
                }
            }
        } catch (IOException e) {
            fail("write: " + e.getMessage());
        }
    }

    private boolean write(SocketChannel channel) throws IOException {
        outFrom += channel.write(ByteBuffer.wrap(out, outFrom, outTo - outFrom));
        return written();
    }

    private boolean write(TlsLayer tls, SocketChannel channel) throws IOException {
        if (!tls.flush(channel)) {
            return false;
        }
        var plain = ByteBuffer.wrap(out, outFrom, outTo - outFrom);
        while (plain.hasRemaining() && tls.wrap(plain, channel) && tls.flush(channel)) {
            outFrom = plain.position();
        }
        outFrom = plain.position();
        return written() && tls.flush(channel);
    }

    private boolean written() {
        if (outFrom < outTo) {
            return false;
        }
        outFrom = 0;
        outTo = 0;
        if (out.length > 4096) {
            out = NOTHING;
        }
        return true;
    }

    // In

    void ready(SelectionKey key, ByteBuffer buffer) {
        try {
            var current = channel;
            if (current == null) {
                return;
            }
            if (key.isConnectable()) {
                current.finishConnect();
                connected(key);
                return;
            }
            if (key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                read(current, buffer);
            }
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            fail("connection closed by the server");
            return;
        }
        buffer.flip();
        if (tls == null) {
            loop.copy(buffer);
            hear(loop.copied(), buffer.limit());
            return;
        }
        var securing = state == State.SECURING;
        var plain = tls.unwrap(buffer, channel);
        if (securing && !tls.handshaking()) {
            greet();
        }
        if (plain.length > 0) {
            hear(plain, plain.length);
        }
    }

    private void hear(byte[] bytes, int length) {
        scanner.feed(bytes, 0, length);
        while (state != State.DEAD) {
            switch (scanner.next()) {
                case MORE -> {
                    return;
                }
                case OPEN -> {}
                case CLOSE -> {
                    fail("stream closed by the server");
                    return;
                }
                case ELEMENT -> {
                    var stanza = loop.stanza();
                    stanza.over(scanner.array(), scanner.from(), scanner.to());
                    hear(stanza);
                    if (state == State.SECURING) {
                        return;
                    }
                }
            }
        }
    }

    private void hear(Stanza stanza) {
        var message = stanza.is("message");
        var iq = !message && stanza.is("iq");
        if (acks && (message || iq || stanza.is("presence"))) {
            stanzasReceived++;
        }
        if (message) {
            loop.mode().stanza(this, stanza);
        } else if (acks && stanza.is("r")) {
            acknowledge();
        } else if (acks && stanza.is("a")) {
            acknowledged = Long.parseLong(String.valueOf(stanza.attribute("h")));
            loop.counters().add(Count.ACKS);
            loop.mode().acknowledged(this);
        } else if (stanza.is("error") && state != State.CLOSING) {
            fail("stream error: " + stanza);
        } else if (iq && isRequest(stanza)) {
            answer(stanza);
        } else if (state != State.GREETING || !greeting.hears(stanza)) {
            loop.mode().stanza(this, stanza);
        }
    }

    private static boolean isRequest(Stanza stanza) {
        var type = stanza.attribute("type");
        return "get".equals(type) || "set".equals(type);
    }

    /// Every request gets an answer (RFC 6120 §8.2.3).
    private void answer(Stanza stanza) {
        var from = stanza.attribute("from");
        var to = from == null ? "" : " to='" + from.replace("'", "&apos;") + "'";
        var id = String.valueOf(stanza.attribute("id")).replace("'", "&apos;");
        stanza(
                stanza.has("ping")
                        ? "<iq type='result' id='" + id + "'" + to + "/>"
                        : "<iq type='error' id='" + id + "'" + to + "><error type='cancel'><service-unavailable"
                                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }

    Counters counters() {
        return loop.counters();
    }

    @Override
    public String toString() {
        return Arrays.toString(new Object[] {user, state});
    }
}
