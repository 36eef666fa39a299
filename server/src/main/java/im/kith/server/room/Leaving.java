package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.14, §8.2, §9.1, §10.9, §11: how occupants go: by themselves, by others, by an error, with the room.
final class Leaving {

    private final Room room;

    Leaving(Room room) {
        this.room = room;
    }

    /// A device goes, of itself or with its connection.
    void leave(Occupant occupant, Jid device, @Nullable Element presence) {
        occupant.parting = presence == null ? null : presence.child(Stanza.CLIENT, "status");
        var id = presence == null ? null : presence.attribute("id");
        goes(occupant, device, Notice.gone(room.affiliationOf(occupant)).answering(id));
    }

    /// §11.1: what was sent to the device came back.
    void lost(Occupant occupant, Jid device) {
        goes(occupant, device, Notice.gone(room.affiliationOf(occupant), 333));
    }

    private void goes(Occupant occupant, Jid device, Notice notice) {
        // §10.1.3: a room that nobody has set up ends with who made it. It is told no more than that it has left:
        // Smack waits for itself when it hears of a room's end while it leaves that room, or enters it again.
        room.presences.toOwn(occupant, device, notice);
        if (room.occupants.remove(occupant, device)) {
            // A member of a group stays one of it, present or not.
            var absent = room.membership.absent(occupant.account);
            if (absent == null) room.presences.toOthers(occupant, notice);
            else room.presences.toOthers(absent, Notice.present(absent.role, room.affiliationOf(absent)));
        }
        room.changed();
    }

    /// Removes an occupant with all its devices and tells it; answers what tells the others, for whoever has to
    /// hear of it first.
    Runnable remove(Occupant occupant, Notice notice) {
        room.presences.toSelf(occupant, notice);
        room.occupants.remove(occupant);
        return () -> {
            room.presences.toOthers(occupant, notice);
            room.changed();
        };
    }

    /// All go, since the room does: each is told, nobody of the others (§10.9).
    void all(Notice notice) {
        for (var occupant : List.copyOf(room.occupants.each())) {
            room.presences.toSelf(occupant, notice);
            room.occupants.remove(occupant);
        }
    }
}
