package im.kith.server.auth;

import static im.kith.server.auth.Recognised.part;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.store.Store;
import im.kith.xmpp.StreamError;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How accounts get, change and lose their credentials: what sign-up and operators call. Secrets are turned into
/// verifiers on [StretchPool], writes go through the account; a stage is done when the change is kept, and fails with
/// [java.util.concurrent.RejectedExecutionException] when too much waits already. Thread-safe; nothing blocks.
public final class Enrolment {

    private final Store store;
    private final Directory directory;
    private final StretchPool pool;
    private final int iterations;
    private final Recognised passwords;
    private final SecureRandom random;
    private final LongSupplier clockMillis;
    private volatile Consumer<String> created = account -> {};

    Enrolment(
            Store store,
            Directory directory,
            StretchPool pool,
            int iterations,
            Recognised passwords,
            SecureRandom random,
            LongSupplier clockMillis) {
        this.store = store;
        this.directory = directory;
        this.pool = pool;
        this.iterations = iterations;
        this.passwords = passwords;
        this.random = random;
        this.clockMillis = clockMillis;
    }

    /// From now on `told` is called with the name of each account that is made here; it must not block.
    public void whenCreated(Consumer<String> told) {
        created = told;
    }

    /// A new key for somebody; nothing is kept of it yet.
    public String newKey() {
        return AccessKey.random(random);
    }

    /// What is known of the account's login, or null when there is no such account.
    public CompletionStage<@Nullable Credentials> credentials(String account) {
        return store.row(account, Credentials.SHELF, Credentials.ROW)
                .thenApply(row -> row == null ? null : Credentials.decode(row));
    }

    /// Makes the account with a typed password; false if it exists (which is found out before any slow work).
    public CompletionStage<Boolean> createWithPassword(String account, String password) {
        return create(account, Credentials.Kind.PASSWORD, password, "");
    }

    /// Makes the account with a key from [#newKey]; false if it exists.
    public CompletionStage<Boolean> createWithKey(String account, String key, String device) {
        return create(account, Credentials.Kind.KEY, key, device);
    }

    /// Makes the account with what SCRAM needs of a password that nobody here knows; false if it exists.
    public CompletionStage<Boolean> createWithVerifiers(
            String account, Authority.Verifier sha1, Authority.Verifier sha256) {
        long now = clockMillis.getAsLong();
        var made = new Credentials(Credentials.Kind.PASSWORD, false, now, now, sha1, sha256, null, "");
        return directory.ask(account, new Request.Create(made.encode())).thenApply(isNew -> {
            if (isNew) created.accept(account);
            return isNew;
        });
    }

    private CompletionStage<Boolean> create(String account, Credentials.Kind kind, String secret, String device) {
        return credentials(account).thenCompose(known -> {
            if (known != null) return CompletableFuture.completedStage(false);
            return stretched(account, kind, secret, device)
                    .thenCompose(made -> directory.ask(account, new Request.Create(made.encode())))
                    .thenApply(isNew -> {
                        if (isNew) created.accept(account);
                        return isNew;
                    });
        });
    }

    /// Gives the account this key, making it if need be, and ends all its sessions with `farewell`. Tokens of the
    /// former key or password are void. True if the account existed. An operator's ban stays.
    public CompletionStage<Boolean> replaceWithKey(String account, String key, String device, StreamError farewell) {
        return replace(account, Credentials.Kind.KEY, key, device, farewell);
    }

    /// The same with a typed password.
    public CompletionStage<Boolean> replaceWithPassword(String account, String password, StreamError farewell) {
        return replace(account, Credentials.Kind.PASSWORD, password, "", farewell);
    }

    /// The owner chose another password: sessions go on. False if there is no such account.
    public CompletionStage<Boolean> changePassword(String account, String password) {
        return stretched(account, Credentials.Kind.PASSWORD, password, "")
                .thenCombine(credentials(account), (made, known) -> known == null ? made : made.succeeding(known))
                .thenCompose(made -> directory.ask(account, new Request.UpdateCredentials(made.encode())));
    }

    private CompletionStage<Boolean> replace(
            String account, Credentials.Kind kind, String secret, String device, StreamError farewell) {
        return stretched(account, kind, secret, device)
                .thenCombine(credentials(account), (made, known) -> known == null ? made : made.succeeding(known))
                .thenCompose(made -> directory.ask(account, new Request.ReplaceCredentials(made.encode(), farewell)))
                .thenApply(existed -> {
                    if (!existed) created.accept(account);
                    return existed;
                });
    }

    /// Bars the account from signing in, or lets it in again; false if there is none. A barred account's sessions end.
    public CompletionStage<Boolean> setDisabled(String account, boolean disabled, StreamError farewell) {
        return credentials(account).thenCompose(known -> {
            if (known == null) return CompletableFuture.completedStage(false);
            var row = known.withDisabled(disabled).encode();
            if (!disabled) return directory.ask(account, new Request.UpdateCredentials(row));
            return directory.ask(account, new Request.ReplaceCredentials(row, farewell));
        });
    }

    /// Removes the account and everything it holds; false if there is none.
    public CompletionStage<Boolean> remove(String account, StreamError farewell) {
        return directory.ask(account, new Request.Remove(farewell));
    }

    /// The slow part. A password that was just chosen is known to be right: its first login need not be slow.
    private CompletionStage<Credentials> stretched(
            String account, Credentials.Kind kind, String secret, String device) {
        return pool.run(() -> {
            var made = Credentials.of(kind, secret, device, iterations, random, clockMillis.getAsLong());
            if (kind == Credentials.Kind.PASSWORD) {
                passwords.add(part(account), made.sha256().storedKey(), part(secret));
            }
            return made;
        });
    }
}
