package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.NOT_AUTHORIZED;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;
import static im.kith.xmpp.StanzaError.Condition.UNEXPECTED_REQUEST;

import im.kith.server.feature.Reply;
import im.kith.server.feature.pubsub.Subscription.State;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// What a subscriber does: subscribe (XEP-0060 §6.1), unsubscribe (§6.2), options (§6.3), their defaults (§6.4), and
/// ask what it is subscribed to (§5.6) and what it is to which node (§5.7).
///
/// At a service an address may be subscribed to a node several times (§6.1.6) and then says by its subid which one it
/// means; at an account once. Errors: `bad-request` with `invalid-jid`, `jid-required`, `nodeid-required`,
/// `subid-required` or `invalid-options`; `forbidden` for another's subscription;
/// `unexpected-request` with `not-subscribed`; `not-acceptable` with `invalid-subid`; `not-authorized` with
/// `pending-subscription`; `policy-violation` with `too-many-subscriptions`; what [Rules#subscribing] says.
final class Subscribing {

    private final Host host;
    private final Approval approval;

    Subscribing(Host host, Approval approval) {
        this.host = host;
        this.approval = approval;
    }

    Reply subscribe(Jid from, Element pubsub, Element subscribe) {
        var options = options(pubsub);
        var jid = Jid.parse(subscribe.attribute("jid", ""));
        if (jid == null || !jid.bare().equals(from.bare())) {
            throw Refusal.of(BAD_REQUEST, "invalid-jid", "You can subscribe your own addresses only.");
        }
        var node = Rules.find(host, subscribe.attribute("node"), from);
        if (!node.config.is("subscribe")) {
            throw Refusal.unsupported("subscribe", "The node takes no subscriptions.");
        }
        node.endLeases(host.nowMillis());
        var before = node.subscriptions(jid);
        if (before.stream().anyMatch(one -> one.state() == State.PENDING)) {
            throw Refusal.of(NOT_AUTHORIZED, "pending-subscription", "The owners have not answered yet.");
        }
        var refusal = Rules.subscribing(host, node, from);
        if (refusal != null) throw refusal;
        if (host.isPersonal() && !before.isEmpty()) {
            var same = options == null ? before.getFirst() : before.getFirst().with(options);
            node.put(same);
            host.nodes().put(node);
            return Reply.result(shown(node, same, options));
        }
        limit(node, from);
        boolean asks =
                node.config.access() == Access.AUTHORIZE && Rules.affiliation(host, node, from) == Affiliation.NONE;
        var fresh = new Subscription(jid, host.newId(), asks ? State.PENDING : State.SUBSCRIBED, true, 0);
        var made = options == null ? fresh : fresh.with(options);
        node.put(made);
        host.nodes().put(node);
        return Reply.followed(shown(node, made, options), () -> {
            if (made.state() == State.PENDING) {
                approval.ask(node, made);
                return;
            }
            Events.subscriber(host, node, made);
            if (made.delivers() && !"never".equals(node.config.value("send_last_published_item"))) {
                Publishing.expire(host, node);
                Events.last(host, node, jid);
            }
        });
    }

    private void limit(Node node, Jid from) {
        int own = 0;
        for (var one : node.subscriptions()) if (one.jid().bare().equals(from.bare())) own++;
        if (own < host.limits().ownSubscriptions()
                && node.subscriptions().size() < host.limits().subscriptions()) return;
        throw Refusal.of(
                POLICY_VIOLATION, StanzaError.Type.WAIT, "too-many-subscriptions", "There are too many subscriptions.");
    }

    /// `<options/>` after `<subscribe/>`, which says neither node nor jid again.
    private static @Nullable DataForm options(Element pubsub) {
        var children = pubsub.children();
        for (int i = 0; i < children.size(); i++) {
            var child = children.get(i);
            if (!child.is(Names.PUBSUB, "options")) continue;
            if (i == 0 || child.attribute("node") != null || child.attribute("jid") != null) {
                throw Refusal.of(BAD_REQUEST, "<options/> follows <subscribe/> and has neither node nor jid.");
            }
            return form(child);
        }
        return null;
    }

    private static @Nullable DataForm form(Element around) {
        var x = around.child(DataForm.NAMESPACE, "x");
        if (x == null) throw Refusal.of(BAD_REQUEST, "invalid-options", "There is no form in the request.");
        var form = DataForm.parse(x);
        if (form == null) throw Refusal.of(BAD_REQUEST, "invalid-options", "That form can't be read.");
        if (form.type() == DataForm.Type.CANCEL) return null;
        if (form.formType() != null && !form.formType().equals(Names.SUBSCRIBE_OPTIONS)) {
            throw Refusal.of(BAD_REQUEST, "invalid-options", "The FORM_TYPE is " + Names.SUBSCRIBE_OPTIONS + ".");
        }
        return form;
    }

    private static Element shown(Node node, Subscription subscription, @Nullable DataForm options) {
        var pubsub = Element.build(Names.PUBSUB, "pubsub").child(subscription.toElement(Names.PUBSUB, node.name));
        if (options != null) {
            pubsub.child(
                    "options",
                    shown -> shown.child(
                            subscription.options(DataForm.Type.RESULT).toElement()));
        }
        return pubsub.build();
    }

    Reply unsubscribe(Jid from, Element unsubscribe) {
        var node = Rules.find(host, unsubscribe.attribute("node"), from);
        var jid = address(unsubscribe);
        var subscription = existing(node, from, jid, unsubscribe);
        var gone = subscription.in(State.NONE);
        node.put(gone);
        host.nodes().put(node);
        // The answer says it, and no event on top (§12.17 would have one): Smack's apps can't read it and lose their
        // stream.
        return Reply.followed(
                Element.build(Names.PUBSUB, "pubsub")
                        .child(gone.toElement(Names.PUBSUB, node.name))
                        .build(),
                () -> Events.subscriber(host, node, gone));
    }

    private static Jid address(Element request) {
        var text = request.attribute("jid");
        if (text == null) throw Refusal.of(BAD_REQUEST, "jid-required", "Say whose subscription.");
        var jid = Jid.parse(text);
        if (jid == null) throw Refusal.of(JID_MALFORMED, "That is no address.");
        return jid;
    }

    private Subscription existing(Node node, Jid from, Jid jid, Element request) {
        node.endLeases(host.nowMillis());
        if (!jid.bare().equals(from.bare())) throw Refusal.forbidden("The subscription is somebody else's.");
        var subscriptions = node.subscriptions(jid);
        if (subscriptions.isEmpty()) {
            throw Refusal.of(
                    UNEXPECTED_REQUEST, StanzaError.Type.CANCEL, "not-subscribed", "That address is not subscribed.");
        }
        var subid = request.attribute("subid");
        if (subid == null && subscriptions.size() > 1) {
            throw Refusal.of(BAD_REQUEST, "subid-required", "Say which of your subscriptions, by its subid.");
        }
        for (var one : subscriptions) if (subid == null || subid.equals(one.subid())) return one;
        throw Refusal.of(NOT_ACCEPTABLE, "invalid-subid", "The subscription has another id.");
    }

    Reply options(Jid from, Element options) {
        var jid = address(options);
        var node = Rules.find(host, options.attribute("node"), from);
        var subscription = existing(node, from, jid, options);
        return Reply.result(Element.build(Names.PUBSUB, "pubsub")
                .child("options", shown -> shown.attribute("node", node.name)
                        .attribute("jid", jid.toString())
                        .attribute("subid", subscription.subid())
                        .child(subscription.options(DataForm.Type.FORM).toElement()))
                .build());
    }

    Reply configure(Jid from, Element options) {
        var jid = address(options);
        var node = Rules.find(host, options.attribute("node"), from);
        var subscription = existing(node, from, jid, options);
        var form = form(options);
        if (form == null) return Reply.empty();
        node.put(subscription.with(form));
        host.nodes().put(node);
        return Reply.empty();
    }

    Reply defaults(Jid from, Element asked) {
        var name = asked.attribute("node");
        if (name != null) Rules.find(host, name, from);
        var form = new Subscription(from, "", State.SUBSCRIBED, true, 0).options(DataForm.Type.FORM);
        return Reply.result(Element.build(Names.PUBSUB, "pubsub")
                .child("default", shown -> shown.attribute("node", name).child(form.toElement()))
                .build());
    }

    /// All subscriptions of the asking entity, whatever their state, at all nodes or at one.
    Reply subscriptions(Jid from, Element asked) {
        var only = asked.attribute("node");
        if (only != null) Rules.find(host, only, from);
        var shown = Element.build(Names.PUBSUB, "subscriptions").attribute("node", only);
        for (var name : host.nodes().names()) {
            var node = only == null || only.equals(name) ? host.nodes().get(name) : null;
            if (node == null || host.hides(name, from)) continue;
            node.endLeases(host.nowMillis());
            for (var one : node.subscriptions()) {
                if (one.jid().bare().equals(from.bare())) shown.child(one.toElement(Names.PUBSUB, name));
            }
        }
        return Reply.result(
                Element.build(Names.PUBSUB, "pubsub").child(shown.build()).build());
    }

    Reply affiliations(Jid from, Element asked) {
        var only = asked.attribute("node");
        if (only != null) Rules.find(host, only, from);
        var shown = Element.build(Names.PUBSUB, "affiliations").attribute("node", only);
        for (var name : host.nodes().names()) {
            var node = only == null || only.equals(name) ? host.nodes().get(name) : null;
            if (node == null || host.hides(name, from)) continue;
            var affiliation = node.affiliation(from);
            if (affiliation == Affiliation.NONE) continue;
            shown.child(
                    "affiliation", one -> one.attribute("node", name).attribute("affiliation", affiliation.label()));
        }
        return Reply.result(
                Element.build(Names.PUBSUB, "pubsub").child(shown.build()).build());
    }
}
