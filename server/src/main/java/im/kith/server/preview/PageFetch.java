package im.kith.server.preview;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Gets the beginning of one web page over HTTP/1.1, on the thread that asks.
///
/// An HTTP library looks a name up by itself, after whoever checked it: a name server that answers differently the
/// second time would lead it inside. So the connection is made here, to the very address that was checked, and TLS is
/// told the name. Redirects are checked the same way. All is bounded: addresses, redirects, time in all, head and body.
/// No cookie, no credentials, no referrer; what is no HTML is not read.
final class PageFetch {

    static final int MOST_BODY_BYTES = 256 * 1024;
    static final int MOST_REDIRECTS = 3;

    private static final int MOST_HEAD_BYTES = 32 * 1024;
    private static final int MOST_ADDRESSES = 2;
    private static final int CONNECT_MILLIS = 3_000;
    private static final Pattern CHARSET =
            Pattern.compile("charset\\s{0,4}=\\s{0,4}[\"']?([A-Za-z0-9_:.-]{1,40})", Pattern.CASE_INSENSITIVE);

    private final Predicate<InetAddress> admitted;
    private final boolean anyPort;
    private final Duration patience;
    private final String agent;

    /// @param admitted which addresses a page may be at
    /// @param anyPort  whether a page may be at another port than 80 and 443
    /// @param patience for all of it
    PageFetch(Predicate<InetAddress> admitted, boolean anyPort, Duration patience, String agent) {
        this.admitted = admitted;
        this.anyPort = anyPort;
        this.patience = patience;
        this.agent = agent;
    }

    private record Answer(int status, Map<String, String> headers, byte[] body) {}

    /// The page's text, or null when there is none that may be read.
    @Nullable
    String get(String url) throws IOException {
        long untilNanos = System.nanoTime() + patience.toNanos();
        var uri = parsed(url);
        for (int i = 0; uri != null && i <= MOST_REDIRECTS; i++) {
            var answer = ask(uri, untilNanos);
            if (answer.status / 100 != 3) return answer.status == 200 ? text(answer) : null;
            var location = answer.headers.get("location");
            uri = location == null ? null : parsed(resolved(uri, location));
        }
        return null;
    }

    private static String resolved(URI from, String location) {
        try {
            return from.resolve(location).toString();
        } catch (IllegalArgumentException noAddress) {
            return "";
        }
    }

    private @Nullable URI parsed(String url) {
        try {
            var uri = new URI(url);
            var scheme = uri.getScheme();
            if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) return null;
            if (uri.getHost() == null || uri.getRawUserInfo() != null) return null;
            return anyPort || uri.getPort() == -1 || uri.getPort() == 443 || uri.getPort() == 80 ? uri : null;
        } catch (URISyntaxException noAddress) {
            return null;
        }
    }

    private Answer ask(URI uri, long untilNanos) throws IOException {
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() != -1 ? uri.getPort() : secure ? 443 : 80;
        var host = uri.getHost().replaceAll("[\\[\\]]", "");
        try (var socket = connected(host, port, untilNanos);
                var speaking = secure ? secured(socket, host, port) : socket) {
            speaking.getOutputStream().write(request(uri));
            speaking.getOutputStream().flush();
            return answer(new Bounded(speaking, untilNanos));
        }
    }

    private byte[] request(URI uri) {
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var host = uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
        var ascii = URI.create(path + query).toASCIIString();
        return ("GET " + ascii + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + agent
                        + "\r\nAccept: text/html\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// To an address that was looked at, and no other. A name of which any address is inside is none of the internet's.
    private Socket connected(String host, int port, long untilNanos) throws IOException {
        var addresses = InetAddress.getAllByName(host);
        for (var address : addresses)
            if (!admitted.test(address)) throw new IOException("the page is in a private network");
        IOException last = new IOException("there is no address");
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

    private static Socket secured(Socket socket, String host, int port) throws IOException {
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var secure = (SSLSocket) factory.createSocket(socket, host, port, true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!host.contains(":") && !host.matches("[0-9.]+")) parameters.setServerNames(List.of(new SNIHostName(host)));
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static int left(long untilNanos) throws IOException {
        long millis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (millis <= 0) throw new IOException("the page takes too long");
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

    private static Answer answer(InputStream in) throws IOException {
        var head = new Head(in);
        var start = head.line();
        if (!start.matches("HTTP/1\\.[01] \\d{3}.*")) throw new IOException("this is not HTTP/1.1");
        int status = Integer.parseInt(start.substring(9, 12));
        var headers = new HashMap<String, String>();
        for (var line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        boolean html = headers.getOrDefault("content-type", "")
                .toLowerCase(Locale.ROOT)
                .startsWith("text/html");
        if (status != 200 || !html) return new Answer(status, headers, new byte[0]);
        boolean chunked = headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked");
        return new Answer(status, headers, chunked ? chunks(in) : in.readNBytes(length(headers.get("content-length"))));
    }

    /// How much of a body there is to read; without a length, all until its end.
    private static int length(@Nullable String told) {
        return told != null && told.matches("\\d{1,9}")
                ? Math.min(Integer.parseInt(told), MOST_BODY_BYTES)
                : MOST_BODY_BYTES;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (body.size() < MOST_BODY_BYTES) {
            var size = new Head(in).line().replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9a-fA-F]{1,8}")) throw new IOException("a chunk without a size");
            long bytes = Long.parseLong(size, 16);
            if (bytes == 0) break;
            int wanted = (int) Math.min(bytes, MOST_BODY_BYTES - body.size());
            var chunk = in.readNBytes(wanted);
            body.write(chunk);
            if (chunk.length < wanted || wanted < bytes) break;
            var end = new Head(in).line();
            if (!end.isEmpty()) throw new IOException("a chunk without an end");
        }
        return body.toByteArray();
    }

    /// Lines, of so many bytes in all.
    private static final class Head {
        private final InputStream in;
        private int left = MOST_HEAD_BYTES;

        Head(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            var line = new ByteArrayOutputStream();
            while (true) {
                int next = in.read();
                if (next < 0) throw new EOFException("the page ends in its head");
                if (--left < 0) throw new IOException("the page's head is too long");
                if (next == '\n') break;
                if (next != '\r') line.write(next);
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static @Nullable String text(Answer answer) {
        if (answer.body.length == 0) return null;
        var named = CHARSET.matcher(answer.headers.getOrDefault("content-type", ""));
        var beginning = new String(answer.body, 0, Math.min(1024, answer.body.length), StandardCharsets.ISO_8859_1);
        var declared = CHARSET.matcher(beginning);
        var name = named.find() ? named.group(1) : declared.find() ? declared.group(1) : "utf-8";
        try {
            return new String(answer.body, Charset.forName(name));
        } catch (IllegalArgumentException unknown) {
            return new String(answer.body, StandardCharsets.UTF_8);
        }
    }
}
