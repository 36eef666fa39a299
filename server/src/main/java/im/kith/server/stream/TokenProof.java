package im.kith.server.stream;

import im.kith.server.auth.Authority;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// HT-SHA-256-* and HT-SHA-512-* (draft-schmaus-kitten-sasl-ht) as XEP-0484 uses them: `authcid NUL hashed-token`, in
/// one message.
final class TokenProof implements Proof {

    private static final String SHORT = "HT-SHA-256-";
    private static final String LONG = "HT-SHA-512-";

    private final Authority authority;
    private final String domain;
    private final String peer;
    private final String mechanism;
    private final byte[] binding;
    private final String clientId;
    private final long count;
    private boolean renew;

    private TokenProof(Negotiation stream, String mechanism, byte[] binding, String clientId, long count) {
        this.authority = stream.terms.authority();
        this.domain = stream.terms.domain();
        this.peer = stream.peer();
        this.mechanism = mechanism;
        this.binding = binding;
        this.clientId = clientId;
        this.count = count;
    }

    /// The mechanisms for tokens that the channel has, the stronger first.
    static List<String> mechanisms(Map<String, byte[]> bindings) {
        var mechanisms = new ArrayList<String>();
        if (bindings.containsKey(Bindings.EXPORTER)) mechanisms.addAll(List.of(SHORT + "EXPR", LONG + "EXPR"));
        if (bindings.containsKey(Bindings.END_POINT)) mechanisms.addAll(List.of(SHORT + "ENDP", LONG + "ENDP"));
        mechanisms.addAll(List.of(SHORT + "NONE", LONG + "NONE"));
        return mechanisms;
    }

    /// Null when the channel has not what the mechanism needs, or nobody knows it.
    static @Nullable TokenProof of(
            Negotiation stream, String mechanism, Map<String, byte[]> bindings, String clientId, long count) {
        if (!mechanisms(bindings).contains(mechanism)) return null;
        var binding =
                switch (mechanism.substring(SHORT.length())) {
                    case "EXPR" -> bindings.get(Bindings.EXPORTER);
                    case "ENDP" -> bindings.get(Bindings.END_POINT);
                    default -> new byte[0];
                };
        return binding == null ? null : new TokenProof(stream, mechanism, binding, clientId, count);
    }

    @Override
    public CompletionStage<Step> next(byte[] message) {
        int nameEnd = 0;
        while (nameEnd < message.length && message[nameEnd] != 0) nameEnd++;
        if (nameEnd == 0 || message.length - nameEnd - 1 != hashBytes()) return refused(Fault.MALFORMED_REQUEST);
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message, 0, nameEnd))
                    .toString();
        } catch (CharacterCodingException e) {
            return refused(Fault.MALFORMED_REQUEST);
        }
        var account = PlainProof.accountOf(name, domain);
        if (account == null) return refused(Fault.NOT_AUTHORIZED);
        var response = Arrays.copyOfRange(message, nameEnd + 1, message.length);
        return authority
                .token(account, clientId, mechanism, response, binding, count, peer)
                .thenApply(outcome -> {
                    renew = outcome.renew();
                    // Void, wrong, another client's: all the same to who does not have the token.
                    if (outcome.outcome() == Authority.Outcome.DENIED) return new Refused(Fault.CREDENTIALS_EXPIRED);
                    return Proof.judged(outcome.outcome(), account, outcome.serverProof());
                });
    }

    private int hashBytes() {
        return mechanism.startsWith(LONG) ? 64 : 32;
    }

    /// Whether the token is old and the client should get another one.
    boolean renew() {
        return renew;
    }

    String mechanism() {
        return mechanism;
    }

    private static CompletionStage<Step> refused(Fault fault) {
        return CompletableFuture.completedStage(new Refused(fault));
    }
}
