package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import org.jspecify.annotations.Nullable;

/// XEP-0077: In-Band Registration, the part for who has no account yet; XEP-0445: with an invitation.
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

    private static final StanzaError INVITED_ONLY = StanzaError.of(
            Condition.NOT_ALLOWED, "New accounts are made by invitation: send its token first (XEP-0445).");
    private static final StanzaError NO_INVITATION =
            StanzaError.of(Condition.ITEM_NOT_FOUND, "The invitation was used, has expired, or never was.");
    private static final int MOST_TOKEN = 256;

    private final Negotiation stream;
    /// Of the invitation that was presented on this stream.
    private @Nullable String token;

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
        var type = element.attribute("type", "");
        var preauth = element.child(Names.PREAUTH);
        if (preauth != null && type.equals("set")) {
            present(registration, element, preauth.attribute("token", ""));
            return true;
        }
        var query = element.child(Names.REGISTER_QUERY);
        if (query == null || !(type.equals("get") || type.equals("set"))) return false;
        boolean removes = query.child(Names.REGISTER, "remove") != null;
        if (removes) refuse(element, NO_ACCOUNT);
        else if (token == null && !registration.isOpen()) refuse(element, INVITED_ONLY);
        else if (type.equals("set")) register(registration, element, query);
        else {
            answer(
                    element,
                    Element.build(Names.REGISTER_QUERY)
                            .child("instructions", registration.instructions())
                            .child("username", "")
                            .child("password", "")
                            .build());
        }
        return true;
    }

    /// XEP-0445 §4: the token is good from here on, and spent once an account was made with it.
    private void present(InBandRegistration registration, Element iq, String presented) {
        if (presented.isEmpty() || presented.length() > MOST_TOKEN) {
            refuse(iq, NO_INVITATION);
            return;
        }
        stream.await(registration.isGood(presented, stream.peer()), good -> {
            if (good) {
                token = presented;
                answer(iq, null);
            } else {
                refuse(iq, NO_INVITATION);
            }
        });
    }

    private void register(InBandRegistration registration, Element iq, Element query) {
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
        stream.await(registration.register(account, password, token, stream.peer()), outcome -> {
            switch (outcome) {
                case CREATED -> {
                    token = null;
                    answer(iq, null);
                }
                case NOT_INVITED -> refuse(iq, NO_INVITATION);
                case CONFLICT -> refuse(iq, TAKEN);
                case NOT_ACCEPTABLE -> refuse(iq, NOT_ACCEPTED);
                case THROTTLED -> refuse(iq, TOO_MANY);
                case UNAVAILABLE -> refuse(iq, LATER);
            }
        });
    }

    private void answer(Element iq, @Nullable Element payload) {
        stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq).result(payload).element());
    }

    private void refuse(Element iq, StanzaError error) {
        stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq).error(error).element());
    }
}
