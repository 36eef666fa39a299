package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the room's occupants are told of one another (XEP-0045 §7.2.2, §7.2.3, §7.2.4): one stanza for those who
/// may see real addresses, one for the others, and the occupant's own with code 110.
final class Presences {

    private final Room room;

    Presences(Room room) {
        this.room = room;
    }

    /// Others first, so that who enters hears of itself last.
    void toAll(Occupant occupant, Notice notice) {
        toOthers(occupant, notice);
        toSelf(occupant, notice);
    }

    void toOthers(Occupant occupant, Notice notice) {
        if (!isShown(occupant, notice)) return;
        if (room.configuration.isNonAnonymous()) {
            tell(occupant, notice, true, room.occupants.devices(other -> other != occupant));
            return;
        }
        tell(occupant, notice, true, room.occupants.devices(other -> other != occupant && seesAddresses(other)));
        tell(occupant, notice, false, room.occupants.devices(other -> other != occupant && !seesAddresses(other)));
    }

    /// Tells some devices of others; what the occupant itself is told is left to [#toSelf].
    private void tell(Occupant occupant, Notice notice, boolean real, List<Jid> devices) {
        if (devices.isEmpty()) return;
        room.home.broadcast(stanza(occupant, occupant.device(), notice, real, false), devices);
    }

    void toSelf(Occupant occupant, Notice notice) {
        for (var device : occupant.devices()) toOwn(occupant, device, notice);
    }

    /// The self-presence for one of the occupant's devices.
    void toOwn(Occupant occupant, Jid device, Notice notice) {
        boolean real = seesAddresses(occupant);
        room.home.send(stanza(occupant, device, notice, real, true).withTo(device));
    }

    /// Who is in the room, for a device that enters as `newcomer`.
    void of(List<Occupant> present, Occupant newcomer, Jid device) {
        boolean real = seesAddresses(newcomer);
        for (var other : present) {
            if (other == newcomer) continue;
            var notice = Notice.present(other.role, room.affiliationOf(other));
            if (isShown(other, notice)) {
                room.home.send(
                        stanza(other, other.device(), notice, real, false).withTo(device));
            }
        }
        for (var absent : room.membership.absent()) {
            if (absent.account.equals(newcomer.account)) continue;
            var notice = Notice.present(absent.role, room.affiliationOf(absent));
            room.home.send(stanza(absent, absent.account, notice, real, false).withTo(device));
        }
    }

    boolean seesAddresses(Occupant viewer) {
        return room.configuration.isNonAnonymous() || viewer.role == Role.MODERATOR;
    }

    private boolean isShown(Occupant occupant, Notice notice) {
        return room.configuration.shows(occupant.role)
                || (notice.role() != Role.NONE && room.configuration.shows(notice.role()));
    }

    private Stanza stanza(Occupant occupant, Jid device, Notice notice, boolean real, boolean self) {
        var presence = Element.build(Stanza.CLIENT, "presence").attribute("type", notice.type());
        if (self) presence.attribute("id", notice.ownId());
        if (notice.type() == null) presence.children(occupant.shown());
        else presence.child(occupant.parting);
        presence.child(notice.x(real ? device : null, self));
        if (notice.type() == null) presence.child(room.hats.worn(occupant.account));
        presence.child(Muc.occupantId(occupant.id));
        return Stanza.of(Kind.PRESENCE, room.address(occupant.nick), null, presence.build());
    }

    /// XEP-0486 §4, XEP-0153: the room's own presence tells its picture.
    void picture(@Nullable String hash, Jid device) {
        if (hash == null) return;
        var x = Element.build("vcard-temp:x:update", "x").child("photo", hash).build();
        var presence = Muc.stanza("presence", null, x);
        room.home.send(Stanza.of(Kind.PRESENCE, Objects.requireNonNull(room.jid), device, presence));
    }
}
