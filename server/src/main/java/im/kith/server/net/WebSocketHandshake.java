package im.kith.server.net;

import im.kith.server.http.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From HTTP to WebSocket (RFC 6455 §4.2) with the subprotocol `xmpp` (RFC 7395 §3.1).
final class WebSocketHandshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    /// Why the request does not become a WebSocket, or null when it does.
    static @Nullable Response faultOf(String method, Map<String, String> headers, Set<String> origins) {
        if (!method.equals("GET")) {
            return Response.problem(405, "Method not allowed", "A WebSocket begins with GET.")
                    .with("Allow", "GET");
        }
        if (!has(headers, "upgrade", "websocket") || !has(headers, "connection", "upgrade")) {
            return Response.problem(426, "Upgrade required", "This is an XMPP WebSocket (RFC 7395).")
                    .with("Upgrade", "websocket");
        }
        if (!"13".equals(headers.get("sec-websocket-version"))) {
            return Response.problem(426, "Upgrade required", "Version 13 of the WebSocket protocol is spoken here.")
                    .with("Sec-WebSocket-Version", "13");
        }
        if (!isKey(headers.get("sec-websocket-key"))) {
            return Response.problem(400, "Bad request", "Sec-WebSocket-Key must be 16 bytes in Base64.");
        }
        if (!has(headers, "sec-websocket-protocol", "xmpp")) {
            return Response.problem(400, "Bad request", "Sec-WebSocket-Protocol must have xmpp.");
        }
        var origin = headers.get("origin");
        if (origin != null && !isAllowed(origin, headers.getOrDefault("host", ""), origins)) {
            return Response.problem(403, "Forbidden", "Pages of this origin may not connect.");
        }
        return null;
    }

    private static boolean isAllowed(String origin, String host, Set<String> origins) {
        if (origins.contains("*") || origins.contains(origin)) return true;
        int scheme = origin.indexOf("://");
        return scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    private static boolean has(Map<String, String> headers, String name, String token) {
        var value = headers.getOrDefault(name, "").toLowerCase(Locale.ROOT);
        return Arrays.stream(value.split(",")).anyMatch(part -> part.strip().equals(token));
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static byte[] answer(String key) {
        try {
            var hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Protocol: xmpp\r\nSec-WebSocket-Accept: "
                            + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
