package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The devices of an account: who is connected or may come back, and how far each has taken the log.
final class Devices {

    private static final int CONNECTED_LIMIT = 32;
    static final StreamError REPLACED = StreamError.of(
            StreamError.Condition.CONFLICT, "another connection of this device, or with this resource, took its place");

    static final StreamError STUCK = StreamError.of(
            StreamError.Condition.RESOURCE_CONSTRAINT,
            "the server can't keep anything at the moment; try again in a while");

    private final Account account;
    private final Site site;
    private List<Device> devices = List.of();
    /// Rows of devices and streams that are not in memory, by key.
    private @Nullable Map<String, DeviceRow> rows;

    final Cursors cursors;
    final Resumption resumption;

    Devices(Account account) {
        this.account = account;
        this.site = account.site;
        this.cursors = new Cursors(account, this);
        this.resumption = new Resumption(account, this);
    }

    void load(SortedMap<String, byte[]> shelf) {
        for (var row : shelf.entrySet()) {
            if (row.getKey().equals(DeviceRow.TAKEN)) continue;
            rows().put(row.getKey(), DeviceRow.decoded(row.getKey(), row.getValue()));
        }
        cursors.load(shelf.get(DeviceRow.TAKEN));
    }

    boolean isEmpty() {
        return devices.isEmpty();
    }

    List<Device> all() {
        return devices;
    }

    List<Owner.DeviceView> views() {
        var views = new ArrayList<Owner.DeviceView>(devices.size());
        for (var device : devices) if (device.link != null || device.isAvailable()) views.add(device.view());
        return views;
    }

    /// The device with this full JID, connected or about to come back; or null.
    @Nullable
    Device at(Jid full) {
        for (var device : devices) if (device.jid.equals(full)) return device;
        return null;
    }

    /// Whether a device with this resource may come back to its stream.
    boolean isAwaited(@Nullable String resource) {
        for (var row : rows().values()) {
            if (row.resource().equals(resource) && !row.streamId().isEmpty()) return true;
        }
        return false;
    }

    /// When the device of that key was last heard, 0 if never.
    long seenMillis(String key) {
        var device = byKey(key);
        if (device != null) return device.link == null ? device.heardMillis : account.nowMillis();
        var row = rows == null ? null : rows.get(key);
        return row == null ? 0 : row.seenMillis();
    }

    long lastSeenMillis() {
        return devices.isEmpty() ? cursors.lastSeenMillis : account.nowMillis();
    }

    // ---- binding ---------------------------------------------------------------------------------------------------

    void bind(Event.Bind bind) {
        var link = bind.link();
        if (account.isStuck()) {
            link.close(STUCK);
            return;
        }
        if (!account.exists()) {
            refuse(link, StanzaError.of(StanzaError.Condition.NOT_AUTHORIZED, "this account does not exist any more"));
            return;
        }
        var deviceId = bind.deviceId();
        var key = deviceId == null ? "" : "d:" + deviceId;
        if (deviceId != null) {
            var same = byKey(key);
            if (same != null) replace(same);
        }
        var wanted = bind.resource() == null ? site.secrets.get() : bind.resource();
        var jid = account.jid.withResource(wanted);
        if (jid == null) {
            refuse(link, StanzaError.of(StanzaError.Condition.BAD_REQUEST, "this is no resource"));
            return;
        }
        var holder = at(jid);
        if (holder != null) {
            if (holder.link != null && deviceId != null && holder.key.startsWith("d:")) {
                // Two devices that are known to be different: neither throws the other out.
                jid = Objects.requireNonNull(account.jid.withResource(
                        wanted + "-" + site.secrets.get().substring(0, 6)));
            } else {
                replace(holder);
            }
        }
        if (devices.size() >= CONNECTED_LIMIT) {
            refuse(
                    link,
                    StanzaError.of(
                            StanzaError.Condition.RESOURCE_CONSTRAINT,
                            "this account has " + CONNECTED_LIMIT + " connections"));
            return;
        }
        var row = deviceId == null ? null : rows().remove(key);
        // One that says which device it is has a place in the inbox of its own.
        boolean catchesUp = deviceId == null && bind.traits().contains(Event.Trait.CATCHES_UP);
        long fresh = catchesUp ? account.lastSeq : cursors.taken();
        long cursor = row == null ? fresh : Math.max(row.cursor(), account.firstSeq() - 1);
        var name = bind.deviceName() == null ? "" : bind.deviceName();
        var device = new Device(account, jid, key, name, link, cursor);
        device.catchesUp = catchesUp;
        add(device);
        site.tally.binds.increment();
        var answers = new ArrayList<Element>(2);
        for (var inline : bind.inline()) {
            var answer = enable(device, inline);
            if (answer != null) answers.add(answer);
        }
        if (deviceId != null) persist(device);
        var bound = new Bound(device.session, false, device.acks == null ? null : device.acks.streamId, 0, answers);
        account.partition.turn().then(() -> link.bound(bound));
    }

    private void refuse(Link link, StanzaError error) {
        account.partition.turn().then(() -> link.bindRefused(error));
    }

    private @Nullable Element enable(Device device, Element inline) {
        return switch (inline.namespace()) {
            case StreamManagement.NAMESPACE -> StreamManagement.enable(device, true);
            case Carbons.NAMESPACE -> {
                Carbons.enable(device);
                yield null;
            }
            case Groups.NAMESPACE -> {
                if (inline.name().equals("enable")) account.groups.enable(device);
                yield null;
            }
            case StreamManagement.CSI -> {
                device.active(inline.name().equals("active"));
                yield null;
            }
            default -> null;
        };
    }

    // ---- events ----------------------------------------------------------------------------------------------------

    void event(Device device, Event event) {
        if (device.session != sessionOf(event)) return;
        device.heardMillis = account.nowMillis();
        switch (event) {
            case Event.Arrived arrived -> {
                var stream = device.acks;
                if (stream != null) stream.inbound++;
                device.speaks();
                account.outgoing.arrived(device, arrived.stanza());
                device.consumed();
            }
            case Event.Malformed malformed -> {
                var stream = device.acks;
                if (stream != null) stream.inbound++;
                if (!malformed.stanza().isError()) {
                    device.send(malformed.stanza().error(StanzaError.of(StanzaError.Condition.JID_MALFORMED)));
                }
                device.consumed();
            }
            case Event.Nonza nonza -> {
                StreamManagement.handle(device, nonza.element());
                device.consumed();
            }
            case Event.Writable ignored -> device.feed.pump();
            case Event.Closed ignored -> closed(device);
            case Event.Gone ignored -> gone(device);
            case Event.Bind ignored -> throw new IllegalArgumentException("not an event of a session");
            case Event.Resume ignored -> throw new IllegalArgumentException("not an event of a session");
        }
    }

    private static @Nullable Session sessionOf(Event event) {
        return switch (event) {
            case Event.Arrived arrived -> arrived.session();
            case Event.Malformed malformed -> malformed.session();
            case Event.Nonza nonza -> nonza.session();
            case Event.Writable writable -> writable.session();
            case Event.Closed closed -> closed.session();
            case Event.Gone gone -> gone.session();
            case Event.Bind ignored -> null;
            case Event.Resume ignored -> null;
        };
    }

    /// The client ended its stream: what it was sent it has, and it does not come back to it. It hears so once that is
    /// kept.
    private void closed(Device device) {
        var link = device.link;
        device.link = null;
        device.session.device = null;
        device.closedProperly();
        leave(device);
        if (device.key.startsWith("s:")) forget(device.key);
        cursors.flush();
        if (link != null) account.partition.turn().then(() -> link.close(null));
    }

    /// The connection is gone. A device whose stream can be resumed still counts as present for a while.
    private void gone(Device device) {
        device.link = null;
        device.session.device = null;
        if (device.acks == null || device.key.isEmpty()) {
            leave(device);
            return;
        }
        persist(device);
        account.partition.timer(account, site.settings.resumeWindowMillis(), now -> {
            if (device.link == null) leave(device);
        });
    }

    private void leave(Device device) {
        if (!devices.contains(device)) return;
        if (!device.key.isEmpty()) {
            var row = device.row();
            rows().put(device.key, row);
            account.partition.turn().commit.put(account.name, DeviceRow.SHELF, device.key, row.encoded());
            prune();
        }
        account.presence.deviceGone(device.jid, account);
        remove(device);
        if (devices.isEmpty()) {
            cursors.lastSeenMillis = account.nowMillis();
            cursors.flushTaken();
            account.touch();
            account.partition.mayRest(account);
        }
    }

    /// Ends a connection from our side.
    void drop(Device device, StreamError error) {
        var link = device.link;
        if (link != null) account.partition.turn().then(() -> link.close(error));
        gone(device);
    }

    void replace(Device device) {
        var link = device.link;
        if (link != null) account.partition.turn().then(() -> link.close(REPLACED));
        device.link = null;
        device.session.device = null;
        leave(device);
        if (device.key.startsWith("s:")) forget(device.key);
    }

    /// Ends all connections for good, as when the account is removed or its key replaced.
    int closeAll(@Nullable String resource, StreamError error) {
        int closed = 0;
        for (var device : List.copyOf(devices)) {
            if (resource != null && !device.resource().equals(resource)) continue;
            var link = device.link;
            if (link != null) {
                account.partition.turn().then(() -> link.close(error));
                closed++;
            }
            device.link = null;
            device.session.device = null;
            device.endStream();
            leave(device);
            if (device.key.startsWith("s:")) forget(device.key);
        }
        return closed;
    }

    /// The streams that could be resumed can't any more: their proof was given with an old key.
    void forgetStreams() {
        for (var key : List.copyOf(rows().keySet())) forget(key);
    }

    /// The account is dropped from memory by its partition.
    void abandon(StreamError error) {
        for (var device : devices) {
            device.session.device = null;
            var link = device.link;
            if (link != null) account.partition.turn().then(() -> link.close(error));
        }
        devices = List.of();
    }

    void persist(Device device) {
        if (device.key.isEmpty()) return;
        device.dirty = false;
        var row = device.row();
        var stream = device.acks;
        if (stream != null) stream.recordedInbound = stream.inbound;
        account.partition.turn().commit.put(account.name, DeviceRow.SHELF, device.key, row.encoded());
    }

    // ---- the lists -------------------------------------------------------------------------------------------------

    private @Nullable Device byKey(String key) {
        for (var device : devices) if (device.key.equals(key)) return device;
        return null;
    }

    void add(Device device) {
        var more = new ArrayList<Device>(devices.size() + 1);
        more.addAll(devices);
        more.add(device);
        devices = more;
    }

    private void remove(Device device) {
        var fewer = new ArrayList<>(devices);
        fewer.remove(device);
        devices = fewer.isEmpty() ? List.of() : fewer;
    }

    private void forget(String key) {
        if (rows().remove(key) != null) account.partition.turn().commit.delete(account.name, DeviceRow.SHELF, key);
    }

    /// Rows are bounded: the one unseen for longest goes, and all that are older than a device is kept.
    private void prune() {
        long oldest = account.nowMillis() - site.settings.deviceKeepMillis();
        for (var row : List.copyOf(rows().values())) if (row.seenMillis() < oldest) forget(row.key());
        while (rows().size() > DeviceRow.LIMIT) {
            var first = rows().values().iterator().next();
            for (var row : rows().values()) if (row.seenMillis() < first.seenMillis()) first = row;
            forget(first.key());
        }
    }

    Map<String, DeviceRow> rows() {
        var made = rows;
        if (made == null) {
            made = new HashMap<>(2);
            rows = made;
        }
        return made;
    }
}
