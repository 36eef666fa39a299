package im.kith.server.feature.pubsub;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How events of one account's nodes reach the devices of another (XEP-0163 §4.3).
///
/// The publisher's account knows who may be told, the contact's account knows which of its devices want to be: so an
/// event goes to the contact's account once, as `<told/>`, and is given to the right devices there. When a device
/// appears, its account tells the contacts' accounts what it wants (`<wants/>`), and gets the last items.
final class Whispers {

    static final Tag TOLD = new Tag("urn:kith:pep", "told");
    static final Tag WANTS = new Tag("urn:kith:pep", "wants");

    private static final int MOST_WANTED = 100;

    private final Interests interests;

    Whispers(Interests interests) {
        this.interests = interests;
    }

    /// To the devices of this very account that want it.
    void toOwnDevices(String node, Element message, Owner owner) {
        give(node, Stanza.of(Stanza.Kind.MESSAGE, owner.jid(), owner.jid(), message), owner);
    }

    /// To those of the contacts' devices that want it.
    void toContacts(Iterable<Jid> contacts, String node, Element message, Owner owner) {
        var told = Element.build(TOLD)
                .attribute("node", node)
                .attribute("type", message.attribute("type"))
                .build();
        var whisper = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "headline")
                .attribute("id", message.attribute("id"))
                .child(told)
                .children(message.children())
                .build();
        owner.sendToEach(List.of(Stanza.of(Stanza.Kind.MESSAGE, owner.jid(), null, whisper)), contacts, true);
    }

    /// Another account tells of an event at one of its nodes. Only servers speak with a bare address.
    void told(Stanza whisper, Owner owner) {
        var from = whisper.from();
        var told = whisper.element().child(TOLD);
        if (from == null
                || from.isFull()
                || told == null
                || !from.domain().equals(owner.jid().domain())) return;
        var message = whisper.element().without(child -> child.is(TOLD)).with("type", told.attribute("type"));
        give(told.attribute("node", ""), whisper.with(message), owner);
    }

    private void give(String node, Stanza message, Owner owner) {
        for (var device : owner.devices()) {
            if (interests.wants(device.jid(), device.presence(), node)) {
                owner.sendToDevice(device.jid(), message.withTo(device.jid()));
            }
        }
    }

    /// Tells the contacts whose presence the account gets what one of its devices wants.
    void wants(Jid device, Set<String> nodes, Owner owner) {
        if (nodes.isEmpty()) return;
        var wants = Element.build(WANTS);
        for (var node : nodes) wants.child("node", node);
        var whisper = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "headline")
                .child(wants.build())
                .build();
        owner.sendToEach(List.of(Stanza.of(Stanza.Kind.MESSAGE, device, null, whisper)), owner.watched(), false);
    }

    /// The nodes that somebody's device says it wants; null if it is nobody to whom this account shows itself.
    static @Nullable Collection<String> wanted(Stanza whisper, Owner owner) {
        var from = whisper.from();
        var wants = whisper.element().child(WANTS);
        if (from == null || wants == null || from.isBare()) return null;
        if (!owner.contact(from.bare()).subscribedFrom()) return null;
        var nodes = new HashSet<String>();
        for (var child : wants.children()) {
            if (nodes.size() < MOST_WANTED) nodes.add(Objects.requireNonNull(child.text()));
        }
        return nodes;
    }
}
