package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.REGISTRATION_REQUIRED;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// Somebody comes into a group by itself (docs/protocol/groups.md): by a link, or where it is open.
///
/// Errors: `not-authorized` (the link is spent), `forbidden` (banned), `registration-required` (members only),
/// `resource-constraint` (the group is full).
final class Joining {

    private final Room room;

    Joining(Room room) {
        this.room = room;
    }

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element join) {
        if (!room.membership.isOn()) return Muc.error(NOT_ALLOWED, "This room is no group; enter it.");
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return Muc.error(FORBIDDEN, "You are banned from this group.");
        if (affiliation == Affiliation.NONE) {
            var token = join.attribute("token");
            var refusal = token == null ? closed() : room.links.refusal(token);
            if (refusal != null) return refusal;
            if (!room.membership.hasRoomFor(1)) return Membership.FULL;
            var wanted = Muc.nickname(room.jid, join.attribute("nick"));
            if (room.approvals.areNeeded()) return ask(iq, from, wanted);
            if (token != null) room.links.use(token);
            room.affiliations.set(from, Affiliation.MEMBER, null);
            if (wanted != null && !room.entering.isTaken(wanted, from)) {
                room.affiliations.reserve(from, wanted);
            }
        }
        room.home.send(iq.result(Element.empty(Membership.NAMESPACE, "joined")));
        return null;
    }

    /// What a link leads to, for who has it and thinks about coming in.
    @Nullable
    StanzaError look(Stanza iq, Jid from, Element join) {
        if (!room.membership.isOn()) return Muc.error(NOT_ALLOWED, "This room is no group; enter it.");
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return Muc.error(FORBIDDEN, "You are banned from this group.");
        if (affiliation == Affiliation.NONE) {
            var token = join.attribute("token");
            var refusal = token == null ? closed() : room.links.refusal(token);
            if (refusal != null) return refusal;
        }
        room.home.send(iq.result(Element.build(Membership.NAMESPACE, "group")
                .attribute("name", room.configuration.text(Setting.NAME))
                .attribute("members", Integer.toString(room.membership.size()))
                .attribute("approve", room.approvals.areNeeded() ? "1" : "0")
                .build()));
        return null;
    }

    private @Nullable StanzaError closed() {
        return room.configuration.is(Setting.MEMBERS_ONLY)
                ? Muc.error(REGISTRATION_REQUIRED, "One is added to this group by its members, or comes by a link.")
                : null;
    }

    private @Nullable StanzaError ask(Stanza iq, Jid from, @Nullable String nick) {
        var refusal = room.approvals.ask(from, nick);
        if (refusal == null) room.home.send(iq.result(Element.empty(Membership.NAMESPACE, "pending")));
        return refusal;
    }
}
