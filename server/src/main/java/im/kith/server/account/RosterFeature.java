package im.kith.server.account;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// RFC 6121 §2: a client reads and edits its roster, with versions (§2.6, once XEP-0237).
///
/// Errors of a set (§2.3.3): `bad-request` for more or less than one item, a missing or full JID, the same group twice;
/// `jid-malformed`; `not-allowed` for the account's own address; `not-acceptable` for a name or a group that is too
/// long, a group without a name, too many groups; `policy-violation` for a roster that is full; `item-not-found` for
/// the removal of who is not in it (§2.5.3); `forbidden` for other people's rosters.
///
/// Core, since it changes subscriptions: the owner it is called with is the account itself.
final class RosterFeature implements Feature {

    static final int MAX_NAME_LENGTH = 256;
    static final int MAX_GROUP_LENGTH = 128;
    static final int MAX_GROUPS = 20;

    private static final Tag QUERY = new Tag(Roster.NAMESPACE, "query");

    @Override
    public Manifest manifest() {
        return Manifest.of("roster")
                .implementing("XEP-0237", "1.3")
                .advertising(Roster.NAMESPACE)
                .offering(Element.empty("urn:xmpp:features:rosterver", "ver"))
                .offering(Element.empty("urn:xmpp:features:pre-approval", "sub"))
                .keepingHot(Roster.SHELF)
                .answering(GET, QUERY, RosterFeature::get)
                .answering(SET, QUERY, (iq, owner) -> set(iq, (Self) owner))
                .answering(OTHERS, GET, QUERY, (iq, owner) -> Reply.error(FORBIDDEN))
                .answering(OTHERS, SET, QUERY, (iq, owner) -> Reply.error(FORBIDDEN))
                .build();
    }

    private static Reply get(Stanza iq, Owner owner) {
        var query = query(iq);
        if (query.firstChild() != null) return Reply.error(BAD_REQUEST, "A roster get holds no items.");
        var device = Objects.requireNonNull(iq.from());
        owner.interest(device, Roster.INTEREST);
        var roster = Roster.of(owner);
        var known = query.attribute("ver");
        var changes = known == null ? null : roster.changesSince(RosterVersion.parse(known));
        if (changes == null) return Reply.result(roster.toElement());
        if (changes.isEmpty()) return Reply.empty();
        return Reply.followed(null, () -> {
            for (var change : changes)
                owner.pushToDevices(change, view -> view.jid().equals(device));
        });
    }

    private static Reply set(Stanza iq, Self self) {
        var children = query(iq).children();
        if (children.size() != 1 || !children.getFirst().is(Roster.NAMESPACE, "item")) {
            return Reply.error(BAD_REQUEST, "A roster set holds exactly one item.");
        }
        var wanted = children.getFirst();
        var address = wanted.attribute("jid");
        if (address == null) return Reply.error(BAD_REQUEST, "The item has no jid.");
        var jid = Jid.parse(address);
        if (jid == null) return Reply.error(JID_MALFORMED, "The item's jid is not an address.");
        if (jid.isFull()) return Reply.error(BAD_REQUEST, "A contact's address has no resource.");
        if (self.owns(jid)) return Reply.error(NOT_ALLOWED, "Nobody is a contact of their own.");
        // Any other value of `subscription` is ignored (§2.1.2.5).
        return "remove".equals(wanted.attribute("subscription")) ? remove(jid, self) : edit(jid, wanted, self);
    }

    private static Reply remove(Jid jid, Self self) {
        var item = Roster.of(self).item(jid);
        if (item == null || !item.visible()) return Reply.error(ITEM_NOT_FOUND);
        Subscriptions.end(item, self);
        return Reply.empty();
    }

    private static Reply edit(Jid jid, Element wanted, Self self) {
        var name = wanted.attribute("name", "");
        if (name.length() > MAX_NAME_LENGTH) return tooLong("The name", MAX_NAME_LENGTH);
        var groups = new ArrayList<String>();
        for (var child : wanted.children()) {
            if (!child.is(Roster.NAMESPACE, "group")) continue;
            var group = child.text();
            if (group.isEmpty()) return Reply.error(NOT_ACCEPTABLE, "A group has no name.");
            if (group.length() > MAX_GROUP_LENGTH) return tooLong("A group's name", MAX_GROUP_LENGTH);
            if (groups.contains(group)) return Reply.error(BAD_REQUEST, "The same group stands twice.");
            if (groups.size() == MAX_GROUPS) {
                return Reply.error(NOT_ACCEPTABLE, "A contact is in " + MAX_GROUPS + " groups at most.");
            }
            groups.add(group);
        }
        return save(jid, name, groups, self);
    }

    private static Reply save(Jid jid, String name, List<String> groups, Self self) {
        var roster = Roster.of(self);
        var item = roster.itemOrNew(jid);
        if (!item.visible() && !roster.hasRoom()) return Reply.error(Subscriptions.ROSTER_IS_FULL);
        roster.put(item.named(name, groups));
        return Reply.empty();
    }

    private static Reply tooLong(String what, int limit) {
        return Reply.error(NOT_ACCEPTABLE, what + " is longer than " + limit + " characters.");
    }

    private static Element query(Stanza iq) {
        return Objects.requireNonNull(iq.payload());
    }
}
