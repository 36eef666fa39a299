package im.kith.server.signup;

import im.kith.server.auth.ServerShelf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The codes that were sent and wait to be typed in: at most one per phone number, each for a few minutes, five wrong
/// tries and one right one.
///
/// Owns the server's shelf `codes`, so that a code outlives a restart; a row is written before what it means is told:
///
/// ```text
/// version 1 | number | salt (16) | HMAC-SHA-256 of id and code under the salt (32)
/// | sent ms (8) | expires ms (8) | tries left (1)
/// ```
///
/// A code of six digits is found out of its hash by trial; the hash keeps it out of sight, its short life and the few
/// tries keep it safe. One that was used up is remembered until its time is over, so that the answer is "gone", not
/// "unknown". Bounded; thread-safe.
final class Codes {

    static final int TRIES = 5;

    private static final String SHELF = "codes";
    private static final int VERSION = 1;
    private static final int ID_BYTES = 16;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /// What a try at a code comes to.
    sealed interface Verdict {
        /// Right; the code is spent. [#reopen] gives it back if nothing came of it.
        record Right(PhoneNumber number, Object again) implements Verdict {}

        record Wrong(int triesLeft) implements Verdict {}

        /// Expired, used, tried too often or replaced by a newer one.
        record Gone() implements Verdict {}

        record Unknown() implements Verdict {}
    }

    record Sent(String id, String code) {}

    private record Waiting(
            String id, String number, byte[] salt, byte[] hash, long sentMillis, long expiresMillis, int triesLeft) {

        Waiting withTries(int tries) {
            return new Waiting(id, number, salt, hash, sentMillis, expiresMillis, tries);
        }
    }

    private final ServerShelf shelf;
    private final long lifeMillis;
    private final int maxWaiting;
    private final SecureRandom random;
    private final LongSupplier clockMillis;
    /// In the order in which they expire. No tries left: gone.
    private final Map<String, Waiting> byId = new LinkedHashMap<>();
    private final Map<String, String> idByNumber = new HashMap<>();

    private Codes(ServerShelf shelf, long lifeMillis, int maxWaiting, SecureRandom random, LongSupplier clockMillis) {
        this.shelf = shelf;
        this.lifeMillis = lifeMillis;
        this.maxWaiting = maxWaiting;
        this.random = random;
        this.clockMillis = clockMillis;
    }

    /// With the codes of before a restart.
    static CompletionStage<Codes> open(
            ServerShelf shelf, long lifeMillis, int maxWaiting, SecureRandom random, LongSupplier clockMillis) {
        var codes = new Codes(shelf, lifeMillis, maxWaiting, random, clockMillis);
        return shelf.rows(SHELF).thenApply(rows -> {
            rows.entrySet().stream()
                    .map(row -> decode(row.getKey(), row.getValue()))
                    .sorted(java.util.Comparator.comparingLong(Waiting::expiresMillis))
                    .forEach(codes::remember);
            return codes;
        });
    }

    /// Numbers with a code on its way, and since when: what limits per number know after a restart.
    synchronized Map<String, Long> sentMillisByNumber() {
        var sent = new HashMap<String, Long>();
        for (var waiting : byId.values()) sent.put(waiting.number, waiting.sentMillis);
        return sent;
    }

    /// Makes a code for the number; an earlier one of it is void. Null when too many wait. Done once kept.
    CompletionStage<@Nullable Sent> make(PhoneNumber number) {
        var idBytes = new byte[ID_BYTES];
        random.nextBytes(idBytes);
        var id = Base64.getUrlEncoder().withoutPadding().encodeToString(idBytes);
        var code = "%06d".formatted(random.nextInt(1_000_000));
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        long now = clockMillis.getAsLong();
        var waiting = new Waiting(id, number.e164(), salt, hash(salt, id, code), now, now + lifeMillis, TRIES);
        String former;
        synchronized (this) {
            forgetExpired(now);
            if (byId.size() >= maxWaiting) return CompletableFuture.completedStage(null);
            former = idByNumber.get(number.e164());
            if (former != null) spend(former);
            remember(waiting);
        }
        if (former != null) shelf.put(SHELF, former, null);
        return shelf.put(SHELF, id, encode(waiting))
                .whenComplete((_, failure) -> {
                    if (failure != null) forget(id);
                })
                .thenApply(_ -> new Sent(id, code));
    }

    private synchronized void forget(String id) {
        spend(id);
    }

    /// Forgets a code whose SMS could not be sent.
    void withdraw(String id) {
        forget(id);
        shelf.put(SHELF, id, null);
    }

    /// Tries `code`; done once what it cost (a try, the code) is kept.
    CompletionStage<Verdict> tryCode(String id, String code) {
        Waiting after;
        Verdict verdict;
        synchronized (this) {
            forgetExpired(clockMillis.getAsLong());
            var waiting = byId.get(id);
            if (waiting == null) return CompletableFuture.completedStage(new Verdict.Unknown());
            if (waiting.triesLeft == 0 || clockMillis.getAsLong() >= waiting.expiresMillis) {
                return CompletableFuture.completedStage(new Verdict.Gone());
            }
            boolean right = MessageDigest.isEqual(waiting.hash, hash(waiting.salt, id, code));
            after = waiting.withTries(right ? 0 : waiting.triesLeft - 1);
            byId.put(id, after);
            if (after.triesLeft == 0) idByNumber.remove(waiting.number, id);
            verdict = right
                    ? new Verdict.Right(new PhoneNumber(waiting.number), waiting)
                    : new Verdict.Wrong(after.triesLeft);
        }
        return shelf.put(SHELF, id, after.triesLeft == 0 ? null : encode(after)).thenApply(_ -> verdict);
    }

    /// The code may be typed in once more, since what it was for failed.
    CompletionStage<Void> reopen(Verdict.Right right) {
        var waiting = (Waiting) right.again();
        synchronized (this) {
            if (idByNumber.containsKey(waiting.number)) return CompletableFuture.completedStage(null);
            byId.put(waiting.id, waiting);
            idByNumber.put(waiting.number, waiting.id);
        }
        return shelf.put(SHELF, waiting.id, encode(waiting));
    }

    private void remember(Waiting waiting) {
        byId.put(waiting.id, waiting);
        idByNumber.put(waiting.number, waiting.id);
    }

    private void spend(String id) {
        var waiting = byId.get(id);
        if (waiting == null) return;
        byId.put(id, waiting.withTries(0));
        idByNumber.remove(waiting.number, id);
    }

    /// Drops what expired a whole life ago: until then the answer is "gone".
    private void forgetExpired(long now) {
        var all = byId.values().iterator();
        while (all.hasNext()) {
            var waiting = all.next();
            if (now < waiting.expiresMillis + lifeMillis) return;
            all.remove();
            if (idByNumber.remove(waiting.number, waiting.id)) shelf.put(SHELF, waiting.id, null);
        }
    }

    private static byte[] hash(byte[] salt, String id, String code) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            mac.update(id.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(code.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] encode(Waiting waiting) {
        var bytes = new ByteArrayOutputStream(96);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(waiting.number);
            out.write(waiting.salt);
            out.write(waiting.hash);
            out.writeLong(waiting.sentMillis);
            out.writeLong(waiting.expiresMillis);
            out.writeByte(waiting.triesLeft);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static Waiting decode(String id, byte[] row) {
        try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) throw new IllegalArgumentException("a code of unknown version " + version);
            var number = in.readUTF();
            var salt = in.readNBytes(SALT_BYTES);
            var hash = in.readNBytes(HASH_BYTES);
            return new Waiting(id, number, salt, hash, in.readLong(), in.readLong(), in.readUnsignedByte());
        } catch (IOException e) {
            throw new IllegalArgumentException("a code's row is cut short", e);
        }
    }
}
