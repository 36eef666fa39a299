package im.kith.server.signup;

import im.kith.server.auth.AccessKey;
import im.kith.server.auth.ServerShelf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Invitations: codes that an operator hands out, each good for one account until it expires. Owns the server's shelf
/// `invites`: the SHA-256 of the code, when it expires, and who invites, if it is an account. Thread-safe.
public final class Invitations {

    /// `abcd-efgh-jkmn-pqrs`: 79 bits, which nobody finds by trying over a network.
    private static final int GROUPS = 4;

    private static final String SHELF = "invites";
    private static final int MOST_LISTED = 1_000;

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
        return make(life, null);
    }

    /// The same in the name of an account, whose contact the invited person becomes.
    public CompletionStage<Invitation> make(Duration life, @Nullable String inviter) {
        var code = AccessKey.random(random, GROUPS);
        long expires = clockMillis.getAsLong() + life.toMillis();
        return shelf.put(SHELF, key(code), row(expires, inviter)).thenApply(_ -> new Invitation(code, expires));
    }

    /// Who invites with this code, "" for the operator, and until when.
    public record Known(String inviter, long expiresMillis) {}

    /// What is known of a code that is good; null when it is none, spent or expired.
    public CompletionStage<@Nullable Known> look(String code) {
        return shelf.row(SHELF, key(code)).thenApply(row -> {
            if (row == null) return null;
            long expires = ByteBuffer.wrap(row).getLong();
            return clockMillis.getAsLong() < expires ? new Known(inviter(row), expires) : null;
        });
    }

    /// What can be told of the invitations that are good, those that end last first: not the code, of which only a hash
    /// is kept.
    public CompletionStage<List<Map<String, Object>>> list() {
        return shelf.rows(SHELF).thenApply(rows -> {
            long now = clockMillis.getAsLong();
            var list = new ArrayList<Map<String, Object>>();
            rows.forEach((key, row) -> {
                long expires = ByteBuffer.wrap(row).getLong();
                if (now < expires) list.add(Map.of("id", key, "inviter", inviter(row), "expiresMillis", expires));
            });
            list.sort(Comparator.comparingLong(
                    (Map<String, Object> each) -> -((Number) each.getOrDefault("expiresMillis", 0)).longValue()));
            return List.copyOf(list.subList(0, Math.min(MOST_LISTED, list.size())));
        });
    }

    /// Takes an invitation back, by its id in the list; false if it is none, or not any more.
    public CompletionStage<Boolean> revoke(String id) {
        if (!beingRedeemed.add(id)) return CompletableFuture.completedStage(false);
        return shelf.row(SHELF, id)
                .thenCompose(row -> row == null
                        ? CompletableFuture.completedStage(false)
                        : shelf.put(SHELF, id, null).thenApply(_ -> true))
                .whenComplete((_, _) -> beingRedeemed.remove(id));
    }

    /// An invitation that was good until now, to be given back with [#restore] if no account comes of it.
    record Redeemed(String key, long expiresMillis, String inviter) {}

    /// Spends the code; null when it is none, spent or expired.
    CompletionStage<@Nullable Redeemed> redeem(String code) {
        var key = key(code);
        if (!beingRedeemed.add(key)) return CompletableFuture.completedStage(null);
        return shelf.row(SHELF, key)
                .thenCompose(row -> {
                    if (row == null) return CompletableFuture.<@Nullable Redeemed>completedStage(null);
                    long expires = ByteBuffer.wrap(row).getLong();
                    var redeemed = clockMillis.getAsLong() < expires ? new Redeemed(key, expires, inviter(row)) : null;
                    return shelf.put(SHELF, key, null).thenApply(_ -> redeemed);
                })
                .whenComplete((_, _) -> beingRedeemed.remove(key));
    }

    CompletionStage<Void> restore(Redeemed redeemed) {
        return shelf.put(SHELF, redeemed.key, row(redeemed.expiresMillis, redeemed.inviter));
    }

    private static byte[] row(long expiresMillis, @Nullable String inviter) {
        var name = inviter == null ? new byte[0] : inviter.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + name.length)
                .putLong(expiresMillis)
                .put(name)
                .array();
    }

    private static String inviter(byte[] row) {
        return new String(row, 8, row.length - 8, StandardCharsets.UTF_8);
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
