package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;

import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0248: collections, nodes that hold nodes and no items. Only a service has them. A node stands in one collection
/// at most, which its configuration names; who is subscribed to a collection gets the items of all that is below it.
///
/// Errors of putting a node somewhere: `item-not-found` for a collection that is not there, `not-allowed` for a node
/// that is none, `forbidden` when the collection's owners keep it to themselves, `conflict` for a node below itself;
/// `feature-not-implemented` with `multi-collection` for more than one.
final class Hierarchy {

    private static final int DEEPEST = 16;

    private Hierarchy() {}

    /// The collection that the node is in, or null.
    static @Nullable String parent(Node node) {
        for (var name : node.config.values(NodeConfig.COLLECTION)) if (!name.isEmpty()) return name;
        return null;
    }

    /// Whether the node may be where its configuration says that it is; `before` is where it was.
    static void check(Host host, Node node, @Nullable String before, Jid by) {
        var values = node.config.values(NodeConfig.COLLECTION);
        if (values.size() > 1) throw Refusal.unsupported("multi-collection", "A node is in one collection at most.");
        var name = parent(node);
        if (name == null || name.equals(before)) return;
        var collection = host.nodes().get(name);
        if (collection == null) throw Refusal.of(ITEM_NOT_FOUND, "There is no such collection.");
        if (!collection.isCollection()) throw Refusal.of(NOT_ALLOWED, "That node is no collection.");
        boolean open = "all".equals(collection.config.value("children_association_policy"));
        if (!open && Rules.affiliation(host, collection, by) != Affiliation.OWNER) {
            throw Refusal.forbidden("Only the collection's owners put nodes into it.");
        }
        var above = above(host, node);
        if (name.equals(node.name) || above.stream().anyMatch(one -> one.name.equals(node.name))) {
            throw Refusal.of(CONFLICT, "A collection can't be below itself.");
        }
        if (above.size() >= DEEPEST) throw Refusal.of(NOT_ACCEPTABLE, "Collections are " + DEEPEST + " deep at most.");
    }

    /// The collections above the node, the nearest first.
    static List<Node> above(Host host, Node node) {
        var above = new ArrayList<Node>();
        var name = parent(node);
        while (name != null && above.size() < DEEPEST) {
            var collection = host.nodes().get(name);
            if (collection == null) break;
            above.add(collection);
            name = parent(collection);
        }
        return above;
    }

    /// The nodes that are in this collection, null for those in none.
    static List<Node> below(Host host, @Nullable String collection) {
        var below = new ArrayList<Node>();
        for (var name : host.nodes().names()) {
            var node = host.nodes().get(name);
            if (node != null && Objects.equals(collection, parent(node))) below.add(node);
        }
        return below;
    }

    /// What was in a collection that goes is in none.
    static void release(Host host, Node collection) {
        for (var node : below(host, collection.name)) {
            node.config = node.config.without(NodeConfig.COLLECTION);
            host.nodes().put(node);
        }
    }
}
