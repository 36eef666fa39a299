package im.kith.server.room;

import im.kith.server.account.Home;
import im.kith.server.feature.Shelf;
import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was said (XEP-0045 §7.2.13): the room's log is the truth, the newest of it is in memory for who enters.
final class History {

    static final String SHELF = "room.retracted";
    /// How many of the newest messages are at hand.
    static final int AT_HAND = 100;
    private static final int MOST_TOMBSTONES = 1_000;
    /// The key of entries that are shown to who enters; subjects and the room's own notices are only in the archive.
    private static final long SHOWN = 1;

    /// What of the history somebody wants (§7.2.14); -1 for what is not limited.
    record Wish(int maxChars, int maxStanzas, long sinceMillis) {

        /// Reads `<x><history/></x>`; null when it is malformed.
        static @Nullable Wish of(@Nullable Element history, long nowMillis) {
            if (history == null) return new Wish(-1, -1, -1);
            try {
                int maxChars = number(history, "maxchars");
                int maxStanzas = number(history, "maxstanzas");
                int seconds = number(history, "seconds");
                long since = seconds < 0 ? -1 : nowMillis - seconds * 1000L;
                var moment = history.attribute("since");
                if (moment != null) {
                    var parsed = Timestamp.parse(moment);
                    if (parsed == null) return null;
                    since = Math.max(since, parsed.toEpochMilli());
                }
                return new Wish(maxChars, maxStanzas, since);
            } catch (NumberFormatException e) {
                return null;
            }
        }

        private static int number(Element history, String name) {
            var text = history.attribute(name);
            if (text == null) return -1;
            int number = Integer.parseInt(text.strip());
            if (number < 0) throw new NumberFormatException(name);
            return number;
        }
    }

    private final Home home;
    private final ArrayDeque<Entry> newest = new ArrayDeque<>();
    /// What stands in for messages that were taken back, by id.
    private final Shelf shelf;
    /// The same by number; made anew after a change.
    private @Nullable Map<Long, Body> tombstones;

    History(Home home) {
        this.home = home;
        this.shelf = home.shelf(SHELF);
    }

    void load(List<Entry> entries) {
        for (var entry : entries) {
            if (entry.key() == SHOWN && shelf.get(home.id(entry)) == null) newest.add(entry);
        }
    }

    /// Keeps a message, which has no `to`; `shown` if who enters later is to see it.
    Entry append(Stanza message, boolean shown) {
        var entry = home.append(body(message), true, home.jid().toString(), shown ? SHOWN : 0);
        if (shown) atHand(entry);
        return entry;
    }

    /// The same, and it goes into the inboxes of these accounts.
    Entry append(Stanza message, boolean shown, List<Jid> members, @Nullable Jid author) {
        var entry = append(message, shown ? SHOWN : 0, members, author, () -> {});
        if (shown) atHand(entry);
        return entry;
    }

    /// The same for what is not shown to who enters.
    Entry append(Stanza message, long key, List<Jid> members, @Nullable Jid author, Runnable filed) {
        return home.file(message, body(message), home.jid().toString(), key, members, author, true, filed);
    }

    /// An event that goes into one person's inbox, and is not in the archive.
    Entry whisper(Stanza message, Jid person, @Nullable Jid author, Runnable filed) {
        var peer = home.jid().toString();
        return home.file(message, body(message), peer, Membership.EVENT, List.of(person), author, false, filed);
    }

    private static Body body(Stanza message) {
        return new Body(XmlWriter.toBytes(message.element(), Stanza.CLIENT));
    }

    private void atHand(Entry entry) {
        newest.add(entry);
        if (newest.size() > AT_HAND) newest.remove();
    }

    static Element parsed(Entry entry) {
        try {
            return XmlReader.parseDocument(entry.body().bytes(), XmlReader.Limits.OWN);
        } catch (XmlException damaged) {
            throw new IllegalStateException("entry " + entry.seq() + " of a room is damaged", damaged);
        }
    }

    /// XEP-0424 §5, XEP-0425 §5: the message was taken back. Who enters later does not see it any more, and in the
    /// archive `retracted` stands for what it said.
    void retract(Entry entry, Element retracted) {
        newest.removeIf(one -> one.seq() == entry.seq());
        var before = parsed(entry);
        var tombstone = Element.build(Stanza.CLIENT, "message")
                .attribute("from", before.attribute("from"))
                .attribute("type", before.attribute("type"))
                .attribute("id", before.attribute("id"))
                .child(before.child(Muc.USER, "x"))
                .child(before.child(Muc.OCCUPANT_ID, "occupant-id"))
                .child(retracted)
                .build();
        if (shelf.all().size() >= MOST_TOMBSTONES) shelf.remove(shelf.all().firstKey());
        shelf.put(home.id(entry), XmlWriter.toBytes(tombstone, Stanza.CLIENT));
        tombstones = null;
    }

    /// What stands in for messages that were taken back, by their numbers. Does not change.
    Map<Long, Body> tombstones() {
        var known = tombstones;
        if (known == null) {
            var made = new HashMap<Long, Body>();
            shelf.all().forEach((id, row) -> {
                // Earlier versions kept just a mark.
                if (row.length > 1) made.put(home.seqOf(id), new Body(row));
            });
            known = Map.copyOf(made);
            tombstones = known;
        }
        return known;
    }

    /// Entries up to this number have gone.
    void expired(long upTo) {
        newest.removeIf(entry -> entry.seq() <= upTo);
        for (var id : List.copyOf(shelf.all().keySet())) if (home.seqOf(id) <= upTo) shelf.remove(id);
        tombstones = null;
    }

    /// The newest messages after the entry `after` that fit the wish, oldest first.
    List<Entry> wanted(Wish wish, int most, Jid device, long after) {
        int count = wish.maxStanzas() < 0 ? most : Math.min(most, wish.maxStanzas());
        long chars = wish.maxChars() < 0 ? Long.MAX_VALUE : wish.maxChars();
        var found = new ArrayList<Entry>();
        for (var each = newest.descendingIterator(); each.hasNext() && found.size() < count; ) {
            var entry = each.next();
            if (entry.seq() <= after) break;
            if (wish.sinceMillis() >= 0 && entry.timeMillis() < wish.sinceMillis()) break;
            chars -= home.replayedChars(entry, device);
            if (chars < 0) break;
            found.add(entry);
        }
        return found.reversed();
    }

    void clear() {
        tombstones = null;
        newest.clear();
    }
}
