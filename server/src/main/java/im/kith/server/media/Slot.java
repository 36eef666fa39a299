package im.kith.server.media;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The right to upload one file: who, how large, of which type ("" for any), under which id and name, until when, and
/// until when the file is kept. It travels in the URL, signed with HMAC-SHA-256, so that nothing needs to be remembered
/// of slots that nobody uses.
record Slot(String id, String owner, String name, long bytes, String type, long goodUntilMillis, long expiresMillis) {

    private static final int MAC_BYTES = 32;

    /// As one word for a URL.
    String signed(byte[] secret) {
        var encoded = encode();
        var both = Arrays.copyOf(encoded, encoded.length + MAC_BYTES);
        System.arraycopy(mac(secret, encoded), 0, both, encoded.length, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    }

    /// The slot that we signed, or null.
    static @Nullable Slot verified(String word, byte[] secret) {
        byte[] both;
        try {
            both = Base64.getUrlDecoder().decode(word);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (both.length <= MAC_BYTES) return null;
        var encoded = Arrays.copyOf(both, both.length - MAC_BYTES);
        var mac = Arrays.copyOfRange(both, encoded.length, both.length);
        return MessageDigest.isEqual(mac, mac(secret, encoded)) ? decode(encoded) : null;
    }

    private byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(id);
            out.writeUTF(owner);
            out.writeUTF(name);
            out.writeLong(this.bytes);
            out.writeUTF(type);
            out.writeLong(goodUntilMillis);
            out.writeLong(expiresMillis);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static Slot decode(byte[] encoded) {
        try (var in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            return new Slot(
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    in.readUTF(),
                    in.readLong(),
                    in.readLong());
        } catch (IOException impossible) {
            throw new UncheckedIOException("what we signed can't be read", impossible);
        }
    }

    private static byte[] mac(byte[] secret, byte[] message) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", impossible);
        }
    }
}
