package im.kith.server.feature.pubsub;

import im.kith.server.feature.Reply;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What XEP-0030 tells of nodes and items (XEP-0060 §5.2 to §5.5), and what a place can do (§10).
final class Discovery {

    static final String ITEMS = "http://jabber.org/protocol/disco#items";

    /// What both an account and a service can do.
    private static final List<String> BOTH = List.of(
            "access-authorize",
            "access-open",
            "access-presence",
            "access-roster",
            "access-whitelist",
            "config-node",
            "create-and-configure",
            "create-nodes",
            "delete-items",
            "delete-nodes",
            "instant-nodes",
            "item-ids",
            "last-published",
            "leased-subscription",
            "manage-subscriptions",
            "member-affiliation",
            "meta-data",
            "modify-affiliations",
            "multi-items",
            "outcast-affiliation",
            "persistent-items",
            "publish",
            "publish-node-full",
            "publish-only-affiliation",
            "publish-options",
            "publisher-affiliation",
            "purge-nodes",
            "retract-items",
            "retrieve-affiliations",
            "retrieve-default",
            "retrieve-default-sub",
            "retrieve-items",
            "retrieve-subscriptions",
            "subscribe",
            "subscription-notifications",
            "subscription-options",
            "config-node-max",
            "rsm");

    private static final List<String> PERSONAL = List.of(
            "auto-create",
            "auto-subscribe",
            "filtered-notifications",
            "presence-notifications",
            "presence-subscribe",
            "pubsub-on-a-jid");

    private static final List<String> SERVICE = List.of("collections", "get-pending", "multi-subscribe");

    private final Host host;

    Discovery(Host host) {
        this.host = host;
    }

    /// The features, as disco names them.
    static List<String> features(boolean personal) {
        var features = new java.util.ArrayList<String>();
        features.add(Names.PUBSUB);
        for (var name : BOTH) features.add(Names.PUBSUB + "#" + name);
        for (var name : personal ? PERSONAL : SERVICE) features.add(Names.PUBSUB + "#" + name);
        return features;
    }

    /// disco#info of a node: at a service everybody may ask what it is (§5.3), but details are for who has access; at
    /// an account who has none may not know of the node, which is `item-not-found`.
    Reply info(Jid from, String name) {
        var node = host.isPersonal() ? seen(from, name) : Rules.find(host, name, from);
        boolean sees = Rules.maySee(host, node, from);
        var query = Element.build(Capabilities.DISCO_INFO, "query")
                .attribute("node", name)
                .child("identity", identity -> identity.attribute("category", "pubsub")
                        .attribute("type", node.isCollection() ? "collection" : "leaf")
                        .attribute("name", sees ? node.config.value("title") : null));
        for (var feature : List.of(Capabilities.DISCO_INFO, ITEMS, Names.PUBSUB)) {
            query.child("feature", one -> one.attribute("var", feature));
        }
        if (!sees) return Reply.result(query.build());
        var form = DataForm.build(DataForm.Type.RESULT, Names.META_DATA);
        node.config.describe(form);
        form.field("pubsub#creator", node.creator)
                .field("pubsub#creation_date", Timestamp.of(node.createdMillis))
                .field("pubsub#num_subscribers", Long.toString(subscribers(node)));
        list(form, "pubsub#owner", node.allWith(Affiliation.OWNER));
        list(form, "pubsub#publisher", node.allWith(Affiliation.PUBLISHER));
        return Reply.result(query.child(form.build().toElement()).build());
    }

    private static long subscribers(Node node) {
        return node.subscriptions().stream().filter(Subscription::isActive).count();
    }

    private static void list(DataForm.Builder form, String name, List<String> values) {
        if (!values.isEmpty()) form.field(name, values.toArray(String[]::new));
    }

    /// The nodes that are in no collection and that the asking entity may see, as disco items.
    List<Element> nodes(Jid from) {
        return nodes(from, null);
    }

    private List<Element> nodes(Jid from, @Nullable String collection) {
        var shown = new java.util.ArrayList<Element>();
        for (var node : Hierarchy.below(host, collection)) {
            if (!Rules.maySee(host, node, from)) continue;
            shown.add(Element.build(ITEMS, "item")
                    .attribute("jid", host.jid().toString())
                    .attribute("node", node.name)
                    .attribute("name", node.config.value("title"))
                    .build());
        }
        return shown;
    }

    /// The items of a leaf, by id; the nodes in a collection (XEP-0248 §5.2).
    Reply items(Jid from, String name) {
        var node = seen(from, name);
        var refusal = Rules.reading(host, node, from);
        if (refusal != null) throw refusal;
        var query = Element.build(ITEMS, "query").attribute("node", name);
        if (node.isCollection()) {
            return Reply.result(query.children(nodes(from, name)).build());
        }
        Publishing.expire(host, node);
        for (var id : host.nodes().ids(name)) {
            query.child(
                    "item", item -> item.attribute("jid", host.jid().toString()).attribute("name", id));
        }
        return Reply.result(query.build());
    }

    private Node seen(Jid from, String name) {
        var node = Rules.find(host, name, from);
        if (!Rules.maySee(host, node, from)) throw Refusal.noSuchNode();
        return node;
    }
}
