package im.kith.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;

/// The slow hash of SCRAM, `Hi` (RFC 5802 §2.2; that is PBKDF2 with one block), and the values SCRAM derives from it.
///
/// Written out over cloned digests, since that is a third cheaper than the JDK's PBKDF2 (1.1 against 1.6 ms for 4,096
/// rounds of SHA-256), which is what makes an import of many accounts take seconds. Pure; no state.
final class Stretch {

    /// The hashes SCRAM is used with here; `label` is the mechanism's name without `-PLUS`.
    enum Hash {
        SHA_1("SHA-1", "SCRAM-SHA-1", 20),
        SHA_256("SHA-256", "SCRAM-SHA-256", 32);

        final String algorithm;
        final String label;
        final int bytes;

        Hash(String algorithm, String label, int bytes) {
            this.algorithm = algorithm;
            this.label = label;
            this.bytes = bytes;
        }

        MessageDigest digest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has " + algorithm, impossible);
            }
        }
    }

    private static final int BLOCK_BYTES = 64;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

    private Stretch() {}

    /// The verifier of `password`: what the server keeps instead of it.
    static Authority.Verifier verifier(Hash hash, String password, byte[] salt, int iterations) {
        var salted = hi(hash, prepared(password), salt, iterations);
        var clientKey = hmac(hash, salted, CLIENT_KEY);
        return new Authority.Verifier(
                salt, iterations, hash.digest().digest(clientKey), hmac(hash, salted, SERVER_KEY));
    }

    /// Whether `password` is the one behind `verifier`. Takes the same time for right and wrong.
    static boolean matches(Hash hash, String password, Authority.Verifier verifier) {
        var salted = hi(hash, prepared(password), verifier.salt(), verifier.iterations());
        var storedKey = hash.digest().digest(hmac(hash, salted, CLIENT_KEY));
        return MessageDigest.isEqual(storedKey, verifier.storedKey());
    }

    /// The password's bytes as clients hash them: compatibility characters folded, odd spaces made plain ones
    /// (SASLprep, RFC 4013 §2; what it would prohibit is refused where passwords are chosen).
    private static byte[] prepared(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hmac(Hash hash, byte[] key, byte[]... parts) {
        var inner = keyed(hash, key, (byte) 0x36);
        for (var part : parts) inner.update(part);
        var outer = keyed(hash, key, (byte) 0x5c);
        return outer.digest(inner.digest());
    }

    static byte[] hi(Hash hash, byte[] password, byte[] salt, int iterations) {
        var innerStart = keyed(hash, password, (byte) 0x36);
        var outerStart = keyed(hash, password, (byte) 0x5c);
        try {
            var inner = (MessageDigest) innerStart.clone();
            inner.update(salt);
            inner.update(FIRST_BLOCK);
            var round = ((MessageDigest) outerStart.clone()).digest(inner.digest());
            var sum = round.clone();
            for (int i = 1; i < iterations; i++) {
                inner = (MessageDigest) innerStart.clone();
                inner.update(round);
                inner.digest(round, 0, round.length);
                var outer = (MessageDigest) outerStart.clone();
                outer.update(round);
                outer.digest(round, 0, round.length);
                for (int at = 0; at < sum.length; at++) sum[at] ^= round[at];
            }
            return sum;
        } catch (CloneNotSupportedException | java.security.DigestException impossible) {
            throw new IllegalStateException("the JDK's " + hash.algorithm + " can be cloned", impossible);
        }
    }

    /// A digest that has taken HMAC's padded key (RFC 2104).
    private static MessageDigest keyed(Hash hash, byte[] key, byte pad) {
        var digest = hash.digest();
        var block = new byte[BLOCK_BYTES];
        Arrays.fill(block, pad);
        var bytes = key.length > BLOCK_BYTES ? hash.digest().digest(key) : key;
        for (int i = 0; i < bytes.length; i++) block[i] ^= bytes[i];
        digest.update(block);
        return digest;
    }
}
