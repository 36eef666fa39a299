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

/// Gets the beginning of one web page, or the whole of a small picture, on the thread that asks.
///
/// What a redirect leads to is checked as the first address was. All is bounded: redirects, time in all, head and body.
/// No cookie, no credentials, no referrer; what is neither HTML nor a picture is not read.
final class PageFetch {

    static final int MOST_BODY_BYTES = 256 * 1024;
    /// What the pages' makers are told elsewhere, too, that a picture may have for a preview.
    static final int MOST_PICTURE_BYTES = 600 * 1024;

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

    /// What is asked for: what the host is told, how its type begins, and how much of it is read.
    private record Kind(String accept, String type, int mostBytes) {}

    private static final Kind PAGE = new Kind("text/html", "text/html", MOST_BODY_BYTES);
    /// One byte more, which shows that there is more.
    private static final Kind PICTURE =
            new Kind("image/jpeg, image/png, image/webp, image/gif", "image/", MOST_PICTURE_BYTES + 1);

    /// Something of the wanted kind, or where it has gone; all else is neither.
    @SuppressWarnings("ArrayRecordComponent") // made once, read once
    private record Found(URI at, int status, String location, String type, byte[] body) {}

    /// A page's text, and where it was in the end.
    record Page(URI at, String html) {}

    /// The page, or null when there is none that may be read.
    @Nullable
    Page page(String url) throws IOException {
        var found = get(url, PAGE);
        return found == null ? null : new Page(found.at, text(found));
    }

    /// The bytes of something that calls itself a picture, as `named` on a page; null when there is none, or a large
    /// one.
    byte @Nullable [] picture(URI page, String named) throws IOException {
        var found = get(resolved(page, named), PICTURE);
        return found == null || found.body.length > MOST_PICTURE_BYTES ? null : found.body;
    }

    private @Nullable Found get(String url, Kind kind) throws IOException {
        long untilNanos = System.nanoTime() + patience.toNanos();
        var uri = parsed(url);
        for (int i = 0; uri != null && i <= MOST_REDIRECTS; i++) {
            var found = ask(uri, kind, Duration.ofNanos(untilNanos - System.nanoTime()));
            if (found.status / 100 != 3) return found.status == 200 && found.body.length > 0 ? found : null;
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

    private Found ask(URI uri, Kind kind, Duration left) throws IOException {
        var call = Outward.Call.get(
                uri, Map.of("User-Agent", agent, "Accept", kind.accept, "Accept-Encoding", "identity"));
        return outward.ask(call, left, answer -> {
            var type = Objects.requireNonNullElse(answer.header("content-type"), "");
            boolean wanted =
                    answer.status() == 200 && type.toLowerCase(Locale.ROOT).startsWith(kind.type);
            var location = Objects.requireNonNullElse(answer.header("location"), "");
            return new Found(uri, answer.status(), location, type, wanted ? answer.body(kind.mostBytes) : new byte[0]);
        });
    }

    private static String text(Found page) {
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
