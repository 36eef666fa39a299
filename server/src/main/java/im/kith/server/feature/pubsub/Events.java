package im.kith.server.feature.pubsub;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a node tells those who are subscribed to it (XEP-0060 §7.1.2, §12).
final class Events {

    private Events() {}

    /// An item was published.
    static void published(Host host, Node node, Item item, boolean anonymous) {
        if (!node.config.is("deliver_notifications")) return;
        var items = Element.build(Names.EVENT, "items").attribute("node", node.name);
        if (!anonymous) items.child(shown(node, item));
        tell(host, node, items.build(), false);
    }

    static Element shown(Node node, Item item) {
        return item.toElement(
                Names.EVENT, node.config.is("deliver_payloads"), "publisher".equals(node.config.value("itemreply")));
    }

    /// Items were removed.
    static void retracted(Host host, Node node, Iterable<String> ids) {
        var items = Element.build(Names.EVENT, "items").attribute("node", node.name);
        for (var id : ids) items.child("retract", retract -> retract.attribute("id", id));
        tell(host, node, items.build(), false);
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

    private static void tell(Host host, Node node, Element what, boolean everybody) {
        var message = message(host, node, what, null);
        Set<Jid> told = new HashSet<>();
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
            told.add(subscription.jid().bare());
            send(host, node, subscription.jid(), message);
        }
        if (changed) host.nodes().put(node);
        if (host.isPersonal()) host.spread(node, message, told);
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
