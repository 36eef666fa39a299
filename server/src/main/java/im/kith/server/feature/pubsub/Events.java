package im.kith.server.feature.pubsub;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a node tells those who are subscribed to it (XEP-0060 §7.1.2, §12).
final class Events {

    private Events() {}

    /// An item was published.
    static void published(Host host, Node node, Item item, boolean anonymous) {
        if (!node.config.is("deliver_notifications")) return;
        var items = Element.build(Names.EVENT, "items").attribute("node", node.name);
        if (!anonymous) items.child(shown(node, item));
        tellOfItems(host, node, items.build());
    }

    static Element shown(Node node, Item item) {
        return item.toElement(
                Names.EVENT, node.config.is("deliver_payloads"), "publisher".equals(node.config.value("itemreply")));
    }

    /// Items were removed.
    static void retracted(Host host, Node node, Iterable<String> ids) {
        var items = Element.build(Names.EVENT, "items").attribute("node", node.name);
        for (var id : ids) items.child("retract", retract -> retract.attribute("id", id));
        tellOfItems(host, node, items.build());
    }

    static void purged(Host host, Node node) {
        if (!node.config.is("notify_retract")) return;
        tell(
                host,
                node,
                Element.build(Names.EVENT, "purge").attribute("node", node.name).build(),
                false);
    }

    static void deleted(Host host, Node node, @Nullable String movedTo) {
        if (!node.config.is("notify_delete")) return;
        var delete = Element.build(Names.EVENT, "delete").attribute("node", node.name);
        if (movedTo != null) delete.child("redirect", redirect -> redirect.attribute("uri", movedTo));
        tell(host, node, delete.build(), true);
    }

    static void configured(Host host, Node node) {
        if (!node.config.is("notify_config")) return;
        var configuration = Element.build(Names.EVENT, "configuration").attribute("node", node.name);
        if (node.config.is("deliver_payloads"))
            configuration.child(node.config.result().toElement());
        tell(host, node, configuration.build(), false);
    }

    /// The state of somebody's subscription has changed (§12.17): it is told, and the owners if they want to know.
    static void subscription(Host host, Node node, Subscription subscription) {
        var element = subscription.toElement(Names.EVENT, node.name);
        send(host, node, subscription.jid(), message(host, node, element, null));
    }

    /// Tells the owners of a new or lost subscriber, if the node does that.
    static void subscriber(Host host, Node node, Subscription subscription) {
        if (!node.config.is("notify_sub")) return;
        var element = subscription.toElement(Names.EVENT, node.name);
        for (var owner : node.allWith(Affiliation.OWNER)) {
            send(host, node, Objects.requireNonNull(Jid.parse(owner)), message(host, node, element, null));
        }
    }

    /// The last item, to one address that has just subscribed or appeared (§6.1.7).
    static void last(Host host, Node node, Jid to) {
        var message = last(host, node);
        if (message != null) send(host, node, to, message);
    }

    static @Nullable Element last(Host host, Node node) {
        Publishing.expire(host, node);
        var item = host.nodes().last(node.name);
        if (item == null || !node.config.is("deliver_notifications")) return null;
        var items = Element.build(Names.EVENT, "items")
                .attribute("node", node.name)
                .child(shown(node, item))
                .build();
        return message(host, node, items, item);
    }

    /// The node's own subscribers, and those of the collections above it who may read it (XEP-0248 §7).
    private static void tellOfItems(Host host, Node node, Element items) {
        var told = tell(host, node, items, false);
        for (var collection : Hierarchy.above(host, node)) {
            var message = message(host, node, items, null).plus(header("Collection", List.of(collection.name)));
            for (var one : collection.subscriptions()) {
                boolean over = one.untilMillis() != 0 && one.untilMillis() <= host.nowMillis();
                boolean gets = !over && one.isActive() && one.delivers();
                if (!gets || told.containsKey(one.jid()) || Rules.reading(host, node, one.jid()) != null) continue;
                told.put(one.jid(), List.of());
                send(host, node, one.jid(), message);
            }
        }
    }

    /// Answers who was told, with their subids.
    private static Map<Jid, List<String>> tell(Host host, Node node, Element what, boolean everybody) {
        var message = message(host, node, what, null);
        Map<Jid, List<String>> told = new LinkedHashMap<>();
        boolean changed = false;
        for (var subscription : node.subscriptions()) {
            boolean over = subscription.untilMillis() != 0 && subscription.untilMillis() <= host.nowMillis();
            if (over || (!everybody && !(subscription.isActive() && subscription.delivers()))) continue;
            if (host.hides(node.name, subscription.jid())) continue;
            // §13.3: who has lost access since is told no more, except that the node is gone.
            if (!everybody && Rules.reading(host, node, subscription.jid()) != null) {
                changed |= ends(node, subscription);
                continue;
            }
            told.computeIfAbsent(subscription.jid(), jid -> new ArrayList<>(1)).add(subscription.subid());
        }
        // §7.1.2.3: who is subscribed more than once is told once, and why.
        told.forEach((jid, subids) ->
                send(host, node, jid, subids.size() == 1 ? message : message.plus(header("SubID", subids))));
        if (changed) host.nodes().put(node);
        if (host.isPersonal()) {
            host.spread(node, message, told.keySet().stream().map(Jid::bare).collect(Collectors.toSet()));
        }
        return told;
    }

    /// XEP-0131.
    private static Element header(String name, List<String> values) {
        var headers = Element.build("http://jabber.org/protocol/shim", "headers");
        for (var value : values)
            headers.child("header", header -> header.attribute("name", name).text(value));
        return headers.build();
    }

    /// XEP-0163 §6: a subscription ends with the presence or the roster group that let it be.
    private static boolean ends(Node node, Subscription subscription) {
        var access = node.config.access();
        if (access != Access.PRESENCE && access != Access.ROSTER) return false;
        node.put(subscription.in(Subscription.State.NONE));
        return true;
    }

    private static Element message(Host host, Node node, Element what, @Nullable Item delayed) {
        var type = node.config.value("notification_type");
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "normal".equals(type) ? null : type)
                .attribute("id", host.newId())
                .child(Element.build(Names.EVENT, "event").child(what).build());
        if (delayed != null) {
            message.child(Element.build("urn:xmpp:delay", "delay")
                    .attribute("from", host.jid().toString())
                    .attribute("stamp", Timestamp.of(delayed.millis()))
                    .build());
        }
        return message.build();
    }

    private static void send(Host host, Node node, Jid to, Element message) {
        host.send(Stanza.of(Stanza.Kind.MESSAGE, host.jid(), to, host.shown(node.name, message, to)));
    }
}
