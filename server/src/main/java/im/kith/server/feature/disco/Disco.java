package im.kith.server.feature.disco;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;

import im.kith.server.feature.AccountNodes;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// XEP-0030: Service Discovery for the server and its accounts, with XEP-0115 (the server's own hash), XEP-0128 and
/// XEP-0157 (contact addresses). What it lists is what the other features' manifests advertise.
///
/// An account tells strangers nothing: who does not get its presence is answered as if it did not exist (XEP-0030 §8).
public final class Disco implements Feature {

    private static final Tag INFO = new Tag("http://jabber.org/protocol/disco#info", "query");
    private static final Tag ITEMS = new Tag("http://jabber.org/protocol/disco#items", "query");
    /// XEP-0115 §8.4: presence that does not say again what the device can do is completed ([Capabilities]).
    private static final String OPTIMIZE = Capabilities.NAMESPACE + "#optimize";

    private static final String HASH = "sha-1";
    private static final String NODE = "https://kith.im";

    private final Manifest own;
    private final AccountNodes nodes;
    private final Element server;
    private final String serverNode;
    private final Element account;
    private final List<Manifest.Host> hosts;
    private final CommandNodes commands;

    /// `others` are the manifests of all other features.
    public Disco(String software, List<Manifest> others, Contacts contacts) {
        this(software, others, contacts, AccountNodes.NONE);
    }

    /// The same for accounts that have `nodes`.
    public Disco(String software, List<Manifest> others, Contacts contacts, AccountNodes nodes) {
        this.nodes = nodes;
        var identities = new ArrayList<Element>();
        for (var manifest : others) identities.addAll(manifest.accountIdentities());
        var serverFeatures =
                new TreeSet<String>(List.of(INFO.namespace(), ITEMS.namespace(), Capabilities.NAMESPACE, OPTIMIZE));
        var accountFeatures = new TreeSet<String>(List.of(INFO.namespace(), ITEMS.namespace()));
        for (var manifest : others) {
            serverFeatures.addAll(manifest.serverFeatures());
            accountFeatures.addAll(manifest.accountFeatures());
        }
        hosts = others.stream()
                .flatMap(manifest -> manifest.hosts().stream())
                .sorted(Comparator.comparing(Manifest.Host::label))
                .toList();
        commands = new CommandNodes(others);
        server = info("server", "im", software, serverFeatures, contacts.form(), List.of());
        account = info("account", "registered", null, accountFeatures, null, identities);
        var hash = Objects.requireNonNull(Capabilities.ver(server, HASH));
        serverNode = NODE + "#" + hash;
        own = Manifest.of("disco")
                .implementing("XEP-0030", "2.5.0")
                .implementing("XEP-0115", "1.6.0")
                .implementing("XEP-0128", "1.0.1")
                .implementing("XEP-0157", "1.1.1")
                .advertising(INFO.namespace())
                .advertising(ITEMS.namespace())
                .advertisingAtServer(Capabilities.NAMESPACE)
                .advertisingAtServer(OPTIMIZE)
                .offering(Element.build(Capabilities.NAMESPACE, "c")
                        .attribute("hash", HASH)
                        .attribute("node", NODE)
                        .attribute("ver", hash)
                        .build())
                .answering(SERVER, GET, INFO, this::serverInfo)
                .answering(SERVER, GET, ITEMS, this::serverItems)
                .answering(OWN, GET, INFO, this::accountInfo)
                .answering(OWN, GET, ITEMS, this::accountItems)
                .answering(OTHERS, GET, INFO, this::infoForOthers)
                .answering(OTHERS, GET, ITEMS, this::itemsForOthers)
                .build();
    }

    @Override
    public Manifest manifest() {
        return own;
    }

    private Reply serverInfo(Stanza iq, Owner owner) {
        var node = node(iq);
        if (node == null) return Reply.result(server);
        if (node.equals(serverNode)) return Reply.result(server.with("node", node));
        return commands.info(node, owner);
    }

    private Reply serverItems(Stanza iq, Owner owner) {
        var node = node(iq);
        if (node != null) return commands.items(node, owner.server(), owner);
        var query = Element.build(ITEMS);
        for (var host : hosts) {
            query.child("item", item -> item.attribute("jid", host.label() + "." + owner.server())
                    .attribute("name", host.name()));
        }
        return Reply.result(query.build());
    }

    private Reply accountInfo(Stanza iq, Owner owner) {
        var node = node(iq);
        if (node == null) return Reply.result(account);
        if (owner.owns(iq.from()) && commands.knows(node)) return commands.info(node, owner);
        return nodes.info(asker(iq, owner), node, owner);
    }

    private Reply accountItems(Stanza iq, Owner owner) {
        var node = node(iq);
        if (node != null && owner.owns(iq.from()) && commands.knows(node)) {
            return commands.items(node, owner.jid(), owner);
        }
        if (node != null) return nodes.items(asker(iq, owner), node, owner);
        var asker = asker(iq, owner);
        boolean shows = Privacy.shows(owner, Privacy.Thing.ONLINE, asker);
        return nodes.listed(asker, owner, resources(shows ? owner.devices() : List.of()));
    }

    /// A stranger is told what it may see anyway, and else the same as of an account that does not exist.
    private Reply infoForOthers(Stanza iq, Owner owner) {
        if (trusts(owner, iq)) return accountInfo(iq, owner);
        var nothing = Reply.error(Condition.SERVICE_UNAVAILABLE);
        var node = node(iq);
        return node == null ? nothing : orElse(nodes.info(asker(iq, owner), node, owner), nothing);
    }

    private Reply itemsForOthers(Stanza iq, Owner owner) {
        if (trusts(owner, iq)) return accountItems(iq, owner);
        var node = node(iq);
        var nothing = Element.build(ITEMS).attribute("node", node).build();
        if (node == null) return nodes.listed(asker(iq, owner), owner, nothing);
        return orElse(nodes.items(asker(iq, owner), node, owner), Reply.result(nothing));
    }

    private static Reply orElse(Reply reply, Reply nothing) {
        return switch (reply) {
            case Reply.Failure ignored -> nothing;
            case Reply.Later(var later) -> Reply.later(later.thenApply(one -> orElse(one, nothing)));
            default -> reply;
        };
    }

    private static Jid asker(Stanza iq, Owner owner) {
        return Objects.requireNonNullElse(iq.from(), owner.jid());
    }

    private static Element resources(Collection<Owner.DeviceView> devices) {
        var query = Element.build(ITEMS);
        devices.stream()
                .filter(Owner.DeviceView::available)
                .map(device -> device.jid().toString())
                .sorted()
                .forEach(jid -> query.child("item", item -> item.attribute("jid", jid)));
        return query.build();
    }

    private static boolean trusts(Owner owner, Stanza iq) {
        Jid from = iq.from();
        return from != null && owner.contact(from.bare()).subscribedFrom();
    }

    private static @Nullable String node(Stanza iq) {
        var payload = iq.payload();
        return payload == null ? null : payload.attribute("node");
    }

    private static Element info(
            String category,
            String type,
            @Nullable String name,
            Collection<String> features,
            @Nullable Element form,
            List<Element> identities) {
        var query = Element.build(INFO).child("identity", identity -> identity.attribute("category", category)
                .attribute("type", type)
                .attribute("name", name));
        query.children(identities);
        for (var feature : features) query.child("feature", element -> element.attribute("var", feature));
        return query.child(form).build();
    }
}
