package im.kith.server.account;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who lives in a [Partition] and can be sent stanzas: an [Account], or what a [Service] has at one of its
/// addresses ([Tenancy]). It has a log and shelves in the store under its name, is loaded when something comes for
/// it, and let go when nothing needs it. While it is loaded from the store or pauses for it, what comes for it
/// waits in its stash.
///
/// Its name: an account's is its local part; that of `room@groups.example.org` is just that, and that of
/// `groups.example.org` itself is `@groups.example.org` ([Site#ownerOf]).
///
/// Single-threaded, in its partition. What it knows is what the store says and what can be learned anew: a resident
/// that fails is thrown away and loaded again.
abstract class Resident {

    private static final int STASH_LIMIT = 20_000;
    private static final int SENDERS_REMEMBERED = 64;
    private static final long RETRY_MILLIS = 500;

    final String name;
    final Partition partition;
    final Site site;
    final Jid jid;
    final String bare;

    private @Nullable ArrayDeque<Consumer<Resident>> stash = new ArrayDeque<>();
    /// Whether it waits for the store, so that nothing of the stash may be done.
    private boolean paused;
    private @Nullable Map<String, TreeMap<String, byte[]>> shelves;
    /// The newest pending entry that was handled of each recent sender: a hand-over that is repeated does nothing.
    private @Nullable Map<String, Long> handled;

    /// Number and time of the newest entry; `keptSeq` of the newest one that is on disk.
    long lastSeq;

    long lastMillis;
    long keptSeq;
    private long firstSeq;
    private long touchedMillis;

    Resident(String name, Jid jid, Partition partition) {
        this.name = name;
        this.jid = jid;
        this.partition = partition;
        this.site = partition.site;
        this.bare = jid.toString();
    }

    /// The shelves that are in memory while the resident is.
    abstract List<String> hotShelves();

    /// Takes what was read and then, at once or later, runs `ready`. The rows of each hot shelf are in place, unless
    /// [#takes] has taken them.
    abstract void loaded(Store.Image image, Runnable ready);

    /// Whether the resident keeps these rows in its own form; they are not put among [#rows] then.
    boolean takes(String shelf, SortedMap<String, byte[]> rows) {
        return false;
    }

    /// A stanza of another resident.
    abstract void arrived(Handover handover);

    /// A copy of what goes to many; `to` is this resident, or a device of it.
    abstract void overheard(Broadcast broadcast, Jid to);

    /// Is dropped from memory by its partition, for a fault of ours.
    abstract void abandon(StreamError error);

    /// Whether it must stay in memory: somebody is connected, or present.
    abstract boolean isNeeded();

    // ---- waking up -------------------------------------------------------------------------------------------------

    final void load() {
        var names = hotShelves();
        partition.loading(this, site.store.image(name, names), (image, fault) -> {
            if (image == null) {
                // The store does not answer. Whoever waits keeps waiting, up to the stash's limit.
                partition.wake(this, RETRY_MILLIS);
            } else {
                loaded(image, names);
            }
        });
    }

    private void loaded(Store.Image image, List<String> names) {
        var outline = image.outline();
        firstSeq = outline.first();
        lastSeq = outline.last();
        keptSeq = lastSeq;
        lastMillis = outline.lastMillis();
        for (int i = 0; i < names.size(); i++) {
            var rows = image.shelves().get(i);
            if (rows.isEmpty() || takes(names.get(i), rows)) continue;
            rowsForWriting(names.get(i)).putAll(rows);
        }
        touch();
        partition.mayRest(this);
        loaded(image, () -> {
            if (outline.pending().isEmpty()) ready();
            else handOverAgain(outline.pending(), 0);
        });
    }

    /// What was pending when the resident was last in memory goes out again, in order, before anything else happens.
    private void handOverAgain(List<Long> pending, int index) {
        if (index == pending.size()) {
            ready();
            return;
        }
        long seq = pending.get(index);
        partition.loading(
                this,
                site.store.read(name, new Scan(seq - 1, seq + 1, 0, Long.MAX_VALUE, 0, null, 1, false)),
                (found, fault) -> {
                    if (found == null) {
                        // Loading starts over; what was handed over already is recognised by the other side.
                        partition.wake(this, RETRY_MILLIS);
                        return;
                    }
                    if (found.isEmpty()) partition.turn().commit.settle(name, seq);
                    else handOverAgain(found.getFirst());
                    handOverAgain(pending, index + 1);
                });
    }

    /// After a crash: the entry was kept, but the other side has not confirmed it.
    void handOverAgain(Entry entry) {
        try {
            var element = XmlReader.parseDocument(Splice.document(entry.body().bytes()), XmlReader.Limits.OWN);
            var kind = Stanza.Kind.of(element.name());
            var to = Jid.parse(element.attribute("to", ""));
            var from = Jid.parse(element.attribute("from", ""));
            if (kind == null || to == null) {
                throw new IllegalStateException("entry " + entry.seq() + " of " + name + " is no stanza");
            }
            var owner = site.ownerOf(to);
            if (owner == null) {
                // A service that this server does not have any more.
                partition.turn().commit.settle(name, entry.seq());
                return;
            }
            partition.depart(Handover.again(
                    owner, new Stanza(kind, from, to, element), new Store.Pending(name, entry.seq()), entry.body()));
        } catch (XmlException damaged) {
            throw new IllegalStateException("entry " + entry.seq() + " of " + name + " can't be read", damaged);
        }
    }

    private void ready() {
        var waiting = stash;
        if (waiting == null) return;
        // What comes while these are done, be it caused by them, comes after them.
        while (!paused && !waiting.isEmpty()) partition.guarded(this, waiting.removeFirst());
        if (!paused) stash = null;
    }

    /// True if the resident is not ready and will run `action` later. Beyond its limit it is dropped: what is durable
    /// is still pending at its sender, what is not was never promised.
    final boolean stashes(Consumer<Resident> action) {
        if (stash == null) return false;
        if (stash.size() < STASH_LIMIT) stash.add(action);
        partition.stashing(name, stash.size());
        return true;
    }

    /// Reads, with everything else that comes for the resident waiting until `action` has run.
    final <T> void pause(CompletionStage<T> stage, Consumer<@Nullable T> action) {
        if (stash == null) stash = new ArrayDeque<>();
        paused = true;
        partition.loading(this, stage, (value, fault) -> {
            paused = false;
            action.accept(value);
            ready();
        });
    }

    final void touch() {
        touchedMillis = partition.nowMillis();
    }

    /// Whether nothing needs the resident in memory.
    final boolean isIdle(long quietMillis) {
        if (stash != null || isNeeded() || keptSeq < lastSeq) return false;
        return partition.nowMillis() - touchedMillis >= quietMillis;
    }

    // ---- what those see whom it serves -----------------------------------------------------------------------------

    public final Jid jid() {
        return jid;
    }

    public final Jid server() {
        return site.server;
    }

    public final long nowMillis() {
        return partition.nowMillis();
    }

    // ---- what was handled ------------------------------------------------------------------------------------------

    /// Whether this hand-over has come before; remembers it if not.
    final boolean isRepeated(Store.Pending pending) {
        var seen = handled;
        if (seen == null) {
            seen = new LinkedHashMap<>(4);
            handled = seen;
        }
        var newest = seen.get(pending.owner());
        if (newest != null && newest >= pending.seq()) return true;
        seen.put(pending.owner(), pending.seq());
        if (seen.size() > SENDERS_REMEMBERED)
            seen.remove(seen.keySet().iterator().next());
        return false;
    }

    /// What was pending at its sender is dealt with, as of this turn.
    final void settle(Handover handover) {
        var pending = handover.pending;
        if (pending != null) partition.turn().commit.settle(pending.owner(), pending.seq());
    }

    // ---- the log ---------------------------------------------------------------------------------------------------

    /// The number the next entry will have.
    final long nextSeq() {
        return lastSeq + 1;
    }

    /// Appends to the log; kept with this turn.
    final Entry append(
            int flags,
            String peer,
            long key,
            byte[] head,
            Body body,
            boolean pending,
            Store.@Nullable Pending settles) {
        lastMillis = Math.max(lastMillis, partition.nowMillis());
        return appendNow(flags, peer, key, head, body, pending, settles);
    }

    /// The same for what happened elsewhere at some time, if that is not before what the log has already.
    final Entry appendPast(long millis, int flags, String peer, Body body) {
        lastMillis = Math.max(lastMillis, Math.min(millis, partition.nowMillis()));
        return appendNow(flags, peer, 0, Filed.EMPTY, body, false, null);
    }

    private Entry appendNow(
            int flags,
            String peer,
            long key,
            byte[] head,
            Body body,
            boolean pending,
            Store.@Nullable Pending settles) {
        long seq = ++lastSeq;
        var entry = new Entry(seq, lastMillis, flags, peer, key, head, body);
        var turn = partition.turn();
        turn.commit.add(new Commit.Append(name, entry, pending, settles));
        turn.appended++;
        turn.appendedBytes += body.bytes().length;
        turn.then(() -> keptSeq = Math.max(keptSeq, seq));
        return entry;
    }

    final long firstSeq() {
        return firstSeq;
    }

    final void firstSeq(long seq) {
        firstSeq = seq;
    }

    // ---- shelves ---------------------------------------------------------------------------------------------------

    /// The rows of a hot shelf, or null if it has none.
    final @Nullable TreeMap<String, byte[]> rows(String shelf) {
        return shelves == null ? null : shelves.get(shelf);
    }

    final TreeMap<String, byte[]> rowsForWriting(String shelf) {
        if (shelves == null) shelves = new HashMap<>(4);
        return shelves.computeIfAbsent(shelf, key -> new TreeMap<>());
    }

    /// Forgets what was in memory of rows and entries that were erased.
    void forget() {
        shelves = null;
        lastSeq = 0;
        lastMillis = 0;
        keptSeq = 0;
        firstSeq = 0;
    }
}
