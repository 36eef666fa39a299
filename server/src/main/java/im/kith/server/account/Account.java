package im.kith.server.account;

import im.kith.server.feature.Shelf;
import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One user: a durable, ordered log (the inbox) and the devices that are cursors in it.
///
/// The way of a message, Alice to Bob:
///
/// 1. [Outgoing] of Alice: checks; appends to her log, pending for Bob; hands over to Bob's account
/// 2. [Incoming] of Bob: checks; who gets it ([Delivery]); appends to his log, which settles hers
/// 3. [Partition] submits the turn's commit; the store keeps it with one sync for all that waited
/// 4. the turn's effects are released: Bob's live devices are sent it, Alice's connection is told that it is done with
/// 5. a device's acknowledgement moves its cursor ([Device])
///
/// Single-threaded, in its [Partition]. What it knows is what its log says, plus who is connected: an account that
/// fails is thrown away and loaded again.
final class Account implements Self {

    private static final int STASH_LIMIT = 20_000;
    private static final long RETRY_MILLIS = 500;

    final String name;
    final Partition partition;
    final Site site;
    final Jid jid;
    final String bare;
    final Devices devices;
    final Outgoing outgoing;
    final Incoming incoming;
    final Orders orders;
    final Iqs iqs;
    final Presence presence;

    private boolean exists;
    private @Nullable ArrayDeque<Consumer<Account>> stash = new ArrayDeque<>();
    private @Nullable Map<String, TreeMap<String, byte[]>> shelves;
    /// The cold shelves that are in memory whole, as if they were hot.
    private @Nullable Set<String> loaded;

    /// Number and time of the newest entry; `keptSeq` of the newest one that is on disk.
    long lastSeq;

    long lastMillis;
    long keptSeq;
    private long firstSeq;
    private long touchedMillis;

    Account(String name, Partition partition) {
        this.name = name;
        this.partition = partition;
        this.site = partition.site;
        var address = Jid.of(name, site.settings.domain(), null);
        // Owners that are no accounts (lists of the server's own) have names that are no local parts.
        this.jid = address == null ? site.server : address;
        this.bare = jid.toString();
        this.devices = new Devices(this);
        this.outgoing = new Outgoing(this);
        this.incoming = new Incoming(this);
        this.orders = new Orders(this);
        this.iqs = new Iqs(this);
        this.presence = new Presence();
    }

    // ---- waking up -------------------------------------------------------------------------------------------------

    void load() {
        var names = new ArrayList<String>();
        names.add(Orders.CREDENTIALS);
        names.add(DeviceRow.SHELF);
        names.addAll(site.features.hotShelves());
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
        exists = !image.shelves().get(0).isEmpty();
        devices.load(image.shelves().get(1));
        for (int i = 2; i < names.size(); i++) {
            if (!image.shelves().get(i).isEmpty()) {
                rowsForWriting(names.get(i)).putAll(image.shelves().get(i));
            }
        }
        touch();
        if (outline.pending().isEmpty()) ready();
        else handOverAgain(outline.pending(), 0);
        partition.mayRest(this);
    }

    /// What was pending when the account was last in memory goes out again, in order, before anything else happens.
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
                    else outgoing.handOverAgain(found.getFirst());
                    handOverAgain(pending, index + 1);
                });
    }

    private void ready() {
        var waiting = stash;
        stash = null;
        if (waiting == null) return;
        while (!waiting.isEmpty()) {
            if (stash != null) {
                Objects.requireNonNull(stash).addAll(waiting);
                return;
            }
            partition.guarded(this, waiting.removeFirst());
        }
    }

    /// True if the account is not ready and will run `action` later. Beyond its limit it is dropped: what is durable
    /// is still pending at its sender, what is not was never promised.
    boolean stashes(Consumer<Account> action) {
        if (stash == null) return false;
        if (stash.size() < STASH_LIMIT) stash.add(action);
        partition.stashing(name, stash.size());
        return true;
    }

    /// Reads, with everything else that comes for the account waiting until `action` has run.
    <T> void pause(CompletionStage<T> stage, Consumer<@Nullable T> action) {
        if (stash == null) stash = new ArrayDeque<>();
        partition.loading(this, stage, (value, fault) -> {
            action.accept(value);
            ready();
        });
    }

    boolean exists() {
        return exists;
    }

    void exists(boolean now) {
        exists = now;
    }

    void touch() {
        touchedMillis = partition.nowMillis();
    }

    /// Whether nothing needs the account in memory.
    boolean isIdle(long quietMillis) {
        if (stash != null || !devices.isEmpty() || keptSeq < lastSeq) return false;
        return partition.nowMillis() - touchedMillis >= quietMillis;
    }

    // ---- the log ---------------------------------------------------------------------------------------------------

    /// The number the next entry will have.
    long nextSeq() {
        return lastSeq + 1;
    }

    /// Appends to the log; kept with this turn.
    Entry append(
            int flags,
            String peer,
            long key,
            byte[] head,
            Body body,
            boolean pending,
            Store.@Nullable Pending settles) {
        long seq = ++lastSeq;
        lastMillis = Math.max(lastMillis, partition.nowMillis());
        var entry = new Entry(seq, lastMillis, flags, peer, key, head, body);
        var turn = partition.turn();
        turn.commit.add(new Commit.Append(name, entry, pending, settles));
        turn.appended++;
        turn.then(() -> keptSeq = Math.max(keptSeq, seq));
        return entry;
    }

    /// Whether the account wants messages to or from `peer` in its archive.
    boolean archives(Jid peer) {
        if (rows(ArchivePreferences.SHELF) == null) return true;
        return ArchivePreferences.archives(
                shelf(ArchivePreferences.SHELF), peer, other -> contact(other).inRoster());
    }

    /// Whether the store takes nothing at present.
    boolean isStuck() {
        return partition.trouble() != null;
    }

    long firstSeq() {
        return firstSeq;
    }

    void firstSeq(long seq) {
        firstSeq = seq;
    }

    /// The rows of a hot shelf, or null if it has none.
    @Nullable
    TreeMap<String, byte[]> rows(String shelf) {
        return shelves == null ? null : shelves.get(shelf);
    }

    TreeMap<String, byte[]> rowsForWriting(String shelf) {
        if (shelves == null) shelves = new HashMap<>(4);
        return shelves.computeIfAbsent(shelf, key -> new TreeMap<>());
    }

    /// Forgets all that was in memory of an erased account.
    void forget() {
        exists = false;
        shelves = null;
        loaded = null;
        lastSeq = 0;
        keptSeq = 0;
        firstSeq = 0;
    }

    // ---- what features, roster and presence see
    // ----------------------------------------------------------------------

    @Override
    public Jid jid() {
        return jid;
    }

    @Override
    public Jid server() {
        return site.server;
    }

    @Override
    public long nowMillis() {
        return partition.nowMillis();
    }

    @Override
    public boolean owns(@Nullable Jid address) {
        return address != null && name.equals(address.local()) && jid.domain().equals(address.domain());
    }

    @Override
    public Shelf shelf(String shelf) {
        return new HotShelf(this, shelf);
    }

    @Override
    public CompletionStage<byte @Nullable []> coldRow(String shelf, String key) {
        return site.store.row(name, shelf, key);
    }

    @Override
    public CompletionStage<SortedMap<String, byte[]>> coldShelf(String shelf) {
        return site.store.shelf(name, shelf);
    }

    @Override
    public void load(String shelf, Runnable then, Runnable otherwise) {
        if (loaded != null && loaded.contains(shelf)) {
            then.run();
            return;
        }
        pause(site.store.shelf(name, shelf), found -> {
            if (found == null) {
                otherwise.run();
                return;
            }
            if (loaded == null) loaded = new HashSet<>(4);
            if (loaded.add(shelf) && !found.isEmpty()) rowsForWriting(shelf).putAll(found);
            then.run();
        });
    }

    @Override
    public String newId() {
        return site.secrets.get();
    }

    @Override
    public List<String> groups(Jid contact) {
        return Roster.groups(shelf(Roster.SHELF), contact);
    }

    @Override
    public void ask(Jid address, Element payload, Consumer<Stanza> answer) {
        var device = devices.at(address);
        if (device != null) iqs.ask(device, payload, answer);
    }

    @Override
    public void showAgain() {
        Presence.showAgain(this);
    }

    @Override
    public Element shaped(Element shown) {
        var shaped = shown;
        for (var shaper : site.features.shapers()) shaped = shaper.shape(shaped, this);
        return shaped;
    }

    @Override
    public void appeared(Jid device, @Nullable Element before, Element shown) {
        for (var watcher : site.features.watchers()) watcher.appeared(device, before, shown, this);
    }

    @Override
    public void admitted(Jid contact) {
        for (var watcher : site.features.watchers()) watcher.admitted(contact, this);
    }

    @Override
    public void putCold(String shelf, String key, byte @Nullable [] value) {
        partition.turn().commit.add(new Commit.Put(name, shelf, key, value));
    }

    @Override
    public Contact contact(Jid contact) {
        return Roster.contact(shelf(Roster.SHELF), contact);
    }

    @Override
    public List<DeviceView> devices() {
        return devices.views();
    }

    @Override
    public void pushToDevices(Element payload, Predicate<DeviceView> which) {
        for (var device : devices.all()) {
            if (!which.test(device.view())) continue;
            var iq = Element.build(Stanza.CLIENT, "iq")
                    .attribute("type", "set")
                    .attribute("id", "push-" + site.secrets.get())
                    .child(payload)
                    .build();
            device.send(Stanza.of(Stanza.Kind.IQ, jid, device.jid, iq));
        }
    }

    @Override
    public void interest(Jid address, String topic) {
        var device = devices.at(address);
        if (device != null) device.interest(topic);
    }

    @Override
    public void send(Stanza stanza) {
        if (outgoing.allowed(stanza)) outgoing.route(stanza, null);
    }

    @Override
    public boolean admits(Stanza stanza) {
        return incoming.admits(stanza);
    }

    @Override
    public void sendDurably(Stanza stanza) {
        if (outgoing.allowed(stanza)) outgoing.errand(stanza);
    }

    @Override
    public void sendToDevice(Jid address, Stanza stanza) {
        var device = devices.at(address);
        if (device != null) device.send(stanza);
    }

    @Override
    public void setPresence(Jid address, @Nullable Element presence, int priority) {
        var device = devices.at(address);
        if (device != null) device.present(presence, priority);
    }

    @Override
    public long lastSeenMillis() {
        return devices.lastSeenMillis();
    }
}
