package im.kith.server.push;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// RFC 8291 (Message Encryption for Web Push) with RFC 8188's `aes128gcm`: what only the subscribed browser can read,
/// in one record. Pure but for randomness.
///
/// ```
/// salt 16 | record size 4 | 65 | our key of this message 65 | ciphertext and tag
/// ```
final class Sealed {

    static final int AUTH_BYTES = 16;
    private static final int SALT_BYTES = 16;
    private static final int RECORD_BYTES = 4096;
    private static final int MOST_BYTES = RECORD_BYTES - 17 - 1;
    private static final int TAG_BITS = 128;

    private Sealed() {}

    static byte[] of(byte[] plain, ECPublicKey theirs, byte[] auth, SecureRandom random)
            throws GeneralSecurityException {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(plain, theirs, auth, P256.random(random), salt);
    }

    static byte[] of(byte[] plain, ECPublicKey theirs, byte[] auth, KeyPair ours, byte[] salt)
            throws GeneralSecurityException {
        if (plain.length > MOST_BYTES) throw new IllegalArgumentException("more than one record");
        var ourPoint = P256.point((ECPublicKey) ours.getPublic());
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs, true);
        var keys = keys(agreement.generateSecret(), auth, P256.point(theirs), ourPoint, salt);
        var padded = Arrays.copyOf(plain, plain.length + 1);
        padded[plain.length] = 2; // the last record
        var sealed = cipher(Cipher.ENCRYPT_MODE, keys).doFinal(padded);
        return ByteBuffer.allocate(SALT_BYTES + 5 + ourPoint.length + sealed.length)
                .put(salt)
                .putInt(RECORD_BYTES)
                .put((byte) ourPoint.length)
                .put(ourPoint)
                .put(sealed)
                .array();
    }

    /// Content key and nonce.
    record Keys(byte[] key, byte[] nonce) {}

    static Cipher cipher(int mode, Keys keys) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(keys.key(), "AES"), new GCMParameterSpec(TAG_BITS, keys.nonce()));
        return cipher;
    }

    /// RFC 8291 §3.4.
    static Keys keys(byte[] secret, byte[] auth, byte[] receiver, byte[] sender, byte[] salt)
            throws GeneralSecurityException {
        var first = hmac(auth, secret);
        var material = hmac(first, text("WebPush: info\0"), receiver, sender, new byte[] {1});
        var second = hmac(salt, material);
        var key = hmac(second, text("Content-Encoding: aes128gcm\0"), new byte[] {1});
        var nonce = hmac(second, text("Content-Encoding: nonce\0"), new byte[] {1});
        return new Keys(Arrays.copyOf(key, 16), Arrays.copyOf(nonce, 12));
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (var part : parts) mac.update(part);
        return mac.doFinal();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
