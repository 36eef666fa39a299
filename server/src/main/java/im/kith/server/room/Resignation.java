package im.kith.server.room;

import im.kith.xmpp.Jid;
import java.util.Comparator;

/// A member of a group goes of itself. The group keeps an owner as long as it has members, and ends with the last
/// one.
final class Resignation {

    private final Room room;

    Resignation(Room room) {
        this.room = room;
    }

    void of(Jid person) {
        var own = room.affiliations.of(person);
        room.affiliations.set(person, Affiliation.NONE, null);
        for (var occupant : room.occupants.of(person)) {
            room.leaving.remove(occupant, Notice.gone(Affiliation.NONE, 321)).run();
        }
        if (room.membership.all().isEmpty()) {
            room.fades();
            room.membership.tell(room::clear);
            return;
        }
        if (own == Affiliation.OWNER && room.affiliations.all(Affiliation.OWNER).isEmpty()) {
            room.affiliations.set(successor(), Affiliation.OWNER, null);
        }
    }

    private Jid successor() {
        var admins = room.affiliations.all(Affiliation.ADMIN);
        var candidates = admins.isEmpty() ? room.affiliations.all(Affiliation.MEMBER) : admins;
        return candidates.stream()
                .min(Comparator.comparingLong(
                        person -> room.affiliations.entry(person).since()))
                .orElseThrow();
    }
}
