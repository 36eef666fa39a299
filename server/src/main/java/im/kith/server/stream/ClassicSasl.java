package im.kith.server.stream;

import im.kith.server.stream.Proof.Fault;
import im.kith.server.stream.Proof.Refused;
import im.kith.xmpp.Element;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// SASL as RFC 6120 §6 wraps it: `auth`, `challenge`, `response`, `abort`, `success`, `failure`.
final class ClassicSasl {

    private final Negotiation stream;
    private @Nullable Proof proof;

    ClassicSasl(Negotiation stream) {
        this.stream = stream;
    }

    void handle(Element element) {
        switch (element.name()) {
            case "auth" -> begin(element);
            case "response" -> respond(element);
            case "abort" -> {
                proof = null;
                refuse(new Refused(Fault.ABORTED));
            }
            default -> refuse(new Refused(Fault.MALFORMED_REQUEST));
        }
    }

    private void begin(Element auth) {
        if (proof != null) {
            proof = null;
            refuse(new Refused(Fault.MALFORMED_REQUEST, "The last try is still going on."));
            return;
        }
        var wanted = Mechanism.of(auth.attribute("mechanism", ""));
        var fault = Proofs.faultOf(stream, wanted);
        if (fault != null || wanted == null) {
            refuse(fault == null ? new Refused(Fault.INVALID_MECHANISM) : fault);
            return;
        }
        proof = Proofs.of(stream, wanted);
        var text = auth.text();
        // No initial response at all: the server asks for the first message by an empty challenge (RFC 6120 §6.4.2).
        if (text.isEmpty()) stream.write(Element.empty(Names.SASL, "challenge"));
        else next(text.equals("=") ? "" : text);
    }

    private void respond(Element response) {
        if (proof == null) refuse(new Refused(Fault.MALFORMED_REQUEST, "There is no try that this would go on with."));
        else next(response.text());
    }

    private void next(String text) {
        var going = proof;
        if (going == null) return;
        byte[] message;
        try {
            message = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            proof = null;
            refuse(new Refused(Fault.INCORRECT_ENCODING));
            return;
        }
        stream.await(going.next(message), this::answer);
    }

    private void answer(Proof.Step step) {
        switch (step) {
            case Proof.Challenge challenge ->
                stream.write(Element.text(
                        Names.SASL, "challenge", Base64.getEncoder().encodeToString(challenge.data())));
            case Proof.Granted granted -> {
                proof = null;
                stream.granted(granted.account());
                var data = granted.data();
                stream.write(
                        data == null
                                ? Element.empty(Names.SASL, "success")
                                : Element.text(
                                        Names.SASL,
                                        "success",
                                        Base64.getEncoder().encodeToString(data)));
                stream.restart();
            }
            case Refused refused -> {
                proof = null;
                refuse(refused);
            }
        }
    }

    private void refuse(Refused refused) {
        var failure = Element.build(Names.SASL, "failure")
                .child(Element.empty(Names.SASL, refused.fault().label()));
        var text = refused.text();
        if (text != null)
            failure.child(Element.build(Names.SASL, "text")
                    .attribute("xml:lang", "en")
                    .text(text)
                    .build());
        stream.write(failure.build());
        stream.refused();
    }
}
