package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message of a group on its way into its members' inboxes: serialised once, filed by reference to the group's entry,
/// and sent to all devices as the same bytes (without `to`).
///
/// The group's entry is pending until the [Share] of each partition is on disk. After a crash it is handed out again;
/// who has it already knows by its number.
final class Fanout {

    /// What of it goes to the accounts of one partition.
    static final class Share {
        final Fanout fanout;
        final int partition;
        final List<String> owners;
        /// How many of them have not filed it yet. For that partition only.
        private int left;

        Share(Fanout fanout, int partition, List<String> owners) {
            this.fanout = fanout;
            this.partition = partition;
            this.owners = owners;
            this.left = owners.size();
        }

        /// One of the accounts is done with it; true if it was the last.
        boolean done() {
            return --left == 0;
        }
    }

    /// What is not kept: for those of these accounts that are in memory.
    record Murmur(byte[] stanza, List<String> owners) {}

    /// The group's name as a resident, which is its address.
    final String group;

    final Entry entry;
    /// Without `to`.
    final Stanza stanza;
    /// Whose devices are not woken by it; null for nobody.
    final @Nullable String author;

    final boolean again;
    /// With its id, as all devices are sent it.
    final byte[] live;
    /// Shares that are not on disk. For the group's partition only.
    int open;

    final Runnable filed;

    private final List<Element> events = new ArrayList<>(0);
    private final Map<String, List<Element>> personal;

    Fanout(String group, Entry entry, Stanza stanza, @Nullable Jid author, boolean again, Runnable filed) {
        this.group = group;
        this.entry = entry;
        this.stanza = stanza;
        this.author = author == null ? null : author.local();
        this.again = again;
        this.filed = filed;
        this.live = Splice.identified(entry.body().bytes(), group, entry.seq());
        var from = stanza.from();
        boolean ofGroup = from == null || from.isBare();
        this.personal = ofGroup ? new HashMap<>(2) : Map.of();
        if (ofGroup) sort();
    }

    private void sort() {
        for (var child : stanza.element().children()) {
            if (!child.is(Groups.NAMESPACE, "event")) continue;
            var person = child.attribute("jid");
            if (person == null) events.add(child);
            else personal.computeIfAbsent(person, key -> new ArrayList<>(1)).add(child);
        }
    }

    /// What it tells of the group itself.
    List<Element> events() {
        return events;
    }

    boolean hasEvents(String bare) {
        return !events.isEmpty() || personal.containsKey(bare);
    }

    /// What it tells of this account.
    List<Element> eventsOf(String bare) {
        return personal.getOrDefault(bare, List.of());
    }
}
