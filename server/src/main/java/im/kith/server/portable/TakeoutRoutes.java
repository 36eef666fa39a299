package im.kith.server.portable;

import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Authority;
import im.kith.server.auth.Authority.Outcome;
import im.kith.server.feature.takeout.Takeouts;
import im.kith.server.http.FileBody;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// "Download my data" over HTTP: with the account's own sign-in, or with a link that one of its devices was given. One
/// document per account is written at a time. The secret behind the links lives as long as the process.
///
/// ```text
/// GET /v1/account/export   Authorization: Basic account:password-or-key   200 a XEP-0227 document | 401 409 429
/// GET /v1/account/export?link=…                                           the same | 403
/// ```
public final class TakeoutRoutes implements Takeouts {

    static final long LIFE_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final String PATH = "/v1/account/export";
    private static final int MAC_BYTES = 32;

    private final String domain;
    private final LongSupplier clockMillis;
    private final byte[] secret = new byte[MAC_BYTES];
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Parts parts;

    /// @param directory where documents are written until they are sent
    /// @param base the address of the HTTP service as the world sees it
    public record Parts(Exporting exporting, Authority authority, Path directory, String base) {}

    public TakeoutRoutes(String domain, LongSupplier clockMillis) {
        this.domain = domain;
        this.clockMillis = clockMillis;
        new SecureRandom().nextBytes(secret);
    }

    /// From now on it works.
    public void use(Parts now) {
        parts = now;
    }

    public List<Route> routes() {
        return List.of(Route.get(PATH, this::export));
    }

    @Override
    public Link link(String account) {
        long expires = clockMillis.getAsLong() + LIFE_MILLIS;
        var word = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((expires + " " + account).getBytes(StandardCharsets.UTF_8));
        var now = parts;
        return new Link((now == null ? "" : now.base) + PATH + "?link=" + word + "." + mac(word), expires);
    }

    private String mac(String word) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(word.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", impossible);
        }
    }

    /// Whose link it is, or null.
    private @Nullable String accountOf(String link) {
        int dot = link.indexOf('.');
        if (dot < 0 || !link.substring(0, dot).matches("[A-Za-z0-9_-]+")) return null;
        var word = link.substring(0, dot);
        boolean ours = MessageDigest.isEqual(
                mac(word).getBytes(StandardCharsets.US_ASCII),
                link.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
        if (!ours) return null;
        var parts = new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8).split(" ", 2);
        return Long.parseLong(parts[0]) <= clockMillis.getAsLong() ? null : parts[1];
    }

    private CompletionStage<Response> export(Request request) {
        var now = parts;
        if (now == null) return done(Response.problem(503, "Starting", "The server is starting."));
        var link = request.query("link");
        if (link != null) {
            var account = accountOf(link);
            return account == null
                    ? done(Response.problem(403, "No such link", "It has expired. Ask for a new one."))
                    : write(account, now);
        }
        var header = request.header("authorization");
        var login = header == null ? null : login(header);
        if (login == null) return done(unauthorized());
        var account = AccountRules.name(login[0], domain).account();
        if (account == null) return done(unauthorized());
        return now.authority
                .plain(account, login[1], request.peer().getHostAddress())
                .thenCompose(outcome -> outcome == Outcome.GRANTED ? write(account, now) : done(refused(outcome)));
    }

    private static String @Nullable [] login(String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) return null;
        try {
            var text = new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 1 ? null : new String[] {text.substring(0, colon), text.substring(colon + 1)};
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Response unauthorized() {
        return Response.problem(401, "Sign in", "Send the account's name and its password or key (HTTP Basic).")
                .with("WWW-Authenticate", "Basic realm=\"Kith\", charset=\"UTF-8\"");
    }

    private static Response refused(Outcome outcome) {
        return switch (outcome) {
            case THROTTLED -> Response.problem(429, "Too many tries", "Wait some minutes, and try again.");
            case DISABLED -> Response.problem(403, "Disabled", "The operator has disabled this account.");
            case UNAVAILABLE -> Response.problem(503, "Not now", "The store does not answer; try again in a while.");
            default -> unauthorized();
        };
    }

    private CompletionStage<Response> write(String account, Parts now) {
        if (!underWay.add(account)) {
            return done(Response.problem(409, "Under way", "This account is being exported already."));
        }
        return now.exporting
                .export(account, false, now.directory)
                .whenComplete((_, _) -> underWay.remove(account))
                .thenApply(file -> file == null ? unauthorized() : sent(file, account));
    }

    private static Response sent(Path file, String account) {
        var name = account.replaceAll("[^A-Za-z0-9+._-]", "_");
        return sent(file)
                .with("Content-Disposition", "attachment; filename=\"" + name + ".xml\"")
                .with("Cache-Control", "no-store");
    }

    /// The file as a response; its name is gone at once, its bytes when they were sent.
    public static Response sent(Path file) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ);
            Files.delete(file);
            return Response.file(200, "application/xml", new FileBody(channel, 0, channel.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
