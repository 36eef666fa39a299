package im.kith.server.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// HMAC-SHA-256 and HMAC-SHA-512 (RFC 2104) of a message in parts. Pure; a microsecond.
final class Hmac {

    private Hmac() {}

    static byte[] sha256(byte[] key, byte[]... parts) {
        return of("SHA-256", 64, key, parts);
    }

    static byte[] sha512(byte[] key, byte[]... parts) {
        return of("SHA-512", 128, key, parts);
    }

    static MessageDigest digest() {
        return digest("SHA-256");
    }

    private static byte[] of(String hash, int blockBytes, byte[] key, byte[]... parts) {
        var block = Arrays.copyOf(key.length > blockBytes ? digest(hash).digest(key) : key, blockBytes);
        var inner = keyed(hash, block, 0x36);
        for (var part : parts) inner.update(part);
        return keyed(hash, block, 0x5c).digest(inner.digest());
    }

    private static MessageDigest digest(String hash) {
        try {
            return MessageDigest.getInstance(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has " + hash, impossible);
        }
    }

    /// A digest that has taken the padded key.
    private static MessageDigest keyed(String hash, byte[] block, int pad) {
        var padded = block.clone();
        for (int i = 0; i < padded.length; i++) padded[i] ^= (byte) pad;
        var digest = digest(hash);
        digest.update(padded);
        return digest;
    }
}
