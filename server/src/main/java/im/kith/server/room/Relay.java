package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §6.6, §17.4: questions of one occupant to another go through the room and come back the same way, under
/// ids of the room's own, so that an answer finds the device that asked. A ping to oneself is answered by the room
/// (XEP-0410).
final class Relay {

    private static final int REMEMBERED = 512;

    /// A question that is under way.
    private record Question(Jid from, String nick, @Nullable String id, Jid to) {}

    private final Room room;
    private final Map<String, Question> open = new LinkedHashMap<>();

    Relay(Room room) {
        this.room = room;
    }

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, String nick) {
        if (!iq.isRequest()) {
            answer(iq, from);
            return null;
        }
        var payload = Objects.requireNonNull(iq.payload());
        var sender = room.occupants.at(from);
        boolean ping = payload.is(Muc.PING, "ping");
        if (sender == null) {
            boolean disco =
                    payload.namespace().equals(Muc.INFO) || payload.namespace().equals(Muc.ITEMS);
            // XEP-0410 §3.2: item-not-found would mean to be in under another name.
            if (!room.exists() && !disco && !ping) return Muc.error(ITEM_NOT_FOUND, "There is no such room.");
            return disco
                    ? Muc.error(BAD_REQUEST, "Only who is in the room may ask its occupants.")
                    : Muc.error(NOT_ACCEPTABLE, "You are not in the room.");
        }
        var other = room.occupants.named(nick);
        if (other == null) {
            // §6 of XEP-0410: who pings itself under a name that it has not is told that it is not in under it.
            return Muc.error(ITEM_NOT_FOUND, "There is nobody of that name in the room.");
        }
        if (ping && other == sender) {
            room.home.send(iq.result(null));
            return null;
        }
        // A vCard is the account's, which answers for its devices.
        boolean ofAccount = payload.namespace().equals(Muc.VCARD);
        var to = ofAccount ? other.account : other.device();
        var id = room.home.secret();
        open.put(id, new Question(from, nick, iq.id(), to));
        if (open.size() > REMEMBERED) open.remove(open.keySet().iterator().next());
        room.home.send(
                Stanza.of(Kind.IQ, room.address(sender.nick), to, iq.element().with("id", id)));
        return null;
    }

    private void answer(Stanza iq, Jid from) {
        var id = iq.id();
        var question = id == null ? null : open.get(id);
        if (question == null || !(question.to().equals(from) || question.to().equals(from.bare()))) return;
        open.remove(id);
        var answer = iq.element().with("id", question.id());
        room.home.send(Stanza.of(Kind.IQ, room.address(question.nick()), question.from(), answer));
    }
}
