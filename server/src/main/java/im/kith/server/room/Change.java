package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// One item of a change to roles or affiliations (muc#admin), and who may ask for it: XEP-0045 §5.1.1, §5.2.1 and
/// what §8, §9 and §10 refuse. Nothing happens here.
sealed interface Change {

    /// The occupant is to have this role; none means that it is kicked.
    record ToRole(Occupant occupant, Role role, @Nullable String reason) implements Change {

        @Override
        public @Nullable StanzaError refusal(Jid from, Room room) {
            var own = room.affiliations.of(from);
            boolean admin = own.isAtLeast(Affiliation.ADMIN);
            boolean moderator = room.occupants.of(from).stream().anyMatch(one -> one.role == Role.MODERATOR);
            if (!moderator && !admin) return Muc.error(FORBIDDEN, "Only moderators may do that.");
            var theirs = room.affiliationOf(occupant);
            if (role == Role.NONE) {
                return theirs.compareTo(own) > 0
                        ? Muc.error(NOT_ALLOWED, occupant.nick + " can't be removed by you.")
                        : null;
            }
            if (role == Role.MODERATOR) {
                return admin ? null : Muc.error(FORBIDDEN, "Only administrators make somebody a moderator.");
            }
            boolean staff = theirs.isAtLeast(Affiliation.ADMIN);
            if (role == Role.VISITOR && (staff || (!admin && theirs.isAtLeast(own)))) {
                return Muc.error(NOT_ALLOWED, occupant.nick + "'s voice can't be taken by you.");
            }
            if (occupant.role != Role.MODERATOR) return null;
            if (staff) return Muc.error(NOT_ALLOWED, "An administrator or owner stays moderator.");
            return admin ? null : Muc.error(FORBIDDEN, "Only administrators take a moderator's role.");
        }
    }

    /// The person is to have this affiliation, and perhaps this reserved nickname, or none any more if it is empty.
    record ToAffiliation(
            Jid person,
            Affiliation affiliation,
            @Nullable String nick,
            @Nullable String reason) implements Change {

        @Override
        public @Nullable StanzaError refusal(Jid from, Room room) {
            var own = room.affiliations.of(from);
            var theirs = room.affiliations.of(person);
            if (room.membership.isOn() && isOfMembers(from, theirs, room)) return null;
            if (!own.isAtLeast(Affiliation.ADMIN)) return Muc.error(FORBIDDEN, "Only administrators may do that.");
            if (affiliation == Affiliation.OUTCAST) {
                boolean self = from.bare().equals(person)
                        || (person.local() == null && person.domain().equals(from.domain()));
                if (self) return Muc.error(CONFLICT, "You can't ban yourself.");
                if (own != Affiliation.OWNER && theirs.isAtLeast(Affiliation.ADMIN)) {
                    return Muc.error(NOT_ALLOWED, "Only an owner may ban " + person + ".");
                }
                return null;
            }
            if (person.local() == null && affiliation != Affiliation.NONE) {
                return Muc.error(JID_MALFORMED, "A whole domain can only be banned.");
            }
            boolean ofOwners = affiliation.isAtLeast(Affiliation.ADMIN) || theirs.isAtLeast(Affiliation.ADMIN);
            return own != Affiliation.OWNER && ofOwners
                    ? Muc.error(FORBIDDEN, "Only owners decide who is administrator or owner.")
                    : null;
        }

        /// What every member of a group may: to add somebody, if they may add, and to have another nickname.
        private boolean isOfMembers(Jid from, Affiliation theirs, Room room) {
            boolean adds = affiliation == Affiliation.MEMBER && theirs == Affiliation.NONE;
            if (adds) return person.local() != null && room.membership.mayAdd(from);
            return nick != null && affiliation == theirs && from.bare().equals(person) && room.membership.has(from);
        }
    }

    /// What is no change.
    record Malformed(StanzaError error) implements Change {
        @Override
        public StanzaError refusal(Jid from, Room room) {
            return error;
        }
    }

    /// Why `from` may not ask for it; null if it may.
    @Nullable
    StanzaError refusal(Jid from, Room room);

    /// Reads `<item/>`.
    static Change of(Element item, Room room) {
        var role = item.attribute("role");
        var affiliation = item.attribute("affiliation");
        if (!item.is(Muc.ADMIN, "item") || (role == null) == (affiliation == null)) {
            return malformed(BAD_REQUEST, "An item changes either a role or an affiliation.");
        }
        var reason = item.childText(Muc.ADMIN, "reason");
        return role != null ? toRole(item, role, reason, room) : toAffiliation(item, affiliation, reason, room);
    }

    private static Change toRole(Element item, String label, @Nullable String reason, Room room) {
        var role = Role.of(label);
        var nick = item.attribute("nick");
        if (role == null) return malformed(BAD_REQUEST, "There is no role " + label + ".");
        if (nick == null) return malformed(BAD_REQUEST, "Say whose role, by nick.");
        var occupant = room.occupants.named(nick);
        if (occupant == null) return malformed(ITEM_NOT_FOUND, "There is nobody called " + nick + " in the room.");
        return new ToRole(occupant, role, reason);
    }

    private static Change toAffiliation(Element item, @Nullable String label, @Nullable String reason, Room room) {
        var affiliation = Affiliation.of(label);
        var address = item.attribute("jid");
        var nick = item.attribute("nick");
        if (affiliation == null) return malformed(BAD_REQUEST, "There is no affiliation " + label + ".");
        if (address != null) {
            var person = Jid.parse(address);
            if (person == null) return malformed(JID_MALFORMED, address + " is no address.");
            var nickname = Muc.nickname(room.jid, nick);
            // §9.5: an empty one takes it away; but every member of a group has one.
            boolean none = nick == null || (nick.isEmpty() && !room.membership.isOn());
            if (none) return new ToAffiliation(person.bare(), affiliation, nick, reason);
            if (nickname == null) return malformed(NOT_ACCEPTABLE, "This can be nobody's nickname.");
            return new ToAffiliation(person.bare(), affiliation, nickname, reason);
        }
        var occupant = nick == null ? null : room.occupants.named(nick);
        if (nick == null) return malformed(BAD_REQUEST, "Say whose affiliation, by jid.");
        if (occupant == null) return malformed(ITEM_NOT_FOUND, "There is nobody called " + nick + " in the room.");
        return new ToAffiliation(occupant.account, affiliation, null, reason);
    }

    private static Malformed malformed(StanzaError.Condition condition, String text) {
        return new Malformed(Muc.error(condition, text));
    }
}
