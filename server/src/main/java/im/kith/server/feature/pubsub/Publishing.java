package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Items come and go: publish (XEP-0060 §7.1) and retract (§7.2).
///
/// Errors of publish: `forbidden`; `item-not-found` for a node that is not there and is not made; `bad-request` with
/// `nodeid-required`, `item-required`, `payload-required`, `item-forbidden` or `invalid-payload`; `not-acceptable`
/// with `payload-too-big`; `conflict` with `precondition-not-met` or `node-full`; `resource-constraint` when the
/// place is full. Errors of retract: `forbidden`, `item-not-found`, `bad-request` with `nodeid-required` or
/// `item-required`.
final class Publishing {

    private static final int MOST_ID = 512;

    private final Host host;

    Publishing(Host host) {
        this.host = host;
    }

    Reply publish(Jid from, Element pubsub, Element publish) {
        var name = Administration.name(publish);
        var items = publish.children();
        if (items.size() > 1) {
            throw Refusal.of(BAD_REQUEST, "invalid-payload", "Publish one item at a time.");
        }
        var options = options(pubsub);
        if (host.hides(name, from)) throw Refusal.noSuchNode();
        var node = host.nodes().get(name);
        if (node == null) node = create(from, name, options);
        else if (!Rules.mayPublish(host, node, from)) throw Refusal.forbidden("You may not publish at this node.");
        else if (node.isCollection()) throw Refusal.unsupported("publish", "A collection holds nodes and no items.");
        else if (options != null && !node.config.meets(options)) throw unmet("The node is configured otherwise.");
        var given = items.isEmpty() ? null : items.getFirst();
        if (given != null && !given.name().equals("item"))
            throw Refusal.of(BAD_REQUEST, "What is published is an item.");
        var payload = payload(node, given);
        var item = put(node, from, given == null ? null : given.attribute("id"), payload, given == null);
        var result = Element.build(Names.PUBSUB, "pubsub")
                .child("publish", shown -> {
                    shown.attribute("node", name);
                    if (given != null) shown.child("item", one -> one.attribute("id", item.id()));
                })
                .build();
        var told = node;
        return Reply.followed(result, () -> Events.published(host, told, item, given == null));
    }

    /// Publishes in the server's own name, with what the node's rules say of items but without asking who may.
    void publishAsServer(Jid from, String name, String id, Element payload, @Nullable DataForm config) {
        var node = host.nodes().get(name);
        if (node == null) {
            node = Administration.made(host, name, from);
            if (config != null) node.config = node.config.with(config);
        }
        Events.published(host, node, put(node, from, id, payload, false), false);
    }

    private Node create(Jid from, String name, @Nullable DataForm options) {
        if (!host.isPersonal() || !host.isMaster(from)) {
            if (host.nodes().movedTo(name) != null) Rules.find(host, name);
            throw Refusal.noSuchNode();
        }
        var node = Administration.made(host, name, from);
        if (options != null) {
            if (!NodeConfig.knows(options)) throw unmet("A node has no such field.");
            node.config = node.config.with(options);
        }
        // Written with the item: a publication that fails leaves no node behind.
        return node;
    }

    private @Nullable DataForm options(Element pubsub) {
        var element = pubsub.child(Names.PUBSUB, "publish-options");
        var x = element == null ? null : element.child(DataForm.NAMESPACE, "x");
        if (x == null) return null;
        var form = DataForm.parse(x);
        if (form == null || form.type() != DataForm.Type.SUBMIT) {
            throw Refusal.of(BAD_REQUEST, "The publish options are no filled in form.");
        }
        if (!Names.PUBLISH_OPTIONS.equals(form.formType())) {
            throw Refusal.of(BAD_REQUEST, "The FORM_TYPE of publish options is " + Names.PUBLISH_OPTIONS + ".");
        }
        return form;
    }

    private static Refusal unmet(String text) {
        return Refusal.of(CONFLICT, "precondition-not-met", text);
    }

    private @Nullable Element payload(Node node, @Nullable Element item) {
        boolean keeps = node.config.is("persist_items");
        boolean payloads = node.config.is("deliver_payloads");
        if (item == null) {
            if (keeps) throw Refusal.of(BAD_REQUEST, "item-required", "The node keeps items: publish one.");
            if (payloads) throw Refusal.of(BAD_REQUEST, "payload-required", "The node delivers payloads: publish one.");
            return null;
        }
        if (!keeps && !payloads) {
            throw Refusal.of(BAD_REQUEST, "item-forbidden", "The node only notifies: publish without an item.");
        }
        var contents = item.children();
        if (contents.isEmpty()) {
            if (payloads) throw Refusal.of(BAD_REQUEST, "payload-required", "The node delivers payloads: publish one.");
            return null;
        }
        if (contents.size() > 1) {
            throw Refusal.of(BAD_REQUEST, "invalid-payload", "An item has one payload element.");
        }
        var payload = contents.getFirst();
        var type = node.config.value("type");
        if (type != null && !type.isEmpty() && !isProfile(type) && !type.equals(payload.namespace())) {
            throw Refusal.of(BAD_REQUEST, "invalid-payload", "The node takes payloads of the namespace " + type + ".");
        }
        return payload;
    }

    /// XEP-0472, XEP-0277: a type that says what a feed is for, not what its payloads are.
    private static boolean isProfile(String type) {
        return type.startsWith("urn:xmpp:pubsub-social-feed:") || type.startsWith("urn:xmpp:microblog:");
    }

    private Item put(Node node, Jid from, @Nullable String given, @Nullable Element payload, boolean anonymous) {
        var nodes = host.nodes();
        var id = given == null || given.isEmpty() ? host.newId() : given;
        if (id.length() > MOST_ID) {
            throw Refusal.of(BAD_REQUEST, "An item's id may have " + MOST_ID + " characters.");
        }
        var item = Item.of(id, 1 + lastOrder(node), host.nowMillis(), from.toString(), payload);
        int most = node.config.number("max_payload_size", host.limits().payloadBytes());
        if (item.content().length > most) {
            throw Refusal.of(NOT_ACCEPTABLE, "payload-too-big", "A payload may have " + most + " bytes here.");
        }
        if (nodes.bytes() + item.content().length > host.limits().bytes()) {
            throw Refusal.of(StanzaError.of(RESOURCE_CONSTRAINT, "There is no room: remove items first.")
                    .as(StanzaError.Type.CANCEL));
        }
        expire(host, node);
        List<String> displaced = List.of();
        boolean isNew = nodes.item(node.name, id) == null;
        if (!anonymous && node.config.is("persist_items")) {
            displaced = displaced(node, isNew);
            nodes.put(node.name, item);
        }
        if (!nodes.has(node.name)) nodes.put(node);
        for (var old : displaced) nodes.remove(node.name, old);
        boolean tells = "retract-oldest".equals(node.config.value("publish_node_full"));
        if (!displaced.isEmpty() && tells && node.config.is("notify_retract")) {
            Events.retracted(host, node, displaced);
        }
        return item;
    }

    private long lastOrder(Node node) {
        var last = host.nodes().last(node.name);
        return last == null ? 0 : last.order();
    }

    /// The items that make room for a new one; `conflict` if there shall be none.
    private List<String> displaced(Node node, boolean isNew) {
        int most = Math.max(1, node.config.number("max_items", host.limits().items()));
        var ids = host.nodes().ids(node.name);
        int surplus = ids.size() + (isNew ? 1 : 0) - most;
        if (surplus <= 0) return List.of();
        if ("reject".equals(node.config.value("publish_node_full"))) {
            throw Refusal.of(CONFLICT, "node-full", "The node is full: remove an item first.");
        }
        return List.copyOf(ids.subList(0, Math.min(surplus, ids.size())));
    }

    /// Removes what is older than the node lets it become; nobody is told, everybody knows the age.
    static void expire(Host host, Node node) {
        int seconds = lifeSeconds(host, node);
        if (seconds < Integer.MAX_VALUE) host.nodes().expire(node.name, host.nowMillis() - seconds * 1000L);
    }

    /// How old the node's items become; the greatest number for those that stay.
    static int lifeSeconds(Host host, Node node) {
        return Math.min(node.config.number("item_expire", Integer.MAX_VALUE), Administration.longest(host, node));
    }

    Reply retract(Jid from, Element retract) {
        var node = Rules.find(host, Administration.name(retract), from);
        var ids = new ArrayList<String>();
        for (var item : retract.children()) {
            var id = item.attribute("id");
            if (!item.name().equals("item") || id == null || id.isEmpty()) throw itemRequired();
            ids.add(id);
        }
        if (ids.isEmpty()) throw itemRequired();
        if (node.isCollection() || !node.config.is("persist_items")) {
            throw Refusal.unsupported("persistent-items", "The node keeps no items.");
        }
        var affiliation = Rules.affiliation(host, node, from);
        if (!Rules.mayPublish(host, node, from)) throw Refusal.forbidden("You may not remove items from this node.");
        expire(host, node);
        for (var id : ids) {
            var item = host.nodes().item(node.name, id);
            if (item == null) throw Refusal.of(ITEM_NOT_FOUND, "There is no such item.");
            boolean own = Rules.affiliation(host, node, from) == Affiliation.OWNER
                    || affiliation == Affiliation.PUBLISHER
                    || from.bare().equals(publisher(item));
            if (!own) throw Refusal.forbidden("The item is somebody else's.");
        }
        for (var id : ids) host.nodes().remove(node.name, id);
        var notify = retract.attribute("notify");
        boolean asked = "1".equals(notify) || "true".equals(notify);
        if (!asked && !node.config.is("notify_retract")) return Reply.empty();
        return Reply.followed(null, () -> Events.retracted(host, node, ids));
    }

    private static @Nullable Jid publisher(Item item) {
        var jid = Jid.parse(item.publisher());
        return jid == null ? null : jid.bare();
    }

    private static Refusal itemRequired() {
        return Refusal.of(BAD_REQUEST, "item-required", "Say which item, by its id.");
    }
}
