package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;

/// XEP-0077: In-Band Registration, the part for who has no account yet.
final class Registering {

    private static final StanzaError INCOMPLETE =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "Both <username/> and <password/> are needed.");
    private static final StanzaError BAD_NAME =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "This user name is not allowed.");
    private static final StanzaError TAKEN = StanzaError.of(Condition.CONFLICT, "This user name is taken.");
    private static final StanzaError NOT_ACCEPTED =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "This user name or password is not allowed.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "Too many accounts from your address. Try again later.");
    private static final StanzaError LATER = StanzaError.of(Condition.INTERNAL_SERVER_ERROR, "Try again in a moment.")
            .as(StanzaError.Type.WAIT);
    private static final StanzaError NO_ACCOUNT =
            StanzaError.of(Condition.REGISTRATION_REQUIRED, "Sign in to remove an account.");

    private final Negotiation stream;

    Registering(Negotiation stream) {
        this.stream = stream;
    }

    /// Whether a client may ask for an account here and now.
    boolean isOffered() {
        return stream.terms.registration() != null && stream.isProtected() && stream.account() == null;
    }

    /// Whether `element` was about that.
    boolean handle(Element element) {
        var registration = stream.terms.registration();
        if (registration == null || !isOffered() || !element.is(Stanza.CLIENT, "iq")) return false;
        var query = element.child(Names.REGISTER_QUERY);
        if (query == null) return false;
        switch (element.attribute("type", "")) {
            case "get" ->
                answer(
                        element,
                        Element.build(Names.REGISTER_QUERY)
                                .child("instructions", registration.instructions())
                                .child("username", "")
                                .child("password", "")
                                .build());
            case "set" -> register(registration, element, query);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void register(InBandRegistration registration, Element iq, Element query) {
        if (query.child(Names.REGISTER, "remove") != null) {
            refuse(iq, NO_ACCOUNT);
            return;
        }
        var name = query.childText(Names.REGISTER, "username");
        var password = query.childText(Names.REGISTER, "password");
        if (name == null || name.isEmpty() || password == null || password.isEmpty()) {
            refuse(iq, INCOMPLETE);
            return;
        }
        var account = PlainProof.accountOf(name, stream.terms.domain());
        if (account == null) {
            refuse(iq, BAD_NAME);
            return;
        }
        stream.await(registration.register(account, password, stream.peer()), outcome -> {
            switch (outcome) {
                case CREATED -> answer(iq, null);
                case CONFLICT -> refuse(iq, TAKEN);
                case NOT_ACCEPTABLE -> refuse(iq, NOT_ACCEPTED);
                case THROTTLED -> refuse(iq, TOO_MANY);
                case UNAVAILABLE -> refuse(iq, LATER);
            }
        });
    }

    private void answer(Element iq, @org.jspecify.annotations.Nullable Element payload) {
        stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq).result(payload).element());
    }

    private void refuse(Element iq, StanzaError error) {
        stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq).error(error).element());
    }
}
