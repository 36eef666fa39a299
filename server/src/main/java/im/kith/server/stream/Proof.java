package im.kith.server.stream;

import im.kith.server.auth.Authority;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One try of a client to prove who it is by a SASL mechanism, whatever wraps its messages (RFC 6120 §6, XEP-0388).
interface Proof {

    /// The client's next message; empty ones are empty, never null.
    CompletionStage<Step> next(byte[] message);

    /// What follows from a message.
    sealed interface Step {}

    record Challenge(byte[] data) implements Step {}

    /// `data` goes with the success, null for none. `account` is the local part.
    record Granted(String account, byte @Nullable [] data) implements Step {}

    record Refused(Fault fault, @Nullable String text) implements Step {
        Refused(Fault fault) {
            this(fault, null);
        }
    }

    /// Why a try failed (RFC 6120 §6.5).
    enum Fault {
        ABORTED,
        ACCOUNT_DISABLED,
        CREDENTIALS_EXPIRED,
        ENCRYPTION_REQUIRED,
        INCORRECT_ENCODING,
        INVALID_AUTHZID,
        INVALID_MECHANISM,
        MALFORMED_REQUEST,
        MECHANISM_TOO_WEAK,
        NOT_AUTHORIZED,
        TEMPORARY_AUTH_FAILURE;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        String label() {
            return label;
        }
    }

    /// What the authority's word means to the client.
    static Step judged(Authority.Outcome outcome, String account, byte @Nullable [] data) {
        return switch (outcome) {
            case GRANTED -> new Granted(account, data);
            case DENIED -> new Refused(Fault.NOT_AUTHORIZED);
            case DISABLED -> new Refused(Fault.ACCOUNT_DISABLED, "An operator has disabled this account.");
            case THROTTLED -> new Refused(Fault.TEMPORARY_AUTH_FAILURE, "Too many wrong tries. Wait, then try again.");
            case UNAVAILABLE -> new Refused(Fault.TEMPORARY_AUTH_FAILURE, "Try again in a moment.");
        };
    }
}
