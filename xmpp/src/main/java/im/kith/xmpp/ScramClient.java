package im.kith.xmpp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's side of one SCRAM exchange (RFC 5802, RFC 7677, XEP-0474). Not thread-safe.
public final class ScramClient {

    private static final int LEAST_ITERATIONS = 4096;
    private static final int MOST_ITERATIONS = 10_000_000;

    /// How the client uses the channel: binds to it, could have, or cannot.
    public static final class Binding {

        public static final Binding NONE = new Binding("n", new byte[0]);
        /// The client could bind, but has seen no `-PLUS` mechanism.
        public static final Binding NOT_OFFERED = new Binding("y", new byte[0]);

        /// `n`, `y` or `p=type` (RFC 5802 §7).
        private final String flag;

        private final byte[] data;

        private Binding(String flag, byte[] data) {
            this.flag = flag;
            this.data = data;
        }

        /// Binds to the channel by what it yields for that type.
        public static Binding to(String type, byte[] data) {
            return new Binding("p=" + type, data);
        }

        public String flag() {
            return flag;
        }

        public byte[] data() {
            return data.clone();
        }
    }

    private final ScramHash hash;
    private final String password;
    private final String gs2Header;
    private final Binding binding;
    private final ScramServer.@Nullable Offer offer;
    private final String nonce;
    private final String firstBare;
    private byte @Nullable [] expected;

    /// @param offer what has been advertised, to be checked against what the server says; null leaves it unchecked
    public ScramClient(
            ScramHash hash,
            Binding binding,
            String username,
            String password,
            @Nullable String authorization,
            ScramServer.@Nullable Offer offer) {
        this(hash, binding, username, password, authorization, offer, ScramText.nonce());
    }

    ScramClient(
            ScramHash hash,
            Binding binding,
            String username,
            String password,
            @Nullable String authorization,
            ScramServer.@Nullable Offer offer,
            String nonce) {
        this.hash = hash;
        this.binding = binding;
        this.password = password;
        this.offer = offer;
        this.nonce = nonce;
        var authzid = authorization == null ? "" : "a=" + ScramText.escapedName(authorization);
        this.gs2Header = binding.flag + "," + authzid + ",";
        this.firstBare = "n=" + ScramText.escapedName(username) + ",r=" + nonce;
    }

    /// The client's first message.
    public byte[] first() {
        return (gs2Header + firstBare).getBytes(UTF_8);
    }

    /// The client's final message, in answer to the server's first.
    public byte[] respond(byte[] serverFirst) throws ScramException {
        var message = ScramText.utf8(serverFirst);
        var attributes = List.of(message.split(",", -1));
        if (attributes.size() < 3) throw ScramException.malformed("The challenge is not complete.");
        var wholeNonce = ScramText.nonceValue(attributes.get(0));
        if (!wholeNonce.startsWith(nonce) || wholeNonce.length() == nonce.length()) {
            throw ScramException.notAuthorized("The challenge is for another exchange.");
        }
        var salt = ScramText.base64Value(attributes.get(1), 's');
        int iterations = iterations(ScramText.value(attributes.get(2), 'i'));
        checkDowngrade(attributes.subList(3, attributes.size()));

        var channel = new ByteArrayOutputStream();
        channel.writeBytes(gs2Header.getBytes(UTF_8));
        channel.writeBytes(binding.data);
        var withoutProof = "c=" + ScramText.base64(channel.toByteArray()) + ",r=" + wholeNonce;
        var signed = (firstBare + "," + message + "," + withoutProof).getBytes(UTF_8);
        var salted = ScramVerifier.saltedPassword(hash, password, salt, iterations);
        if (salted == null) throw ScramException.notAuthorized("The password has characters that are not allowed.");
        var clientKey = ScramVerifier.clientKey(hash, salted);
        var proof = ScramText.xor(clientKey, hash.hmac(hash.hash(clientKey), signed));
        expected = hash.hmac(ScramVerifier.serverKey(hash, salted), signed);
        return (withoutProof + ",p=" + ScramText.base64(proof)).getBytes(UTF_8);
    }

    private static int iterations(String text) throws ScramException {
        try {
            int iterations = Integer.parseInt(text);
            if (iterations >= LEAST_ITERATIONS && iterations <= MOST_ITERATIONS) return iterations;
        } catch (NumberFormatException e) {
            throw ScramException.malformed("The number of iterations is none.");
        }
        throw ScramException.notAuthorized("The number of iterations is too small or too large.");
    }

    private void checkDowngrade(List<String> extensions) throws ScramException {
        for (var extension : extensions) {
            if (extension.startsWith("m=")) throw ScramException.malformed("Mandatory extensions are not supported.");
            if (offer != null
                    && extension.startsWith("h=")
                    && !extension
                            .substring(2)
                            .equals(ScramText.downgradeHash(hash, offer.mechanisms(), offer.bindings()))) {
                throw ScramException.notAuthorized("The server has offered other mechanisms than have arrived.");
            }
        }
    }

    /// Checks the server's final message: that the server knows the account too.
    public void verify(byte[] serverFinal) throws ScramException {
        var message = ScramText.utf8(serverFinal);
        var proof = ScramText.base64Value(message.split(",", -1)[0], 'v');
        if (expected == null || !MessageDigest.isEqual(expected, proof)) {
            throw ScramException.notAuthorized("The server does not know the password.");
        }
    }
}
