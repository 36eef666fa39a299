package im.kith.server.stream;

import im.kith.server.stream.Proof.Fault;
import im.kith.server.stream.Proof.Refused;
import org.jspecify.annotations.Nullable;

/// Which proof belongs to a mechanism, and whether a stream lets the client use it now.
final class Proofs {

    private Proofs() {}

    /// Why the client may not use the mechanism here, or null. `wanted` is null for one that nobody knows.
    static @Nullable Refused faultOf(Negotiation stream, @Nullable Mechanism wanted) {
        if (wanted == null) return new Refused(Fault.INVALID_MECHANISM);
        if (Offers.mechanisms(stream).contains(wanted)) return null;
        if (stream.needsTls()) return new Refused(Fault.ENCRYPTION_REQUIRED, "Start TLS first.");
        return wanted == Mechanism.PLAIN
                ? new Refused(Fault.MECHANISM_TOO_WEAK, "No password in the clear.")
                : new Refused(Fault.INVALID_MECHANISM);
    }

    static Proof of(Negotiation stream, Mechanism mechanism) {
        return switch (mechanism) {
            case PLAIN -> new PlainProof(stream.terms.authority(), stream.terms.domain(), stream.peer());
            default -> throw new IllegalStateException("not offered: " + mechanism);
        };
    }
}
