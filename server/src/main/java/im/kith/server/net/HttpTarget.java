package im.kith.server.net;

import io.netty.handler.codec.http.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of a request's target and head as plain values.
final class HttpTarget {

    private HttpTarget() {}

    /// The decoded path, or null when it is not well encoded.
    static @Nullable String path(String uri) {
        int from = 0;
        // The absolute form (RFC 9112 §3.2.2).
        if (uri.startsWith("http://") || uri.startsWith("https://")) {
            from = uri.indexOf('/', uri.indexOf("//") + 2);
            if (from < 0) return "/";
        }
        int query = uri.indexOf('?', from);
        var raw = query < 0 ? uri.substring(from) : uri.substring(from, query);
        if (!raw.startsWith("/")) return null;
        // In a path a plus is a plus.
        return decoded(raw.replace("+", "%2B"));
    }

    /// The query's parameters, the first of each name; null when they are not well encoded.
    static @Nullable Map<String, String> query(String uri) {
        int mark = uri.indexOf('?');
        if (mark < 0 || mark == uri.length() - 1) return Map.of();
        var parameters = new HashMap<String, String>();
        for (var part : uri.substring(mark + 1).split("&", -1)) {
            if (part.isEmpty()) continue;
            int equals = part.indexOf('=');
            var name = decoded(equals < 0 ? part : part.substring(0, equals));
            var value = equals < 0 ? "" : decoded(part.substring(equals + 1));
            if (name == null || value == null) return null;
            parameters.putIfAbsent(name, value);
        }
        return parameters;
    }

    private static @Nullable String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// The header fields by lower-case name, several of one name joined by commas.
    static Map<String, String> headers(HttpRequest request) {
        var headers = new HashMap<String, String>();
        for (var field : request.headers()) {
            headers.merge(field.getKey().toLowerCase(Locale.ROOT), field.getValue(), (a, b) -> a + ", " + b);
        }
        return headers;
    }
}
