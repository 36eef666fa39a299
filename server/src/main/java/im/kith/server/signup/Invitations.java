package im.kith.server.signup;

import im.kith.server.auth.AccessKey;
import im.kith.server.auth.ServerShelf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Invitations: codes that an operator hands out, each good for one account until it expires. Owns the server's shelf
/// `invites`: the SHA-256 of the code, and when it expires. Thread-safe.
public final class Invitations {

    /// `abcd-efgh-jkmn-pqrs`: 79 bits, which nobody finds by trying over a network.
    private static final int GROUPS = 4;

    private static final String SHELF = "invites";

    private final ServerShelf shelf;
    private final SecureRandom random = new SecureRandom();
    private final LongSupplier clockMillis;
    private final Set<String> beingRedeemed = ConcurrentHashMap.newKeySet();

    public Invitations(ServerShelf shelf, LongSupplier clockMillis) {
        this.shelf = shelf;
        this.clockMillis = clockMillis;
    }

    public record Invitation(String code, long expiresMillis) {}

    /// A new invitation, once it is kept.
    public CompletionStage<Invitation> make(Duration life) {
        var code = AccessKey.random(random, GROUPS);
        long expires = clockMillis.getAsLong() + life.toMillis();
        return shelf.put(SHELF, key(code), expiry(expires)).thenApply(_ -> new Invitation(code, expires));
    }

    /// An invitation that was good until now, to be given back with [#restore] if no account comes of it.
    record Redeemed(String key, long expiresMillis) {}

    /// Spends the code; null when it is none, spent or expired.
    CompletionStage<@Nullable Redeemed> redeem(String code) {
        var key = key(code);
        if (!beingRedeemed.add(key)) return CompletableFuture.completedStage(null);
        return shelf.row(SHELF, key)
                .thenCompose(row -> {
                    if (row == null) return CompletableFuture.<@Nullable Redeemed>completedStage(null);
                    long expires = ByteBuffer.wrap(row).getLong();
                    var redeemed = clockMillis.getAsLong() < expires ? new Redeemed(key, expires) : null;
                    return shelf.put(SHELF, key, null).thenApply(_ -> redeemed);
                })
                .whenComplete((_, _) -> beingRedeemed.remove(key));
    }

    CompletionStage<Void> restore(Redeemed redeemed) {
        return shelf.put(SHELF, redeemed.key, expiry(redeemed.expiresMillis));
    }

    private static byte[] expiry(long millis) {
        return ByteBuffer.allocate(8).putLong(millis).array();
    }

    private static String key(String code) {
        try {
            var typed = code.strip().toLowerCase(java.util.Locale.ROOT);
            var hash = MessageDigest.getInstance("SHA-256").digest(typed.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
