package im.kith.server.push;

import im.kith.server.feature.push.Pusher;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Apple's push service, over HTTP/2, with a key of the app's maker for proof ("Sending notification requests to
/// APNs").
///
/// The app shows what it finds in the inbox; for the case that it cannot, the alert names a text of the app's own
/// (`loc-key`), which says no more than that there is something.
final class Apns implements PushService<Pusher.App> {

    /// @param key of the kind that Apple calls a token signing key
    /// @param topic the app's bundle id
    record Settings(URI service, PrivateKey key, String keyId, String team, String topic) {

        private static final URI LIVE = URI.create("https://api.push.apple.com");
        private static final URI SANDBOX = URI.create("https://api.sandbox.push.apple.com");

        /// The [IOException]'s message says what is wrong with the file.
        static Settings read(Path file, String keyId, String team, String topic, boolean sandbox) throws IOException {
            try {
                return new Settings(
                        sandbox ? SANDBOX : LIVE, Jwt.key(Files.readString(file), "EC"), keyId, team, topic);
            } catch (GeneralSecurityException e) {
                throw new IOException(file + " is no .p8 key of Apple's: " + e.getMessage(), e);
            }
        }
    }

    /// Apple refuses a proof that is older than an hour, and one that is made anew more often than every 20 minutes.
    private static final long PROOF_MILLIS = TimeUnit.MINUTES.toMillis(40);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 4096;

    private final Settings settings;
    private final HttpClient client;
    private final LongSupplier clockMillis;

    private @Nullable String proof;
    private long proofMillis;

    Apns(Settings settings, HttpClient client, LongSupplier clockMillis) {
        this.settings = settings;
        this.client = client;
        this.clockMillis = clockMillis;
    }

    @Override
    public Outcome send(Pusher.App app, Kind kind) throws IOException, InterruptedException, GeneralSecurityException {
        var word = kind.name().toLowerCase(Locale.ROOT);
        long until = TimeUnit.MILLISECONDS.toSeconds(clockMillis.getAsLong()) + kind.lifeSeconds();
        var mine = proof();
        var request = HttpRequest.newBuilder(settings.service.resolve("/3/device/" + app.token()))
                .version(HttpClient.Version.HTTP_2)
                .timeout(PATIENCE)
                .header("authorization", "bearer " + mine)
                .header("apns-topic", settings.topic)
                .header("apns-push-type", "alert")
                .header("apns-priority", "10")
                .header("apns-expiration", Long.toString(until))
                .header("apns-collapse-id", word)
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(payload(word))))
                .build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            var said = Json.object(body.readNBytes(MOST_BYTES));
            var reason = said == null ? null : Json.string(said, "reason");
            return outcome(answer, reason == null ? "" : reason, mine);
        }
    }

    private static Map<String, ?> payload(String word) {
        var aps = Map.of("alert", Map.of("loc-key", "kith." + word), "sound", "default", "mutable-content", 1);
        return Map.of("aps", aps, "kind", word);
    }

    private Outcome outcome(HttpResponse<?> answer, String reason, String mine) {
        int status = answer.statusCode();
        if (status == 200) return Settled.TAKEN;
        if (status == 410 || reason.equals("BadDeviceToken") || reason.equals("DeviceTokenNotForTopic")) {
            return Settled.GONE;
        }
        if (reason.equals("ExpiredProviderToken")) {
            forget(mine);
            return new Later(0);
        }
        if (status == 429 || status >= 500) return new Later(PushService.retryAfterMillis(answer));
        return new Refused(status + " " + reason);
    }

    private synchronized String proof() throws GeneralSecurityException {
        long now = clockMillis.getAsLong();
        var known = proof;
        if (known != null && now - proofMillis < PROOF_MILLIS) return known;
        var made = Jwt.es256(
                settings.key,
                Map.of("alg", "ES256", "kid", settings.keyId),
                Map.of("iss", settings.team, "iat", TimeUnit.MILLISECONDS.toSeconds(now)));
        proof = made;
        proofMillis = now;
        return made;
    }

    private synchronized void forget(String refused) {
        if (refused.equals(proof)) proof = null;
    }
}
