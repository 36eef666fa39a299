package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0198 §5: a stream goes on over a new connection, from what the account has in memory, or, when another life of
/// the process sent it or its window is over, from what the log says.
final class Resumption {

    private static final int PAGE = 1_000;

    private final Account account;
    private final Site site;
    private final Devices devices;

    Resumption(Account account, Devices devices) {
        this.account = account;
        this.site = account.site;
        this.devices = devices;
    }

    void resume(Event.Resume resume) {
        if (account.isStuck()) {
            resume.link().close(Devices.STUCK);
            return;
        }
        for (var device : devices.all()) {
            var stream = device.acks;
            if (stream == null || !stream.streamId.equals(resume.streamId()) || device.key.isEmpty()) continue;
            resumeFromMemory(device, stream, resume);
            return;
        }
        for (var row : devices.rows().values()) {
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
        if (old != null) account.partition.turn().then(() -> old.close(Devices.REPLACED));
        device.link = null;
        boolean accepted = device.acknowledged(resume.h());
        if (!accepted) throw new IllegalStateException("accepted, then not");
        connectAgain(device, stream, resume);
    }

    /// Continues a stream of another life of this process, or one whose window is over: what was sent and received on
    /// it is read from the marks in the log (see [Filed]).
    private void resumeFromLog(DeviceRow row, Event.Resume resume, Acks stream, Walk walk, long after) {
        account.pause(site.store.read(account.name, Scan.after(after, PAGE)), entries -> {
            if (entries == null) {
                refuse(resume, -1);
                return;
            }
            for (var entry : entries) walk.step(entry, stream, resume.h());
            if (entries.size() == PAGE) {
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
            if (jid == null || devices.rows().remove(row.key()) == null) {
                refuse(resume, stream.inbound);
                return;
            }
            var holder = devices.at(jid);
            if (holder != null) devices.replace(holder);
            stream.acked = resume.h();
            var device = new Device(account, jid, row.key(), row.name(), null, walk.cursor());
            device.restore(stream, row, walk.cursor(), walk.taken, presence(row));
            devices.add(device);
            connectAgain(device, stream, resume);
            account.presence.deviceBack(jid, row.seenMillis(), account);
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
        devices.persist(device);
        devices.cursors.progressed(device);
    }

    private @Nullable Element presence(DeviceRow row) {
        if (row.presence().length == 0) return null;
        try {
            return XmlReader.parseDocument(row.presence(), XmlReader.Limits.OWN);
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
            return Filed.concerns(entry, row.resource(), row.carbonsFrom(), row.groups());
        }

        /// The count, known modulo 2^32, that is nearest to `base`.
        private static long unwrapped(int mark, long base) {
            return base + (mark - (int) base);
        }

        long cursor() {
            return firstMissing == 0 ? newest : firstMissing - 1;
        }
    }
}
