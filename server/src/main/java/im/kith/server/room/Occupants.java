package im.kith.server.room;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is in the room, by nickname and by device.
///
/// A room that is loaded again is empty: its occupants have to enter anew. Who was in it when the process died is on
/// the shelf, for what they had said by then and what waits for its hand-over since ([#former]).
///
/// ```
/// shelf "room.present": device → role, newline, nickname
/// ```
final class Occupants {

    static final String SHELF = "room.present";

    private final Shelf shelf;

    private final Map<String, Occupant> byNick = new LinkedHashMap<>();
    private final Map<Jid, Occupant> byDevice = new HashMap<>();
    /// All devices; made anew when it is asked for after a change.
    private @Nullable List<Jid> devices;

    Occupants(Shelf shelf) {
        this.shelf = shelf;
    }

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
        write(occupant, device);
    }

    /// The device leaves; answers whether its occupant is gone with it.
    boolean remove(Occupant occupant, Jid device) {
        occupant.forget(device);
        byDevice.remove(device);
        shelf.remove(device.toString());
        devices = null;
        if (occupant.deviceCount() > 0) return false;
        byNick.remove(occupant.nick);
        return true;
    }

    void remove(Occupant occupant) {
        for (var device : occupant.devices()) {
            byDevice.remove(device);
            shelf.remove(device.toString());
        }
        byNick.remove(occupant.nick);
        devices = null;
    }

    void rename(Occupant occupant, String nick) {
        byNick.remove(occupant.nick);
        occupant.nick = nick;
        byNick.put(nick, occupant);
        for (var device : occupant.devices()) write(occupant, device);
    }

    void give(Occupant occupant, Role role) {
        if (occupant.role == role) return;
        occupant.role = role;
        for (var device : occupant.devices()) write(occupant, device);
    }

    private void write(Occupant occupant, Jid device) {
        var row = occupant.role.label() + "\n" + occupant.nick;
        shelf.put(device.toString(), row.getBytes(StandardCharsets.UTF_8));
    }

    // ---- who was here when the process died ------------------------------------------------------------------------

    /// Whether anybody was, and has neither come back nor been forgotten.
    boolean hasFormer() {
        return shelf.all().size() > byDevice.size();
    }

    /// The device as the occupant that it was, or null.
    @Nullable
    Occupant former(Jid device, Function<Jid, String> idOf) {
        var row = byDevice.containsKey(device) ? null : shelf.get(device.toString());
        if (row == null) return null;
        var parts = new String(row, StandardCharsets.UTF_8).split("\n", 2);
        var role = Role.of(parts[0]);
        if (role == null || parts.length < 2) throw new IllegalStateException("the row of " + device + " is damaged");
        return new Occupant(parts[1], device, idOf.apply(device.bare()), role);
    }

    /// Who had this nickname, or null.
    @Nullable
    Occupant formerly(String nick, Function<Jid, String> idOf) {
        for (var key : shelf.all().keySet()) {
            var device = Jid.parse(key);
            var occupant = device == null ? null : former(device, idOf);
            if (occupant != null && occupant.nick.equals(nick)) return occupant;
        }
        return null;
    }

    void forgetFormer() {
        for (var key : List.copyOf(shelf.all().keySet())) {
            var device = Jid.parse(key);
            if (device == null || !byDevice.containsKey(device)) shelf.remove(key);
        }
    }
}
