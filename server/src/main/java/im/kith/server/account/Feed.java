package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.store.Scan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a [Device] is sent of its account's log: how far that is, and the page that is being read.
///
/// A device *follows* the log when it has been sent everything up to the newest entry; then a new entry is sent at
/// once. Otherwise it is *behind*: pages are read from the log and sent as fast as it takes them. What is in the log
/// is never queued a second time.
final class Feed {

    /// How many stanzas may be on their way without the client having confirmed any.
    static final int WINDOW = 1000;

    /// How many entries are read from the log at a time.
    private static final int PAGE = 200;

    private static final long RETRY_MILLIS = 500;

    private final Device device;
    private final Account account;

    /// The newest entry that was sent or does not concern this device.
    private long sent;

    private boolean behind;
    /// Whether it has been following or catching up since its start was determined.
    private boolean followed;
    private boolean reading;
    /// What became due while a page was being read.
    private @Nullable List<byte[]> afterPage;

    /// Entries after `sent` that were sent already, addressed to this device before it was available.
    private @Nullable Set<Long> early;

    // The last page, for the row.
    private long pageSlot;
    private long pageFrom;
    private long pageTo;

    Feed(Device device, long cursor) {
        this.device = device;
        this.account = device.account;
        this.sent = cursor;
        this.behind = cursor < account.lastSeq;
    }

    long sent() {
        return sent;
    }

    // ---- where it starts -------------------------------------------------------------------------------------------

    /// The device begins to take messages. One that did before goes on where it was.
    void begin() {
        if (!followed) {
            sent = account.devices.cursors.startFor(device, sent);
            device.confirmation.restart(sent);
        }
        followed = true;
        behind = sent < account.lastSeq;
        pump();
    }

    /// The device is there but takes no messages (RFC 6121 §8.5.2.1.1: a negative priority).
    void skipAll() {
        sent = account.lastSeq;
        behind = false;
        followed = false;
    }

    /// Goes back to where the client's acknowledgements end; `resent` are entries that were sent early and will be
    /// sent again.
    void rewind(long cursor, List<Long> resent) {
        sent = cursor;
        pageTo = Math.min(pageTo, cursor);
        behind = sent < account.lastSeq;
        if (early != null) resent.forEach(early::remove);
    }

    /// As a stream from another life of the process left it; `taken` are entries after the cursor that the client has
    /// already.
    void restore(long cursor, Set<Long> taken) {
        sent = cursor;
        followed = true;
        if (!taken.isEmpty()) early = taken;
    }

    // ---- following -------------------------------------------------------------------------------------------------

    /// Whether a new entry may be sent at once.
    boolean follows() {
        var to = device.link;
        if (to == null || behind || !device.isAvailable()) return false;
        return inFlight() < WINDOW && to.writable();
    }

    private int inFlight() {
        var stream = device.acks;
        return stream != null ? stream.unacked() : device.confirmation.unconfirmed();
    }

    /// Sends the newest entry, to a device that [#follows].
    void send(long seq, byte[] rendered) {
        transmit(seq, rendered);
        sent = seq;
        device.confirmation.ask();
    }

    /// Sends an entry that was addressed to this device though it does not follow the log.
    void sendEarly(long seq, byte[] rendered) {
        if (early == null) early = new HashSet<>(2);
        early.add(seq);
        var stream = device.acks;
        if (stream != null) stream.sentEntry(-seq);
        device.write(rendered);
        account.partition.turn().delivered++;
        device.confirmation.ask();
    }

    /// A new entry that was not sent: it does not concern the device, or has to wait until that catches up.
    void missed(long seq, boolean concerns) {
        if (!behind && !concerns && device.link != null && device.isAvailable()) sent = seq;
        else behind = true;
    }

    private void transmit(long seq, byte[] rendered) {
        var stream = device.acks;
        if (stream != null) stream.sentEntry(seq);
        else device.confirmation.sentOne();
        device.write(rendered);
        account.partition.turn().delivered++;
    }

    // ---- catching up -----------------------------------------------------------------------------------------------

    /// Reads and sends the next page if the device is behind and can take it.
    void pump() {
        var to = device.link;
        if (!behind || reading || to == null || !device.takesMessages() || !to.writable()) return;
        if (inFlight() >= WINDOW) {
            device.confirmation.ask();
            return;
        }
        // One page on its way at a time, else a page's entries could not be told apart after a crash.
        if (device.acks != null && device.cursor() < pageTo) return;
        reading = true;
        long kept = account.keptSeq;
        account.partition.later(
                account, account.site.store.read(account.name, Scan.after(sent, PAGE)), (entries, fault) -> {
                    reading = false;
                    if (device.link != to) {
                        pump();
                    } else if (entries == null) {
                        account.partition.timer(account, RETRY_MILLIS, now -> pump());
                    } else {
                        page(entries, kept);
                    }
                    if (!reading) sendHeld();
                });
    }

    /// Keeps what is to be sent after the page that is being read: what was asked for after the messages comes after
    /// them (RFC 6120 §10.1). False if there is no page, or too much already.
    boolean holds(byte[] stanza) {
        if (!reading) return false;
        if (afterPage == null) afterPage = new ArrayList<>(2);
        return afterPage.size() < WINDOW && afterPage.add(stanza);
    }

    private void sendHeld() {
        var held = afterPage;
        if (held == null) return;
        afterPage = null;
        for (var stanza : held) device.sendVolatile(stanza);
    }

    private void page(List<Entry> entries, long kept) {
        long from = sent;
        long to = entries.isEmpty() ? from : entries.getLast().seq();
        boolean exhausted = entries.size() < PAGE;
        if (exhausted) to = Math.max(to, kept);
        var stream = device.acks;
        if (stream != null && !entries.isEmpty()) {
            pageSlot = stream.outbound();
            pageFrom = from;
            pageTo = to;
        }
        boolean any = false;
        for (var entry : entries) {
            if (!concerns(entry)) continue;
            any = true;
            transmit(entry.seq(), rendered(entry));
        }
        sent = Math.max(sent, to);
        behind = sent < account.lastSeq;
        if (any) {
            if (stream != null) account.devices.persist(device);
            device.confirmation.ask();
        } else {
            pageTo = Math.min(pageTo, from);
        }
        account.devices.cursors.progressed(device);
        pump();
    }

    /// Whether the device is to be sent this entry of the log when it catches up.
    private boolean concerns(Entry entry) {
        if (early != null && early.remove(entry.seq())) return false;
        return Filed.concerns(entry, device.resource(), device.carbonsFrom, device.groups);
    }

    private byte[] rendered(Entry entry) {
        var body = entry.body().bytes();
        if ((entry.flags() & Filed.GROUP) != 0) {
            return Splice.delayed(body, entry.peer(), entry.key(), entry.peer(), entry.timeMillis());
        }
        if ((entry.flags() & Filed.INCOMING) != 0) {
            return Splice.delayed(body, account.bare, entry.seq(), account.site.settings.domain(), entry.timeMillis());
        }
        return Splice.carbon(Splice.identified(body, account.bare, entry.seq()), "sent", account.bare, device.jid);
    }

    // ---- for the row -----------------------------------------------------------------------------------------------

    /// The page that was last sent: how many stanzas were on the stream before it, and which entries it covers. Of a
    /// page that was taken in part, only the rest is told: entries up to the cursor count no more.
    Page lastPage() {
        var stream = device.acks;
        long oldest = stream == null ? 0 : stream.oldestEntry();
        if (stream != null && oldest > pageFrom && oldest <= pageTo) {
            return new Page(stream.oldestSlot() - 1, oldest - 1, pageTo);
        }
        return new Page(pageSlot, pageFrom, pageTo);
    }

    /// The stanzas after `slot` are those of the entries after `from`, up to `to`, that concern the device.
    record Page(long slot, long from, long to) {}
}
