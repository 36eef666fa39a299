package im.kith.server.room;

import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who parted from a group lately, and the number of the event that says so: what was said up to there is for them
/// too, even if it is handed out again after a crash.
final class Departed {

    private final Map<Jid, Long> parted = new HashMap<>(2);

    void add(Jid person, long seq) {
        parted.put(person, seq);
    }

    void remove(Jid person) {
        parted.remove(person);
    }

    void clear() {
        parted.clear();
    }

    /// Finds out from the newest entries.
    void load(List<Entry> newest) {
        for (var entry : newest) {
            if (entry.key() != Membership.EVENT) continue;
            var event = History.parsed(entry);
            for (var child : event.children()) {
                var kind = child.attribute("kind", "");
                var person = Jid.parse(child.attribute("jid", ""));
                if (person != null && (kind.equals("left") || kind.equals("removed"))) parted.put(person, entry.seq());
            }
        }
    }

    /// Adds who was still a member when this entry was written.
    void addTo(List<Jid> people, Entry entry) {
        parted.forEach((person, seq) -> {
            if (seq >= entry.seq() && !people.contains(person)) people.add(person);
        });
    }
}
