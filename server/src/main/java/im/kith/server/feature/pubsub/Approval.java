package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;

import im.kith.server.feature.Reply;
import im.kith.server.feature.pubsub.Subscription.State;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Subscriptions that wait for a node's owners: the form they are asked with, their answers (XEP-0060 §8.6), and the
/// command that asks for what waits (§8.7, XEP-0050).
final class Approval {

    static final String COMMANDS = "http://jabber.org/protocol/commands";
    static final String GET_PENDING = Names.PUBSUB + "#get-pending";

    private final Host host;

    Approval(Host host) {
        this.host = host;
    }

    /// Asks all owners.
    void ask(Node node, Subscription pending) {
        var owners = new LinkedHashSet<>(node.allWith(Affiliation.OWNER));
        for (var owner : owners) ask(node, pending, Objects.requireNonNull(Jid.parse(owner)));
    }

    private void ask(Node node, Subscription pending, Jid owner) {
        var form = DataForm.build(DataForm.Type.FORM, Names.AUTHORIZATION)
                .title("Subscription request")
                .instructions("Say whether the address may subscribe to the node.")
                .field(field("pubsub#subid", "hidden", "Subscription", pending.subid()))
                .field(field("pubsub#node", "text-single", "Node", node.name))
                .field(field(
                        "pubsub#subscriber_jid",
                        "jid-single",
                        "Address",
                        pending.jid().toString()))
                .field(field("pubsub#allow", "boolean", "Allow it?", "false"))
                .build();
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("id", host.newId())
                .child("body", pending.jid() + " asks to subscribe to " + node.name + ".")
                .child(form.toElement())
                .build();
        host.send(Stanza.of(Stanza.Kind.MESSAGE, host.jid(), owner, message));
    }

    private static DataForm.Field field(String name, String type, String label, String value) {
        return new DataForm.Field(name, type, label, false, List.of(value), List.of());
    }

    /// The answer in this message, or null if it holds none.
    static @Nullable DataForm answer(Stanza message) {
        var x = message.isMessage() && !message.isError() ? message.element().child(DataForm.NAMESPACE, "x") : null;
        var form = x == null ? null : DataForm.parse(x);
        return form != null && Names.AUTHORIZATION.equals(form.formType()) ? form : null;
    }

    /// What an owner answered. Somebody else's answer, or one that is too late, changes nothing.
    void answered(Jid from, DataForm answer) {
        if (answer.type() != DataForm.Type.SUBMIT) return;
        var name = answer.value("pubsub#node");
        var subscriber = Jid.parse(Objects.requireNonNullElse(answer.value("pubsub#subscriber_jid"), ""));
        var allowed = answer.isTrue("pubsub#allow");
        var node = name == null ? null : host.nodes().get(name);
        if (node == null || subscriber == null || allowed == null) return;
        if (Rules.affiliation(host, node, from) != Affiliation.OWNER) return;
        for (var one : node.subscriptions(subscriber)) {
            if (one.state() == State.PENDING) settle(node, one, allowed);
        }
        host.nodes().put(node);
    }

    /// Grants or denies what waits, and tells the subscriber; the node is still to be written.
    void settle(Node node, Subscription pending, boolean allowed) {
        var settled = pending.in(allowed ? State.SUBSCRIBED : State.NONE);
        node.put(settled);
        Events.subscription(host, node, settled);
        if (!allowed) return;
        Events.subscriber(host, node, settled);
        if (!"never".equals(node.config.value("send_last_published_item"))) Events.last(host, node, settled.jid());
    }

    /// §8.7: the nodes where something waits, then, for the one that is chosen, a form for each subscription.
    Reply pending(Jid from, Element command) {
        var session = Objects.requireNonNullElse(command.attribute("sessionid"), host.newId());
        if ("cancel".equals(command.attribute("action"))) return Reply.result(done(session, "canceled"));
        var x = command.child(DataForm.NAMESPACE, "x");
        if (x == null) return choice(from, session);
        var form = DataForm.parse(x);
        if (form != null && form.type() == DataForm.Type.CANCEL) return Reply.result(done(session, "canceled"));
        var name = form == null ? null : form.value("pubsub#node");
        if (name == null) throw Refusal.of(BAD_REQUEST, "Say which node, in the field pubsub#node.");
        var node = Rules.owned(host, name, from);
        return Reply.followed(done(session, "completed"), () -> {
            for (var one : node.subscriptions()) if (one.state() == State.PENDING) ask(node, one, from);
        });
    }

    private Reply choice(Jid from, String session) {
        var options = new ArrayList<DataForm.Option>();
        boolean ownsAny = host.isMaster(from);
        for (var name : host.nodes().names()) {
            var node = host.nodes().get(name);
            if (node == null || Rules.affiliation(host, node, from) != Affiliation.OWNER) continue;
            ownsAny = true;
            boolean waits = node.subscriptions().stream().anyMatch(one -> one.state() == State.PENDING);
            if (waits) options.add(new DataForm.Option(name, null));
        }
        if (!ownsAny) throw Refusal.forbidden("You own no node here.");
        var form = DataForm.build(DataForm.Type.FORM, Names.AUTHORIZATION)
                .field(new DataForm.Field("pubsub#node", "list-single", "Node", false, List.of(), options))
                .build();
        return Reply.result(Element.build(COMMANDS, "command")
                .attribute("node", GET_PENDING)
                .attribute("sessionid", session)
                .attribute("status", "executing")
                .child("actions", actions -> actions.attribute("execute", "complete")
                        .child(Element.empty(COMMANDS, "complete")))
                .child(form.toElement())
                .build());
    }

    private static Element done(String session, String status) {
        return Element.build(COMMANDS, "command")
                .attribute("node", GET_PENDING)
                .attribute("sessionid", session)
                .attribute("status", status)
                .build();
    }
}
