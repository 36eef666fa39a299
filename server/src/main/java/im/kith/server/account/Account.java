package im.kith.server.account;

import im.kith.server.feature.Shelf;
import im.kith.store.Commit;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
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
final class Account extends Resident implements Self {

    final Devices devices;
    final Outgoing outgoing;
    final Incoming incoming;
    final Orders orders;
    final Iqs iqs;
    final Presence presence;
    final Groups groups;

    private boolean exists;
    /// The cold shelves that are in memory whole, as if they were hot.
    private @Nullable Set<String> loaded;

    Account(String name, Partition partition) {
        super(name, address(name, partition.site), partition);
        this.devices = new Devices(this);
        this.outgoing = new Outgoing(this);
        this.incoming = new Incoming(this);
        this.orders = new Orders(this);
        this.iqs = new Iqs(this);
        this.presence = new Presence();
        this.groups = new Groups(this);
    }

    /// Owners that are no accounts (lists of the server's own) have names that are no local parts.
    private static Jid address(String name, Site site) {
        var address = Jid.of(name, site.settings.domain(), null);
        return address == null ? site.server : address;
    }

    // ---- as a resident ---------------------------------------------------------------------------------------------

    @Override
    List<String> hotShelves() {
        var names = new ArrayList<String>();
        names.add(Orders.CREDENTIALS);
        names.add(DeviceRow.SHELF);
        names.add(Groups.SHELF);
        names.add(Arrears.SHELF);
        names.addAll(site.features.hotShelves());
        return names;
    }

    @Override
    boolean takes(String shelf, SortedMap<String, byte[]> rows) {
        return shelf.equals(Orders.CREDENTIALS) || shelf.equals(DeviceRow.SHELF);
    }

    @Override
    void loaded(Store.Image image, Runnable ready) {
        exists = !image.shelves().get(0).isEmpty();
        devices.load(image.shelves().get(1));
        ready.run();
        groups.arrears.pump();
    }

    @Override
    void arrived(Handover handover) {
        incoming.arrived(handover);
    }

    @Override
    void overheard(Broadcast broadcast, Jid to) {
        incoming.overheard(broadcast, to);
    }

    @Override
    void abandon(StreamError error) {
        devices.abandon(error);
    }

    @Override
    boolean isNeeded() {
        return !devices.isEmpty();
    }

    boolean exists() {
        return exists;
    }

    void exists(boolean now) {
        exists = now;
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

    /// Forgets all that was in memory of an erased account.
    @Override
    void forget() {
        super.forget();
        exists = false;
        loaded = null;
    }

    // ---- what features, roster and presence see --------------------------------------------------------------------

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
        var passing = outgoing.passing(stanza);
        if (passing != null) outgoing.route(passing, null);
    }

    @Override
    public void sendUnchecked(Stanza stanza) {
        var to = stanza.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (owner != null) partition.depart(new Handover(owner, stanza, null, null));
    }

    @Override
    public void show(Jid address, Jid to) {
        var device = devices.at(address);
        var shown = device == null ? null : device.shown();
        if (shown != null) outgoing.show(shown, to);
    }

    @Override
    public void sendToEach(List<Stanza> stanzas, Iterable<Jid> to, boolean fleeting) {
        outgoing.routeToEach(stanzas, to, fleeting);
    }

    @Override
    public boolean admits(Stanza stanza) {
        return incoming.admits(stanza);
    }

    @Override
    public void sendDurably(Stanza stanza) {
        var passing = outgoing.passing(stanza);
        if (passing != null) outgoing.errand(passing);
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
    public void remove(StreamError farewell) {
        orders.remove(farewell);
    }

    @Override
    public long deviceSeenMillis(String deviceId) {
        return devices.seenMillis("d:" + deviceId);
    }

    @Override
    public long lastSeenMillis() {
        return devices.lastSeenMillis();
    }
}
