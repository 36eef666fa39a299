package im.kith.server.feature.push;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import org.jspecify.annotations.Nullable;

/// What is worth waking somebody for: something to read, and calls. Not: receipts, markers, typing, and what the server
/// or the account itself sends along. Pure.
final class Urgency {

    private static final String JINGLE_MESSAGE = "urn:xmpp:jingle-message:0";

    private Urgency() {}

    static Pusher.@Nullable Kind of(Stanza message) {
        var type = message.type();
        if (!message.isMessage() || type.equals("error") || type.equals("headline")) return null;
        var element = message.element();
        if (element.child(JINGLE_MESSAGE, "propose") != null) return Pusher.Kind.CALL;
        if (element.child(Stanza.CLIENT, "body") != null || isEncrypted(element)) return Pusher.Kind.MESSAGE;
        return null;
    }

    /// XEP-0384 with something in it, not only keys.
    private static boolean isEncrypted(Element message) {
        for (var child : message.children()) {
            if (child.name().equals("encrypted") && child.child(child.namespace(), "payload") != null) return true;
        }
        return false;
    }
}
