package im.kith.server.room;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who is what to the room (XEP-0045 §5.2), with the nicknames that are reserved (§7.10) and why somebody is
/// banned. By bare JID; a ban may also name a whole domain. On its shelf as long as the room is persistent.
final class Affiliations {

    static final String SHELF = "room.affiliations";
    /// Over all lists of a room.
    static final int LIMIT = 5_000;

    record Entry(
            Affiliation affiliation,
            @Nullable String nick,
            @Nullable String reason) {
        private static final Entry NONE = new Entry(Affiliation.NONE, null, null);

        byte[] encoded() {
            return (affiliation.label() + "\n" + (nick == null ? "" : nick) + "\n" + (reason == null ? "" : reason))
                    .getBytes(StandardCharsets.UTF_8);
        }

        static Entry decoded(byte[] row) {
            var parts = new String(row, StandardCharsets.UTF_8).split("\n", 3);
            var affiliation = Affiliation.of(parts[0]);
            if (affiliation == null || parts.length < 3) throw new IllegalStateException("an affiliation is damaged");
            return new Entry(affiliation, parts[1].isEmpty() ? null : parts[1], parts[2].isEmpty() ? null : parts[2]);
        }
    }

    private final Shelf shelf;
    private final Map<Jid, Entry> entries = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    private boolean kept;

    Affiliations(Shelf shelf) {
        this.shelf = shelf;
    }

    void load() {
        kept = true;
        shelf.all().forEach((key, row) -> {
            var jid = Jid.parse(key);
            if (jid != null) entries.put(jid, Entry.decoded(row));
        });
    }

    /// Whether the lists are on disk, from now on.
    void keep(boolean now) {
        if (now == kept) return;
        kept = now;
        for (var each : entries.entrySet()) {
            if (now) shelf.put(each.getKey().toString(), each.getValue().encoded());
            else shelf.remove(each.getKey().toString());
        }
    }

    Affiliation of(Jid person) {
        var entry = entries.get(person.bare());
        if (entry != null) return entry.affiliation();
        var domain = Jid.of(null, person.domain(), null);
        var whole = domain == null ? null : entries.get(domain);
        return whole != null && whole.affiliation() == Affiliation.OUTCAST ? Affiliation.OUTCAST : Affiliation.NONE;
    }

    Entry entry(Jid person) {
        return entries.getOrDefault(person.bare(), Entry.NONE);
    }

    /// The nickname reserved for this person, or null.
    @Nullable
    String nickOf(Jid person) {
        return entry(person).nick();
    }

    /// For whom the nickname is reserved, or null.
    @Nullable
    Jid holderOf(String nick) {
        for (var each : entries.entrySet()) if (nick.equals(each.getValue().nick())) return each.getKey();
        return null;
    }

    /// The people of this affiliation, in order.
    List<Jid> all(Affiliation affiliation) {
        var found = new ArrayList<Jid>();
        for (var each : entries.entrySet()) {
            if (each.getValue().affiliation() == affiliation) found.add(each.getKey());
        }
        return found;
    }

    boolean hasRoomFor(int more) {
        return entries.size() + more <= LIMIT;
    }

    /// Sets somebody's affiliation; a reserved nickname goes with a ban, and with no affiliation at all.
    void set(Jid person, Affiliation affiliation, @Nullable String reason) {
        boolean member = affiliation.isAtLeast(Affiliation.MEMBER);
        put(person, new Entry(affiliation, member ? nickOf(person) : null, member ? null : reason));
    }

    void reserve(Jid person, @Nullable String nick) {
        put(person, new Entry(entry(person).affiliation(), nick, null));
    }

    void clear() {
        entries.clear();
        kept = false;
    }

    private void put(Jid person, Entry entry) {
        var bare = person.bare();
        if (entry.affiliation() == Affiliation.NONE) {
            entries.remove(bare);
            if (kept) shelf.remove(bare.toString());
        } else {
            entries.put(bare, entry);
            if (kept) shelf.put(bare.toString(), entry.encoded());
        }
    }
}
