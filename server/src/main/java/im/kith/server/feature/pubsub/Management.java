package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Reply;
import im.kith.server.feature.pubsub.Subscription.State;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node's owner does with others: their subscriptions (XEP-0060 §8.8) and affiliations (§8.9).
///
/// Errors: `forbidden` to who is no owner, `item-not-found`, `bad-request` for an entity named twice; `not-acceptable`
/// for changes that can't be made (the last owner, unknown words), with the entries as they still are. The others are
/// made all the same.
final class Management {

    private final Host host;
    private final Approval approval;

    Management(Host host, Approval approval) {
        this.host = host;
        this.approval = approval;
    }

    Reply subscriptions(Jid from, Element asked) {
        var node = Rules.owned(host, Administration.name(asked), from);
        node.endLeases(host.nowMillis());
        var shown = Element.build(Names.OWNER, "subscriptions").attribute("node", node.name);
        for (var one : node.subscriptions()) {
            if (one.state() != State.PENDING) shown.child(one.toElement(Names.OWNER, null));
        }
        return Reply.result(
                Element.build(Names.OWNER, "pubsub").child(shown.build()).build());
    }

    Reply subscribe(Jid from, Element changes) {
        var node = Rules.owned(host, Administration.name(changes), from);
        var faulty = new ArrayList<Element>();
        var told = new ArrayList<Subscription>();
        for (var change : changes.children()) {
            var fault = subscribe(node, change, told);
            if (fault != null) faulty.add(fault);
        }
        host.nodes().put(node);
        Runnable tell = () -> {
            for (var one : told) Events.subscription(host, node, one);
        };
        if (faulty.isEmpty()) return Reply.followed(null, tell);
        tell.run();
        return Reply.error(unchanged("subscriptions", node, faulty));
    }

    /// Makes one change; answers the entry as it still is when it can't be made.
    private @Nullable Element subscribe(Node node, Element change, List<Subscription> told) {
        var text = change.attribute("jid", "");
        var jid = Jid.parse(text);
        var subid = change.attribute("subid");
        var all = jid == null ? List.<Subscription>of() : node.subscriptions(jid);
        var meant = all.stream()
                .filter(one -> subid == null || subid.equals(one.subid()))
                .toList();
        var before = all.isEmpty() ? null : all.getFirst();
        var wanted = change.attribute("subscription");
        var state = State.of(wanted);
        boolean wrongId = meant.isEmpty() && before != null;
        if (jid == null || !change.name().equals("subscription") || wrongId || (wanted != null && state == null)) {
            return before != null ? before.toElement(Names.OWNER, null) : entry("subscription", text, "none");
        }
        if (state == null) return null;
        if (before == null && state == State.NONE) return null;
        if (before == null && node.subscriptions().size() >= host.limits().subscriptions()) {
            return entry("subscription", text, "none");
        }
        if (before == null) told.add(new Subscription(jid, host.newId(), state, true, 0));
        for (var one : meant) if (one.state() != state) told.add(one.in(state));
        for (var one : told) node.put(one);
        return null;
    }

    Reply affiliations(Jid from, Element asked) {
        var node = Rules.owned(host, Administration.name(asked), from);
        var shown = Element.build(Names.OWNER, "affiliations").attribute("node", node.name);
        node.affiliations().forEach((jid, affiliation) -> shown.child(entry("affiliation", jid, affiliation.label())));
        return Reply.result(
                Element.build(Names.OWNER, "pubsub").child(shown.build()).build());
    }

    Reply affiliate(Jid from, Element changes) {
        var node = Rules.owned(host, Administration.name(changes), from);
        var named = new HashSet<String>();
        for (var change : changes.children()) {
            if (!named.add(change.attribute("jid", ""))) {
                throw Refusal.of(BAD_REQUEST, "Name everybody once.");
            }
        }
        var faulty = new ArrayList<Element>();
        for (var change : changes.children()) {
            var fault = affiliate(node, change);
            if (fault != null) faulty.add(fault);
        }
        host.nodes().put(node);
        return faulty.isEmpty() ? Reply.empty() : Reply.error(unchanged("affiliations", node, faulty));
    }

    private @Nullable Element affiliate(Node node, Element change) {
        var text = change.attribute("jid", "");
        var jid = Jid.parse(text);
        var wanted = change.attribute("affiliation");
        var after = Affiliation.of(wanted);
        if (jid == null) return entry("affiliation", text, Affiliation.NONE.label());
        var before = node.affiliation(jid);
        if (!change.name().equals("affiliation") || (wanted != null && after == null)) {
            return entry("affiliation", text, before.label());
        }
        if (after == null || after == before) return null;
        boolean lastOwner = before == Affiliation.OWNER
                && (node.allWith(Affiliation.OWNER).size() == 1 || (host.isPersonal() && host.isMaster(jid)));
        boolean full = before == Affiliation.NONE
                && node.affiliations().size() >= host.limits().subscriptions();
        if (lastOwner || full) return entry("affiliation", text, before.label());
        node.affiliate(jid, after);
        follow(node, jid, after);
        return null;
    }

    /// §8.7: who becomes an owner, a publisher or a member waits no longer; an outcast is subscribed no longer.
    private void follow(Node node, Jid jid, Affiliation after) {
        for (var one : node.subscriptions()) {
            if (!one.jid().bare().equals(jid.bare())) continue;
            boolean waits = one.state() == State.PENDING;
            if (after == Affiliation.OUTCAST) {
                if (waits) approval.settle(node, one, false);
                else end(node, one);
            } else if (waits && after != Affiliation.NONE && after != Affiliation.PUBLISH_ONLY) {
                approval.settle(node, one, true);
            } else if (!waits && after == Affiliation.NONE && node.config.access() == Access.WHITELIST) {
                end(node, one);
            }
        }
    }

    private void end(Node node, Subscription subscription) {
        var gone = subscription.in(State.NONE);
        node.put(gone);
        Events.subscription(host, node, gone);
    }

    private static Element entry(String name, String jid, String value) {
        return Element.build(Names.OWNER, name)
                .attribute("jid", jid)
                .attribute(name, value)
                .build();
    }

    private static StanzaError unchanged(String list, Node node, List<Element> entries) {
        return StanzaError.of(NOT_ACCEPTABLE, "These could not be changed.")
                .with(Element.build(Names.OWNER, list)
                        .attribute("node", node.name)
                        .children(entries)
                        .build());
    }
}
