package im.kith.server.push;

import im.kith.server.feature.push.Pusher;
import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.outward.Answer;
import im.kith.server.outward.Outward;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// RFC 8030: the push services of browsers and of UnifiedPush, each named by the subscription itself; so [Outward]
/// looks at where the name leads, or whoever subscribes would have the server knock inside its own network.
final class WebPush implements PushService<Pusher.Subscription> {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KEY_BYTES = P256.POINT_BYTES;

    private final Vapid vapid;
    private final Outward outward;
    private final LongSupplier clockMillis;
    private final SecureRandom random = new SecureRandom();

    WebPush(Vapid vapid, Outward outward, LongSupplier clockMillis) {
        this.vapid = vapid;
        this.outward = outward;
        this.clockMillis = clockMillis;
    }

    /// Why nothing can be sent there, or null.
    static @Nullable String objection(Pusher.Subscription subscription, boolean privateEndpoints) {
        if (subscription.key().length != KEY_BYTES || P256.publicKey(subscription.key()) == null) {
            return "p256dh is no public key of the curve P-256.";
        }
        if (subscription.auth().length != Sealed.AUTH_BYTES) return "auth has 16 bytes.";
        try {
            var uri = URI.create(subscription.endpoint());
            boolean secure = "https".equals(uri.getScheme());
            boolean known = secure || (privateEndpoints && "http".equals(uri.getScheme()));
            if (!known || uri.getHost() == null || uri.getUserInfo() != null) return "The endpoint is no https URL.";
            return null;
        } catch (IllegalArgumentException e) {
            return "The endpoint is no https URL.";
        }
    }

    @Override
    public Outcome send(Pusher.Subscription subscription, Kind kind) throws IOException, GeneralSecurityException {
        var uri = URI.create(subscription.endpoint());
        var word = kind.name().toLowerCase(Locale.ROOT);
        var words = "{\"kind\":\"" + word + "\"}";
        var key = Objects.requireNonNull(P256.publicKey(subscription.key()), "checked when it was subscribed");
        var body = Sealed.of(words.getBytes(StandardCharsets.UTF_8), key, subscription.auth(), random);
        var headers = Map.of(
                "Authorization",
                vapid.authorization(uri, clockMillis.getAsLong()),
                "Content-Encoding",
                "aes128gcm",
                "Content-Type",
                "application/octet-stream",
                "TTL",
                Integer.toString(kind.lifeSeconds()),
                "Urgency",
                kind.urgency(),
                "Topic",
                word);
        return outward.ask(Outward.Call.post(uri, headers, body), PATIENCE, WebPush::outcome);
    }

    private static Outcome outcome(Answer answer) {
        int status = answer.status();
        if (status / 100 == 2) return Settled.TAKEN;
        if (status == 404 || status == 410) return Settled.GONE;
        if (status == 429 || status >= 500)
            return new Later(PushService.retryAfterMillis(answer.header("retry-after")));
        return new Refused(Integer.toString(status));
    }
}
