package im.kith.server.stream;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import org.jspecify.annotations.Nullable;

/// What a client sends before it has signed in and bound a resource, though it may not yet. A request to the server or
/// to the client's own account is answered, as is what belongs to stream management (XEP-0198 §3), and the stream goes
/// on; with a stanza to anybody else it ends (RFC 6120 §7.1). So it does for who goes on asking.
final class TooEarly {

    private static final int MOST = 16;
    private static final StanzaError NOT_YET =
            StanzaError.of(Condition.NOT_AUTHORIZED, "Sign in and bind a resource first.");

    private final Negotiation stream;
    private int answers;

    TooEarly(Negotiation stream) {
        this.stream = stream;
    }

    /// Whether the element was answered.
    boolean answer(Element element) {
        if (answers >= MOST) return false;
        if (element.is(Names.MANAGEMENT, "enable") || element.is(Names.RESUME)) {
            stream.write(Management.failed(Condition.UNEXPECTED_REQUEST, -1));
        } else if (isRequest(element) && isForUs(element.attribute("to"))) {
            var to = element.attribute("to");
            stream.write(new Stanza(Stanza.Kind.IQ, null, to == null ? null : Jid.parse(to), element)
                    .error(NOT_YET)
                    .element());
        } else {
            return false;
        }
        answers++;
        return true;
    }

    private static boolean isRequest(Element element) {
        if (!element.is(Stanza.CLIENT, "iq") || element.attribute("id") == null) return false;
        var type = element.attribute("type", "");
        return type.equals("get") || type.equals("set");
    }

    private boolean isForUs(@Nullable String to) {
        var account = stream.account();
        return to == null
                || to.equals(stream.terms.domain())
                || (account != null && to.equals(account.bare().toString()));
    }
}
