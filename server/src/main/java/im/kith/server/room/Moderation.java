package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Timestamp;
import org.jspecify.annotations.Nullable;

/// XEP-0425: a moderator takes back what somebody else has said. All are told, and who enters later does not see it.
/// XEP-0424: what an author takes back itself is a message like any other. Either way a tombstone stays in the archive.
final class Moderation {

    private final Room room;

    Moderation(Room room) {
        this.room = room;
    }

    /// XEP-0424: somebody takes back what it has said itself; `message` says so, and was told to all.
    void retracted(Element message, Occupant author) {
        var retract = message.child(Muc.RETRACTION, "retract");
        var id = retract == null ? null : retract.attribute("id");
        long seq = id == null ? -1 : room.home.seqOf(id);
        if (seq < 0) return;
        var one = new Scan(seq - 1, seq + 1, 0, Long.MAX_VALUE, 0, null, 1, false);
        room.home.later(room.home.read(one), found -> {
            if (found == null || found.isEmpty()) return;
            var said = History.parsed(found.getFirst()).child(Muc.OCCUPANT_ID, "occupant-id");
            if (said == null || !author.id.equals(said.attribute("id"))) return;
            room.history.retract(
                    found.getFirst(),
                    Element.build(Muc.RETRACTION, "retracted")
                            .attribute("stamp", Timestamp.of(room.home.nowMillis()))
                            .attribute("id", message.attribute("id"))
                            .build());
        });
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
            else retract(iq, moderator, found.getFirst(), moderate.childText(Muc.MODERATION, "reason"));
        });
        return null;
    }

    private void retract(Stanza iq, Occupant moderator, Entry entry, @Nullable String reason) {
        var moderated = Element.build(Muc.MODERATION, "moderated")
                .attribute("by", room.address(moderator.nick).toString())
                .child(Muc.occupantId(moderator.id))
                .build();
        room.history.retract(
                entry,
                Element.build(Muc.RETRACTION, "retracted")
                        .attribute("stamp", Timestamp.of(room.home.nowMillis()))
                        .child(moderated)
                        .child("reason", reason)
                        .build());
        room.announce(
                Element.build(Muc.RETRACTION, "retract")
                        .attribute("id", room.home.id(entry))
                        .child(moderated)
                        .child("reason", reason)
                        .build(),
                true);
        room.home.send(iq.result(null));
    }
}
