package im.kith.server.feature.pubsub;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;

import im.kith.server.feature.AccountNodes;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// XEP-0163: every account is a publish-subscribe service (XEP-0060) of its own.
///
/// Publishing makes the node. By default who gets the account's presence may read it, and those of their devices that
/// say so in their capabilities (`NODE+notify`) are told without asking; so are the account's own. When such a device
/// appears it gets every node's last item. Everything is kept before it is answered.
///
/// Errors: XEP-0060's, see [Requests].
public final class Pep implements Feature, AccountNodes, Manifest.PresenceWatcher {

    private static final Tag PUBSUB = new Tag(Names.PUBSUB, "pubsub");
    private static final Tag OWNER = new Tag(Names.OWNER, "pubsub");
    private static final StanzaError UNREADABLE =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.");

    private final Interests interests = new Interests();
    private final Whispers whispers = new Whispers(interests);

    @Override
    public Manifest manifest() {
        var manifest = Manifest.of("pep")
                .implementing("XEP-0060", "1.28.0", "no collections; one subscription per address and node")
                .implementing("XEP-0163", "1.2.2")
                .implementing("XEP-0222", "1.0.1")
                .implementing("XEP-0223", "1.1.1")
                .implementing("XEP-0107", "1.2.1", "passed and kept")
                .implementing("XEP-0108", "1.3.1", "passed and kept")
                .implementing("XEP-0118", "1.3.0", "passed and kept")
                .implementing("XEP-0172", "1.1", "passed and kept")
                .implementing("XEP-0080", "1.9.1", "passed and kept; an expiry by item_expire")
                .implementing("XEP-0384", "0.8.3", "device lists and bundles")
                .implementing("XEP-0490", "1.0.1")
                .implementing("XEP-0492", "0.2.0", "passed and kept")
                .identifyingAccount("pubsub", "pep")
                .keepingHot(AccountHost.MARKS)
                .watchingPresence(this)
                .hearing(Whispers.TOLD, whispers::told)
                .hearing(Whispers.WANTS, this::wanted);
        for (var feature : Discovery.features(true)) manifest.advertisingAtAccount(feature);
        for (var scope : List.of(OWN, OTHERS)) {
            for (var tag : List.of(PUBSUB, OWNER)) {
                manifest.answering(scope, GET, tag, this::answer);
                manifest.answering(scope, SET, tag, this::answer);
            }
        }
        return manifest.build();
    }

    private Reply answer(Stanza iq, Owner owner) {
        return loaded(owner, requests -> requests.answer(iq.withFrom(sender(iq, owner))));
    }

    private static Jid sender(Stanza iq, Owner owner) {
        return Objects.requireNonNullElse(iq.from(), owner.jid());
    }

    /// Answers once the nodes are in memory.
    Reply loaded(Owner owner, Function<Requests, Reply> request) {
        var later = new CompletableFuture<Reply>();
        owner.load(
                AccountHost.SHELF,
                () -> later.complete(request.apply(new Requests(host(owner)))),
                () -> later.complete(Reply.error(UNREADABLE)));
        return later.isDone() ? later.join() : Reply.later(later);
    }

    Host host(Owner owner) {
        return new AccountHost(owner, whispers);
    }

    // ---- who appears is shown what there is
    // -----------------------------------------------------------------------------------------

    @Override
    public void appeared(Jid device, @Nullable Element before, Element presence, Owner owner) {
        var key = Interests.key(presence);
        if (key == null || (before != null && key.equals(Interests.key(before)))) return;
        interests.learn(device, presence, owner, (who, nodes) -> {
            show(nodes, who, owner);
            whispers.wants(who, nodes, owner);
        });
    }

    private void wanted(Stanza whisper, Owner owner) {
        var nodes = Whispers.wanted(whisper, owner);
        var device = whisper.from();
        if (nodes != null && device != null) show(nodes, device, owner);
    }

    /// Sends a device the last items of those of the nodes that the account has and lets it see.
    private void show(Collection<String> wanted, Jid device, Owner owner) {
        var marks = owner.shelf(AccountHost.MARKS);
        var nodes = new ArrayList<String>();
        for (var node : wanted) if (marks.get(node) != null) nodes.add(node);
        if (nodes.isEmpty()) return;
        eachLast(nodes, device, owner, (node, message) -> {
            var stanza = Stanza.of(Stanza.Kind.MESSAGE, owner.jid(), device, message);
            if (owner.owns(device)) owner.sendToDevice(device, stanza);
            else owner.send(stanza);
        });
    }

    @Override
    public void admitted(Jid contact, Owner owner) {
        var nodes = owner.shelf(AccountHost.MARKS).all().keySet();
        if (nodes.isEmpty()) return;
        eachLast(
                List.copyOf(nodes),
                contact,
                owner,
                (node, message) -> whispers.toContact(contact, node, message, owner));
    }

    @FunctionalInterface
    private interface Last {
        void of(String node, Element message);
    }

    private void eachLast(Collection<String> nodes, Jid viewer, Owner owner, Last then) {
        owner.load(
                AccountHost.SHELF,
                () -> {
                    var host = host(owner);
                    for (var name : nodes) {
                        var node = host.nodes().get(name);
                        if (node == null || Rules.reading(host, node, viewer) != null) continue;
                        if (!"on_sub_and_presence".equals(node.config.value("send_last_published_item"))) continue;
                        Publishing.expire(host, node);
                        var message = Events.last(host, node);
                        if (message != null) then.of(name, message);
                    }
                },
                () -> {});
    }

    // ---- disco -----------------------------------------------------------------------------------------------------

    @Override
    public Reply info(Jid from, String node, Owner owner) {
        return loaded(owner, requests -> requests.info(from, node));
    }

    @Override
    public Reply items(Jid from, String node, Owner owner) {
        return loaded(owner, requests -> requests.items(from, node));
    }

    @Override
    public Reply listed(Jid from, Owner owner, Element query) {
        if (owner.shelf(AccountHost.MARKS).all().isEmpty()) return Reply.result(query);
        return loaded(owner, requests -> {
            var all = query;
            for (var item : requests.discovery().nodes(from)) all = all.plus(item);
            return Reply.result(all);
        });
    }
}
