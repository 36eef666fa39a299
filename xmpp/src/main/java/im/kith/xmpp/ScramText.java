package im.kith.xmpp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.stream.Collectors;

/// The grammar that both sides of SCRAM share (RFC 5802 §7), and the downgrade protection hash (XEP-0474).
final class ScramText {

    private static final int MOST_BYTES = 8 * 1024;
    private static final int NONCE_BYTES = 18;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ScramText() {}

    static String nonce() {
        var bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String utf8(byte[] message) throws ScramException {
        if (message.length > MOST_BYTES) throw ScramException.malformed("The message is too long.");
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
            if (text.indexOf('\0') >= 0) throw ScramException.malformed("The message holds a NUL.");
            return text;
        } catch (CharacterCodingException e) {
            throw ScramException.malformed("The message is no UTF-8.");
        }
    }

    /// The value of an attribute `name=value`.
    static String value(String attribute, char name) throws ScramException {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw ScramException.malformed("The attribute " + name + " was expected.");
        }
        return attribute.substring(2);
    }

    static String nonceValue(String attribute) throws ScramException {
        var nonce = value(attribute, 'r');
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw ScramException.malformed("Not a nonce.");
        }
        return nonce;
    }

    static byte[] base64Value(String attribute, char name) throws ScramException {
        try {
            return Base64.getDecoder().decode(value(attribute, name));
        } catch (IllegalArgumentException e) {
            throw ScramException.malformed("The attribute " + name + " is no base64.");
        }
    }

    /// A `saslname`, unescaped.
    static String name(String escaped) throws ScramException {
        if (escaped.isEmpty()) throw ScramException.malformed("An empty name.");
        for (int i = escaped.indexOf('='); i >= 0; i = escaped.indexOf('=', i + 1)) {
            if (!escaped.startsWith("=2C", i) && !escaped.startsWith("=3D", i)) {
                throw ScramException.malformed("A name with an = that is no =2C and no =3D.");
            }
        }
        return escaped.replace("=2C", ",").replace("=3D", "=");
    }

    static String escapedName(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] xor(byte[] a, byte[] b) {
        var sum = a.clone();
        for (int i = 0; i < sum.length; i++) sum[i] ^= b[i];
        return sum;
    }

    static String downgradeHash(ScramHash hash, Collection<String> mechanisms, Collection<String> bindings) {
        var text = sorted(mechanisms);
        if (!bindings.isEmpty()) text += "\u001F" + sorted(bindings);
        return base64(hash.hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sorted(Collection<String> names) {
        return names.stream().sorted().collect(Collectors.joining("\u001E"));
    }
}
