package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The devices of an account: who is connected or may come back, and how far each has taken the log.
final class Devices {

    private static final int CONNECTED_LIMIT = 32;
    private static final int FLUSH_EVERY = 400;
    private static final long FLUSH_MILLIS = 1_000;
    private static final int RESUME_PAGE = 1_000;
    private static final StreamError REPLACED = StreamError.of(
            StreamError.Condition.CONFLICT, "another connection of this device, or with this resource, took its place");

    private static final StreamError STUCK = StreamError.of(
            StreamError.Condition.RESOURCE_CONSTRAINT,
            "the server can't keep anything at the moment; try again in a while");

    private final Account account;
    private final Site site;
    private List<Device> devices = List.of();
    /// Rows of devices and streams that are not in memory, by key.
    private @Nullable Map<String, DeviceRow> rows;

    /// How far any device has taken the inbox: what comes after it is "offline" to a device without a cursor of its
    // own.
    private long taken;

    private long takenOnDisk;
    private long lastSeenMillis;
    /// Entries after `taken`, at most.
    private long untaken;

    private boolean flushing;
    private boolean trimming;

    Devices(Account account) {
        this.account = account;
        this.site = account.site;
    }

    void load(SortedMap<String, byte[]> shelf) {
        for (var row : shelf.entrySet()) {
            if (row.getKey().equals(DeviceRow.TAKEN)) {
                var buffer = ByteBuffer.wrap(row.getValue());
                taken = buffer.getLong();
                lastSeenMillis = buffer.getLong();
                takenOnDisk = taken;
            } else {
                rows().put(row.getKey(), DeviceRow.decoded(row.getKey(), row.getValue()));
            }
        }
        untaken = account.lastSeq - taken;
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

    long lastSeenMillis() {
        return devices.isEmpty() ? lastSeenMillis : account.nowMillis();
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
        long cursor = row == null ? taken : Math.max(row.cursor(), account.firstSeq() - 1);
        var name = bind.deviceName() == null ? "" : bind.deviceName();
        var device = new Device(account, jid, key, name, link, cursor);
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
            case "urn:xmpp:csi:0" -> {
                device.active = false;
                yield null;
            }
            default -> null;
        };
    }

    // ---- resuming --------------------------------------------------------------------------------------------------

    void resume(Event.Resume resume) {
        if (account.isStuck()) {
            resume.link().close(STUCK);
            return;
        }
        for (var device : devices) {
            var stream = device.acks;
            if (stream == null || !stream.streamId.equals(resume.streamId()) || device.key.isEmpty()) continue;
            resumeFromMemory(device, stream, resume);
            return;
        }
        for (var row : rows().values()) {
            if (!row.streamId().equals(resume.streamId()) || row.streamId().isEmpty()) continue;
            var acks = new Acks(row.streamId(), row.tag());
            acks.inbound = row.inbound();
            acks.acked = row.acked();
            resumeFromLog(row, resume, acks, new Walk(row), Math.min(row.cursor(), row.atSeq()));
            return;
        }
        refuse(resume, -1);
    }

    private void refuse(Event.Resume resume, long handled) {
        site.tally.resumesRefused.increment();
        account.partition.turn().then(() -> resume.link()
                .resumeRefused(StanzaError.of(StanzaError.Condition.ITEM_NOT_FOUND, "no such stream"), handled));
    }

    private void resumeFromMemory(Device device, Acks stream, Event.Resume resume) {
        if (!stream.accepts(resume.h())) {
            refuseTooHigh(resume, stream.outbound());
            return;
        }
        var old = device.link;
        if (old != null) account.partition.turn().then(() -> old.close(REPLACED));
        device.link = null;
        boolean accepted = device.acknowledged(resume.h());
        if (!accepted) throw new IllegalStateException("accepted, then not");
        connectAgain(device, stream, resume);
    }

    /// Continues a stream of another life of this process, or one whose window is over: what was sent and received on
    // it is
    /// read from the marks in the log (see [Filed]).
    private void resumeFromLog(DeviceRow row, Event.Resume resume, Acks stream, Walk walk, long after) {
        account.pause(site.store.read(account.name, Scan.after(after, RESUME_PAGE)), entries -> {
            if (entries == null) {
                refuse(resume, -1);
                return;
            }
            for (var entry : entries) walk.step(entry, stream, resume.h());
            if (entries.size() == RESUME_PAGE) {
                resumeFromLog(row, resume, stream, walk, entries.getLast().seq());
                return;
            }
            long sentAtMost = Math.max(walk.highestSlot, row.acked());
            long beyond = (resume.h() - sentAtMost) & 0xffffffffL;
            // Volatile stanzas leave no trace in the log, so a client may know of some more than we; but not of so
            // many.
            if (beyond > 1_000_000 && beyond < 0xffffffffL - 1_000_000) {
                refuseTooHigh(resume, sentAtMost);
                return;
            }
            var jid = account.jid.withResource(row.resource());
            if (jid == null || rows().remove(row.key()) == null) {
                refuse(resume, stream.inbound);
                return;
            }
            var holder = at(jid);
            if (holder != null) replace(holder);
            stream.acked = resume.h();
            var device = new Device(account, jid, row.key(), row.name(), null, walk.cursor());
            device.restore(stream, row, walk.cursor(), walk.taken, presence(row));
            add(device);
            connectAgain(device, stream, resume);
        });
    }

    private void refuseTooHigh(Event.Resume resume, long sent) {
        site.tally.resumesRefused.increment();
        account.partition.turn().then(() -> resume.link().close(StreamManagement.tooHigh(resume.h(), sent)));
    }

    private void connectAgain(Device device, Acks stream, Event.Resume resume) {
        var link = resume.link();
        device.session = new Session(device.jid, account.partition.number);
        device.session.device = device;
        // Marks of what is sent anew must not be taken for marks of what was sent before.
        stream.tag = StreamManagement.newTag(site);
        var session = device.session;
        long handled = stream.inbound;
        account.partition.turn().then(() -> link.bound(new Bound(session, true, stream.streamId, handled, List.of())));
        site.tally.resumes.increment();
        device.resume(link);
        persist(device);
    }

    private @Nullable Element presence(DeviceRow row) {
        if (row.presence().length == 0) return null;
        try {
            return XmlReader.parseDocument(row.presence(), XmlReader.Limits.DEFAULTS);
        } catch (XmlException damaged) {
            throw new IllegalStateException("the presence of " + row.key() + " is damaged", damaged);
        }
    }

    /// Finds out from the log what a client that handled `h` stanzas has taken.
    private static final class Walk {
        private final DeviceRow row;
        private long pageSlot;
        long highestSlot;
        private long firstMissing;
        private long newest;
        final Set<Long> taken = new HashSet<>();

        Walk(DeviceRow row) {
            this.row = row;
            this.pageSlot = row.pageSlot();
            this.highestSlot = row.acked();
            this.newest = row.cursor();
        }

        void step(Entry entry, Acks stream, long h) {
            int mark = Filed.mark(entry.head(), row.tag());
            boolean own = (entry.flags() & Filed.SENT) != 0
                    && Filed.resource(entry.head()).equals(row.resource());
            if (own) {
                if (mark != -1) stream.inbound = Math.max(stream.inbound, unwrapped(mark, stream.inbound));
                if (entry.seq() > row.cursor()) newest = entry.seq();
                return;
            }
            if (entry.seq() <= row.cursor()) return;
            newest = entry.seq();
            long slot;
            if (mark != -1) {
                slot = unwrapped(mark, row.acked());
            } else if (entry.seq() > row.pageFrom() && entry.seq() <= row.pageTo() && concerns(entry)) {
                slot = ++pageSlot;
            } else {
                if (concerns(entry) && firstMissing == 0) firstMissing = entry.seq();
                return;
            }
            highestSlot = Math.max(highestSlot, slot);
            long news = (h - row.acked()) & 0xffffffffL;
            if (slot - row.acked() <= news) {
                if (firstMissing != 0) taken.add(entry.seq());
            } else if (firstMissing == 0) {
                firstMissing = entry.seq();
            }
        }

        private boolean concerns(Entry entry) {
            return Filed.concerns(entry, row.resource(), row.carbonsFrom());
        }

        /// The count, known modulo 2^32, that is nearest to `base`.
        private static long unwrapped(int mark, long base) {
            return base + (mark - (int) base);
        }

        long cursor() {
            return firstMissing == 0 ? newest : firstMissing - 1;
        }
    }

    // ---- events ----------------------------------------------------------------------------------------------------

    void event(Device device, Event event) {
        if (device.session != sessionOf(event)) return;
        device.heardMillis = account.nowMillis();
        switch (event) {
            case Event.Arrived arrived -> {
                var stream = device.acks;
                if (stream != null) stream.inbound++;
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
            case Event.Writable ignored -> device.pump();
            case Event.Gone gone -> gone(device, gone.closed());
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
            case Event.Gone gone -> gone.session();
            case Event.Bind ignored -> null;
            case Event.Resume ignored -> null;
        };
    }

    /// The connection is gone. A device whose stream can be resumed still counts as present for a while.
    private void gone(Device device, boolean closed) {
        device.link = null;
        device.session.device = null;
        if (closed) device.closedProperly();
        var stream = device.acks;
        if (!closed && stream != null && !device.key.isEmpty()) {
            persist(device);
            account.partition.timer(account, site.settings.resumeWindowMillis(), now -> {
                if (device.link == null) leave(device);
            });
        } else {
            if (closed && stream != null) device.acks = null;
            leave(device);
            if (closed && device.key.startsWith("s:")) forget(device.key);
        }
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
            lastSeenMillis = account.nowMillis();
            flushTaken();
            account.touch();
            account.partition.mayRest(account);
        }
    }

    /// Ends a connection from our side.
    void drop(Device device, StreamError error) {
        var link = device.link;
        if (link != null) account.partition.turn().then(() -> link.close(error));
        gone(device, false);
    }

    private void replace(Device device) {
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
            device.acks = null;
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

    // ---- cursors ---------------------------------------------------------------------------------------------------

    /// Where a device begins that becomes available: its own cursor, or what nobody has taken.
    long startFor(Device device, long sent) {
        return device.key.startsWith("d:") ? sent : Math.max(taken, account.firstSeq() - 1);
    }

    void progressed(Device device) {
        if (device.takesMessages() && device.cursor() > taken) {
            taken = device.cursor();
            untaken = Math.min(untaken, account.lastSeq - taken);
        }
        device.dirty |= !device.key.isEmpty();
        if (taken - takenOnDisk >= FLUSH_EVERY) flush();
        else if (!flushing && (device.dirty || taken != takenOnDisk)) {
            flushing = true;
            account.partition.timer(account, FLUSH_MILLIS, now -> {
                flushing = false;
                flush();
            });
        }
    }

    private void flush() {
        if (taken != takenOnDisk) flushTaken();
        for (var device : devices) if (device.dirty) persist(device);
        trim();
    }

    private void flushTaken() {
        takenOnDisk = taken;
        var row = ByteBuffer.allocate(16).putLong(taken).putLong(lastSeenMillis).array();
        account.partition.turn().commit.put(account.name, DeviceRow.SHELF, DeviceRow.TAKEN, row);
    }

    void persist(Device device) {
        if (device.key.isEmpty()) return;
        device.dirty = false;
        var row = device.row();
        var stream = device.acks;
        if (stream != null) stream.recordedInbound = stream.inbound;
        account.partition.turn().commit.put(account.name, DeviceRow.SHELF, device.key, row.encoded());
    }

    /// With `inbox.keep = 0` an entry goes as soon as every device has it and its hand-over is confirmed.
    private void trim() {
        if (site.settings.inboxKeepMillis() > 0 || trimming) return;
        long upTo = Math.min(taken, account.keptSeq);
        for (var device : devices) if (!device.key.isEmpty()) upTo = Math.min(upTo, device.cursor());
        // A row of a stream that nobody has come back to yet needs the marks after it (see Walk).
        for (var row : rows().values()) upTo = Math.min(upTo, Math.min(row.cursor(), row.atSeq()));
        if (upTo < account.firstSeq()) return;
        long wanted = upTo;
        trimming = true;
        account.partition.later(account, site.store.outline(account.name), (outline, fault) -> {
            trimming = false;
            if (outline == null) return;
            long allowed = wanted;
            for (long pending : outline.pending()) allowed = Math.min(allowed, pending - 1);
            if (allowed < account.firstSeq()) return;
            for (var device : devices) if (device.acks != null) persist(device);
            account.partition.turn().commit.trim(account.name, allowed);
            account.firstSeq(allowed + 1);
        });
    }

    /// Whether one more entry that nobody may take soon still fits.
    boolean hasRoom() {
        return untaken < site.settings.inboxLimit();
    }

    void arrived() {
        untaken++;
    }

    // ---- the lists -------------------------------------------------------------------------------------------------

    private @Nullable Device byKey(String key) {
        for (var device : devices) if (device.key.equals(key)) return device;
        return null;
    }

    private void add(Device device) {
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

    private Map<String, DeviceRow> rows() {
        var made = rows;
        if (made == null) {
            made = new HashMap<>(2);
            rows = made;
        }
        return made;
    }
}
