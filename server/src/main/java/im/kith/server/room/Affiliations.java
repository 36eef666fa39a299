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
/// banned. By bare JID; a ban may also name a whole domain. On the room's shelf.
final class Affiliations {

    static final String SHELF = "room.affiliations";
    /// Over all lists of a room.
    static final int LIMIT = 5_000;

    /// @param since the number in the log of the event by which a member of a group was added, 0 for none
    record Entry(
            Affiliation affiliation,
            @Nullable String nick,
            @Nullable String reason,
            long since) {
        static final Entry NONE = new Entry(Affiliation.NONE, null, null, 0);

        byte[] encoded() {
            var first = since == 0 ? affiliation.label() : affiliation.label() + " " + since;
            return (first + "\n" + (nick == null ? "" : nick) + "\n" + (reason == null ? "" : reason))
                    .getBytes(StandardCharsets.UTF_8);
        }

        static Entry decoded(byte[] row) {
            var parts = new String(row, StandardCharsets.UTF_8).split("\n", 3);
            var first = parts[0].split(" ", 2);
            var affiliation = Affiliation.of(first[0]);
            if (affiliation == null || parts.length < 3) throw new IllegalStateException("an affiliation is damaged");
            return new Entry(
                    affiliation,
                    parts[1].isEmpty() ? null : parts[1],
                    parts[2].isEmpty() ? null : parts[2],
                    first.length == 1 ? 0 : Long.parseLong(first[1]));
        }
    }

    /// Hears of every change before it is made.
    interface Watcher {
        void changes(Jid person, Entry from);
    }

    private final Shelf shelf;
    private final Watcher watcher;
    private final Map<Jid, Entry> entries = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

    Affiliations(Shelf shelf, Watcher watcher) {
        this.shelf = shelf;
        this.watcher = watcher;
    }

    void load() {
        shelf.all().forEach((key, row) -> {
            var jid = Jid.parse(key);
            if (jid != null) entries.put(jid, Entry.decoded(row));
        });
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

    /// Members, administrators and owners.
    List<Jid> members() {
        var found = new ArrayList<Jid>();
        for (var each : entries.entrySet()) {
            if (each.getValue().affiliation().isAtLeast(Affiliation.MEMBER)) found.add(each.getKey());
        }
        return found;
    }

    boolean hasRoomFor(int more) {
        return entries.size() + more <= LIMIT;
    }

    /// Sets somebody's affiliation; a reserved nickname goes with a ban, and with no affiliation at all.
    void set(Jid person, Affiliation affiliation, @Nullable String reason) {
        boolean member = affiliation.isAtLeast(Affiliation.MEMBER);
        var before = entry(person);
        put(
                person,
                new Entry(
                        affiliation,
                        member ? before.nick() : null,
                        member ? null : reason,
                        member ? before.since() : 0));
    }

    void reserve(Jid person, @Nullable String nick) {
        var before = entry(person);
        put(person, new Entry(before.affiliation(), nick, null, before.since()));
    }

    /// The member was added by this entry of the log.
    void since(Jid person, long seq) {
        var bare = person.bare();
        var before = entry(bare);
        if (before.affiliation() == Affiliation.NONE) return;
        var entry = new Entry(before.affiliation(), before.nick(), before.reason(), seq);
        entries.put(bare, entry);
        shelf.put(bare.toString(), entry.encoded());
    }

    void clear() {
        entries.clear();
    }

    private void put(Jid person, Entry entry) {
        var bare = person.bare();
        watcher.changes(bare, entry(bare));
        if (entry.affiliation() == Affiliation.NONE) {
            entries.remove(bare);
            shelf.remove(bare.toString());
        } else {
            entries.put(bare, entry);
            shelf.put(bare.toString(), entry.encoded());
        }
    }
}
