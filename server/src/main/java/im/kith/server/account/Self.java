package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import org.jspecify.annotations.Nullable;

/// What roster and presence, being core, may do with their account beyond what a feature may. Same rules as [Owner].
interface Self extends Owner {

    @Override
    void sendToDevice(Jid device, Stanza stanza);

    /// Sends somebody else the presence of a device that is available, as [Owner#send] would.
    void show(Jid device, Jid to);

    /// Sends somebody else what tells nothing, whatever the outgoing checks say.
    void sendUnchecked(Stanza stanza);

    /// What a device shows with what the features add to it.
    default Element shaped(Element presence) {
        return presence;
    }

    /// Tells the features that a device has shown `presence`; `before` is what it showed before, or null.
    default void appeared(Jid device, @Nullable Element before, Element presence) {}

    /// Tells the features that a contact gets the account's presence from now on.
    default void admitted(Jid contact) {}

    /// Sends to another account like [Owner#send], but the stanza survives a crash until the other account has handled
    /// it (exactly once): for subscription changes.
    void sendDurably(Stanza stanza);

    @Override
    default Iterable<Jid> roster() {
        return Roster.of(this).contacts();
    }

    @Override
    default Iterable<Jid> watched() {
        return Roster.of(this).watched();
    }

    @Override
    default Iterable<Jid> watching() {
        return Roster.of(this).watching();
    }

    /// Whether the incoming checks let this stanza pass; nobody is told the answer.
    boolean admits(Stanza stanza);

    /// Sets what the device's last presence is: null when it is not available (any more).
    void setPresence(Jid device, @Nullable Element presence, int priority);
}
