package im.kith.trial.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One file over plain HTTP/1.1, with as little work as can be: the load tool shares the machine with what it measures.
final class Transfer {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private Transfer() {}

    /// What came of a download; `checksum` is 0 if nobody wanted it.
    record Got(long bytes, double seconds, long checksum) {

        double mibPerSecond() {
            return bytes / 1048576.0 / seconds;
        }
    }

    private static SocketChannel connect(URI uri) throws IOException {
        if (!"http".equals(uri.getScheme()))
            throw new BenchException(
                    uri + ": this measures plain HTTP only (start the server with --set listen.https=)");
        return SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort() == -1 ? 80 : uri.getPort()));
    }

    private static String target(URI uri) {
        return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()) + " HTTP/1.1\r\nHost: "
                + uri.getAuthority() + "\r\nConnection: close\r\n";
    }

    private static void say(SocketChannel channel, String head) throws IOException {
        var bytes = ByteBuffer.wrap((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    /// Puts the content there; answers how many seconds it took until the server said that it is kept.
    static double put(URI uri, Content content) throws IOException {
        long beganNanos = System.nanoTime();
        try (var channel = connect(uri)) {
            say(channel, "PUT " + target(uri) + "Content-Length: " + content.bytes() + "\r\n");
            content.writeTo(Channels.newOutputStream(channel));
            var buffer = ByteBuffer.allocate(BUFFER_BYTES);
            var head = head(channel, buffer);
            if (!head.startsWith("HTTP/1.1 201 ")) throw new BenchException("the upload was refused: " + head.strip());
        }
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    /// Takes away what was put there.
    static void delete(URI uri) throws IOException {
        try (var channel = connect(uri)) {
            say(channel, "DELETE " + target(uri));
            var head = head(channel, ByteBuffer.allocate(BUFFER_BYTES));
            if (!head.startsWith("HTTP/1.1 204 ")) throw new BenchException("the file stays: " + head.strip());
        }
    }

    /// Gets the file, or only its first bytes if it has more than `most`.
    static Got get(URI uri, long most) throws IOException {
        return get(uri, most, null);
    }

    static Got getChecked(URI uri) throws IOException {
        return get(uri, Long.MAX_VALUE, new CRC32C());
    }

    private static Got get(URI uri, long most, @Nullable CRC32C sum) throws IOException {
        long beganNanos = System.nanoTime();
        try (var channel = connect(uri)) {
            say(channel, "GET " + target(uri));
            var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            var head = head(channel, buffer);
            var length = LENGTH.matcher(head);
            if (!head.startsWith("HTTP/1.1 200 ") || !length.find()) {
                throw new BenchException("the download was refused: " + head.strip());
            }
            long wanted = Math.min(most, Long.parseLong(length.group(1)));
            long got = 0;
            while (true) {
                got += buffer.remaining();
                if (sum != null) sum.update(buffer);
                if (got >= wanted) break;
                buffer.clear();
                if (channel.read(buffer) < 0) throw new EOFException("the file ends after " + got + " of " + wanted);
                buffer.flip();
            }
            return new Got(got, (System.nanoTime() - beganNanos) / 1e9, sum == null ? 0 : sum.getValue());
        }
    }

    /// Reads the answer's head; what follows it is left in the buffer, ready to be read.
    private static String head(SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (true) {
            if (channel.read(buffer) < 0) throw new EOFException("no answer");
            var seen = buffer.duplicate().flip();
            var text = StandardCharsets.ISO_8859_1.decode(seen).toString();
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) continue;
            buffer.flip().position(end + 4);
            return text.substring(0, end + 4);
        }
    }
}
