package im.kith.server.feature.disco;

import im.kith.server.feature.Command;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.util.List;

/// XEP-0050 §2: the disco nodes of commands. Everybody sees those that they may run.
final class CommandNodes {

    private static final Tag INFO = new Tag("http://jabber.org/protocol/disco#info", "query");
    private static final Tag ITEMS = new Tag("http://jabber.org/protocol/disco#items", "query");

    private final List<Command> commands;

    CommandNodes(List<Manifest> manifests) {
        commands = manifests.stream()
                .flatMap(manifest -> manifest.commands().stream())
                .toList();
    }

    /// Whether the node is of commands.
    boolean knows(String node) {
        return node.equals(Command.NAMESPACE)
                || commands.stream().anyMatch(command -> command.node().equals(node));
    }

    /// The items of the node; `at` is who was asked.
    Reply items(String node, Jid at, Owner owner) {
        if (!node.equals(Command.NAMESPACE)) return Reply.error(Condition.ITEM_NOT_FOUND);
        var query = Element.build(ITEMS).attribute("node", node);
        for (var command : commands) {
            if (!command.allowed().test(owner.jid())) continue;
            query.child("item", item -> item.attribute("jid", at.toString())
                    .attribute("node", command.node())
                    .attribute("name", command.name()));
        }
        return Reply.result(query.build());
    }

    Reply info(String node, Owner owner) {
        if (node.equals(Command.NAMESPACE)) return Reply.result(info(node, "Commands", "command-list"));
        for (var command : commands) {
            if (!command.node().equals(node)) continue;
            return command.allowed().test(owner.jid())
                    ? Reply.result(info(node, command.name(), "command-node"))
                    : Reply.error(Condition.FORBIDDEN, "This command is for administrators.");
        }
        return Reply.error(Condition.ITEM_NOT_FOUND);
    }

    private static Element info(String node, String name, String type) {
        return Element.build(INFO)
                .attribute("node", node)
                .child("identity", identity -> identity.attribute("category", "automation")
                        .attribute("type", type)
                        .attribute("name", name))
                .child("feature", feature -> feature.attribute("var", Command.NAMESPACE))
                .child("feature", feature -> feature.attribute("var", DataForm.NAMESPACE))
                .build();
    }
}
