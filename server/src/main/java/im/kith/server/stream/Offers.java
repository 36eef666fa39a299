package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a stream offers at each point: its `<stream:features/>` (RFC 6120 §4.3.2).
final class Offers {

    private static final Element OPTIONAL_SESSION = Element.build(Names.SESSION, "session")
            .child(Element.empty(Names.SESSION, "optional"))
            .build();

    /// XEP-0386: what can be enabled while binding.
    private static final Element BIND_2 = Element.build(Names.BIND_2, "bind")
            .child("inline", inline -> {
                for (var name : List.of(Names.MANAGEMENT, Names.CARBONS, Names.CLIENT_STATE, Names.GROUPS)) {
                    inline.child("feature", feature -> feature.attribute("var", name));
                }
            })
            .build();

    private Offers() {}

    /// For a stream that was just opened.
    static Element of(Negotiation stream) {
        var features = Element.build(StreamError.STREAMS, "features");
        if (stream.account() != null) {
            features.child(Element.empty(Names.BIND_REQUEST));
            features.child(OPTIONAL_SESSION);
            features.children(stream.terms.features());
        } else {
            toStranger(stream, features);
        }
        return features.child(limits(stream)).build();
    }

    /// For a stream whose device is bound already (XEP-0386).
    static Element afterBinding(Negotiation stream) {
        return Element.build(StreamError.STREAMS, "features")
                .children(stream.terms.features())
                .child(limits(stream))
                .build();
    }

    private static void toStranger(Negotiation stream, Element.Builder features) {
        if (stream.offersTls()) {
            var tls = Element.build(Names.STARTTLS);
            if (stream.needsTls()) tls.child(Element.empty(Names.TLS, "required"));
            features.child(tls.build());
        }
        if (stream.needsTls()) return;
        var bindings = Bindings.of(stream.connection);
        var mechanisms = mechanisms(stream, bindings);
        if (!mechanisms.isEmpty()) {
            var classic = Element.build(Names.SASL, "mechanisms");
            var second = Element.build(Names.SASL_2, "authentication");
            for (var mechanism : mechanisms) {
                classic.child("mechanism", mechanism.label());
                second.child("mechanism", mechanism.label());
            }
            second.child("inline", inline -> {
                inline.child(BIND_2);
                inline.child(Element.empty(Names.MANAGEMENT, "sm"));
                if (stream.takesTokens()) inline.child(fast(bindings));
            });
            features.child(classic.build());
            if (stream.takesSasl2()) features.child(second.build());
        }
        if (!bindings.isEmpty()) {
            var offer = Element.build(Names.CHANNEL_BINDING, "sasl-channel-binding");
            for (var type : Bindings.types(bindings)) {
                offer.child("channel-binding", binding -> binding.attribute("type", type));
            }
            features.child(offer.build());
        }
        if (stream.registering().isOffered()) {
            features.child(Element.empty(Names.PREAUTH_FEATURE, "register"));
            features.child(Element.empty(Names.REGISTER_FEATURE, "register"));
        }
    }

    private static Element fast(Map<String, byte[]> bindings) {
        var fast = Element.build(Names.FAST, "fast");
        for (var mechanism : TokenProof.mechanisms(bindings)) fast.child("mechanism", mechanism);
        return fast.build();
    }

    /// The mechanisms that a client may use now.
    static List<Mechanism> mechanisms(Negotiation stream) {
        return mechanisms(stream, Bindings.of(stream.connection));
    }

    private static List<Mechanism> mechanisms(Negotiation stream, Map<String, byte[]> bindings) {
        var allowed = new ArrayList<Mechanism>();
        if (stream.needsTls()) return allowed;
        for (var mechanism : Mechanism.values()) {
            if (mechanism.bindsChannel() && bindings.isEmpty()) continue;
            if (mechanism == Mechanism.PLAIN && !stream.isProtected()) continue;
            allowed.add(mechanism);
        }
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
