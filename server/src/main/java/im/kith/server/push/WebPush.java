package im.kith.server.push;

import im.kith.server.feature.push.Pusher;
import im.kith.server.feature.push.Pusher.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// RFC 8030: the push services of browsers and of UnifiedPush, each named by the subscription itself.
final class WebPush implements PushService<Pusher.Subscription> {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KEY_BYTES = P256.POINT_BYTES;

    private final boolean privateEndpoints;
    private final Vapid vapid;
    private final HttpClient client;
    private final LongSupplier clockMillis;
    private final SecureRandom random = new SecureRandom();

    WebPush(boolean privateEndpoints, Vapid vapid, HttpClient client, LongSupplier clockMillis) {
        this.privateEndpoints = privateEndpoints;
        this.vapid = vapid;
        this.client = client;
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
    public Outcome send(Pusher.Subscription subscription, Kind kind)
            throws IOException, InterruptedException, GeneralSecurityException {
        var uri = URI.create(subscription.endpoint());
        refusePrivate(uri);
        var word = kind.name().toLowerCase(Locale.ROOT);
        var words = "{\"kind\":\"" + word + "\"}";
        var key = Objects.requireNonNull(P256.publicKey(subscription.key()), "checked when it was subscribed");
        var body = Sealed.of(words.getBytes(StandardCharsets.UTF_8), key, subscription.auth(), random);
        var request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", vapid.authorization(uri, clockMillis.getAsLong()))
                .header("Content-Encoding", "aes128gcm")
                .header("Content-Type", "application/octet-stream")
                .header("TTL", Integer.toString(kind.lifeSeconds()))
                .header("Urgency", kind.urgency())
                .header("Topic", word)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return outcome(client.send(request, HttpResponse.BodyHandlers.discarding()));
    }

    private static Outcome outcome(HttpResponse<?> answer) {
        int status = answer.statusCode();
        if (status / 100 == 2) return Settled.TAKEN;
        if (status == 404 || status == 410) return Settled.GONE;
        if (status == 429 || status >= 500) return new Later(PushService.retryAfterMillis(answer));
        return new Refused(Integer.toString(status));
    }

    /// A client that names an address inside would have the server knock there.
    private void refusePrivate(URI uri) throws IOException {
        if (privateEndpoints) return;
        try {
            for (var address : InetAddress.getAllByName(uri.getHost())) {
                boolean inside = address.isLoopbackAddress()
                        || address.isSiteLocalAddress()
                        || address.isLinkLocalAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress()
                        || isUniqueLocal(address);
                if (inside) throw new IOException("the endpoint is in a private network");
            }
        } catch (UnknownHostException e) {
            throw new IOException("the endpoint's host is unknown", e);
        }
    }

    private static boolean isUniqueLocal(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    }
}
