package im.kith.trial.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of XEP-0388 with what can be put into it: Bind 2 (XEP-0386), FAST (XEP-0484), resumption.
public final class Sasl2 {

    public static final String NAMESPACE = "urn:xmpp:sasl:2";
    public static final String FAST = "urn:xmpp:fast:0";

    private final Wire wire;
    private final String userAgentId;
    private final String channelBinding;

    /// @param userAgentId the stable id of this installation, a UUID
    /// @param channelBinding the kind to use with `-PLUS`
    public Sasl2(Wire wire, String userAgentId, String channelBinding) {
        this.wire = wire;
        this.userAgentId = userAgentId;
        this.channelBinding = channelBinding;
    }

    /// Signs in by PLAIN or SCRAM and returns `<success/>` or `<failure/>`.
    ///
    /// @param inline elements to put beside the initial response
    public Xml authenticate(String mechanism, String username, String password, String inline) {
        if (mechanism.equals("PLAIN")) {
            return begin(mechanism, ("\0" + username + "\0" + password).getBytes(UTF_8), inline);
        }
        var kind = mechanism.endsWith("-PLUS") ? channelBinding : null;
        var scram = new Scram(mechanism, username, password, kind, kind == null ? null : wire.channelBinding(kind));
        var challenge = begin(mechanism, scram.clientFirst(), inline);
        if (!challenge.is("challenge", NAMESPACE)) {
            return challenge;
        }
        var answer = scram.clientFinal(Base64.getDecoder().decode(challenge.text()));
        wire.send("<response xmlns='" + NAMESPACE + "'>" + Base64.getEncoder().encodeToString(answer) + "</response>");
        var outcome = wire.expectElement(Negotiation.PATIENCE);
        if (outcome.is("success", NAMESPACE)) {
            scram.check(Base64.getDecoder().decode(outcome.textOf("additional-data")));
        }
        return outcome;
    }

    /// Signs in by a token with `HT-SHA-256-NONE` or `HT-SHA-256-EXPR`.
    public Xml authenticateByToken(String mechanism, String username, String token, String inline) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(UTF_8), "RAW"));
            mac.update("Initiator".getBytes(UTF_8));
            var binding = mechanism.endsWith("-EXPR") ? wire.channelBinding("tls-exporter") : null;
            if (binding != null) {
                mac.update(binding);
            }
            var hash = mac.doFinal();
            var name = (username + "\0").getBytes(UTF_8);
            var message = new byte[name.length + hash.length];
            System.arraycopy(name, 0, message, 0, name.length);
            System.arraycopy(hash, 0, message, name.length, hash.length);
            return begin(mechanism, message, inline);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC", e);
        }
    }

    private Xml begin(String mechanism, byte[] initial, String inline) {
        wire.send("<authenticate xmlns='" + NAMESPACE + "' mechanism='" + mechanism + "'><initial-response>"
                + Base64.getEncoder().encodeToString(initial) + "</initial-response><user-agent id='" + userAgentId
                + "'><software>trial</software></user-agent>" + inline + "</authenticate>");
        return wire.expectElement(Negotiation.PATIENCE);
    }
}
