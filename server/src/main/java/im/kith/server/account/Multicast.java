package im.kith.server.account;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0033: a message to the server's domain with a list of addresses goes to each of them as a message of its own: a
/// broadcast list. Each is kept, archived, copied and answered like any message to that one person; who is addressed by
/// `bcc` learns of nobody else.
///
/// Errors: `bad-request` (no address, or of an unknown type), `jid-malformed`, `remote-server-not-found` (an address of
/// another server), `not-acceptable` (more than 256).
final class Multicast {

    static final String NAMESPACE = "http://jabber.org/protocol/address";
    static final int MOST = 256;

    private static final StanzaError NOBODY = StanzaError.of(Condition.BAD_REQUEST, "Say to whom: address jid='…'.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "A message goes to " + MOST + " addresses at most.");
    private static final StanzaError MALFORMED =
            StanzaError.of(Condition.JID_MALFORMED, "An address holds no account's jid.");
    private static final StanzaError ELSEWHERE =
            StanzaError.of(Condition.REMOTE_SERVER_NOT_FOUND, "An address is of another server.");

    /// What becomes of a message to many: one for each, or why not.
    sealed interface Outcome {}

    record Copies(List<Stanza> messages) implements Outcome {}

    record Refused(StanzaError error) implements Outcome {}

    private Multicast() {}

    /// What it declares of itself; the work is done in [Outgoing], since it is about the fate of messages.
    static Feature feature() {
        return () -> Manifest.of("multicast")
                .implementing("XEP-0033", "1.2.1", "messages to accounts of this server")
                .advertisingAtServer(NAMESPACE)
                .build();
    }

    /// The addresses of a message to the server, or null.
    static @Nullable Element addresses(Stanza message, Jid server) {
        return server.equals(message.to()) ? message.element().child(NAMESPACE, "addresses") : null;
    }

    static Outcome copies(Stanza message, Element addresses, Jid server) {
        var open = Element.build(NAMESPACE, "addresses");
        var people = new LinkedHashSet<Jid>();
        boolean shown = false;
        for (var address : addresses.children()) {
            var type = address.attribute("type", "");
            boolean hidden = type.equals("bcc");
            if (!hidden && !type.equals("to") && !type.equals("cc")) {
                // Where to answer, and the like: for the recipients.
                open.child(address);
                shown = true;
                continue;
            }
            if (address.attribute("delivered") != null) continue;
            var person = Jid.parse(address.attribute("jid", ""));
            if (person == null || person.local() == null) return new Refused(MALFORMED);
            if (!person.domain().equals(server.domain())) return new Refused(ELSEWHERE);
            people.add(person);
            if (hidden) continue;
            shown = true;
            open.child(address.with("delivered", "true"));
        }
        if (people.isEmpty()) return new Refused(NOBODY);
        if (people.size() > MOST) return new Refused(TOO_MANY);
        var plain = message.element().without(child -> child.is(NAMESPACE, "addresses"));
        var told = shown ? plain.plus(open.build()) : plain;
        var copies = new ArrayList<Stanza>(people.size());
        for (var person : people) {
            copies.add(Stanza.of(Stanza.Kind.MESSAGE, message.from(), person, told));
        }
        return new Copies(copies);
    }
}
