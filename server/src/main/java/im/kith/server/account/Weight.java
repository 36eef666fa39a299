package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;

/// What a message is worth: whether it is kept until taken, whether the archive remembers it, whether the account's
/// other devices see a copy. Pure.
///
/// @param durable kept on disk until taken (XEP-0160 §3, XEP-0334 `no-store`)
/// @param archived part of the archive (XEP-0313 §5.1.1, XEP-0334)
/// @param copied XEP-0280 §6.1 and its exclusions
record Weight(boolean durable, boolean archived, boolean copied) {

    private static final String HINTS = "urn:xmpp:hints";

    static Weight of(Stanza message) {
        return of(message, false);
    }

    /// Of a message to a service: one of type `groupchat` is kept until the service has taken it, which keeps it from
    /// then on.
    static Weight ofServices(Stanza message) {
        return of(message, true);
    }

    private static Weight of(Stanza message, boolean groups) {
        var element = message.element();
        boolean substance = false;
        boolean body = false;
        boolean store = false;
        boolean noStore = false;
        boolean noPermanentStore = false;
        boolean isPrivate = false;
        for (int i = 0; i < element.childCount(); i++) {
            if (!(element.childAt(i) instanceof Element child)) continue;
            switch (child.namespace()) {
                case HINTS -> {
                    switch (child.name()) {
                        case "store" -> store = true;
                        case "no-store" -> noStore = true;
                        case "no-permanent-store" -> noPermanentStore = true;
                        case "no-copy" -> isPrivate = true;
                        default -> {}
                    }
                }
                case "urn:xmpp:carbons:2" -> isPrivate |= child.name().equals("private");
                // XEP-0085, and what only accompanies.
                case "http://jabber.org/protocol/chatstates", "urn:xmpp:sid:0" -> {}
                case Stanza.CLIENT -> {
                    if (child.name().equals("body")) body = true;
                    if (!child.name().equals("thread")) substance = true;
                }
                default -> substance = true;
            }
        }
        var type = message.type();
        boolean chat = type.equals("chat");
        boolean error = type.equals("error");
        boolean groupchat = type.equals("groupchat");
        boolean keeps = !error && !type.equals("headline") && !groupchat;
        boolean durable = (keeps || (groupchat && groups)) && (substance || store) && !noStore;
        if (groupchat) return new Weight(durable, false, false);
        boolean copied = !isPrivate && (chat || (keeps && (body || substance)));
        return new Weight(durable, durable && (!noPermanentStore || store), copied);
    }
}
