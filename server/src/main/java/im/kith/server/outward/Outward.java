package im.kith.server.outward;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// HTTP/1.1 to hosts that somebody else has named, one request per connection, on the thread that asks.
///
/// An HTTP library looks a name up by itself, after whoever checked it: a name server that answers differently the
/// second time would lead it inside. So a name is looked up once, here, the connection is made to the very address that
/// was checked, and TLS is told the name. All is bounded: addresses, time in all, the answer's head and what is read of
/// its body. No proxy, no cookie, no redirect. Thread-safe.
public final class Outward {

    /// Where the addresses of a host come from.
    @FunctionalInterface
    public interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    /// What is asked. `headers` are whole as they are, but for Host, Connection and Content-Length.
    @SuppressWarnings("ArrayRecordComponent") // made once, sent once
    public record Call(String method, URI uri, Map<String, String> headers, byte[] body) {

        public static Call get(URI uri, Map<String, String> headers) {
            return new Call("GET", uri, headers, new byte[0]);
        }

        public static Call post(URI uri, Map<String, String> headers, byte[] body) {
            return new Call("POST", uri, headers, body);
        }
    }

    /// What is made of an answer while its connection is open.
    @FunctionalInterface
    public interface Reading<T> {
        T read(Answer answer) throws IOException;
    }

    private static final int MOST_ADDRESSES = 2;
    private static final int CONNECT_MILLIS = 3_000;

    private final Predicate<InetAddress> admitted;
    private final Names names;
    private final SSLSocketFactory encryption;

    /// @param admitted which addresses may be asked
    public Outward(Predicate<InetAddress> admitted) {
        this(admitted, InetAddress::getAllByName);
    }

    public Outward(Predicate<InetAddress> admitted, Names names) {
        this(admitted, names, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    Outward(Predicate<InetAddress> admitted, Names names, SSLSocketFactory encryption) {
        this.admitted = admitted;
        this.names = names;
        this.encryption = encryption;
    }

    /// Asks and reads the answer, within `patience` in all. The URI is absolute, of http or https, and has a host.
    public <T> T ask(Call call, Duration patience, Reading<T> reading) throws IOException {
        long untilNanos = System.nanoTime() + patience.toNanos();
        var uri = call.uri;
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() != -1 ? uri.getPort() : secure ? 443 : 80;
        var host = uri.getHost().replaceAll("[\\[\\]]", "");
        try (var socket = connected(host, port, untilNanos);
                var speaking = secure ? secured(socket, host, port) : socket) {
            speaking.getOutputStream().write(written(call));
            speaking.getOutputStream().flush();
            return reading.read(Answer.from(new Bounded(speaking, untilNanos)));
        }
    }

    private static byte[] written(Call call) {
        var uri = call.uri;
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var host = uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
        var head = new StringBuilder(call.method)
                .append(' ')
                .append(URI.create(path + query).toASCIIString())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n");
        call.headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!call.method.equals("GET")) {
            head.append("Content-Length: ").append(call.body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(call.body);
        return out.toByteArray();
    }

    /// To an address that was looked at, and no other. A name of which any address is inside is none of the internet's.
    private Socket connected(String host, int port, long untilNanos) throws IOException {
        var addresses = names.of(host);
        for (var address : addresses) {
            if (!admitted.test(address)) throw new IOException("the host is in a private network");
        }
        IOException last = new UnknownHostException("the host has no address");
        for (var address : List.of(addresses).subList(0, Math.min(MOST_ADDRESSES, addresses.length))) {
            var socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.connect(new InetSocketAddress(address, port), Math.min(CONNECT_MILLIS, left(untilNanos)));
                socket.setSoTimeout(left(untilNanos));
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private Socket secured(Socket socket, String host, int port) throws IOException {
        var secure = (SSLSocket) encryption.createSocket(socket, host, port, true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!host.contains(":") && !host.matches("[0-9.]+")) parameters.setServerNames(List.of(new SNIHostName(host)));
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static int left(long untilNanos) throws IOException {
        long millis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (millis <= 0) throw new IOException("the host takes too long");
        return (int) millis;
    }

    /// A socket's bytes, as long as there is time: one that sends a byte now and then is no way around it.
    private static final class Bounded extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private final long untilNanos;

        Bounded(Socket socket, long untilNanos) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.untilNanos = untilNanos;
        }

        @Override
        public int read() throws IOException {
            socket.setSoTimeout(left(untilNanos));
            return in.read();
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            socket.setSoTimeout(left(untilNanos));
            return in.read(into, from, most);
        }
    }
}
