package im.kith.server.preview;

import im.kith.server.outward.Outward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Gets the beginning of one web page, on the thread that asks.
///
/// What a redirect leads to is checked as the first address was. All is bounded: redirects, time in all, head and body.
/// No cookie, no credentials, no referrer; what is no HTML is not read.
final class PageFetch {

    static final int MOST_BODY_BYTES = 256 * 1024;
    static final int MOST_REDIRECTS = 3;

    private static final Pattern CHARSET =
            Pattern.compile("charset\\s{0,4}=\\s{0,4}[\"']?([A-Za-z0-9_:.-]{1,40})", Pattern.CASE_INSENSITIVE);

    private final Outward outward;
    private final boolean anyPort;
    private final Duration patience;
    private final String agent;

    /// @param admitted which addresses a page may be at
    /// @param anyPort  whether a page may be at another port than 80 and 443
    /// @param patience for all of it
    PageFetch(Predicate<InetAddress> admitted, boolean anyPort, Duration patience, String agent) {
        this.outward = new Outward(admitted);
        this.anyPort = anyPort;
        this.patience = patience;
        this.agent = agent;
    }

    /// A page, or where it has gone; all else is neither.
    private record Found(int status, String location, String type, byte[] body) {}

    /// The page's text, or null when there is none that may be read.
    @Nullable
    String get(String url) throws IOException {
        long untilNanos = System.nanoTime() + patience.toNanos();
        var uri = parsed(url);
        for (int i = 0; uri != null && i <= MOST_REDIRECTS; i++) {
            var found = ask(uri, Duration.ofNanos(untilNanos - System.nanoTime()));
            if (found.status / 100 != 3) return found.status == 200 ? text(found) : null;
            uri = found.location.isEmpty() ? null : parsed(resolved(uri, found.location));
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

    private Found ask(URI uri, Duration left) throws IOException {
        var call = Outward.Call.get(
                uri, Map.of("User-Agent", agent, "Accept", "text/html", "Accept-Encoding", "identity"));
        return outward.ask(call, left, answer -> {
            var type = Objects.requireNonNullElse(answer.header("content-type"), "");
            boolean page =
                    answer.status() == 200 && type.toLowerCase(Locale.ROOT).startsWith("text/html");
            var location = Objects.requireNonNullElse(answer.header("location"), "");
            return new Found(answer.status(), location, type, page ? answer.body(MOST_BODY_BYTES) : new byte[0]);
        });
    }

    private static @Nullable String text(Found page) {
        if (page.body.length == 0) return null;
        var named = CHARSET.matcher(page.type);
        var beginning = new String(page.body, 0, Math.min(1024, page.body.length), StandardCharsets.ISO_8859_1);
        var declared = CHARSET.matcher(beginning);
        var name = named.find() ? named.group(1) : declared.find() ? declared.group(1) : "utf-8";
        try {
            return new String(page.body, Charset.forName(name));
        } catch (IllegalArgumentException unknown) {
            return new String(page.body, StandardCharsets.UTF_8);
        }
    }
}
