package im.kith.server.push;

import im.kith.server.feature.push.Pusher;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Firebase Cloud Messaging, its HTTP v1 interface, with a service account for proof: a token signed with its key buys
/// an access token (RFC 7523), which is good for about an hour.
///
/// The message holds data only, so nothing is shown but by the app.
final class Fcm implements PushService<Pusher.App> {

    /// @param tokens where access tokens are to be had
    /// @param email the service account's name
    record Settings(URI service, URI tokens, String project, String email, PrivateKey key) {

        private static final URI LIVE = URI.create("https://fcm.googleapis.com");

        /// Reads a service account's file, as the Firebase console gives it. The [IOException]'s message says what is
        /// wrong with it.
        static Settings read(Path file) throws IOException {
            var account = Json.object(Files.readAllBytes(file));
            if (account == null) throw new IOException(file + " is no JSON object");
            try {
                var tokens = URI.create(member(account, "token_uri", file));
                var project = member(account, "project_id", file);
                if (!project.matches("[A-Za-z0-9:.-]+")) throw new IOException(file + ": project_id is no project");
                var key = Jwt.key(member(account, "private_key", file), "RSA");
                return new Settings(LIVE, tokens, project, member(account, "client_email", file), key);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IOException(file + " is no service account's file: " + e.getMessage(), e);
            }
        }

        private static String member(Map<String, Object> account, String name, Path file) throws IOException {
            var value = Json.string(account, name);
            if (value == null) throw new IOException(file + " is no service account's file: it has no " + name);
            return value;
        }
    }

    private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final long LIFE_SECONDS = 3600;
    /// An access token is not used when it is about to end.
    private static final long MARGIN_SECONDS = 120;

    private static final long SILENCE_MILLIS = 5000;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 16 * 1024;

    private final Settings settings;
    private final HttpClient client;
    private final LongSupplier clockMillis;

    /// Over what follows, and while an access token is asked for: one asks for all.
    private final ReentrantLock asking = new ReentrantLock();
    private String access = "";
    private long accessUntilMillis;
    /// No access token is asked for before that.
    private long silentUntilMillis;

    Fcm(Settings settings, HttpClient client, LongSupplier clockMillis) {
        this.settings = settings;
        this.client = client;
        this.clockMillis = clockMillis;
    }

    private record Answer(HttpResponse<?> response, Map<String, Object> body) {
        int status() {
            return response.statusCode();
        }
    }

    @Override
    public Outcome send(Pusher.App app, Kind kind) throws IOException, InterruptedException, GeneralSecurityException {
        String mine;
        asking.lock();
        try {
            long now = clockMillis.getAsLong();
            if (now < silentUntilMillis) return new Later(silentUntilMillis - now);
            if (now >= accessUntilMillis) ask();
            mine = access;
        } finally {
            asking.unlock();
        }
        var request = HttpRequest.newBuilder(
                        settings.service.resolve("/v1/projects/" + settings.project + "/messages:send"))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + mine)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(Map.of("message", message(app.token(), kind)))))
                .build();
        return outcome(exchange(request), mine);
    }

    private static Map<String, ?> message(String token, Kind kind) {
        var word = kind.name().toLowerCase(Locale.ROOT);
        var android = Map.of("priority", "HIGH", "ttl", kind.lifeSeconds() + "s", "collapse_key", word);
        return Map.of("token", token, "data", Map.of("kind", word), "android", android);
    }

    private Outcome outcome(Answer answer, String mine) {
        int status = answer.status();
        if (status == 200) return Settled.TAKEN;
        var code = code(answer.body);
        // The app is gone from the phone, or the token is another project's.
        if (status == 404 || code.equals("UNREGISTERED") || code.equals("SENDER_ID_MISMATCH")) return Settled.GONE;
        if (status == 401) {
            forget(mine);
            return new Later(0);
        }
        if (status == 429 || status >= 500) return new Later(PushService.retryAfterMillis(answer.response));
        return new Refused(status + " " + code);
    }

    /// The `errorCode` among the details of an error, "" if there is none.
    private static String code(Map<String, Object> body) {
        if (!(body.get("error") instanceof Map<?, ?> error) || !(error.get("details") instanceof Iterable<?> details)) {
            return "";
        }
        for (var detail : details) {
            if (detail instanceof Map<?, ?> map && map.get("errorCode") instanceof String code) return code;
        }
        return "";
    }

    // ---- access tokens ---------------------------------------------------------------------------------------------

    /// Gets one, or fails and has all wait a while.
    private void ask() throws IOException, InterruptedException, GeneralSecurityException {
        silentUntilMillis = clockMillis.getAsLong() + SILENCE_MILLIS;
        var answer = exchange(grant());
        var token = answer.status() == 200 ? Json.string(answer.body, "access_token") : null;
        if (token == null) {
            long later = clockMillis.getAsLong() + PushService.retryAfterMillis(answer.response);
            silentUntilMillis = Math.max(silentUntilMillis, later);
            throw new IOException(
                    "no access token for the service account: " + answer.status() + " " + answer.body.get("error"));
        }
        long seconds = answer.body.get("expires_in") instanceof Number number ? number.longValue() : LIFE_SECONDS;
        access = token;
        accessUntilMillis = clockMillis.getAsLong() + TimeUnit.SECONDS.toMillis(Math.max(0, seconds - MARGIN_SECONDS));
        silentUntilMillis = 0;
    }

    private HttpRequest grant() throws GeneralSecurityException {
        long now = TimeUnit.MILLISECONDS.toSeconds(clockMillis.getAsLong());
        var claims = Map.of(
                "iss",
                settings.email,
                "scope",
                SCOPE,
                "aud",
                settings.tokens.toString(),
                "iat",
                now,
                "exp",
                now + LIFE_SECONDS);
        var assertion = Jwt.rs256(settings.key, Map.of("alg", "RS256", "typ", "JWT"), claims);
        var form = "grant_type=" + URLEncoder.encode(GRANT, StandardCharsets.UTF_8) + "&assertion=" + assertion;
        return HttpRequest.newBuilder(settings.tokens)
                .timeout(PATIENCE)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private void forget(String refused) {
        asking.lock();
        try {
            if (refused.equals(access)) accessUntilMillis = 0;
        } finally {
            asking.unlock();
        }
    }

    private Answer exchange(HttpRequest request) throws IOException, InterruptedException {
        var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            var object = Json.object(body.readNBytes(MOST_BYTES));
            return new Answer(response, object == null ? Map.of() : object);
        }
    }
}
