package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;

/// What a stream offers at each point: its `<stream:features/>` (RFC 6120 §4.3.2).
final class Offers {

    private static final Element OPTIONAL_SESSION = Element.build(Names.SESSION, "session")
            .child(Element.empty(Names.SESSION, "optional"))
            .build();

    private Offers() {}

    static Element of(Negotiation stream) {
        var features = Element.build(StreamError.STREAMS, "features");
        if (stream.account() == null) {
            if (stream.offersTls()) {
                var tls = Element.build(Names.STARTTLS);
                if (stream.needsTls()) tls.child(Element.empty(Names.TLS, "required"));
                features.child(tls.build());
            }
            var mechanisms = mechanisms(stream);
            if (!mechanisms.isEmpty()) {
                var offer = Element.build(Names.SASL, "mechanisms");
                for (var mechanism : mechanisms) offer.child("mechanism", mechanism.label());
                features.child(offer.build());
            }
        } else {
            features.child(Element.empty(Names.BIND_REQUEST));
            features.child(OPTIONAL_SESSION);
            features.children(stream.terms.features());
        }
        return features.child(limits(stream)).build();
    }

    /// The mechanisms that a client may use now.
    static List<Mechanism> mechanisms(Negotiation stream) {
        var allowed = new ArrayList<Mechanism>();
        if (stream.needsTls()) return allowed;
        if (stream.isProtected()) allowed.add(Mechanism.PLAIN);
        return allowed;
    }

    /// XEP-0478: what a client has to keep to.
    private static Element limits(Negotiation stream) {
        return Element.build(Names.STREAM_LIMITS, "limits")
                .child(
                        "max-bytes",
                        Integer.toString(stream.terms.settings().limits().stanzaBytes()))
                .build();
    }
}
