package im.kith.server.auth;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// XEP-0484: the tokens of all clients, one row per client in the account's shelf `tokens`.
///
/// What changes a client's tokens is done one after the other per client, so that a counter cannot be used twice at the
/// same time; whatever an answer promises (a new token, a counter spent) is kept before it is given. Thread-safe.
final class Tokens {

    /// How long a token is good, and from what age on the client is given a new one.
    record Settings(long lifeMillis, long renewAfterMillis) {}

    private static final int TOKEN_BYTES = 32;
    private static final int MAX_CLIENTS_PER_ACCOUNT = 64;
    private static final int MAX_ID_CHARS = 128;

    private final Store store;
    private final Directory directory;
    private final Settings settings;
    private final SecureRandom random;
    private final LongSupplier clockMillis;
    private final Map<String, CompletableFuture<Void>> turns = new ConcurrentHashMap<>();

    Tokens(Store store, Directory directory, Settings settings, SecureRandom random, LongSupplier clockMillis) {
        this.store = store;
        this.directory = directory;
        this.settings = settings;
        this.random = random;
        this.clockMillis = clockMillis;
    }

    /// What a right token answers with.
    record Accepted(byte[] serverProof, boolean renew) {}

    /// The proof that answers `response`, or null when it proves no good token of that client.
    CompletionStage<@Nullable Accepted> accept(
            String account,
            Credentials credentials,
            String clientId,
            String mechanism,
            byte[] response,
            byte[] channelBinding,
            long count) {
        var key = rowOf(clientId);
        return inTurn(
                account, key, () -> store.row(account, TokenSlots.SHELF, key).thenCompose(row -> {
                    long now = clockMillis.getAsLong();
                    var slots = row == null ? TokenSlots.none(new byte[0]) : TokenSlots.decode(row);
                    var use = slots.belongsTo(credentials)
                            ? slots.use(mechanism, response, channelBinding, count, now)
                            : null;
                    if (use == null) return CompletableFuture.<@Nullable Accepted>completedStage(null);
                    var accepted =
                            new Accepted(use.serverProof(), now - use.issuedMillis() >= settings.renewAfterMillis);
                    if (use.after() == slots) return CompletableFuture.completedStage(accepted);
                    return put(account, key, use.after().encode()).thenApply(there -> there ? accepted : null);
                }));
    }

    CompletionStage<Authority.Token> issue(String account, Credentials credentials, String clientId, String mechanism) {
        var key = rowOf(clientId);
        return inTurn(account, key, () -> store.shelf(account, TokenSlots.SHELF).thenCompose(shelf -> {
            long now = clockMillis.getAsLong();
            var former = shelf.get(key);
            var slots = former == null ? TokenSlots.none(credentials.fingerprint()) : TokenSlots.decode(former);
            if (!slots.belongsTo(credentials)) slots = TokenSlots.none(credentials.fingerprint());
            var slot = new TokenSlots.Slot(randomToken(), mechanism, now, now + settings.lifeMillis, -1);
            var row = slots.with(slot).encode();
            return makeRoom(account, shelf, key)
                    .thenCompose(_ -> put(account, key, row))
                    .thenApply(there -> {
                        if (!there) throw new IllegalStateException("the account is gone");
                        return new Authority.Token(slot.token(), slot.expiresMillis());
                    });
        }));
    }

    CompletionStage<Boolean> revoke(String account, String clientId) {
        var key = rowOf(clientId);
        return inTurn(account, key, () -> put(account, key, null));
    }

    /// Lets go of the clients that have been away longest, when there are too many.
    private CompletionStage<Void> makeRoom(String account, Map<String, byte[]> shelf, String key) {
        var others = new ArrayList<>(shelf.entrySet());
        others.removeIf(entry -> entry.getKey().equals(key));
        others.sort(Comparator.comparingLong(
                entry -> TokenSlots.decode(entry.getValue()).newestIssueMillis()));
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        for (int i = 0; i <= others.size() - MAX_CLIENTS_PER_ACCOUNT; i++) {
            var oldest = others.get(i).getKey();
            done = done.thenCompose(_ -> put(account, oldest, null).thenApply(_ -> null));
        }
        return done;
    }

    private CompletionStage<Boolean> put(String account, String key, byte @Nullable [] row) {
        return directory.ask(account, new Request.PutRow(TokenSlots.SHELF, key, row));
    }

    private String randomToken() {
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The row's key: the client's id, or a hash of one that is too long for a key.
    private static String rowOf(String clientId) {
        if (clientId.length() <= MAX_ID_CHARS) return clientId;
        var hash = Hmac.digest().digest(clientId.getBytes(StandardCharsets.UTF_8));
        return "sha-256:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private <T> CompletionStage<T> inTurn(String account, String key, Supplier<CompletionStage<T>> work) {
        var client = account + '\0' + key;
        var mine = new CompletableFuture<Void>();
        var before = turns.put(client, mine);
        var start = before == null ? CompletableFuture.<Void>completedFuture(null) : before;
        var result = start.thenCompose(_ -> work.get()); // what it throws fails the stage, and the turn goes on
        return result.whenComplete((_, _) -> {
            turns.remove(client, mine);
            mine.complete(null);
        });
    }
}
