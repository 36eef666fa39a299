package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Somebody in the room: a nickname, the devices of one account that are in the room under it, and its role for as
/// long as it stays (XEP-0045 §7.2.8 lets an account be present from several devices).
final class Occupant {

    private static final String DELAY = "urn:xmpp:delay";

    String nick;
    /// The account's bare JID.
    final Jid account;
    /// XEP-0421: the same whenever this account is in this room.
    final String id;

    Role role;
    /// When it last spoke, for slow mode; 0 if it has not.
    long spokeMillis;

    /// The payload of the newest presence of each device, in the order in which they came.
    private final Map<Jid, List<Element>> devices = new LinkedHashMap<>(2);

    private Jid newest;
    /// The status with which it leaves, if it said one.
    @Nullable
    Element parting;

    Occupant(String nick, Jid device, String id, Role role) {
        this.nick = nick;
        this.account = device.bare();
        this.newest = device;
        this.id = id;
        this.role = role;
    }

    /// The device shows this presence. What only the room may say is left out of it.
    void shows(Jid device, Element presence) {
        devices.put(device, presence.without(Occupant::isOurs).children());
        newest = device;
    }

    private static boolean isOurs(Element child) {
        var namespace = child.namespace();
        return namespace.equals(Muc.NAMESPACE)
                || namespace.equals(Muc.USER)
                || namespace.equals(Muc.OCCUPANT_ID)
                || namespace.equals("urn:xmpp:hats:0")
                || namespace.equals(DELAY)
                || child.is(Stanza.CLIENT, "priority");
    }

    void forget(Jid device) {
        devices.remove(device);
        if (device.equals(newest) && !devices.isEmpty())
            newest = devices.keySet().iterator().next();
    }

    Iterable<Jid> devices() {
        return devices.keySet();
    }

    int deviceCount() {
        return devices.size();
    }

    /// The device that last showed itself: its presence is the occupant's.
    Jid device() {
        return newest;
    }

    /// What the presence of the occupant holds.
    List<Element> shown() {
        return devices.getOrDefault(newest, List.of());
    }
}
