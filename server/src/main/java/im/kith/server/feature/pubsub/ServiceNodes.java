package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.server.feature.Reply;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0060 as a service that everybody with an account may use: nodes with owners, subscribers and items, what disco
/// tells of them, and the command for subscriptions that wait. A service knows nobody's roster: what a node for its
/// maker's contacts needs to know, its [Place] asks that account ([#unknown]) and hands over with the request.
public final class ServiceNodes {

    public static final String SHELF = "pubsub";

    private static final Host.Limits LIMITS = new Host.Limits(5000, 1000, 64 * 1024, 5000, 10, 64L << 20);
    private static final Tag PING = new Tag("urn:xmpp:ping", "ping");
    private static final String NAME = "Publish-Subscribe";

    private final Host host;
    private final Requests requests;

    private ServiceNodes(Place place, Acquaintance acquaintance) {
        host = new ServiceHost(place, acquaintance);
        requests = new Requests(host);
    }

    public ServiceNodes(Place place) {
        this(place, Acquaintance.NONE);
    }

    /// With what `account` answered to the question of [#unknown]; null if it gave no answer.
    public ServiceNodes(Place place, Jid account, @Nullable Element answer) {
        this(place, Acquaintance.read(account, answer));
    }

    /// What must be asked before the request can be answered.
    public record Question(Jid account, Element payload) {}

    /// Null if nothing must be asked.
    public @Nullable Question unknown(Stanza iq) {
        var payload = Objects.requireNonNull(iq.payload());
        var action = payload.name().equals("pubsub") ? payload.firstChild() : payload;
        var name = action == null ? null : action.attribute("node");
        var node = name == null ? null : host.nodes().get(name);
        if (node == null) return null;
        var access = node.config.access();
        var creator = Jid.parse(node.creator);
        if (creator == null || (access != Access.PRESENCE && access != Access.ROSTER)) return null;
        var from = Objects.requireNonNull(iq.from());
        var people = new LinkedHashSet<Jid>();
        people.add(from.bare());
        // Who may publish may have all subscribers told, and each of them must still be one who may know.
        if (Rules.mayPublish(host, node, from)) {
            for (var subscription : node.subscriptions())
                people.add(subscription.jid().bare());
        }
        return new Question(creator.bare(), Acquaintance.question(people));
    }

    /// Answers an iq-get or -set to the service, null when it is none of its business.
    public @Nullable Reply answer(Stanza iq) {
        var from = Objects.requireNonNull(iq.from());
        var payload = Objects.requireNonNull(iq.payload());
        boolean get = iq.type().equals("get");
        var node = payload.attribute("node");
        return switch (payload.namespace()) {
            case Names.PUBSUB, Names.OWNER -> payload.name().equals("pubsub") ? requests.answer(iq) : null;
            case Capabilities.DISCO_INFO -> get ? info(from, node) : null;
            case Discovery.ITEMS -> get ? items(from, node) : null;
            case Approval.COMMANDS -> get ? null : command(from, payload, node);
            default -> get && payload.is(PING) ? Reply.empty() : null;
        };
    }

    /// Takes a message to the service, which may be an owner's answer to a subscription request.
    public void message(Stanza message) {
        requests.message(message);
    }

    private Reply command(Jid from, Element command, @Nullable String node) {
        if (node == null) return Reply.error(BAD_REQUEST, "Say which command.");
        return node.equals(Approval.GET_PENDING)
                ? requests.pending(from, command)
                : Reply.error(ITEM_NOT_FOUND, "There is no such command.");
    }

    private Reply info(Jid from, @Nullable String node) {
        if (node == null || node.isEmpty()) return Reply.result(self());
        if (node.equals(Approval.GET_PENDING) || node.equals(Approval.COMMANDS)) {
            return Reply.result(
                    identified("automation", node.equals(Approval.COMMANDS) ? "command-list" : "command-node")
                            .attribute("node", node)
                            .child("feature", one -> one.attribute("var", Approval.COMMANDS))
                            .child("feature", one -> one.attribute("var", "jabber:x:data"))
                            .build());
        }
        return requests.info(from, node);
    }

    private static Element.Builder identified(String category, String type) {
        return Element.build(Capabilities.DISCO_INFO, "query")
                .child("identity", one -> one.attribute("category", category)
                        .attribute("type", type)
                        .attribute("name", NAME));
    }

    private static Element self() {
        var query = identified("pubsub", "service");
        for (var feature : List.of(
                Capabilities.DISCO_INFO, Discovery.ITEMS, Approval.COMMANDS, PING.namespace(), "jabber:x:data")) {
            query.child("feature", one -> one.attribute("var", feature));
        }
        for (var feature : Discovery.features(false)) query.child("feature", one -> one.attribute("var", feature));
        return query.build();
    }

    private Reply items(Jid from, @Nullable String node) {
        var query = Element.build(Discovery.ITEMS, "query").attribute("node", node);
        if (node == null || node.isEmpty()) {
            return Reply.result(query.children(requests.discovery().nodes(from)).build());
        }
        if (!node.equals(Approval.COMMANDS)) return requests.items(from, node);
        return Reply.result(
                query.child("item", item -> item.attribute("jid", host.jid().toString())
                                .attribute("node", Approval.GET_PENDING)
                                .attribute("name", "Subscription requests that wait"))
                        .build());
    }

    private record ServiceHost(Place place, Acquaintance acquaintance) implements Host {

        @Override
        public Jid jid() {
            return place.jid();
        }

        @Override
        public boolean isPersonal() {
            return false;
        }

        @Override
        public Limits limits() {
            return LIMITS;
        }

        @Override
        public Nodes nodes() {
            return new Nodes(place.shelf(), false);
        }

        @Override
        public long nowMillis() {
            return place.nowMillis();
        }

        @Override
        public String newId() {
            return place.newId();
        }

        @Override
        public boolean isMaster(Jid entity) {
            return false;
        }

        @Override
        public boolean mayCreate(Jid entity) {
            return place.isAccount(entity);
        }

        @Override
        public boolean showsPresenceTo(Node node, Jid entity) {
            var creator = Jid.parse(node.creator);
            return creator != null && acquaintance.watches(creator.bare(), entity);
        }

        @Override
        public boolean isInGroup(Node node, Jid entity, List<String> groups) {
            var creator = Jid.parse(node.creator);
            return creator != null && acquaintance.isInGroup(creator.bare(), entity, groups);
        }

        @Override
        public void send(Stanza stanza) {
            place.send(stanza);
        }

        @Override
        public void spread(Node node, Element message, Set<Jid> except) {
            throw new IllegalStateException("a service has no contacts");
        }
    }
}
