package im.kith.xmpp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The hash function that a SCRAM mechanism is named after (RFC 5802 §4, RFC 7677), and what is computed with it.
public enum ScramHash {
    SHA_1("SCRAM-SHA-1", "SHA-1", "HmacSHA1", 20),
    SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", 32);

    private static final int BLOCK_BYTES = 64;

    private final String mechanism;
    private final String digest;
    private final String mac;
    private final int bytes;

    ScramHash(String mechanism, String digest, String mac, int bytes) {
        this.mechanism = mechanism;
        this.digest = digest;
        this.mac = mac;
        this.bytes = bytes;
    }

    /// The mechanism's name, without `-PLUS`.
    public String mechanism() {
        return mechanism;
    }

    /// The name of the mechanism that binds to the channel.
    public String mechanismPlus() {
        return mechanism + "-PLUS";
    }

    /// The length of its hashes.
    public int bytes() {
        return bytes;
    }

    /// The hash of a mechanism's name, with or without `-PLUS`; null when it is not one of these.
    public static @Nullable ScramHash of(String mechanism) {
        for (var hash : values()) {
            if (mechanism.equals(hash.mechanism) || mechanism.equals(hash.mechanismPlus())) return hash;
        }
        return null;
    }

    byte[] hash(byte[] data) {
        return newDigest().digest(data);
    }

    byte[] hmac(byte[] key, byte[] data) {
        try {
            var instance = Mac.getInstance(mac);
            instance.init(new SecretKeySpec(key, mac));
            return instance.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + mac, e);
        }
    }

    /// PBKDF2 with as many bytes as the hash has (`Hi` in RFC 5802 §2.2).
    ///
    /// Two digests that have taken in the padded key are cloned for each round: two compressions instead of the
    /// four of `Mac` and `SecretKeyFactory`, and still the processor's own SHA instructions.
    byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
        try {
            var key = password.length > BLOCK_BYTES ? hash(password) : password;
            var inner = keyed(key, (byte) 0x36);
            var outer = keyed(key, (byte) 0x5c);
            var first = (MessageDigest) inner.clone();
            first.update(salt);
            first.update(new byte[] {0, 0, 0, 1});
            var block = first.digest();
            var round = (MessageDigest) outer.clone();
            round.update(block);
            round.digest(block, 0, bytes);
            var sum = block.clone();
            for (int i = 1; i < iterations; i++) {
                round = (MessageDigest) inner.clone();
                round.update(block, 0, bytes);
                round.digest(block, 0, bytes);
                round = (MessageDigest) outer.clone();
                round.update(block, 0, bytes);
                round.digest(block, 0, bytes);
                for (int k = 0; k < bytes; k++) sum[k] ^= block[k];
            }
            return sum;
        } catch (CloneNotSupportedException | GeneralSecurityException e) {
            throw new IllegalStateException("Java's own digests can be cloned", e);
        }
    }

    private MessageDigest keyed(byte[] key, byte pad) {
        var block = new byte[BLOCK_BYTES];
        Arrays.fill(block, pad);
        for (int i = 0; i < key.length; i++) block[i] ^= key[i];
        var instance = newDigest();
        instance.update(block);
        return instance;
    }

    private MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        }
    }
}
