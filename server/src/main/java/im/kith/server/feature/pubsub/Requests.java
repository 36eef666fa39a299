package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;

import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.Objects;
import java.util.function.Supplier;

/// XEP-0060 as an engine: requests in, answers and events out. It knows neither store nor network, only its [Host]; all
/// it remembers stands on the host's shelf. Made for one request and thrown away.
final class Requests {

    private final Host host;
    private final Administration administration;
    private final Approval approval;
    private final Discovery discovery;
    private final Management management;
    private final Publishing publishing;
    private final Retrieval retrieval;
    private final Subscribing subscribing;

    Requests(Host host) {
        this.host = host;
        administration = new Administration(host);
        approval = new Approval(host);
        discovery = new Discovery(host);
        management = new Management(host, approval);
        publishing = new Publishing(host);
        retrieval = new Retrieval(host);
        subscribing = new Subscribing(host, approval);
    }

    /// Answers an iq whose payload is `<pubsub/>`, of either namespace.
    Reply answer(Stanza iq) {
        var from = Objects.requireNonNull(iq.from());
        var pubsub = Objects.requireNonNull(iq.payload());
        var action = pubsub.firstChild();
        return guarded(() -> {
            if (action == null) throw Refusal.of(BAD_REQUEST, "Say what to do.");
            boolean set = iq.type().equals("set");
            if (pubsub.namespace().equals(Names.OWNER)) return set ? ownerSet(from, action) : ownerGet(from, action);
            return set ? set(from, pubsub, first(pubsub, action)) : get(from, pubsub, action);
        });
    }

    /// What is asked for, though its companion may (wrongly) stand before it.
    private static Element first(Element pubsub, Element action) {
        if (action.name().equals("configure"))
            return Objects.requireNonNullElse(pubsub.child(Names.PUBSUB, "create"), action);
        if (action.name().equals("options")) {
            return Objects.requireNonNullElse(pubsub.child(Names.PUBSUB, "subscribe"), action);
        }
        if (action.name().equals("publish-options")) {
            return Objects.requireNonNullElse(pubsub.child(Names.PUBSUB, "publish"), action);
        }
        return action;
    }

    private Reply set(Jid from, Element pubsub, Element action) {
        return switch (action.name()) {
            case "create" -> administration.create(from, pubsub, action);
            case "publish" -> publishing.publish(from, pubsub, action);
            case "retract" -> publishing.retract(from, action);
            case "subscribe" -> subscribing.subscribe(from, pubsub, action);
            case "unsubscribe" -> subscribing.unsubscribe(from, action);
            case "options" -> subscribing.configure(from, action);
            default -> throw unknown();
        };
    }

    private Reply get(Jid from, Element pubsub, Element action) {
        return switch (action.name()) {
            case "items" -> retrieval.items(from, pubsub, action);
            case "subscriptions" -> subscribing.subscriptions(from, action);
            case "affiliations" -> subscribing.affiliations(from, action);
            case "options" -> subscribing.options(from, action);
            case "default" -> subscribing.defaults(from, action);
            default -> throw unknown();
        };
    }

    private Reply ownerSet(Jid from, Element action) {
        return switch (action.name()) {
            case "configure" -> administration.configure(from, action);
            case "delete" -> administration.delete(from, action);
            case "purge" -> administration.purge(from, action);
            case "subscriptions" -> management.subscribe(from, action);
            case "affiliations" -> management.affiliate(from, action);
            default -> throw unknown();
        };
    }

    private Reply ownerGet(Jid from, Element action) {
        return switch (action.name()) {
            case "configure" -> administration.configuration(from, action);
            case "default" -> administration.defaults(action);
            case "subscriptions" -> management.subscriptions(from, action);
            case "affiliations" -> management.affiliations(from, action);
            default -> throw unknown();
        };
    }

    private static Refusal unknown() {
        return Refusal.of(BAD_REQUEST, "There is no such request.");
    }

    /// disco#info of a node.
    Reply info(Jid from, String node) {
        return guarded(() -> discovery.info(from, node));
    }

    /// disco#items of a node.
    Reply items(Jid from, String node) {
        return guarded(() -> discovery.items(from, node));
    }

    Discovery discovery() {
        return discovery;
    }

    Publishing publishing() {
        return publishing;
    }

    /// The command that asks for subscriptions that wait.
    Reply pending(Jid from, Element command) {
        return guarded(() -> approval.pending(from, command));
    }

    /// A message to the place: true if it was an owner's answer to a subscription request.
    boolean message(Stanza message) {
        var from = message.from();
        var answer = Approval.answer(message);
        if (answer == null || from == null) return false;
        approval.answered(from, answer);
        return true;
    }

    /// Everything that a subscriber of an account's nodes is shown when it appears: the last items (§9.2).
    Host host() {
        return host;
    }

    private static Reply guarded(Supplier<Reply> request) {
        try {
            return request.get();
        } catch (Refusal refusal) {
            return Reply.error(refusal.error());
        }
    }
}
