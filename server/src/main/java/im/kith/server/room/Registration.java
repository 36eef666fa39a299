package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.REGISTRATION_REQUIRED;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.10: somebody registers with a room, and so becomes a member with a nickname of its own. In a
/// members-only room one is made a member by others.
final class Registration {

    private static final String NICK = "muc#register_roomnick";

    private final Room room;

    Registration(Room room) {
        this.room = room;
    }

    private @Nullable StanzaError refusal(Jid from) {
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return Muc.error(FORBIDDEN, "You are banned from this room.");
        boolean may = affiliation.isAtLeast(Affiliation.MEMBER)
                || (room.configuration.is(Setting.REGISTRATION) && !room.configuration.is(Setting.MEMBERS_ONLY));
        return may ? null : Muc.error(NOT_ALLOWED, "One does not register with this room.");
    }

    @Nullable
    StanzaError ask(Stanza iq, Jid from) {
        var refusal = refusal(from);
        if (refusal != null) return refusal;
        var query = Element.build(Muc.REGISTRATION, "query");
        var nick = room.affiliations.nickOf(from);
        if (nick != null) {
            query.child(Element.empty(Muc.REGISTRATION, "registered")).child("username", nick);
        } else {
            query.child("instructions", "Choose the nickname that is to be yours in this room.");
            query.child(DataForm.build(DataForm.Type.FORM, Muc.REGISTER)
                    .title("Registration with " + room.jid)
                    .instructions("Choose the nickname that is to be yours in this room.")
                    .field(new Field(NICK, "text-single", "Nickname", true, List.of(), List.of()))
                    .build()
                    .toElement());
        }
        room.home.send(iq.result(query.build()));
        return null;
    }

    @Nullable
    StanzaError register(Stanza iq, Jid from, Element query) {
        var refusal = refusal(from);
        if (refusal != null) return refusal;
        if (query.child(Muc.REGISTRATION, "remove") != null) return remove(iq, from);
        var x = query.child(DataForm.NAMESPACE, "x");
        var form = x == null ? null : DataForm.parse(x);
        if (form == null) return Muc.error(BAD_REQUEST, "Send the form, filled in.");
        if (form.type() == DataForm.Type.CANCEL) {
            room.home.send(iq.result(null));
            return null;
        }
        if (form.type() != DataForm.Type.SUBMIT || !Muc.REGISTER.equals(form.formType())) {
            return Muc.error(BAD_REQUEST, "The form's FORM_TYPE is " + Muc.REGISTER + ", its type submit.");
        }
        var nick = Muc.nickname(room.jid, form.value(NICK));
        if (nick == null) {
            return Muc.error(NOT_ACCEPTABLE, "The form needs a nickname that can be one.");
        }
        if (room.entering.isTaken(nick, from)) return Muc.error(CONFLICT, "This nickname is somebody else's.");
        if (!room.affiliations.hasRoomFor(1)) return Muc.error(NOT_ALLOWED, "The room's lists are full.");
        boolean becomes = room.affiliations.of(from) == Affiliation.NONE;
        if (becomes && !room.membership.hasRoomFor(1)) return Membership.FULL;
        if (becomes && room.approvals.areNeeded()) {
            var tooMany = room.approvals.ask(from, nick);
            if (tooMany == null) room.home.send(iq.result(null));
            return tooMany;
        }
        if (becomes) room.affiliations.set(from, Affiliation.MEMBER, null);
        room.affiliations.reserve(from, nick);
        room.home.send(iq.result(null));
        if (becomes) show(from, Affiliation.MEMBER);
        return null;
    }

    private @Nullable StanzaError remove(Stanza iq, Jid from) {
        var affiliation = room.affiliations.of(from);
        if (!affiliation.isAtLeast(Affiliation.MEMBER)) {
            return Muc.error(REGISTRATION_REQUIRED, "You are not registered with this room.");
        }
        if (room.membership.isOn()) {
            room.home.send(iq.result(null));
            new Resignation(room).of(from.bare());
            return null;
        }
        if (affiliation == Affiliation.MEMBER) room.affiliations.set(from, Affiliation.NONE, null);
        else room.affiliations.reserve(from, null);
        room.home.send(iq.result(null));
        if (affiliation == Affiliation.MEMBER) show(from, Affiliation.NONE);
        return null;
    }

    private void show(Jid person, Affiliation affiliation) {
        for (var occupant : room.occupants.of(person)) {
            if (affiliation == Affiliation.NONE && room.configuration.is(Setting.MEMBERS_ONLY)) {
                room.leaving.remove(occupant, Notice.gone(affiliation, 321)).run();
                continue;
            }
            var usual = room.membership.roleOf(affiliation);
            if (!occupant.role.isAtLeast(usual) || affiliation == Affiliation.NONE)
                room.occupants.give(occupant, usual);
            room.presences.toAll(occupant, Notice.present(occupant.role, affiliation));
        }
    }
}
