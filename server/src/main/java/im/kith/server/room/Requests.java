package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// What can be asked of a room that exists, by iq to its address: who answers what.
final class Requests {

    private final Room room;
    private final Description description;
    private final Administration administration;
    private final Ownership ownership;
    private final Registration registration;
    private final Moderation moderation;
    private final Joining joining;
    private final HatCommands hats;

    Requests(Room room) {
        this.room = room;
        this.administration = new Administration(room);
        this.ownership = new Ownership(room);
        this.registration = new Registration(room);
        this.moderation = new Moderation(room);
        this.joining = new Joining(room);
        this.hats = new HatCommands(room);
        this.description = new Description(room, hats);
    }

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element payload) {
        boolean set = iq.type().equals("set");
        switch (payload.namespace()) {
            case Muc.INFO -> {
                return set ? unknown() : description.info(iq, from, payload);
            }
            case Muc.ITEMS -> {
                return set ? unknown() : description.items(iq, from, payload);
            }
            case Muc.ADMIN -> {
                return set ? administration.change(iq, from, payload) : administration.list(iq, from, payload);
            }
            case Muc.OWNER -> {
                return ownership.arrived(iq, from, payload, set);
            }
            case Muc.REGISTRATION -> {
                return set ? registration.register(iq, from, payload) : registration.ask(iq, from);
            }
            case Muc.MODERATION -> {
                return set ? moderation.moderate(iq, from, payload) : unknown();
            }
            case Muc.ARCHIVE -> {
                return archive(iq, from);
            }
            case Muc.VCARD -> {
                if (set) return room.picture.set(iq, from, payload);
                if (!room.membership.shows(from)) return Muc.error(FORBIDDEN, "Only members see this group's picture.");
                room.picture.get(iq);
                return null;
            }
            case InviteLinks.NAMESPACE -> {
                return room.links.arrived(iq, from, payload, set);
            }
            case Membership.NAMESPACE -> {
                return group(iq, from, payload, set);
            }
            case Community.PUBSUB -> {
                return set ? unknown() : room.community.items(iq, from, payload);
            }
            case HatCommands.NAMESPACE -> {
                return set ? hats.arrived(iq, from, payload) : unknown();
            }
            case Muc.PING -> {
                if (set) return unknown();
                room.home.send(iq.result(null));
                return null;
            }
            default -> {
                return unknown();
            }
        }
    }

    /// docs/protocol/groups.md.
    private @Nullable StanzaError group(Stanza iq, Jid from, Element payload, boolean set) {
        return switch (payload.name()) {
            case "join" -> {
                if (set && payload.attribute("group") != null) yield room.community.join(iq, from, payload);
                yield set ? joining.arrived(iq, from, payload) : joining.look(iq, from, payload);
            }
            case "requests" -> set ? unknown() : room.approvals.list(iq, from);
            case "answer" -> set ? room.approvals.answered(iq, from, payload) : unknown();
            case "include" -> set ? room.community.arrived(iq, from, payload) : unknown();
            case "exclude" -> {
                if (!set) yield unknown();
                boolean itself = payload.attribute("group") == null;
                yield itself ? room.belonging.leave(iq, from) : room.community.arrived(iq, from, payload);
            }
            default -> unknown();
        };
    }

    private static StanzaError unknown() {
        return Muc.error(SERVICE_UNAVAILABLE, "A room does not answer that.");
    }

    /// XEP-0313 §6.1.2: who could have heard it may read it; in a room that anybody may enter, anybody but the
    /// banned.
    private @Nullable StanzaError archive(Stanza iq, Jid from) {
        var affiliation = room.affiliations.of(from);
        boolean inside = !room.occupants.of(from).isEmpty() || affiliation.isAtLeast(Affiliation.MEMBER);
        boolean open = !room.configuration.is(Setting.MEMBERS_ONLY)
                && !room.configuration.is(Setting.PASSWORD_PROTECTED)
                && affiliation != Affiliation.OUTCAST
                && !room.isLocked();
        if (!inside && !open) return Muc.error(FORBIDDEN, "Only who may enter the room may read what was said in it.");
        room.home.answerFromArchive(iq, room.membership.hiddenUpTo(from), room.history.tombstones());
        return null;
    }
}
