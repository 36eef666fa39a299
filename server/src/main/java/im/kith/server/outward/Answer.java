package im.kith.server.outward;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a host answered: the head, and the body as far as somebody wants to read it. On one thread.
public final class Answer {

    private static final int MOST_HEAD_BYTES = 32 * 1024;

    private final int status;
    private final Map<String, String> headers;
    private final InputStream in;

    private Answer(int status, Map<String, String> headers, InputStream in) {
        this.status = status;
        this.headers = headers;
        this.in = in;
    }

    static Answer from(InputStream in) throws IOException {
        var head = new Head(in);
        while (true) {
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
            // What is said before the answer (RFC 9110 §15.2) is not the answer.
            if (status >= 200) return new Answer(status, headers, in);
        }
    }

    public int status() {
        return status;
    }

    /// The first header field of that name, in lower case, or null.
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /// The body's beginning, of so many bytes at most.
    public byte[] body(int most) throws IOException {
        var coding = headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT);
        return coding.contains("chunked") ? chunks(most) : in.readNBytes(length(headers.get("content-length"), most));
    }

    /// How much of a body there is to read; without a length, all until its end.
    private static int length(@Nullable String told, int most) {
        return told != null && told.matches("\\d{1,9}") ? Math.min(Integer.parseInt(told), most) : most;
    }

    private byte[] chunks(int most) throws IOException {
        var body = new ByteArrayOutputStream();
        while (body.size() < most) {
            var size = new Head(in).line().replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9a-fA-F]{1,8}")) throw new IOException("a chunk without a size");
            long bytes = Long.parseLong(size, 16);
            if (bytes == 0) break;
            int wanted = (int) Math.min(bytes, most - body.size());
            var chunk = in.readNBytes(wanted);
            body.writeBytes(chunk);
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
                if (next < 0) throw new EOFException("the answer ends in its head");
                if (--left < 0) throw new IOException("the answer's head is too long");
                if (next == '\n') break;
                if (next != '\r') line.write(next);
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
