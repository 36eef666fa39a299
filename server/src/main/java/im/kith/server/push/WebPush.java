package im.kith.server.push;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.feature.push.Pusher;
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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// RFC 8030: sends to push services of browsers and of UnifiedPush.
///
/// One message per subscription is under way at a time; what comes meanwhile is one more at the end, however many there
/// were (they say the same). A service that is busy or broken is asked again, ever more slowly; 404 and 410 end the
/// subscription. Beyond [#MOST] subscriptions under way nothing is sent: the messages wait in the inbox all the same.
/// Thread-safe.
public final class WebPush implements Pusher, AutoCloseable {

    /// @param privateEndpoints whether services may be on this machine or in a private network, and without TLS
    /// @param firstPause before a second try
    public record Settings(boolean privateEndpoints, Duration firstPause, int tries) {
        public static final Settings DEFAULTS = new Settings(false, Duration.ofSeconds(5), 6);
    }

    private static final Logger LOG = LoggerFactory.getLogger(WebPush.class);
    private static final int MOST = 10_000;
    private static final long MOST_PAUSE_SECONDS = 3600;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KEY_BYTES = P256.POINT_BYTES;

    private final Settings settings;
    private final LongSupplier clockMillis;
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(threads)
            .build();
    private final Semaphore room = new Semaphore(MOST);
    private final Map<String, Under> underWay = new ConcurrentHashMap<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable Ready ready;

    private record Ready(Vapid vapid, Directory directory) {}

    /// A subscription to which a message is under way; `next` came meanwhile.
    private static final class Under {
        @Nullable
        Kind next;
    }

    public WebPush(Settings settings, LongSupplier clockMillis) {
        this.settings = settings;
        this.clockMillis = clockMillis;
    }

    /// From now on it works.
    public void use(Vapid vapid, Directory directory) {
        ready = new Ready(vapid, directory);
    }

    public long sent() {
        return sent.sum();
    }

    public long failed() {
        return failed.sum();
    }

    @Override
    public String publicKey() {
        var now = ready;
        return now == null ? "" : now.vapid.publicKey();
    }

    @Override
    public @Nullable String objection(Subscription subscription) {
        if (subscription.key().length != KEY_BYTES || P256.publicKey(subscription.key()) == null) {
            return "p256dh is no public key of the curve P-256.";
        }
        if (subscription.auth().length != Sealed.AUTH_BYTES) return "auth has 16 bytes.";
        try {
            var uri = URI.create(subscription.endpoint());
            boolean secure = "https".equals(uri.getScheme());
            boolean known = secure || (settings.privateEndpoints() && "http".equals(uri.getScheme()));
            if (!known || uri.getHost() == null || uri.getUserInfo() != null) return "The endpoint is no https URL.";
            return null;
        } catch (IllegalArgumentException e) {
            return "The endpoint is no https URL.";
        }
    }

    @Override
    public void push(String account, String row, Subscription subscription, Kind kind) {
        var now = ready;
        if (now == null) return;
        var mine = new Under();
        var other = underWay.compute(account + '\0' + row, (key, under) -> {
            if (under == null) return mine;
            under.next = kind == Kind.CALL ? kind : under.next == null ? kind : under.next;
            return under;
        });
        if (other != mine) return;
        if (!room.tryAcquire()) {
            underWay.remove(account + '\0' + row, mine);
            failed.increment();
            return;
        }
        threads.execute(() -> run(now, account, row, subscription, kind, mine));
    }

    private void run(Ready now, String account, String row, Subscription subscription, Kind first, Under under) {
        @Nullable Kind kind = first;
        try {
            while (kind != null) {
                if (!deliver(now, account, row, subscription, kind)) {
                    underWay.remove(account + '\0' + row, under);
                    return;
                }
                kind = next(account + '\0' + row, under);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | GeneralSecurityException e) {
            LOG.warn("A push message could not be made", e);
            underWay.remove(account + '\0' + row, under);
        } finally {
            room.release();
        }
    }

    private @Nullable Kind next(String key, Under under) {
        var next = new Kind[1];
        underWay.computeIfPresent(key, (same, current) -> {
            if (current != under || under.next == null) return null;
            next[0] = under.next;
            under.next = null;
            return under;
        });
        return next[0];
    }

    /// Tries until it is taken or given up; false when the subscription is gone.
    private boolean deliver(Ready now, String account, String row, Subscription subscription, Kind kind)
            throws InterruptedException, GeneralSecurityException {
        long giveUpMillis = clockMillis.getAsLong() + TimeUnit.SECONDS.toMillis(kind.lifeSeconds());
        long pauseMillis = settings.firstPause().toMillis();
        for (int tries = 1; ; tries++) {
            long waitMillis = pauseMillis;
            try {
                var answer = send(now, subscription, kind);
                int status = answer.statusCode();
                if (status / 100 == 2) {
                    sent.increment();
                    return true;
                }
                if (status == 404 || status == 410) {
                    now.directory.ask(account, new Request.PutHotRow("push", row, null));
                    return false;
                }
                boolean later = status == 429 || status >= 500;
                if (!later) {
                    LOG.warn("A push service answered {}; the message is not sent again", status);
                    failed.increment();
                    return true;
                }
                waitMillis = Math.max(waitMillis, retryAfterMillis(answer));
            } catch (IOException unreachable) {
                LOG.debug("A push service cannot be reached: {}", unreachable.getMessage());
            }
            if (tries >= settings.tries() || clockMillis.getAsLong() + waitMillis >= giveUpMillis) {
                failed.increment();
                return true;
            }
            Thread.sleep(waitMillis + random.nextLong(waitMillis / 4 + 1));
            pauseMillis = Math.min(pauseMillis * 4, TimeUnit.SECONDS.toMillis(MOST_PAUSE_SECONDS));
        }
    }

    private static long retryAfterMillis(HttpResponse<?> answer) {
        var text = answer.headers().firstValue("retry-after").orElse("");
        if (!text.matches("\\d{1,6}")) return 0;
        return TimeUnit.SECONDS.toMillis(Math.min(Long.parseLong(text), MOST_PAUSE_SECONDS));
    }

    private HttpResponse<Void> send(Ready now, Subscription subscription, Kind kind)
            throws IOException, InterruptedException, GeneralSecurityException {
        var uri = URI.create(subscription.endpoint());
        refusePrivate(uri);
        var words = "{\"kind\":\"" + kind.name().toLowerCase(java.util.Locale.ROOT) + "\"}";
        var key = Objects.requireNonNull(P256.publicKey(subscription.key()), "checked when it was subscribed");
        var body = Sealed.of(words.getBytes(StandardCharsets.UTF_8), key, subscription.auth(), random);
        var request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", now.vapid.authorization(uri, clockMillis.getAsLong()))
                .header("Content-Encoding", "aes128gcm")
                .header("Content-Type", "application/octet-stream")
                .header("TTL", Integer.toString(kind.lifeSeconds()))
                .header("Urgency", kind.urgency())
                .header("Topic", kind.name().toLowerCase(java.util.Locale.ROOT))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding());
    }

    /// A client that names an address inside would have the server knock there.
    private void refusePrivate(URI uri) throws IOException {
        if (settings.privateEndpoints()) return;
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

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
