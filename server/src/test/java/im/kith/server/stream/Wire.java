package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;

/// A client for tests that sends exactly what it is told and reads element by element.
final class Wire implements XmlReader.Handler, AutoCloseable {

    static final String HEADER =
            "<?xml version='1.0'?><stream:stream to='kith.test' version='1.0' xmlns='jabber:client'"
                    + " xmlns:stream='http://etherx.jabber.org/streams'>";

    private static final Element CLOSED = Element.empty("test", "stream-closed");
    private static final Element ENDED = Element.empty("test", "connection-ended");

    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final XmlReader reader = new XmlReader(XmlReader.Limits.DEFAULTS, this);
    private final ArrayDeque<Element> read = new ArrayDeque<>();
    private final byte[] buffer = new byte[64 * 1024];

    Wire(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(60_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /// Goes on over another socket: TLS on top of this one.
    void over(Socket other) throws IOException {
        socket = other;
        in = other.getInputStream();
        out = other.getOutputStream();
        reader.reset();
    }

    Socket socket() {
        return socket;
    }

    void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// The next header or element, or what says that there is none to come.
    Element next() throws IOException {
        while (read.isEmpty()) {
            int count = in.read(buffer);
            if (count < 0) return ENDED;
            reader.feed(buffer, 0, count);
        }
        return read.remove();
    }

    /// Opens a stream and answers its features.
    Element open() throws IOException {
        send(HEADER);
        return features();
    }

    Element features() throws IOException {
        var header = next();
        if (!header.is(StreamError.STREAMS, "stream")) throw new AssertionError("no header: " + header);
        var features = next();
        if (!features.is(StreamError.STREAMS, "features")) throw new AssertionError("no features: " + features);
        return features;
    }

    void reset() {
        reader.reset();
    }

    Element plain(String user, String password) throws IOException {
        var message =
                Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
        send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + message + "</auth>");
        return next();
    }

    /// Signs in with PLAIN and binds; answers the bind's result.
    Element signIn(String user, String resource) throws IOException {
        open();
        var answer = plain(user, OnePassword.PASSWORD);
        if (!answer.name().equals("success")) throw new AssertionError(answer);
        reset();
        open();
        return bind(resource);
    }

    Element bind(String resource) throws IOException {
        send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind></iq>");
        return next();
    }

    boolean isClosed(Element element) {
        return element == CLOSED;
    }

    boolean isEnded(Element element) {
        return element == ENDED;
    }

    @Override
    public void streamOpened(Element header) {
        read.add(header);
    }

    @Override
    public void element(Element element) {
        read.add(element);
    }

    @Override
    public void streamClosed() {
        read.add(CLOSED);
    }

    @Override
    public void failed(StreamError error) {
        throw new AssertionError(error.toString());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
