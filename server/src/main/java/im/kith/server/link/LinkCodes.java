package im.kith.server.link;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.auth.AccessKey;
import im.kith.server.auth.Authority;
import im.kith.server.feature.links.Links;
import im.kith.xmpp.StreamError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The codes that new devices show at the moment. In memory only and short-lived: a code holds nothing of an account,
/// and only who made it has the secret with which the token is fetched. Bounded. Thread-safe.
public final class LinkCodes implements Links {

    static final long LIFE_MILLIS = 3 * 60_000;

    private static final int MOST = 10_000;
    private static final int MOST_PER_NETWORK = 20;
    private static final int CODE_GROUPS = 4;
    private static final int SECRET_GROUPS = 8;
    private static final StreamError REVOKED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "this device was unlinked from the account");

    private final String domain;
    private final LongSupplier clockMillis;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private volatile @Nullable Parts parts;

    private record Parts(Authority authority, Directory directory) {}

    /// What a device gets: whose account, and its own token.
    record Granted(String jid, String token, long expiresMillis) {}

    private record Waiting(
            Asking asking,
            String mechanism,
            String secret,
            long expiresMillis,
            boolean taken,
            @Nullable Granted granted) {}

    /// A new code and the secret that belongs to it.
    record Shown(String code, String secret) {}

    public LinkCodes(String domain, LongSupplier clockMillis) {
        this.domain = domain;
        this.clockMillis = clockMillis;
    }

    /// From now on it works.
    public void use(Authority authority, Directory directory) {
        parts = new Parts(authority, directory);
    }

    /// A code for that device, or null when too many are waiting.
    synchronized @Nullable Shown show(Asking asking, String mechanism) {
        long now = clockMillis.getAsLong();
        waiting.values().removeIf(one -> one.expiresMillis <= now);
        long same = waiting.values().stream()
                .filter(one -> one.asking.from().equals(asking.from()))
                .count();
        if (waiting.size() >= MOST || same >= MOST_PER_NETWORK) return null;
        var shown = new Shown(AccessKey.random(random, CODE_GROUPS), AccessKey.random(random, SECRET_GROUPS));
        waiting.put(shown.code, new Waiting(asking, mechanism, shown.secret, now + LIFE_MILLIS, false, null));
        return shown;
    }

    private synchronized @Nullable Waiting waiting(String code) {
        var one = waiting.get(code);
        return one == null || one.expiresMillis <= clockMillis.getAsLong() ? null : one;
    }

    /// Whether the secret is that of the code.
    boolean knows(String code, String secret) {
        var one = waiting(code);
        return one != null
                && MessageDigest.isEqual(
                        one.secret.getBytes(StandardCharsets.US_ASCII), secret.getBytes(StandardCharsets.UTF_8));
    }

    /// What was granted, once; null while nobody has approved.
    synchronized @Nullable Granted take(String code) {
        var one = waiting(code);
        if (one == null || one.granted == null) return null;
        waiting.remove(code);
        return one.granted;
    }

    @Override
    public @Nullable Asking asking(String code) {
        var one = waiting(code);
        return one == null || one.taken ? null : one.asking;
    }

    @Override
    public CompletionStage<Boolean> approve(String account, String code) {
        var now = parts;
        var one = claim(code);
        if (now == null || one == null) return CompletableFuture.completedStage(false);
        return now.authority
                .issue(account, one.asking.device(), one.asking.name(), one.mechanism)
                .thenApply(token ->
                        grant(code, one, new Granted(account + "@" + domain, token.token(), token.expiresMillis())));
    }

    /// Marks the code as approved, so that nobody else can.
    private synchronized @Nullable Waiting claim(String code) {
        var one = waiting(code);
        if (one == null || one.taken) return null;
        waiting.put(code, new Waiting(one.asking, one.mechanism, one.secret, one.expiresMillis, true, null));
        return one;
    }

    private synchronized boolean grant(String code, Waiting one, Granted granted) {
        waiting.put(code, new Waiting(one.asking, one.mechanism, one.secret, one.expiresMillis, true, granted));
        return true;
    }

    @Override
    public CompletionStage<Boolean> revoke(String account, String device) {
        var now = parts;
        if (now == null) return CompletableFuture.failedStage(new IllegalStateException("starting"));
        return now.authority
                .revoke(account, device)
                .thenCompose(_ -> now.directory.ask(account, new Request.KickDevice(device, REVOKED)))
                .thenApply(_ -> true);
    }
}
