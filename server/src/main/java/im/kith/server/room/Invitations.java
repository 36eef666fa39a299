package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.8.2: invitations that go through the room, and their being declined. They are kept until the invitee
/// has them.
final class Invitations {

    private static final int MOST_AT_ONCE = 50;
    private static final int REMEMBERED = 256;

    private final Room room;
    /// Who invited whom lately, by invitee: for who declines, or does not exist.
    private final Map<Jid, Jid> open = new LinkedHashMap<>();

    Invitations(Room room) {
        this.room = room;
    }

    @Nullable
    StanzaError arrived(Element x, Jid from, @Nullable Occupant occupant) {
        var decline = x.child(Muc.USER, "decline");
        if (decline != null) return decline(decline, from);
        var invitees = new ArrayList<Jid>();
        for (var child : x.children()) {
            if (!child.is(Muc.USER, "invite")) continue;
            var invitee = Jid.parse(child.attribute("to", ""));
            if (invitee == null) return Muc.error(JID_MALFORMED, "Say whom to invite.");
            invitees.add(invitee);
        }
        if (invitees.isEmpty()) return Muc.error(BAD_REQUEST, "There is neither invitation nor answer to one.");
        if (occupant == null) return Muc.error(NOT_ACCEPTABLE, "Only who is in the room may invite to it.");
        if (invitees.size() > MOST_AT_ONCE) {
            return Muc.error(NOT_ACCEPTABLE, "Invite " + MOST_AT_ONCE + " people at once, at most.");
        }
        boolean membersOnly = room.configuration.is(Setting.MEMBERS_ONLY);
        boolean may = !membersOnly
                || room.affiliationOf(occupant).isAtLeast(Affiliation.ADMIN)
                || room.configuration.is(Setting.ALLOW_INVITES);
        if (!may) return Muc.error(FORBIDDEN, "Only administrators invite to this room.");
        for (var invitee : invitees) {
            if (!room.home.isAccount(invitee)) return Muc.error(ITEM_NOT_FOUND, invitee + " is nobody here.");
        }
        int next = 0;
        for (var child : x.children()) {
            if (child.is(Muc.USER, "invite")) invite(child, from, invitees.get(next++), membersOnly);
        }
        return null;
    }

    private void invite(Element invite, Jid from, Jid invitee, boolean membersOnly) {
        if (membersOnly && room.affiliations.of(invitee) == Affiliation.NONE && room.affiliations.hasRoomFor(1)) {
            room.affiliations.set(invitee, Affiliation.MEMBER, null);
        }
        open.remove(invitee.bare());
        open.put(invitee.bare(), from);
        if (open.size() > REMEMBERED) open.remove(open.keySet().iterator().next());
        send(invitee, from, invite.childText(Muc.USER, "reason"), invite.child(Muc.USER, "continue"));
    }

    /// §9.3: who was made a member of a members-only room is told so.
    void send(Jid invitee, Jid from, @Nullable String reason, @Nullable Element continuing) {
        var password =
                room.configuration.is(Setting.PASSWORD_PROTECTED) ? room.configuration.text(Setting.PASSWORD) : null;
        var x = Element.build(Muc.USER, "x")
                .child("invite", invite -> invite.attribute("from", from.toString())
                        .child("reason", reason)
                        .child(continuing))
                .child("password", password)
                .build();
        var direct = Element.build(Muc.DIRECT_INVITATION, "x")
                .attribute("jid", room.jid.toString())
                .attribute("password", password)
                .attribute("reason", reason)
                .build();
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("id", room.home.secret())
                .child(x)
                .child(direct)
                .build();
        room.home.sendDurably(Stanza.of(Kind.MESSAGE, room.jid, invitee, message));
    }

    private @Nullable StanzaError decline(Element decline, Jid from) {
        var inviter = inviter(decline, from);
        if (inviter == null) return Muc.error(ITEM_NOT_FOUND, "Whoever invited you can't be told.");
        open.remove(from.bare());
        var x = Element.build(Muc.USER, "x")
                .child("decline", told -> told.attribute("from", from.bare().toString())
                        .child("reason", decline.childText(Muc.USER, "reason")))
                .build();
        room.home.sendDurably(Stanza.of(Kind.MESSAGE, room.jid, inviter, Muc.stanza("message", null, x)));
        return null;
    }

    /// The address may be an occupant's. Only who did invite is told, else strangers could be reached by it.
    private @Nullable Jid inviter(Element decline, Jid from) {
        var to = Jid.parse(decline.attribute("to", ""));
        var known = open.get(from.bare());
        if (to == null) return known;
        if (to.bare().equals(room.jid)) {
            var occupant = room.occupants.named(to.resource() == null ? "" : to.resource());
            return occupant == null ? null : occupant.device();
        }
        if (known != null && known.bare().equals(to.bare())) return to;
        return room.occupants.of(to).isEmpty() ? null : to;
    }

    /// The invitation could not be delivered: there is no such account, or it does not want it.
    void returned(Stanza error, Jid invitee) {
        var inviter = open.remove(invitee.bare());
        if (inviter == null) return;
        var told = Stanza.of(
                Kind.MESSAGE,
                inviter,
                room.jid,
                Element.build(Stanza.CLIENT, "message")
                        .attribute("id", error.id())
                        .build());
        var nobody = Muc.error(ITEM_NOT_FOUND, invitee.bare() + " can't be invited.");
        room.home.send(told.error(nobody));
    }
}
