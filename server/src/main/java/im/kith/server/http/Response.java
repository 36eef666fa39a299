package im.kith.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP response. With a `file`, that is its body, and `body` is empty.
public record Response(
        int status,
        String contentType,
        Map<String, String> headers,
        byte[] body,
        @Nullable FileBody file) {

    private static final byte[] NOTHING = {};

    public Response(int status, String contentType, Map<String, String> headers, byte[] body) {
        this(status, contentType, headers, body, null);
    }

    public static Response of(int status, String contentType, String body) {
        return new Response(status, contentType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Response file(int status, String contentType, FileBody file) {
        return new Response(status, contentType, Map.of(), NOTHING, file);
    }

    public static Response json(int status, String json) {
        return of(status, "application/json", json);
    }

    /// A problem document (RFC 9457); `type` is about:blank, `detail` says what to do. The arguments are escaped.
    public static Response problem(int status, String title, String detail) {
        return of(
                status,
                "application/problem+json",
                "{\"type\":\"about:blank\",\"title\":%s,\"status\":%d,\"detail\":%s}"
                        .formatted(quoted(title), status, quoted(detail)));
    }

    public Response with(String header, String value) {
        var more = new java.util.HashMap<>(headers);
        more.put(header, value);
        return new Response(status, contentType, Map.copyOf(more), body, file);
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append("\\u%04x".formatted((int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
