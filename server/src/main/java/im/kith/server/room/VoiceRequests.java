package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.13, §8.6: a visitor asks for voice by a form, the moderators get another, and one of them answers it.
final class VoiceRequests {

    private static final String ROLE = "muc#role";
    private static final String NICK = "muc#roomnick";
    private static final String ALLOW = "muc#request_allow";

    private final Room room;

    VoiceRequests(Room room) {
        this.room = room;
    }

    static boolean isOne(Element message) {
        var form = form(message);
        return form != null && Muc.REQUEST.equals(form.formType());
    }

    private static @Nullable DataForm form(Element message) {
        var x = message.child(DataForm.NAMESPACE, "x");
        return x == null ? null : DataForm.parse(x);
    }

    @Nullable
    StanzaError arrived(Element message, Occupant from) {
        var form = form(message);
        if (form == null || form.type() != DataForm.Type.SUBMIT) return null;
        return form.field(ALLOW) == null ? ask(from, form) : decide(from, form);
    }

    private @Nullable StanzaError ask(Occupant visitor, DataForm form) {
        if (!room.configuration.is(Setting.VOICE_REQUESTS)) {
            return Muc.error(FORBIDDEN, "Nobody may ask for voice in this room.");
        }
        var role = form.value(ROLE);
        if (role != null && !role.equals(Role.PARTICIPANT.label())) {
            return Muc.error(BAD_REQUEST, "One asks for the role of a participant.");
        }
        if (visitor.role != Role.VISITOR) return null;
        var approval = DataForm.build(DataForm.Type.FORM, Muc.REQUEST)
                .title("Request for voice")
                .instructions(visitor.nick + " asks to be allowed to speak.")
                .field(new Field(
                        ROLE, "list-single", "Requested role", false, List.of(Role.PARTICIPANT.label()), List.of()))
                .field(new Field(
                        "muc#jid",
                        "jid-single",
                        "Address",
                        false,
                        List.of(visitor.device().toString()),
                        List.of()))
                .field(new Field(NICK, "text-single", "Nickname", false, List.of(visitor.nick), List.of()))
                .field(new Field(ALLOW, "boolean", "Grant voice?", false, List.of("false"), List.of()))
                .build()
                .toElement();
        var asked = Stanza.of(Kind.MESSAGE, room.jid, null, Muc.stanza("message", null, approval));
        for (var device : room.occupants.devices(other -> other.role == Role.MODERATOR)) {
            room.home.send(asked.withTo(device));
        }
        return null;
    }

    private @Nullable StanzaError decide(Occupant moderator, DataForm form) {
        if (moderator.role != Role.MODERATOR) return Muc.error(FORBIDDEN, "Only moderators grant voice.");
        if (!Boolean.TRUE.equals(form.isTrue(ALLOW))) return null;
        var nick = form.value(NICK);
        var visitor = nick == null ? null : room.occupants.named(nick);
        if (visitor == null) return Muc.error(ITEM_NOT_FOUND, "Who asked for voice has left.");
        if (visitor.role != Role.VISITOR) return null;
        room.occupants.give(visitor, Role.PARTICIPANT);
        room.presences.toAll(visitor, Notice.present(visitor.role, room.affiliationOf(visitor)));
        return null;
    }
}
