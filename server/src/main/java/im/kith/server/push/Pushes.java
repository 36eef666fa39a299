package im.kith.server.push;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.feature.push.Pusher;
import im.kith.server.outward.Outward;
import im.kith.server.outward.PublicAddresses;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
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

/// Sends to push services of all kinds: what is under way, and when it is tried again.
///
/// One message per target is under way at a time; what comes meanwhile is one more at the end, however many there were
/// (they say the same). A service that is busy or broken is asked again, ever more slowly; a target that is gone takes
/// the account's row with it. Beyond [#MOST] targets under way nothing is sent: the messages wait in the inbox all the
/// same. Thread-safe.
public final class Pushes implements Pusher, AutoCloseable {

    /// @param privateEndpoints whether services of Web Push may be on this machine or in a private network, and without
    /// TLS
    /// @param firstPause before a second try
    public record Settings(boolean privateEndpoints, Duration firstPause, int tries) {
        public static final Settings DEFAULTS = new Settings(false, Duration.ofSeconds(5), 6);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Pushes.class);
    private static final int MOST = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Settings settings;
    private final Outward outward;
    private final LongSupplier clockMillis;
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Semaphore room = new Semaphore(MOST);
    private final Map<String, Under> underWay = new ConcurrentHashMap<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable Ready ready;
    private volatile @Nullable Apns apns;
    private volatile @Nullable Fcm fcm;

    private record Ready(Vapid vapid, WebPush web, Directory directory) {}

    /// A target to which a message is under way; `next` came meanwhile.
    private static final class Under {
        @Nullable
        Kind next;
    }

    public Pushes(Settings settings, LongSupplier clockMillis) {
        this(
                settings,
                new Outward(settings.privateEndpoints ? _ -> true : PublicAddresses::has),
                HttpClient.newBuilder(),
                clockMillis);
    }

    /// @param outward how to reach a service that a subscription names
    /// @param client  how to reach one that the operator named
    Pushes(Settings settings, Outward outward, HttpClient.Builder client, LongSupplier clockMillis) {
        this.settings = settings;
        this.outward = outward;
        this.client = client.connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads)
                .build();
        this.clockMillis = clockMillis;
    }

    /// From now on it works.
    public void use(Vapid vapid, Directory directory) {
        ready = new Ready(vapid, new WebPush(vapid, outward, clockMillis), directory);
    }

    /// Apple's service too, with the key in this file, of that id and team, for the app with that bundle id. The
    /// [IOException]'s message says what is wrong with the file.
    public void useApns(Path key, String keyId, String team, String app, boolean sandbox) throws IOException {
        use(Apns.Settings.read(key, keyId, team, app, sandbox));
    }

    /// Firebase too, with the service account in this file. The [IOException]'s message says what is wrong with it.
    public void useFcm(Path serviceAccount) throws IOException {
        use(Fcm.Settings.read(serviceAccount));
    }

    void use(Apns.Settings service) {
        apns = new Apns(service, client, clockMillis);
    }

    void use(Fcm.Settings service) {
        fcm = new Fcm(service, client, clockMillis);
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
    public @Nullable String objection(Target target) {
        return switch (target) {
            case Subscription subscription -> WebPush.objection(subscription, settings.privateEndpoints);
            case App app -> service(app.maker()) != null ? null : "This server has no account at " + app.maker() + ".";
        };
    }

    private @Nullable PushService<App> service(Maker maker) {
        return switch (maker) {
            case APNS -> apns;
            case FCM -> fcm;
        };
    }

    @Override
    public void push(String account, String row, Target target, Kind kind) {
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
        threads.execute(() -> run(now, account, row, target, kind, mine));
    }

    private void run(Ready now, String account, String row, Target target, Kind first, Under under) {
        @Nullable Kind kind = first;
        try {
            while (kind != null) {
                if (!deliver(now, account, row, target, kind)) {
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

    /// Tries until it is taken or given up; false when the target is gone.
    private boolean deliver(Ready now, String account, String row, Target target, Kind kind)
            throws InterruptedException, GeneralSecurityException {
        long giveUpMillis = clockMillis.getAsLong() + TimeUnit.SECONDS.toMillis(kind.lifeSeconds());
        long pauseMillis = settings.firstPause.toMillis();
        for (int tries = 1; ; tries++) {
            long waitMillis = pauseMillis;
            try {
                switch (send(now, target, kind)) {
                    case PushService.Settled.TAKEN -> {
                        sent.increment();
                        return true;
                    }
                    case PushService.Settled.GONE -> {
                        now.directory.ask(account, new Request.PutHotRow("push", row, null));
                        return false;
                    }
                    case PushService.Refused(var why) -> {
                        LOG.warn("A push service answered {}; the message is not sent again", why);
                        failed.increment();
                        return true;
                    }
                    case PushService.Later(long millis) -> waitMillis = Math.max(waitMillis, millis);
                }
            } catch (IOException unreachable) {
                LOG.debug("A push service cannot be reached: {}", unreachable.getMessage());
            }
            if (tries >= settings.tries() || clockMillis.getAsLong() + waitMillis >= giveUpMillis) {
                failed.increment();
                return true;
            }
            Thread.sleep(waitMillis + random.nextLong(waitMillis / 4 + 1));
            pauseMillis = Math.min(pauseMillis * 4, TimeUnit.SECONDS.toMillis(PushService.MOST_PAUSE_SECONDS));
        }
    }

    private PushService.Outcome send(Ready now, Target target, Kind kind)
            throws IOException, InterruptedException, GeneralSecurityException {
        return switch (target) {
            case Subscription subscription -> now.web.send(subscription, kind);
            case App app -> {
                var service = service(app.maker());
                yield service == null
                        ? new PushService.Refused("nothing: there is no account at " + app.maker() + " any more")
                        : service.send(app, kind);
            }
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
