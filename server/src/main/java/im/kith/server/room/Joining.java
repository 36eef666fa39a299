package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.REGISTRATION_REQUIRED;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// Somebody comes into a group by itself (docs/protocol/groups.md): by a link, where it is open, or from its community.
///
/// Errors: `not-authorized` (the link is spent), `forbidden` (banned), `registration-required` (members only),
/// `resource-constraint` (the group is full).
final class Joining {

    private static final StanzaError BANNED = Muc.error(FORBIDDEN, "You are banned from this group.");

    /// How it ends for who wants in.
    sealed interface Outcome {

        record In() implements Outcome {}

        /// The administrators were asked.
        record Waiting() implements Outcome {}

        record Refused(StanzaError error) implements Outcome {}
    }

    private final Room room;

    Joining(Room room) {
        this.room = room;
    }

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element join) {
        if (!room.membership.isOn()) return Muc.error(NOT_ALLOWED, "This room is no group; enter it.");
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return BANNED;
        Outcome outcome = new Outcome.In();
        if (affiliation == Affiliation.NONE) {
            var token = join.attribute("token");
            var refusal = token == null ? closed() : room.links.refusal(token);
            if (refusal != null) return refusal;
            outcome = come(from, join.attribute("nick"), room.approvals.areNeeded());
            if (token != null && outcome instanceof Outcome.In) room.links.use(token);
        }
        return switch (outcome) {
            case Outcome.In() -> answer(iq, "joined");
            case Outcome.Waiting() -> answer(iq, "pending");
            case Outcome.Refused(var error) -> error;
        };
    }

    /// From the group's community, which says that this person is in it.
    Outcome fromCommunity(Jid person, @Nullable String nick) {
        return switch (room.affiliations.of(person)) {
            case OUTCAST -> new Outcome.Refused(BANNED);
            case NONE -> {
                boolean free = room.configuration.text(Setting.COMMUNITY).equals("join");
                yield come(person, nick, room.approvals.areNeeded() || !free);
            }
            default -> new Outcome.In();
        };
    }

    private Outcome come(Jid person, @Nullable String nick, boolean asks) {
        if (!room.membership.hasRoomFor(1)) return new Outcome.Refused(Membership.FULL);
        var wanted = Muc.nickname(room.jid, nick);
        if (asks) {
            var refusal = room.approvals.ask(person, wanted);
            return refusal == null ? new Outcome.Waiting() : new Outcome.Refused(refusal);
        }
        room.affiliations.set(person, Affiliation.MEMBER, null);
        if (wanted != null && !room.entering.isTaken(wanted, person)) room.affiliations.reserve(person, wanted);
        return new Outcome.In();
    }

    private @Nullable StanzaError answer(Stanza iq, String how) {
        room.home.send(iq.result(Element.empty(Membership.NAMESPACE, how)));
        return null;
    }

    /// What a link leads to, for who has it and thinks about coming in.
    @Nullable
    StanzaError look(Stanza iq, Jid from, Element join) {
        var refusal = refusal(from, join);
        if (refusal != null) return refusal;
        room.home.send(iq.result(Element.build(Membership.NAMESPACE, "group")
                .attribute("name", room.configuration.text(Setting.NAME))
                .attribute("members", Integer.toString(room.membership.size()))
                .attribute("approve", room.approvals.areNeeded() ? "1" : "0")
                .build()));
        return null;
    }

    /// Why it may not come in with what it has, or null; who is in already may.
    private @Nullable StanzaError refusal(Jid from, Element join) {
        if (!room.membership.isOn()) return Muc.error(NOT_ALLOWED, "This room is no group; enter it.");
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return Muc.error(FORBIDDEN, "You are banned from this group.");
        if (affiliation != Affiliation.NONE) return null;
        var token = join.attribute("token");
        return token == null ? closed() : room.links.refusal(token);
    }

    private @Nullable StanzaError closed() {
        return room.configuration.is(Setting.MEMBERS_ONLY)
                ? Muc.error(REGISTRATION_REQUIRED, "One is added to this group by its members, or comes by a link.")
                : null;
    }
}
