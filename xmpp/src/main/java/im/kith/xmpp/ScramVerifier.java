package im.kith.xmpp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import rocks.xmpp.precis.PrecisProfiles;

/// What a server keeps instead of a password (RFC 5802 §3): enough to check one, not enough to log in with.
///
/// Immutable. As text in the form of RFC 5803, `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`; never in a log.
public final class ScramVerifier {

    private static final byte[] CLIENT_KEY = "Client Key".getBytes(UTF_8);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(UTF_8);
    private static final int MOST_PASSWORD_CHARS = 1024;

    private final ScramHash hash;
    private final byte[] salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(ScramHash hash, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        this.hash = hash;
        this.salt = salt;
        this.iterations = iterations;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /// The verifier of a password, or null when the password is not allowed (empty, control characters, too long).
    /// Costs what `iterations` cost: milliseconds.
    public static @Nullable ScramVerifier derive(ScramHash hash, String password, byte[] salt, int iterations) {
        if (iterations < 1) throw new IllegalArgumentException("iterations: " + iterations);
        var salted = saltedPassword(hash, password, salt, iterations);
        if (salted == null) return null;
        return new ScramVerifier(
                hash,
                salt.clone(),
                iterations,
                hash.hash(hash.hmac(salted, CLIENT_KEY)),
                hash.hmac(salted, SERVER_KEY));
    }

    /// A verifier from its parts, as they were kept.
    public static ScramVerifier of(ScramHash hash, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        return new ScramVerifier(hash, salt.clone(), iterations, storedKey.clone(), serverKey.clone());
    }

    /// A verifier for an account that does not exist: no password fits it, and it is the same each time it is made, so
    /// that nobody can tell it from a real one (RFC 5802 §9). `secret` is the server's and never changes.
    public static ScramVerifier fake(ScramHash hash, byte[] secret, String account, int saltBytes, int iterations) {
        var salt = hash.hmac(secret, ("salt " + account).getBytes(UTF_8));
        return new ScramVerifier(
                hash,
                Arrays.copyOf(salt, Math.min(salt.length, saltBytes)),
                iterations,
                hash.hmac(secret, ("stored " + account).getBytes(UTF_8)),
                hash.hmac(secret, ("server " + account).getBytes(UTF_8)));
    }

    /// The password as OpaqueString (RFC 8265 §4), or null when that refuses it.
    public static @Nullable String prepared(String password) {
        if (password.isEmpty() || password.length() > MOST_PASSWORD_CHARS) return null;
        if (password.chars().allMatch(c -> c >= ' ' && c < 127)) return password;
        try {
            return PrecisProfiles.OPAQUE_STRING.enforce(password);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static byte @Nullable [] saltedPassword(ScramHash hash, String password, byte[] salt, int iterations) {
        var prepared = prepared(password);
        return prepared == null ? null : hash.pbkdf2(prepared.getBytes(UTF_8), salt, iterations);
    }

    static byte[] clientKey(ScramHash hash, byte[] saltedPassword) {
        return hash.hmac(saltedPassword, CLIENT_KEY);
    }

    static byte[] serverKey(ScramHash hash, byte[] saltedPassword) {
        return hash.hmac(saltedPassword, SERVER_KEY);
    }

    /// Whether this is the verifier of that password, as for PLAIN. Costs as much as [#derive].
    public boolean accepts(String password) {
        var derived = derive(hash, password, salt, iterations);
        return derived != null && MessageDigest.isEqual(storedKey, derived.storedKey);
    }

    public ScramHash hash() {
        return hash;
    }

    public int iterations() {
        return iterations;
    }

    public byte[] salt() {
        return salt.clone();
    }

    public byte[] storedKey() {
        return storedKey.clone();
    }

    public byte[] serverKey() {
        return serverKey.clone();
    }

    /// For the store. [#decode] reads it again.
    public String encode() {
        var base64 = Base64.getEncoder();
        return hash.mechanism() + "$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    /// What [#encode] has written; null when it is not that.
    public static @Nullable ScramVerifier decode(String text) {
        var parts = text.split("[$:]", -1);
        if (parts.length != 5) return null;
        var hash = ScramHash.of(parts[0]);
        if (hash == null || !hash.mechanism().equals(parts[0])) return null;
        try {
            var base64 = Base64.getDecoder();
            var verifier = new ScramVerifier(
                    hash,
                    base64.decode(parts[2]),
                    Integer.parseInt(parts[1]),
                    base64.decode(parts[3]),
                    base64.decode(parts[4]));
            boolean fits = verifier.iterations > 0
                    && verifier.storedKey.length == hash.bytes()
                    && verifier.serverKey.length == hash.bytes();
            return fits ? verifier : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScramVerifier that
                && hash == that.hash
                && iterations == that.iterations
                && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(storedKey, that.storedKey)
                && MessageDigest.isEqual(serverKey, that.serverKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    /// Says nothing that is secret.
    @Override
    public String toString() {
        return hash.mechanism() + " verifier, " + iterations + " iterations";
    }
}
