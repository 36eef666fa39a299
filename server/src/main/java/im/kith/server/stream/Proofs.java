package im.kith.server.stream;

import im.kith.server.stream.Proof.Fault;
import im.kith.server.stream.Proof.Refused;
import im.kith.xmpp.ScramServer;
import org.jspecify.annotations.Nullable;

/// Which proof belongs to a mechanism, and whether a stream lets the client use it now.
final class Proofs {

    private Proofs() {}

    /// Why the client may not use the mechanism here, or null. `wanted` is null for one that nobody knows.
    static @Nullable Refused faultOf(Negotiation stream, @Nullable Mechanism wanted) {
        if (stream.needsTls()) return new Refused(Fault.ENCRYPTION_REQUIRED, "Start TLS first.");
        if (wanted == null) return new Refused(Fault.INVALID_MECHANISM);
        if (Offers.mechanisms(stream).contains(wanted)) return null;
        return wanted == Mechanism.PLAIN
                ? new Refused(Fault.MECHANISM_TOO_WEAK, "No password in the clear.")
                : new Refused(Fault.INVALID_MECHANISM);
    }

    static Proof of(Negotiation stream, Mechanism mechanism) {
        var terms = stream.terms;
        if (mechanism == Mechanism.PLAIN) return new PlainProof(terms.authority(), terms.domain(), stream.peer());
        var bindings = Bindings.of(stream.connection);
        var offer = new ScramServer.Offer(
                Offers.mechanisms(stream).stream().map(Mechanism::label).toList(), Bindings.types(bindings));
        return new ScramProof(terms.authority(), terms.domain(), stream.peer(), mechanism, bindings, offer);
    }
}
