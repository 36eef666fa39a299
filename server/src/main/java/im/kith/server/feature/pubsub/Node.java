package im.kith.server.feature.pubsub;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A node without its items: how it is configured, who is what to it, who is subscribed. Read from its row for one
/// request, changed, and written back with [Nodes#put].
final class Node {

    private static final String KEPT = "urn:kith:pubsub";

    final String name;
    final String creator;
    final long createdMillis;
    NodeConfig config;
    /// By bare JID; nobody with NONE.
    private final Map<String, Affiliation> affiliations = new TreeMap<>();

    private final List<Subscription> subscriptions = new ArrayList<>();

    Node(String name, String creator, long createdMillis, NodeConfig config) {
        this.name = name;
        this.creator = creator;
        this.createdMillis = createdMillis;
        this.config = config;
    }

    Affiliation affiliation(Jid entity) {
        return affiliations.getOrDefault(entity.bare().toString(), Affiliation.NONE);
    }

    void affiliate(Jid entity, Affiliation affiliation) {
        var bare = entity.bare().toString();
        if (affiliation == Affiliation.NONE) affiliations.remove(bare);
        else affiliations.put(bare, affiliation);
    }

    Map<String, Affiliation> affiliations() {
        return affiliations;
    }

    List<String> allWith(Affiliation affiliation) {
        return affiliations.entrySet().stream()
                .filter(entry -> entry.getValue() == affiliation)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// All subscriptions, whatever their state.
    List<Subscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /// XEP-0248: whether it holds nodes, and no items.
    boolean isCollection() {
        return "collection".equals(config.value("node_type"));
    }

    /// The subscriptions of exactly this address.
    List<Subscription> subscriptions(Jid jid) {
        return subscriptions.stream().filter(one -> one.jid().equals(jid)).toList();
    }

    /// Whether any address of this entity gets the node's events.
    boolean hasSubscriber(Jid entity) {
        var bare = entity.bare();
        for (var subscription : subscriptions) {
            if (subscription.isActive() && subscription.jid().bare().equals(bare)) return true;
        }
        return false;
    }

    /// Adds it, or puts it in the place of the one of that address and id; in the state NONE it goes.
    void put(Subscription subscription) {
        subscriptions.removeIf(
                other -> other.jid().equals(subscription.jid()) && other.subid().equals(subscription.subid()));
        if (subscription.state() != Subscription.State.NONE) subscriptions.add(subscription);
    }

    /// Leases that are over go. Answers whether there were any.
    boolean endLeases(long nowMillis) {
        return subscriptions.removeIf(one -> one.untilMillis() != 0 && one.untilMillis() <= nowMillis);
    }

    byte[] encode() {
        var element = Element.build(KEPT, "node")
                .attribute("creator", creator)
                .attribute("created", Long.toString(createdMillis))
                .child(config.changes().toElement());
        affiliations.forEach((jid, affiliation) -> element.child(
                "affiliation", child -> child.attribute("jid", jid).attribute("is", affiliation.label())));
        for (var one : subscriptions) {
            element.child(
                    "subscription", child -> child.attribute("jid", one.jid().toString())
                            .attribute("subid", one.subid())
                            .attribute("is", one.state().label())
                            .attribute("deliver", one.delivers() ? null : "0")
                            .attribute("until", one.untilMillis() == 0 ? null : Long.toString(one.untilMillis())));
        }
        return XmlWriter.toBytes(element.build(), "");
    }

    static Node decode(String name, byte[] row, boolean personal) {
        try {
            var element = XmlReader.parseDocument(row, XmlReader.Limits.OWN);
            var form = DataForm.parse(Objects.requireNonNull(element.child(DataForm.NAMESPACE, "x")));
            var node = new Node(
                    name,
                    element.attribute("creator", ""),
                    Long.parseLong(element.attribute("created", "0")),
                    NodeConfig.defaults(personal).with(Objects.requireNonNull(form)));
            for (var child : element.children()) {
                if (child.is(KEPT, "affiliation")) {
                    node.affiliations.put(
                            child.attribute("jid", ""), Objects.requireNonNull(Affiliation.of(child.attribute("is"))));
                } else if (child.is(KEPT, "subscription")) {
                    node.subscriptions.add(new Subscription(
                            Objects.requireNonNull(Jid.parse(child.attribute("jid", ""))),
                            child.attribute("subid", ""),
                            Objects.requireNonNull(Subscription.State.of(child.attribute("is"))),
                            child.attribute("deliver") == null,
                            Long.parseLong(child.attribute("until", "0"))));
                }
            }
            return node;
        } catch (XmlException e) {
            throw new IllegalStateException("the node " + name + " cannot be read", e);
        }
    }
}
