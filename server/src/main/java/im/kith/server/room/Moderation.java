package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import org.jspecify.annotations.Nullable;

/// XEP-0425: a moderator takes back what somebody else has said. All are told, and who enters later does not see it.
/// What an author takes back itself (XEP-0424) is a message like any other.
final class Moderation {

    private final Room room;

    Moderation(Room room) {
        this.room = room;
    }

    @Nullable
    StanzaError moderate(Stanza iq, Jid from, Element moderate) {
        var present = room.occupants.at(from);
        var moderator = present != null ? present : room.membership.speaker(from);
        if (moderator == null || moderator.role != Role.MODERATOR) {
            return Muc.error(FORBIDDEN, "Only moderators take back what others have said.");
        }
        var id = moderate.attribute("id");
        if (!moderate.is(Muc.MODERATION, "moderate")
                || id == null
                || moderate.child(Muc.RETRACTION, "retract") == null) {
            return Muc.error(BAD_REQUEST, "Say what to do with which message.");
        }
        long seq = room.home.seqOf(id);
        if (seq < 0) return Muc.error(ITEM_NOT_FOUND, "There is no such message.");
        var one = new Scan(seq - 1, seq + 1, 0, Long.MAX_VALUE, 0, null, 1, false);
        room.home.later(room.home.read(one), found -> {
            if (found == null) room.home.refuse(iq, StanzaError.of(Condition.RESOURCE_CONSTRAINT));
            else if (found.isEmpty()) room.home.refuse(iq, Muc.error(ITEM_NOT_FOUND, "There is no such message."));
            else retract(iq, moderator, id, moderate.childText(Muc.MODERATION, "reason"));
        });
        return null;
    }

    private void retract(Stanza iq, Occupant moderator, String id, @Nullable String reason) {
        room.history.retract(id);
        var moderated = Element.build(Muc.MODERATION, "moderated")
                .attribute("by", room.address(moderator.nick).toString())
                .child(Muc.occupantId(moderator.id))
                .build();
        room.announce(
                Element.build(Muc.RETRACTION, "retract")
                        .attribute("id", id)
                        .child(moderated)
                        .child("reason", reason)
                        .build(),
                true);
        room.home.send(iq.result(null));
    }
}
