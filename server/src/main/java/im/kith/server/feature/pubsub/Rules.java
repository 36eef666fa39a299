package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.NOT_AUTHORIZED;

import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import org.jspecify.annotations.Nullable;

/// Who may do what at a node (XEP-0060 §4.1, §4.5).
final class Rules {

    private Rules() {}

    static Affiliation affiliation(Host host, Node node, Jid entity) {
        return host.isMaster(entity) ? Affiliation.OWNER : node.affiliation(entity);
    }

    /// The node, or the refusal that says why there is none: `gone` if it has moved, else `item-not-found`.
    static Node find(Host host, @Nullable String name) {
        if (name == null || name.isEmpty()) throw Refusal.nodeRequired();
        var node = host.nodes().get(name);
        if (node != null) return node;
        var movedTo = host.nodes().movedTo(name);
        if (movedTo == null) throw Refusal.noSuchNode();
        // §6.1.3.11 has it as of type modify, unlike RFC 6120: what is to be changed is the address.
        throw Refusal.of(StanzaError.of(Condition.GONE, "The node has moved.")
                .at(movedTo)
                .as(StanzaError.Type.MODIFY));
    }

    /// The same for somebody to whom the node may be hidden: then there is none.
    static Node find(Host host, @Nullable String name, Jid entity) {
        if (name != null && host.hides(name, entity)) throw Refusal.noSuchNode();
        return find(host, name);
    }

    /// The same for somebody who must own it: else `forbidden`.
    static Node owned(Host host, @Nullable String name, Jid entity) {
        var node = find(host, name, entity);
        if (affiliation(host, node, entity) != Affiliation.OWNER) {
            throw Refusal.forbidden("Only the node's owners may do that.");
        }
        return node;
    }

    /// Why the entity may not subscribe, null if it may (§6.1.3); with AUTHORIZE its owners are still to be asked.
    static @Nullable Refusal subscribing(Host host, Node node, Jid entity) {
        if (host.hides(node.name, entity)) return Refusal.noSuchNode();
        return switch (affiliation(host, node, entity)) {
            case OUTCAST -> Refusal.forbidden("You are shut out of this node.");
            case PUBLISH_ONLY -> Refusal.forbidden("You may publish at this node and nothing else.");
            case OWNER, PUBLISHER, MEMBER -> null;
            case NONE ->
                switch (node.config.access()) {
                    case OPEN, AUTHORIZE -> null;
                    case PRESENCE -> host.showsPresenceTo(node, entity) ? null : presenceRequired();
                    case ROSTER ->
                        host.showsPresenceTo(node, entity)
                                        && host.isInGroup(node, entity, node.config.values("roster_groups_allowed"))
                                ? null
                                : Refusal.of(
                                        NOT_AUTHORIZED,
                                        "not-in-roster-group",
                                        "You are in none of the groups that may.");
                    case WHITELIST ->
                        Refusal.of(NOT_ALLOWED, "closed-node", "Only those on the node's list may do that.");
                };
        };
    }

    /// Why the entity may not read items, null if it may (§6.5.1, §6.5.9).
    static @Nullable Refusal reading(Host host, Node node, Jid entity) {
        var refusal = subscribing(host, node, entity);
        if (refusal != null) return refusal;
        var affiliation = affiliation(host, node, entity);
        if (affiliation == Affiliation.OWNER || affiliation == Affiliation.PUBLISHER) return null;
        return switch (node.config.access()) {
            case OPEN, PRESENCE, ROSTER -> null;
            case AUTHORIZE -> node.hasSubscriber(entity) ? null : notSubscribed();
            case WHITELIST -> host.isPersonal() || node.hasSubscriber(entity) ? null : notSubscribed();
        };
    }

    static boolean maySee(Host host, Node node, Jid entity) {
        if (host.hides(node.name, entity)) return false;
        return node.config.access() == Access.AUTHORIZE
                ? subscribing(host, node, entity) == null
                : reading(host, node, entity) == null || affiliation(host, node, entity) == Affiliation.MEMBER;
    }

    static boolean mayPublish(Host host, Node node, Jid entity) {
        var affiliation = affiliation(host, node, entity);
        if (affiliation.publishes()) return true;
        if (affiliation == Affiliation.OUTCAST) return false;
        return switch (node.config.value("publish_model")) {
            case "open" -> true;
            case "subscribers" -> node.hasSubscriber(entity);
            case null, default -> false;
        };
    }

    private static Refusal presenceRequired() {
        return Refusal.of(NOT_AUTHORIZED, "presence-subscription-required", "Ask for the owner's presence first.");
    }

    private static Refusal notSubscribed() {
        return Refusal.of(NOT_AUTHORIZED, "not-subscribed", "Subscribe to the node first.");
    }
}
