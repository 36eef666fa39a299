package im.kith.trial.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The client's side of one SCRAM exchange (RFC 5802, RFC 7677), with channel binding if there is one.
///
/// Salted passwords are remembered per password, salt and count for the life of the program, as clients are told to.
public final class Scram {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<String, byte[]> SALTED = new ConcurrentHashMap<>();

    private final String hash;
    private final String password;
    private final String header;
    private final byte[] binding;
    private final String clientFirstBare;
    private final String nonce;
    private byte[] serverSignature = {};

    /// @param mechanism `SCRAM-SHA-1`, `SCRAM-SHA-256` or one of them with `-PLUS`
    /// @param bindingKind the channel binding's name with `-PLUS`; null says that this client has none
    public Scram(
            String mechanism,
            String username,
            String password,
            @Nullable String bindingKind,
            byte @Nullable [] bindingData) {
        this.hash = mechanism.startsWith("SCRAM-SHA-256") ? "256" : mechanism.startsWith("SCRAM-SHA-512") ? "512" : "1";
        this.password = password;
        header = mechanism.endsWith("-PLUS") ? "p=" + bindingKind + ",," : "n,,";
        binding = mechanism.endsWith("-PLUS") && bindingData != null ? bindingData : new byte[0];
        var random = new byte[18];
        RANDOM.nextBytes(random);
        nonce = Base64.getEncoder().encodeToString(random).replace(',', '.');
        clientFirstBare = "n=" + username.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    }

    public byte[] clientFirst() {
        return (header + clientFirstBare).getBytes(UTF_8);
    }

    public byte[] clientFinal(byte[] challenge) {
        var serverFirst = new String(challenge, UTF_8);
        var fields = fields(serverFirst);
        var combined = fields.getOrDefault("r", "");
        if (!combined.startsWith(nonce) || combined.length() == nonce.length()) {
            throw new WireException("SCRAM: the server's nonce does not extend ours: " + serverFirst);
        }
        var salt = Base64.getDecoder().decode(fields.getOrDefault("s", ""));
        var iterations = Integer.parseInt(fields.getOrDefault("i", "0"));
        var salted = SALTED.computeIfAbsent(
                hash + " " + iterations + " " + fields.get("s") + " " + password, key -> stretch(salt, iterations));
        var bound = new ByteArrayOutputStream();
        bound.writeBytes(header.getBytes(UTF_8));
        bound.writeBytes(binding);
        var withoutProof = "c=" + Base64.getEncoder().encodeToString(bound.toByteArray()) + ",r=" + combined;
        var message = (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(UTF_8);
        var clientKey = hmac(salted, "Client Key".getBytes(UTF_8));
        var signature = hmac(digest(clientKey), message);
        var proof = new byte[clientKey.length];
        for (var i = 0; i < proof.length; i++) {
            proof[i] = (byte) (clientKey[i] ^ signature[i]);
        }
        serverSignature = hmac(hmac(salted, "Server Key".getBytes(UTF_8)), message);
        return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    }

    /// Fails unless the server proved that it knows the password too.
    public void check(byte[] serverFinal) {
        var verifier = fields(new String(serverFinal, UTF_8)).getOrDefault("v", "");
        if (serverSignature.length == 0
                || !MessageDigest.isEqual(Base64.getDecoder().decode(verifier), serverSignature)) {
            throw new WireException("SCRAM: the server did not prove itself");
        }
    }

    private static Map<String, String> fields(String message) {
        var fields = new HashMap<String, String>();
        for (var part : message.split(",")) {
            if (part.length() >= 2 && part.charAt(1) == '=') {
                fields.put(part.substring(0, 1), part.substring(2));
            }
        }
        return fields;
    }

    private byte[] stretch(byte[] salt, int iterations) {
        try {
            var bits = hash.equals("256") ? 256 : hash.equals("512") ? 512 : 160;
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + hash)
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        }
    }

    private byte[] hmac(byte[] key, byte[] data) {
        try {
            var mac = Mac.getInstance("HmacSHA" + hash);
            mac.init(new SecretKeySpec(key, "RAW"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC", e);
        }
    }

    private byte[] digest(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-" + hash).digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA", e);
        }
    }
}
