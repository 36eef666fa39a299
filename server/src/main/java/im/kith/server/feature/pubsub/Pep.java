package im.kith.server.feature.pubsub;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;

import im.kith.server.feature.AccountNodes;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// XEP-0163: every account is a publish-subscribe service (XEP-0060) of its own.
///
/// Publishing makes the node. By default who gets the account's presence may read it, and those of their devices that
/// say so in their capabilities (`NODE+notify`) are told without asking; so are the account's own. When such a device
/// appears it gets every node's last item. Everything is kept before it is answered.
///
/// Errors: XEP-0060's, see [Requests].
public final class Pep implements Feature, AccountNodes, Publications, Manifest.PresenceWatcher {

    private static final Tag PUBSUB = new Tag(Names.PUBSUB, "pubsub");
    private static final Tag OWNER = new Tag(Names.OWNER, "pubsub");
    private static final StanzaError UNREADABLE =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.");

    private final Interests interests = new Interests();
    private final Whispers whispers = new Whispers(interests);
    private final List<BiConsumer<String, Owner>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public Manifest manifest() {
        var manifest = Manifest.of("pep")
                .implementing(
                        "XEP-0060",
                        "1.30.0",
                        "also at pubsub.<domain>, where an address may subscribe to a node several times")
                .implementing(
                        "XEP-0248",
                        "0.5.0",
                        "at pubsub.<domain>; a node is in one collection; subscriptions are to items at any depth")
                .implementing("XEP-0163", "1.2.2")
                .implementing("XEP-0222", "1.0")
                .implementing("XEP-0223", "1.1.1")
                .implementing("XEP-0107", "1.2.2", "passed and kept")
                .implementing("XEP-0108", "1.3", "passed and kept")
                .implementing("XEP-0118", "1.3.0", "passed and kept")
                .implementing("XEP-0172", "1.1", "passed and kept")
                .implementing("XEP-0080", "1.10.0", "passed and kept; an expiry by item_expire")
                .implementing("XEP-0384", "0.9.1", "device lists and bundles")
                .implementing("XEP-0490", "1.0.1")
                .implementing("XEP-0492", "0.2.0", "kept, and gone by when devices are woken")
                .identifyingAccount("pubsub", "pep")
                .keepingHot(AccountHost.MARKS)
                .watchingPresence(this)
                .visitingDaily(this::expire)
                .hearing(Whispers.TOLD, whispers::told)
                .hearing(Whispers.WANTS, this::wanted);
        // At the server, too: clients written after older texts of XEP-0163 look there before they ask the account.
        for (var feature : Discovery.features(true)) manifest.advertising(feature);
        manifest.answering(OTHERS, GET, Acquaintance.PEOPLE, Pep::people);
        for (var tag : List.of(PUBSUB, OWNER)) {
            for (var ask : List.of(GET, SET)) {
                manifest.answering(OWN, ask, tag, this::answer).answering(OTHERS, ask, tag, this::answerOthers);
            }
        }
        return manifest.build();
    }

    /// What the server's own service must know to keep the account's nodes there, and nobody else.
    private static Reply people(Stanza iq, Owner owner) {
        var from = Objects.requireNonNull(iq.from());
        return from.equals(Jid.of(null, "pubsub." + owner.jid().domain(), null))
                ? Reply.result(Acquaintance.answer(Objects.requireNonNull(iq.payload()), owner))
                : Reply.error(Condition.SERVICE_UNAVAILABLE);
    }

    private Reply answer(Stanza iq, Owner owner) {
        return loaded(owner, requests -> noticed(iq, requests.answer(iq.withFrom(sender(iq, owner))), owner));
    }

    /// Who does not get the account's presence is answered about the nodes that it may know of; about others, and about
    /// all together, as if the account did not exist.
    private Reply answerOthers(Stanza iq, Owner owner) {
        var from = sender(iq, owner);
        if (owner.contact(from.bare()).subscribedFrom()) return answer(iq, owner);
        return loaded(owner, requests -> {
            var reply = noticed(iq, requests.answer(iq), owner);
            return isAboutSomething(iq, reply, from, owner) ? reply : Reply.error(Condition.SERVICE_UNAVAILABLE);
        });
    }

    private boolean isAboutSomething(Stanza iq, Reply reply, Jid from, Owner owner) {
        var action = Objects.requireNonNull(iq.payload()).firstChild();
        var name = action == null ? null : action.attribute("node");
        if (action == null) return false;
        if (name == null) {
            var list = reply instanceof Reply.Result(var found) && found != null ? found.firstChild() : null;
            boolean lists = Set.of("subscriptions", "affiliations").contains(action.name());
            return lists && list != null && list.childCount() > 0;
        }
        var host = host(owner);
        return !host.hides(name, from)
                && (host.nodes().get(name) != null || host.nodes().movedTo(name) != null);
    }

    /// Has the listeners told of what was changed.
    private Reply noticed(Stanza iq, Reply reply, Owner owner) {
        var action = Objects.requireNonNull(iq.payload()).firstChild();
        var node = action == null ? null : action.attribute("node");
        if (node == null || listeners.isEmpty() || iq.type().equals("get")) return reply;
        if (reply instanceof Reply.Failure) return reply;
        Runnable notice = () -> {
            for (var listener : listeners) listener.accept(node, owner);
        };
        if (reply instanceof Reply.Followed(var payload, var then)) {
            return Reply.followed(payload, () -> {
                then.run();
                notice.run();
            });
        }
        notice.run();
        return reply;
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
                (node, message) -> whispers.toContacts(List.of(contact), node, message, owner));
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
                        if (message != null) then.of(name, host.shown(name, message, viewer));
                    }
                },
                () -> {});
    }

    /// Items that are too old leave the disk, though nobody has asked for them since.
    private void expire(Owner owner) {
        if (!AccountHost.hasPassing(owner)) return;
        owner.load(
                AccountHost.SHELF,
                () -> {
                    var host = host(owner);
                    for (var name : host.nodes().names()) {
                        var node = host.nodes().get(name);
                        if (node != null) Publishing.expire(host, node);
                    }
                },
                () -> {});
    }

    // ---- for other features ----------------------------------------------------------------------------------------

    @Override
    public void onChange(BiConsumer<String, Owner> listener) {
        listeners.add(listener);
    }

    @Override
    public Reply open(Owner owner, Supplier<Reply> then) {
        return loaded(owner, requests -> then.get());
    }

    @Override
    public boolean has(Owner owner, String node) {
        return owner.shelf(AccountHost.MARKS).get(node) != null;
    }

    @Override
    public @Nullable Element item(Owner owner, String node, @Nullable String id) {
        var nodes = host(owner).nodes();
        var item = id == null ? nodes.last(node) : nodes.item(node, id);
        return item == null ? null : item.payload();
    }

    @Override
    public boolean isVisible(Owner owner, String name, Jid viewer, boolean orPresence) {
        var host = host(owner);
        var node = host.nodes().get(name);
        if (node == null || host.hides(name, viewer)) return false;
        if (orPresence && node.config.access() == Access.PRESENCE) {
            return node.affiliation(viewer) != Affiliation.OUTCAST;
        }
        return Rules.reading(host, node, viewer) == null;
    }

    @Override
    public List<String> ids(Owner owner, String node) {
        var host = host(owner);
        var known = host.nodes().get(node);
        if (known != null) Publishing.expire(host, known);
        return host.nodes().ids(node);
    }

    @Override
    public boolean publish(Owner owner, String node, String id, Element payload, Map<String, String> config) {
        var form = DataForm.build(DataForm.Type.SUBMIT, Names.NODE_CONFIG);
        config.forEach((name, value) -> form.field("pubsub#" + name, value));
        try {
            new Publishing(host(owner)).publishAsServer(owner.jid(), node, id, payload, form.build());
            return true;
        } catch (Refusal refusal) {
            return false;
        }
    }

    @Override
    public void retract(Owner owner, String name, String id) {
        var host = host(owner);
        var node = host.nodes().get(name);
        if (node == null || host.nodes().item(name, id) == null) return;
        host.nodes().remove(name, id);
        if (node.config.is("notify_retract")) Events.retracted(host, node, List.of(id));
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
