package im.kith.server.room;

import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is in the room, by nickname and by device. Not on disk: a room that is loaded again is empty.
final class Occupants {

    private final Map<String, Occupant> byNick = new LinkedHashMap<>();
    private final Map<Jid, Occupant> byDevice = new HashMap<>();
    /// All devices; made anew when it is asked for after a change.
    private @Nullable List<Jid> devices;

    boolean isEmpty() {
        return byNick.isEmpty();
    }

    int size() {
        return byNick.size();
    }

    @Nullable
    Occupant named(String nick) {
        return byNick.get(nick);
    }

    @Nullable
    Occupant at(@Nullable Jid device) {
        return device == null ? null : byDevice.get(device);
    }

    /// In the order in which they came. A copy.
    List<Occupant> all() {
        return List.copyOf(byNick.values());
    }

    Collection<Occupant> each() {
        return byNick.values();
    }

    /// All occupants that are this account.
    List<Occupant> of(Jid account) {
        var found = new ArrayList<Occupant>(1);
        for (var occupant : byNick.values()) if (occupant.account.equals(account.bare())) found.add(occupant);
        return found;
    }

    /// The devices of all.
    List<Jid> devices() {
        var known = devices;
        if (known == null) {
            known = List.copyOf(byDevice.keySet());
            devices = known;
        }
        return known;
    }

    /// The devices of those for whom `which` answers true.
    List<Jid> devices(Predicate<Occupant> which) {
        var some = new ArrayList<Jid>();
        for (var occupant : byNick.values())
            if (which.test(occupant)) occupant.devices().forEach(some::add);
        return some;
    }

    void add(Occupant occupant, Jid device) {
        byNick.put(occupant.nick, occupant);
        byDevice.put(device, occupant);
        devices = null;
    }

    /// The device leaves; answers whether its occupant is gone with it.
    boolean remove(Occupant occupant, Jid device) {
        occupant.forget(device);
        byDevice.remove(device);
        devices = null;
        if (occupant.deviceCount() > 0) return false;
        byNick.remove(occupant.nick);
        return true;
    }

    void remove(Occupant occupant) {
        occupant.devices().forEach(byDevice::remove);
        byNick.remove(occupant.nick);
        devices = null;
    }

    void rename(Occupant occupant, String nick) {
        byNick.remove(occupant.nick);
        occupant.nick = nick;
        byNick.put(nick, occupant);
    }
}
