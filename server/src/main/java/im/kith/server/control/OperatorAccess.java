package im.kith.server.control;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.auth.Throttle;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Who may use the operators' page: a browser that is signed in, from where the configuration allows it, and from the
/// page itself.
///
/// To all others there is nothing at `/admin`. With [Place#LOCAL] that is everybody but a browser on this machine which
/// calls it by a name of its own: not through a proxy, and not under a name that somebody else's DNS points here. A
/// page of another origin is refused even when the browser sends the cookie along (it does not: `SameSite=Strict`).
/// Thread-safe.
public final class OperatorAccess implements Gate {

    /// Where the page is: `admin.page`.
    public enum Place {
        OFF,
        LOCAL,
        EVERYWHERE
    }

    static final String COOKIE = "kith-admin";

    private static final Response HIDDEN = Response.problem(404, "Not found", "There is nothing at this path.");
    private static final Response FOREIGN =
            Response.problem(403, "Not from here", "Only the operators' page itself may ask for this.");
    private static final Response SIGNED_OUT = Response.problem(
                    401, "Not signed in", "`./kith ctl admin-link` on the server's machine prints a link to sign in.")
            .with("WWW-Authenticate", "Link realm=\"admin\"");
    private static final Response TOO_MANY = Response.problem(
                    429, "Too often", "The page asks for too much at once. It goes on in a few seconds.")
            .with("Retry-After", "10");
    private static final Response WAIT = Response.problem(
                    429, "Too often", "Too many links that are not good. Wait some minutes, then make a new one.")
            .with("Retry-After", "60");

    private static final Throttle.Settings WRONG_LINKS = new Throttle.Settings(5, 1_000, 300_000, 3_600_000, 10_000);
    private static final Set<String> HARMLESS = Set.of("same-origin", "none");

    private final Place place;
    private final @Nullable String publicOrigin;
    private final OperatorSessions sessions;
    private final Throttle wrongLinks;

    /// `url` is the address of the HTTP service as the world sees it, "" when there is none.
    public OperatorAccess(Place place, String url, OperatorSessions sessions, LongSupplier clockMillis) {
        this.place = place;
        this.publicOrigin = url.isEmpty() ? null : origin(URI.create(url));
        this.sessions = sessions;
        this.wrongLinks = new Throttle(WRONG_LINKS, clockMillis);
    }

    private static String origin(URI url) {
        return (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    boolean isOff() {
        return place == Place.OFF;
    }

    @Override
    public @Nullable Response objection(Request request) {
        return objection(request, true);
    }

    /// `keeps`: whether the session lives on by this request.
    @Nullable
    Response objection(Request request, boolean keeps) {
        var foreign = foreign(request);
        if (foreign != null) return foreign;
        return switch (sessions.admit(token(request), keeps)) {
            case ADMITTED -> null;
            case UNKNOWN -> SIGNED_OUT;
            case TOO_MANY -> TOO_MANY;
        };
    }

    /// What speaks against a request before it is asked who makes it.
    @Nullable
    Response foreign(Request request) {
        if (!isHere(request)) return HIDDEN;
        return isOfThePage(request) ? null : FOREIGN;
    }

    /// Whether there is a page at all for who asks; null if there is.
    @Nullable
    Response hidden(Request request) {
        return isHere(request) ? null : HIDDEN;
    }

    private boolean isHere(Request request) {
        return switch (place) {
            case OFF -> false;
            case LOCAL -> isLocal(request);
            case EVERYWHERE -> true;
        };
    }

    private static boolean isLocal(Request request) {
        return request.peer().isLoopbackAddress()
                && request.header("x-forwarded-for") == null
                && request.header("forwarded") == null
                && isLocalName(request.header("host"));
    }

    private static boolean isLocalName(@Nullable String host) {
        if (host == null) return false;
        var name = host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
        if (name.equals("localhost")) return true;
        try {
            return InetAddress.ofLiteral(name).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /// Fetch metadata and the Origin header (RFC 6454): what changes something must name the page's own origin.
    private boolean isOfThePage(Request request) {
        var site = request.header("sec-fetch-site");
        if (site != null && !HARMLESS.contains(site)) return false;
        var origin = request.header("origin");
        if (origin == null) return request.method().equals("GET");
        var given = origin.toLowerCase(Locale.ROOT);
        if (given.equals(publicOrigin)) return true;
        var host = request.header("host");
        if (host == null) return false;
        var here = host.toLowerCase(Locale.ROOT);
        return given.equals("https://" + here) || given.equals("http://" + here) && isLocalName(here);
    }

    /// The new session's cookie for a link's code, or why not.
    record SignIn(@Nullable String cookie, @Nullable Response objection) {}

    SignIn signIn(Request request, String code) {
        var network = PeerNetwork.of(request.peer()).name();
        if (!wrongLinks.admits(network)) return new SignIn(null, WAIT);
        var token = sessions.begin(code);
        if (token == null) {
            wrongLinks.failed(network);
            return new SignIn(
                    null,
                    Response.problem(
                            403, "The link is not good", "It was used or is older than five minutes. Make a new one."));
        }
        return new SignIn(cookie(request, token, OperatorSessions.SESSION_LIFE.toSeconds()), null);
    }

    /// Ends the session; the cookie that takes the browser's away.
    String signOut(Request request) {
        sessions.end(token(request));
        return cookie(request, "", 0);
    }

    long endsMillis(Request request) {
        return sessions.endsMillis(token(request));
    }

    private static String cookie(Request request, String token, long seconds) {
        var origin = request.header("origin");
        boolean secure = origin != null && origin.toLowerCase(Locale.ROOT).startsWith("https:");
        return COOKIE + "=" + token + "; Path=/admin; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    static @Nullable String token(Request request) {
        var cookies = request.header("cookie");
        if (cookies == null) return null;
        for (var each : cookies.split("[;,]")) {
            var pair = each.strip();
            if (pair.startsWith(COOKIE + "=")) return pair.substring(COOKIE.length() + 1);
        }
        return null;
    }
}
