package im.kith.server.stream;

import im.kith.server.auth.Authority;
import im.kith.xmpp.ScramException;
import im.kith.xmpp.ScramHash;
import im.kith.xmpp.ScramServer;
import im.kith.xmpp.ScramVerifier;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// SCRAM (RFC 5802, RFC 7677): the client proves to know the password without sending it, and so does the server.
final class ScramProof implements Proof {

    private final Authority authority;
    private final String domain;
    private final String peer;
    private final ScramHash hash;
    private final ScramServer scram;
    private @Nullable String account;

    /// `bindings` are the data of the channel, `offer` what the stream's features said.
    ScramProof(
            Authority authority,
            String domain,
            String peer,
            Mechanism mechanism,
            Map<String, byte[]> bindings,
            ScramServer.Offer offer) {
        this.authority = authority;
        this.domain = domain;
        this.peer = peer;
        this.hash = mechanism == Mechanism.SCRAM_SHA_1 || mechanism == Mechanism.SCRAM_SHA_1_PLUS
                ? ScramHash.SHA_1
                : ScramHash.SHA_256;
        this.scram = new ScramServer(hash, mechanism.bindsChannel(), bindings, offer);
    }

    @Override
    public CompletionStage<Step> next(byte[] message) {
        return account == null ? first(message) : last(message, account);
    }

    private CompletionStage<Step> first(byte[] message) {
        String name;
        try {
            name = scram.first(message);
        } catch (ScramException e) {
            return refused(e);
        }
        var wanted = PlainProof.accountOf(name, domain);
        if (wanted == null) return CompletableFuture.completedStage(new Refused(Fault.NOT_AUTHORIZED));
        var authorization = scram.authorization();
        if (authorization != null && !PlainProof.mayActAs(authorization, wanted, domain)) {
            return CompletableFuture.completedStage(new Refused(Fault.INVALID_AUTHZID));
        }
        account = wanted;
        return authority.verifier(wanted, hash.mechanism()).thenApply(this::challenge);
    }

    private Step challenge(Authority.Verifier kept) {
        try {
            return new Challenge(scram.challenge(
                    ScramVerifier.of(hash, kept.salt(), kept.iterations(), kept.storedKey(), kept.serverKey())));
        } catch (ScramException e) {
            return new Refused(faultOf(e), e.getMessage());
        }
    }

    private CompletionStage<Step> last(byte[] message, String account) {
        byte[] signature;
        try {
            signature = scram.finish(message);
        } catch (ScramException e) {
            if (e.failure() == ScramException.Failure.MALFORMED_REQUEST) return refused(e);
            return authority
                    .proven(account, false, peer)
                    .thenApply(outcome -> Proof.judged(
                            outcome == Authority.Outcome.GRANTED ? Authority.Outcome.DENIED : outcome, account, null));
        }
        return authority.proven(account, true, peer).thenApply(outcome -> Proof.judged(outcome, account, signature));
    }

    private static CompletionStage<Step> refused(ScramException cause) {
        return CompletableFuture.completedStage(new Refused(faultOf(cause), cause.getMessage()));
    }

    private static Fault faultOf(ScramException cause) {
        return cause.failure() == ScramException.Failure.MALFORMED_REQUEST
                ? Fault.MALFORMED_REQUEST
                : Fault.NOT_AUTHORIZED;
    }
}
