package im.kith.server.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// HMAC-SHA-256 (RFC 2104) of a message in parts. Pure; a microsecond.
final class Hmac {

    private static final int BLOCK_BYTES = 64;

    private Hmac() {}

    static byte[] sha256(byte[] key, byte[]... parts) {
        var inner = keyed(key, (byte) 0x36);
        for (var part : parts) inner.update(part);
        return keyed(key, (byte) 0x5c).digest(inner.digest());
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /// A digest that has taken the padded key.
    private static MessageDigest keyed(byte[] key, byte pad) {
        var digest = digest();
        var block = new byte[BLOCK_BYTES];
        Arrays.fill(block, pad);
        var bytes = key.length > BLOCK_BYTES ? digest().digest(key) : key;
        for (int i = 0; i < bytes.length; i++) block[i] ^= bytes[i];
        digest.update(block);
        return digest;
    }
}
