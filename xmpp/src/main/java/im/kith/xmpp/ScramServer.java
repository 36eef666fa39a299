package im.kith.xmpp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's side of one SCRAM exchange (RFC 5802, RFC 7677, XEP-0474): three messages in, two out.
///
/// ```
/// first(client-first)   -> username, for which the caller finds a verifier (a fake one for nobody)
/// challenge(verifier)   -> server-first
/// finish(client-final)  -> server-final: the client knows the password
/// ```
///
/// Each may be called once, in this order. Not thread-safe.
public final class ScramServer {

    /// What the server has offered in this stream, which a man in the middle may have made smaller.
    ///
    /// @param mechanisms all the SASL mechanisms, as advertised
    /// @param bindings the channel binding types, as advertised (XEP-0440); empty when there are none
    public record Offer(Collection<String> mechanisms, Collection<String> bindings) {}

    private enum Step {
        FIRST,
        CHALLENGE,
        FINAL,
        OVER
    }

    private final ScramHash hash;
    private final boolean isPlus;
    private final Map<String, byte[]> bindings;
    private final Offer offer;
    private final String ownNonce;
    private Step step = Step.FIRST;
    private String gs2Header = "";
    private @Nullable String bindingName;
    private String clientFirstBare = "";
    private String username = "";
    private @Nullable String authorization;
    private String nonce = "";
    private String serverFirst = "";
    private @Nullable ScramVerifier verifier;

    /// @param isPlus whether the client has chosen the `-PLUS` mechanism
    /// @param bindings the channel's data by binding type (`tls-exporter`, `tls-server-end-point`), if any
    public ScramServer(ScramHash hash, boolean isPlus, Map<String, byte[]> bindings, Offer offer) {
        this(hash, isPlus, bindings, offer, ScramText.nonce());
    }

    ScramServer(ScramHash hash, boolean isPlus, Map<String, byte[]> bindings, Offer offer, String ownNonce) {
        this.hash = hash;
        this.isPlus = isPlus;
        this.bindings = bindings;
        this.offer = offer;
        this.ownNonce = ownNonce;
    }

    /// Takes the client's first message. Answers the name it wants to authenticate as, not yet prepared.
    public String first(byte[] clientFirst) throws ScramException {
        next(Step.FIRST, Step.CHALLENGE);
        var message = ScramText.utf8(clientFirst);
        int flagEnd = message.indexOf(',');
        int headerEnd = message.indexOf(',', flagEnd + 1) + 1;
        if (flagEnd < 0 || headerEnd == 0) throw ScramException.malformed("The GS2 header is not complete.");
        gs2Header = message.substring(0, headerEnd);
        checkBindingFlag(message.substring(0, flagEnd));
        var authzid = message.substring(flagEnd + 1, headerEnd - 1);
        if (!authzid.isEmpty()) authorization = ScramText.name(ScramText.value(authzid, 'a'));

        clientFirstBare = message.substring(headerEnd);
        if (clientFirstBare.startsWith("m=")) throw ScramException.malformed("Mandatory extensions are not supported.");
        var attributes = List.of(clientFirstBare.split(",", -1));
        if (attributes.size() < 2) throw ScramException.malformed("The client's nonce is missing.");
        username = ScramText.name(ScramText.value(attributes.get(0), 'n'));
        nonce = ScramText.nonceValue(attributes.get(1)) + ownNonce;
        return username;
    }

    /// RFC 5802 §6: `n`, `y` or `p=type`.
    private void checkBindingFlag(String flag) throws ScramException {
        if (flag.startsWith("p=")) {
            bindingName = flag.substring(2);
            if (!isPlus) throw ScramException.malformed("Channel binding needs a -PLUS mechanism.");
            if (!bindings.containsKey(bindingName)) {
                throw ScramException.notAuthorized("This channel binding type is not supported here.");
            }
            return;
        }
        if (!flag.equals("n") && !flag.equals("y")) throw ScramException.malformed("Not a GS2 channel binding flag.");
        if (isPlus) throw ScramException.malformed("A -PLUS mechanism needs channel binding.");
        if (flag.equals("y") && offer.mechanisms().contains(hash.mechanismPlus())) {
            throw ScramException.notAuthorized("The -PLUS mechanisms offered have not reached the client.");
        }
    }

    /// The name the client wants to act as, if it says so: known after [#first].
    public @Nullable String authorization() {
        return authorization;
    }

    public String username() {
        return username;
    }

    /// The channel binding type that is used, or null.
    public @Nullable String bindingName() {
        return bindingName;
    }

    /// The server's first message, for the account with this verifier.
    public byte[] challenge(ScramVerifier account) throws ScramException {
        next(Step.CHALLENGE, Step.FINAL);
        if (account.hash() != hash) throw new IllegalArgumentException("a verifier for another mechanism");
        verifier = account;
        serverFirst = "r=" + nonce + ",s=" + ScramText.base64(account.salt()) + ",i=" + account.iterations() + ",h="
                + ScramText.downgradeHash(hash, offer.mechanisms(), offer.bindings());
        return serverFirst.getBytes(UTF_8);
    }

    /// Checks the client's proof. Answers the server's final message, which proves in turn that the server knows the
    /// account.
    public byte[] finish(byte[] clientFinal) throws ScramException {
        next(Step.FINAL, Step.OVER);
        var message = ScramText.utf8(clientFinal);
        int proofFrom = message.lastIndexOf(",p=");
        if (proofFrom < 0) throw ScramException.malformed("The client's proof is missing.");
        var withoutProof = message.substring(0, proofFrom);
        var attributes = List.of(withoutProof.split(",", -1));
        if (attributes.size() < 2) throw ScramException.malformed("The nonce is missing.");
        var channel = ScramText.base64Value(attributes.get(0), 'c');
        boolean isSameNonce = ScramText.nonceValue(attributes.get(1)).equals(nonce);
        var proof = ScramText.base64Value(message.substring(proofFrom + 1), 'p');
        if (proof.length != hash.bytes()) throw ScramException.malformed("The client's proof has another length.");

        var account = verifier;
        if (account == null) throw new IllegalStateException("no challenge was given");
        var signed = (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(UTF_8);
        var clientKey = ScramText.xor(proof, hash.hmac(account.storedKey(), signed));
        boolean isProven = MessageDigest.isEqual(hash.hash(clientKey), account.storedKey());
        if (!isProven || !isSameNonce || !MessageDigest.isEqual(channel, expectedChannel())) {
            throw ScramException.notAuthorized("The name or the password is wrong, or the channel is another.");
        }
        return ("v=" + ScramText.base64(hash.hmac(account.serverKey(), signed))).getBytes(UTF_8);
    }

    private byte[] expectedChannel() {
        var expected = new ByteArrayOutputStream();
        expected.writeBytes(gs2Header.getBytes(UTF_8));
        var data = bindingName == null ? null : bindings.get(bindingName);
        if (data != null) expected.writeBytes(data);
        return expected.toByteArray();
    }

    private void next(Step expected, Step following) {
        if (step != expected) throw new IllegalStateException("out of order: " + step);
        step = following;
    }
}
