package im.kith.server.feature.calls;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A STUN or TURN server as its URI names it (RFC 7064, RFC 7065): `turn:turn.example.org:3478?transport=udp`.
public record Relay(String type, String host, int port, String transport) {

    /// What such a URI looks like.
    public static final Pattern URI = Pattern.compile(
            "(stun|stuns|turn|turns):(\\[[0-9a-fA-F:]+]|[A-Za-z0-9.-]+)(?::(\\d{1,5}))?(?:\\?transport=(udp|tcp))?");

    private static final int PORT = 3478;
    private static final int TLS_PORT = 5349;

    /// Null when it is none.
    public static @Nullable Relay of(String uri) {
        var matcher = URI.matcher(uri);
        if (!matcher.matches()) return null;
        var type = matcher.group(1);
        boolean secure = type.endsWith("s");
        var port = matcher.group(3);
        var transport = matcher.group(4);
        var host = matcher.group(2).replaceAll("[\\[\\]]", "");
        return new Relay(
                type,
                host,
                port == null ? secure ? TLS_PORT : PORT : Integer.parseInt(port),
                transport == null ? secure ? "tcp" : "udp" : transport);
    }

    /// Whether it wants credentials.
    boolean isRestricted() {
        return type.startsWith("turn");
    }
}
