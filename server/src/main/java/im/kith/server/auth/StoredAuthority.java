package im.kith.server.auth;

import static im.kith.server.auth.Recognised.part;

import im.kith.server.account.Directory;
import im.kith.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The [Authority] over what the store keeps of each account ([Credentials], [TokenSlots]).
///
/// A PLAIN login is judged in this order: is it the account's key (one HMAC), is it the password that was right before
/// (one HMAC), else the slow hash on [StretchPool]. The slow way is the same for a wrong key, a wrong password and an
/// account that does not exist (it has a fake verifier, always the same one), so neither answers nor times tell them
/// apart.
///
/// Wrong tries are slowed down per account and per network. A key needs no such protection and is always let in; a
/// password is let in from networks the account has signed in from before, whatever strangers try meanwhile. The
/// server's own machine is no network to be slowed down: behind a proxy it is everybody.
///
/// Thread-safe; nothing blocks.
public final class StoredAuthority implements Authority {

    /// How logins are checked. `iterations` are SCRAM's rounds, at least [Credentials#MIN_ITERATIONS].
    public record Settings(int iterations, Duration tokenLife, Duration tokenRenewAfter) {

        /// 4,096 rounds: 10,000 accounts are imported in some 12 s on two cores. Tokens live four weeks and are
        /// renewed daily.
        public static final Settings DEFAULT =
                new Settings(Credentials.MIN_ITERATIONS, Duration.ofDays(28), Duration.ofDays(1));

        public Settings {
            if (iterations < Credentials.MIN_ITERATIONS || iterations > 1_000_000) {
                throw new IllegalArgumentException("iterations must be from 4096 to 1000000");
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoredAuthority.class);
    private static final String SECRETS = "secrets";
    private static final String FAKE_SECRET = "fake-verifiers";
    private static final int MAX_PASSWORD_CHARS = 1024;
    private static final int REMEMBERED = 1 << 16;
    private static final Throttle.Settings PER_ACCOUNT = new Throttle.Settings(5, 1_000, 30_000, 15 * 60_000, 100_000);
    private static final Throttle.Settings PER_NETWORK = new Throttle.Settings(20, 1_000, 60_000, 15 * 60_000, 100_000);

    private final Store store;
    private final StretchPool pool;
    private final Settings settings;
    private final byte[] fakeSecret;
    private final Tokens tokens;
    private final Recognised passwords;
    private final Recognised networks;
    private final Throttle accountThrottle;
    private final Throttle networkThrottle;
    private final Enrolment enrolment;

    private StoredAuthority(
            Store store,
            Directory directory,
            StretchPool pool,
            Settings settings,
            byte[] fakeSecret,
            SecureRandom random,
            LongSupplier clockMillis) {
        this.store = store;
        this.pool = pool;
        this.settings = settings;
        this.fakeSecret = fakeSecret;
        this.tokens = new Tokens(
                store,
                directory,
                new Tokens.Settings(settings.tokenLife.toMillis(), settings.tokenRenewAfter.toMillis()),
                random,
                clockMillis);
        this.passwords = new Recognised(REMEMBERED, random);
        this.networks = new Recognised(REMEMBERED, random);
        this.accountThrottle = new Throttle(PER_ACCOUNT, clockMillis);
        this.networkThrottle = new Throttle(PER_NETWORK, clockMillis);
        this.enrolment = new Enrolment(store, directory, pool, settings.iterations, passwords, random, clockMillis);
    }

    /// Reads (or at the first start makes) the server's secret behind fake verifiers, and is ready then.
    public static CompletionStage<StoredAuthority> open(
            Store store,
            Directory directory,
            ServerShelf shelf,
            StretchPool pool,
            Settings settings,
            LongSupplier clockMillis) {
        var random = new SecureRandom();
        return shelf.row(SECRETS, FAKE_SECRET)
                .thenCompose(known -> {
                    if (known != null) return CompletableFuture.completedStage(known);
                    var made = new byte[32];
                    random.nextBytes(made);
                    return shelf.put(SECRETS, FAKE_SECRET, made).thenApply(_ -> made);
                })
                .thenApply(
                        secret -> new StoredAuthority(store, directory, pool, settings, secret, random, clockMillis));
    }

    /// How accounts get their credentials, by the same rules.
    public Enrolment enrolment() {
        return enrolment;
    }

    @Override
    public CompletionStage<Outcome> plain(String account, String password, String peer) {
        var network = PeerNetwork.of(peer);
        if (!admits(network)) return CompletableFuture.completedStage(Outcome.THROTTLED);
        if (password.length() > MAX_PASSWORD_CHARS) return CompletableFuture.completedStage(denied(account, network));
        return credentials(account)
                .thenCompose(found -> judge(account, found, password, network))
                .exceptionally(StoredAuthority::unavailable);
    }

    private CompletionStage<Outcome> judge(
            String account, @Nullable Credentials found, String password, PeerNetwork network) {
        if (found != null && found.isKey(password)) return CompletableFuture.completedStage(granted(found));
        if (isThrottled(account, network)) return CompletableFuture.completedStage(Outcome.THROTTLED);
        if (found != null && found.kind() == Credentials.Kind.PASSWORD && isRecognised(account, found, password)) {
            return CompletableFuture.completedStage(welcomed(account, found, network));
        }
        var judged = found == null ? Credentials.fake(account, fakeSecret, settings.iterations) : found;
        return pool.run(() -> judged.matches(password)).thenApply(right -> {
            if (!right || found == null) return denied(account, network);
            passwords.add(part(account), found.sha256().storedKey(), part(password));
            return welcomed(account, found, network);
        });
    }

    @Override
    public CompletionStage<Verifier> verifier(String account, String mechanism) {
        return credentials(account).thenApply(found -> {
            var credentials = found == null ? Credentials.fake(account, fakeSecret, settings.iterations) : found;
            return credentials.verifier(mechanism);
        });
    }

    @Override
    public CompletionStage<Outcome> proven(String account, boolean right, String peer) {
        var network = PeerNetwork.of(peer);
        return credentials(account)
                .thenApply(found -> {
                    boolean isKey = right && found != null && found.kind() == Credentials.Kind.KEY;
                    if (!isKey && (!admits(network) || isThrottled(account, network))) return Outcome.THROTTLED;
                    return right && found != null ? welcomed(account, found, network) : denied(account, network);
                })
                .exceptionally(StoredAuthority::unavailable);
    }

    @Override
    public CompletionStage<TokenOutcome> token(
            String account,
            String clientId,
            String mechanism,
            byte[] response,
            byte[] channelBinding,
            long count,
            String peer) {
        var network = PeerNetwork.of(peer);
        if (!admits(network)) return CompletableFuture.completedStage(refused(Outcome.THROTTLED));
        return credentials(account)
                .thenCompose(found -> {
                    var judged = found == null ? Credentials.fake(account, fakeSecret, settings.iterations) : found;
                    return tokens.accept(account, judged, clientId, mechanism, response, channelBinding, count)
                            .thenApply(accepted -> {
                                if (accepted == null) {
                                    // A token cannot be guessed, so a wrong one says nothing against the account.
                                    if (!network.isLocal()) networkThrottle.failed(network.name());
                                    return refused(Outcome.DENIED);
                                }
                                if (judged.disabled()) return refused(Outcome.DISABLED);
                                return new TokenOutcome(Outcome.GRANTED, accepted.serverProof(), accepted.renew());
                            });
                })
                .exceptionally(e -> refused(unavailable(e)));
    }

    @Override
    public CompletionStage<Token> issue(
            String account, String clientId, @Nullable String clientName, String mechanism) {
        return credentials(account).thenCompose(found -> {
            if (found == null) throw new IllegalStateException("the account is gone");
            return tokens.issue(account, found, clientId, mechanism);
        });
    }

    @Override
    public CompletionStage<Boolean> revoke(String account, String clientId) {
        return tokens.revoke(account, clientId);
    }

    private CompletionStage<@Nullable Credentials> credentials(String account) {
        return store.row(account, Credentials.SHELF, Credentials.ROW)
                .thenApply(row -> row == null ? null : Credentials.decode(row));
    }

    private boolean isRecognised(String account, Credentials credentials, String password) {
        return passwords.has(part(account), credentials.sha256().storedKey(), part(password));
    }

    private boolean admits(PeerNetwork network) {
        return network.isLocal() || networkThrottle.admits(network.name());
    }

    private boolean isThrottled(String account, PeerNetwork network) {
        return !accountThrottle.admits(account) && !networks.has(part(account), part(network.name()));
    }

    private Outcome welcomed(String account, Credentials credentials, PeerNetwork network) {
        if (!network.isLocal()) networks.add(part(account), part(network.name()));
        return granted(credentials);
    }

    private static Outcome granted(Credentials credentials) {
        return credentials.disabled() ? Outcome.DISABLED : Outcome.GRANTED;
    }

    private Outcome denied(String account, PeerNetwork network) {
        accountThrottle.failed(account);
        if (!network.isLocal()) networkThrottle.failed(network.name());
        return Outcome.DENIED;
    }

    private static TokenOutcome refused(Outcome outcome) {
        return new TokenOutcome(outcome, null, false);
    }

    private static Outcome unavailable(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) LOG.warn("more password checks wait than are allowed");
        else LOG.warn("credentials could not be read: {}", cause.toString());
        return Outcome.UNAVAILABLE;
    }
}
