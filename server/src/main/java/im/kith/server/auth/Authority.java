package im.kith.server.auth;

import im.kith.xmpp.Jid;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Who may sign in, as SASL asks. Thread-safe; stages complete on any thread and are never slow because a password is
/// wrong or an account does not exist (no answer tells the two apart).
public interface Authority {

    enum Outcome {
        GRANTED,
        DENIED,
        /// The account exists and the proof is right, but an operator disabled it.
        DISABLED,
        /// Too many wrong tries for this account or address; try later.
        THROTTLED,
        /// The store does not answer: `temporary-auth-failure`.
        UNAVAILABLE
    }

    /// Checks a password or key as PLAIN sends it. `account` is a prepared local part; `peer` the client's address.
    CompletionStage<Outcome> plain(String account, String password, String peer);

    /// What the server side of SCRAM needs; for an account that does not exist a stable fake that never matches.
    /// `mechanism` is `SCRAM-SHA-1` or `SCRAM-SHA-256` (without -PLUS).
    CompletionStage<Verifier> verifier(String account, String mechanism);

    /// Called after a SCRAM proof was right or wrong: whether the account may sign in, and counts the failure if not.
    CompletionStage<Outcome> proven(String account, boolean right, String peer);

    /// Checks a XEP-0484 token: `response` is HT-*'s hashed token; `channelBinding` the binding's data, empty for NONE.
    /// `count` is the FAST counter or -1.
    CompletionStage<TokenOutcome> token(
            String account,
            String clientId,
            String mechanism,
            byte[] response,
            byte[] channelBinding,
            long count,
            String peer);

    /// Issues a token for that client (XEP-0484); the former one stays good until the new one is used.
    CompletionStage<Token> issue(String account, String clientId, @Nullable String clientName, String mechanism);

    /// Forgets the client's tokens.
    CompletionStage<Boolean> revoke(String account, String clientId);

    /// `salt` and keys as SCRAM defines them (RFC 5802 §3).
    record Verifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {}

    /// A token for the client and when it expires (milliseconds since 1970).
    record Token(String token, long expiresMillis) {}

    /// `serverProof` is what HT-* sends back on success; `renew` says that the token is old and a new one should be
    /// issued.
    record TokenOutcome(Outcome outcome, byte @Nullable [] serverProof, boolean renew) {}

    /// The full account address on `domain`.
    static @Nullable Jid address(String account, String domain) {
        return Jid.of(account, domain, null);
    }
}
