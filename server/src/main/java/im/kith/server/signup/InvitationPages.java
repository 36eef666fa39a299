package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.feature.invites.Inviting;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.xmpp.Jid;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Invitations as links, and the page that a browser shows for one (XEP-0401 §4.2). It runs no script and loads
/// nothing. Between the feature, which is made before the store is open, and [Invitations]. Thread-safe.
///
/// ```text
/// GET /invite/{code}   200 a page for people | 404 one that says that the invitation was used, or is too old
/// ```
public final class InvitationPages implements Inviting {

    private static final Duration LIFE = Duration.ofDays(7);
    private static final int MOST_A_DAY = 20;
    private static final int MOST_REMEMBERED = 100_000;
    private static final int WRONG_PER_HOUR = 30;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    private final String domain;
    private final boolean openToUsers;
    private final Predicate<Jid> administrators;
    private final Allowance made;
    private final Allowance wrong;
    private volatile @Nullable Parts parts;

    private record Parts(Invitations invitations, String base) {}

    public InvitationPages(
            String domain, boolean openToUsers, Predicate<Jid> administrators, LongSupplier clockMillis) {
        this.domain = domain;
        this.openToUsers = openToUsers;
        this.administrators = administrators;
        this.made = new Allowance(MOST_A_DAY, Duration.ofDays(1).toMillis(), MOST_REMEMBERED, clockMillis);
        this.wrong = new Allowance(WRONG_PER_HOUR, Duration.ofHours(1).toMillis(), MOST_REMEMBERED, clockMillis);
    }

    /// From now on it works; `base` is the address of the HTTP service as the world sees it.
    public void use(Invitations invitations, String base) {
        parts = new Parts(invitations, base);
    }

    @Override
    public boolean isOpenToUsers() {
        return openToUsers;
    }

    @Override
    public boolean isAdministrator(Jid account) {
        return administrators.test(account);
    }

    @Override
    public CompletionStage<@Nullable Invitation> invite(@Nullable String account) {
        var now = parts;
        if (now == null) return CompletableFuture.completedStage(null);
        if (account != null) {
            if (made.waitMillis(account) > 0) return CompletableFuture.completedStage(null);
            made.count(account);
        }
        return now.invitations
                .make(LIFE, account)
                .thenApply(one -> new Invitation(one.code(), now.base + "/invite/" + one.code(), one.expiresMillis()));
    }

    public List<Route> routes() {
        return List.of(Route.get("/invite/{code}", this::page));
    }

    private CompletionStage<Response> page(Request request) {
        var now = parts;
        var code = request.parameter("code");
        var network = PeerNetwork.of(request.peer());
        if (now == null || !code.matches("[a-z0-9-]{4,64}") || wrong.waitMillis(network.name()) > 0) {
            return CompletableFuture.completedStage(gone());
        }
        return now.invitations.look(code).thenApply(known -> {
            if (known != null) return shown(code, known);
            wrong.count(network.name());
            return gone();
        });
    }

    private Response shown(String code, Invitations.Known known) {
        var by = known.inviter().isEmpty() ? null : known.inviter() + "@" + domain;
        var uri = by == null
                ? "xmpp:" + domain + "?register;preauth=" + code
                : "xmpp:" + by + "?roster;preauth=" + code + ";ibr=y";
        var until = DAY.format(Instant.ofEpochMilli(known.expiresMillis()));
        return html(200, """
                <h1>%s</h1>
                <p>%s runs Kith, a messenger. With this invitation you can make an account there, until %s.</p>
                <p><a class="button" href="%s">Open it in an app</a></p>
                <p>You need an app first: <a href="https://conversations.im">Conversations</a> on Android,
                <a href="https://monal-im.org">Monal</a> on an iPhone or Mac, <a href="https://gajim.org">Gajim</a> or
                <a href="https://dino.im">Dino</a> on a computer. Install one, come back to this page, and press the
                button; or type this code where the app asks for an invitation:</p>
                <p><code>%s</code></p>
                """.formatted(
                        escaped(by == null ? "You are invited to " + domain : by + " invites you"),
                        escaped(domain),
                        until,
                        escaped(uri),
                        escaped(code)));
    }

    private static Response gone() {
        return html(404, """
                <h1>This invitation is gone</h1>
                <p>It was used already, has expired, or never was. Ask whoever sent it for a new one.</p>
                """);
    }

    private static Response html(int status, String body) {
        var page = """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>Invitation</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"><style>
                body { font: 18px/1.5 system-ui, sans-serif; max-width: 34em; margin: 3em auto; padding: 0 1em }
                .button { background: #0a6b52; color: #fff; padding: .6em 1.2em; border-radius: .4em; text-decoration: none }
                code { font-size: 1.2em } @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #7cc } }
                </style></head><body>
                """ + body + "</body></html>\n";
        return Response.of(status, "text/html; charset=utf-8", page)
                .with(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
                .with("Referrer-Policy", "no-referrer")
                .with("Cache-Control", "no-store")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
