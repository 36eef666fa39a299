package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One device of an account: a cursor in the account's log, and the connection it has now, if any.
///
/// A device *follows* the log when it has been sent everything up to the newest entry; then a new entry is sent at
/// once. Otherwise it is *behind*: pages are read from the log and sent as fast as it takes them. What is in the log
/// is never
/// queued a second time.
///
/// With stream management (XEP-0198) the cursor moves when the client acknowledges. Without, the client is asked now
/// and then by a ping, whose answer proves that all before it arrived; and a properly closed stream proves it too.
final class Device {

    /// How many entries are read from the log at a time.
    private static final int PAGE = 200;
    /// How many stanzas may be on their way without the client having confirmed any.
    private static final int WINDOW = 1000;
    private static final int QUIET_LIMIT = 1000;
    private static final long RETRY_MILLIS = 500;
    private static final CompletionStage<Boolean> NOTHING_ASKED = CompletableFuture.completedStage(true);

    final Account account;
    final Jid jid;
    Session session;
    String key;
    final String name;
    final long connectedMillis;

    @Nullable
    Link link;

    @Nullable
    Acks acks;

    private @Nullable Element presence;
    private int priority;
    private @Nullable Set<String> interests;
    private boolean active = true;
    /// XEP-0352: the newest presence of each address, for when the user looks at the device again.
    private @Nullable Map<Jid, Stanza> quiet;

    long heardMillis;
    /// Carbons are on for entries after this one; -1 when off.
    long carbonsFrom = -1;

    /// Whether it gets the account's groups with its stream ([Groups]).
    boolean groups;

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

    private final Confirmation confirmation;

    /// Archive queries that wait for the store, and the end of their line.
    int archiveQueries;

    CompletionStage<Boolean> archiveTail = NOTHING_ASKED;

    private Turn.@Nullable Output output;
    /// Whether the row on disk is older than what is known.
    boolean dirty;

    Device(Account account, Jid jid, String key, String name, @Nullable Link link, long cursor) {
        this.account = account;
        this.jid = jid;
        this.key = key;
        this.name = name;
        this.link = link;
        this.sent = cursor;
        this.confirmation = new Confirmation(this, cursor);
        this.behind = cursor < account.lastSeq;
        this.session = new Session(jid, account.partition.number);
        this.session.device = this;
        this.connectedMillis = account.nowMillis();
        this.heardMillis = connectedMillis;
    }

    String resource() {
        var resource = jid.resource();
        return resource == null ? "" : resource;
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    private Turn.@Nullable Output output() {
        var to = link;
        if (to == null) return null;
        var turn = account.partition.turn();
        var out = output;
        if (out == null || out.turn != turn || !out.goesTo(to)) {
            out = new Turn.Output(turn, to);
            output = out;
            turn.then(out);
        }
        return out;
    }

    /// One arrival of the connection was dealt with.
    void consumed() {
        var out = output();
        if (out != null) out.consumed();
    }

    /// Writes what is no stanza: not counted, not repeated.
    void write(byte[] element) {
        var out = output();
        if (out != null) out.add(element);
    }

    /// Writes past all that waits for the disk; for a client without stream management only.
    void writeNow(byte[] element) {
        var to = link;
        if (to != null) to.send(List.of(element), 0);
    }

    void write(Element element) {
        write(XmlWriter.toBytes(element, Stanza.CLIENT));
    }

    /// Sends a stanza that is not in the log. If the connection is broken it waits for a resumption.
    void send(Stanza stanza) {
        var from = stanza.from();
        if (!active && stanza.isPresence() && from != null && isNews(stanza)) {
            if (quiet == null) quiet = new LinkedHashMap<>(4);
            quiet.remove(from);
            if (quiet.size() < QUIET_LIMIT) {
                quiet.put(from, stanza);
                return;
            }
        }
        sendVolatile(XmlWriter.toBytes(stanza.element(), Stanza.CLIENT));
    }

    /// Presence that the next one makes stale.
    private static boolean isNews(Stanza presence) {
        var type = presence.type();
        return type.equals("available") || type.equals("unavailable");
    }

    /// XEP-0352: whether the user looks at the device.
    void active(boolean now) {
        active = now;
        var held = quiet;
        if (!now || held == null) return;
        quiet = null;
        for (var presence : held.values()) send(presence);
    }

    boolean isActive() {
        return active;
    }

    void sendVolatile(byte[] stanza) {
        if (reading) {
            // What was asked for after the messages comes after them (RFC 6120 §10.1).
            if (afterPage == null) afterPage = new ArrayList<>(2);
            if (afterPage.size() < WINDOW) {
                afterPage.add(stanza);
                return;
            }
        }
        var stream = acks;
        if (link == null) {
            if (stream != null) stream.hold(stanza);
            return;
        }
        if (stream != null) stream.sentVolatile(stanza);
        write(stanza);
        if (stream != null && stream.unacked() >= WINDOW / 2) ask();
    }

    // ---- presence --------------------------------------------------------------------------------------------------

    boolean isAvailable() {
        return presence != null;
    }

    /// Whether messages to the account reach it (RFC 6121 §8.5.2.1).
    boolean takesMessages() {
        return presence != null && priority >= 0;
    }

    void present(@Nullable Element stanza, int newPriority) {
        boolean took = takesMessages();
        presence = stanza;
        priority = newPriority;
        if (stanza != null && newPriority < 0 && !took) {
            sent = account.lastSeq;
            behind = false;
            followed = false;
        }
        if (took && !takesMessages()) account.devices.persist(this);
        if (!took && takesMessages()) {
            // A device that was available before goes on where it was.
            if (!followed) {
                sent = account.devices.cursors.startFor(this, sent);
                confirmation.restart(sent);
            }
            followed = true;
            behind = sent < account.lastSeq;
            pump();
        }
        if (acks != null) account.devices.persist(this);
    }

    void interest(String topic) {
        var set = interests;
        if (set == null) {
            set = new HashSet<>(2);
            interests = set;
        }
        if (set.add(topic) && acks != null && presence != null) account.devices.persist(this);
    }

    Owner.DeviceView view() {
        return new Owner.DeviceView(
                jid,
                presence != null,
                priority,
                active,
                interests == null ? Set.of() : interests,
                connectedMillis,
                presence);
    }

    int priority() {
        return priority;
    }

    // ---- following the log -----------------------------------------------------------------------------------------

    /// Whether a new entry may be sent to it at once.
    boolean follows() {
        var to = link;
        if (to == null || behind || presence == null) return false;
        return inFlight() < WINDOW && to.writable();
    }

    private int inFlight() {
        var stream = acks;
        return stream != null ? stream.unacked() : confirmation.unconfirmed();
    }

    /// The number that the next stanza on the stream will have; only with stream management.
    int nextSlot(Acks stream) {
        return (int) (stream.outbound() + 1);
    }

    /// Sends the newest entry, which this device [#follows].
    void sendEntry(long seq, byte[] rendered) {
        transmit(seq, rendered);
        sent = seq;
        ask();
    }

    /// Sends an entry that was addressed to this device though it does not follow the log.
    void sendEarly(long seq, byte[] rendered) {
        if (early == null) early = new HashSet<>(2);
        early.add(seq);
        var stream = acks;
        if (stream != null) stream.sentEntry(-seq);
        write(rendered);
        account.partition.turn().delivered++;
        ask();
    }

    /// A new entry that it was not sent: does not concern it, or has to wait until it catches up.
    void missed(long seq, boolean concerns) {
        if (!behind && !concerns && link != null && presence != null) sent = seq;
        else behind = true;
    }

    private void transmit(long seq, byte[] rendered) {
        var stream = acks;
        if (stream != null) stream.sentEntry(seq);
        else confirmation.sentOne();
        write(rendered);
        account.partition.turn().delivered++;
    }

    /// Reads and sends the next page if the device is behind and can take it.
    void pump() {
        var to = link;
        if (!behind || reading || to == null || !takesMessages() || !to.writable()) return;
        if (inFlight() >= WINDOW) {
            ask();
            return;
        }
        // One page on its way at a time, else a page's entries could not be told apart after a crash.
        if (acks != null && cursor() < pageTo) return;
        reading = true;
        long kept = account.keptSeq;
        account.partition.later(
                account, account.site.store.read(account.name, Scan.after(sent, PAGE)), (entries, fault) -> {
                    reading = false;
                    if (link != to) {
                        pump();
                    } else if (entries == null) {
                        account.partition.timer(account, RETRY_MILLIS, now -> pump());
                    } else {
                        page(entries, kept);
                    }
                    if (!reading) sendHeld();
                });
    }

    private void sendHeld() {
        var held = afterPage;
        if (held == null) return;
        afterPage = null;
        for (var stanza : held) sendVolatile(stanza);
    }

    private void page(List<Entry> entries, long kept) {
        long from = sent;
        long to = entries.isEmpty() ? from : entries.getLast().seq();
        boolean exhausted = entries.size() < PAGE;
        if (exhausted) to = Math.max(to, kept);
        var stream = acks;
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
            if (stream != null) account.devices.persist(this);
            ask();
        } else {
            pageTo = Math.min(pageTo, from);
        }
        progressed();
        pump();
    }

    /// Whether the device is to be sent this entry of the log when it catches up.
    boolean concerns(Entry entry) {
        if (early != null && early.remove(entry.seq())) return false;
        return Filed.concerns(entry, resource(), carbonsFrom, groups);
    }

    private byte[] rendered(Entry entry) {
        var body = entry.body().bytes();
        if ((entry.flags() & Filed.GROUP) != 0) {
            return Splice.delayed(body, entry.peer(), entry.key(), entry.peer(), entry.timeMillis());
        }
        if ((entry.flags() & Filed.INCOMING) != 0) {
            return Splice.delayed(body, account.bare, entry.seq(), account.site.settings.domain(), entry.timeMillis());
        }
        return Splice.carbon(Splice.identified(body, account.bare, entry.seq()), "sent", account.bare, jid);
    }

    // ---- what it has taken -----------------------------------------------------------------------------------------

    /// Every entry up to this one was taken or does not concern the device.
    long cursor() {
        var stream = acks;
        if (stream == null) return confirmation.confirmed();
        long oldest = stream.oldestEntry();
        return oldest == 0 ? sent : oldest - 1;
    }

    private void ask() {
        confirmation.ask();
    }

    /// An answer of the client to the server; true if it was the answer to our ping.
    boolean answers(@Nullable String id) {
        if (!confirmation.answers(id)) return false;
        progressed();
        if (confirmation.isOwed()) ask();
        pump();
        return true;
    }

    /// The client ended its stream properly. With stream management only what it acknowledged counts as taken; without,
    /// all that it was sent does.
    void closedProperly() {
        if (acks != null) endStream();
        else confirmation.upTo(sent);
        progressed();
    }

    /// The stream can't be resumed any more: what it acknowledged counts, the rest is for the next one.
    void endStream() {
        long cursor = cursor();
        acks = null;
        confirmation.restart(cursor);
    }

    /// The newest entry that was sent or does not concern this device.
    long sent() {
        return sent;
    }

    /// XEP-0198 §4: the client handled `h` stanzas. False when it never was sent as many.
    boolean acknowledged(long h) {
        var stream = acks;
        if (stream == null) return true;
        var outOfOrder = stream.acknowledged(h);
        if (outOfOrder == null) return false;
        stream.askedMillis = 0;
        progressed();
        if (stream.oldestEntry() != 0) ask();
        pump();
        return true;
    }

    private void progressed() {
        account.devices.cursors.progressed(this);
    }

    // ---- connecting again ------------------------------------------------------------------------------------------

    /// Takes up a new connection; everything that is unacknowledged is sent again, from the log where it is in the log.
    void resume(Link to) {
        var stream = acks;
        if (stream == null) return;
        long from = cursor();
        link = to;
        output = null;
        sent = from;
        pageTo = Math.min(pageTo, from);
        behind = sent < account.lastSeq;
        if (early != null) early.removeAll(stream.earlyUnacked());
        var again = stream.restart();
        for (var stanza : again) sendVolatile(stanza);
        heardMillis = account.nowMillis();
        pump();
    }

    /// Restores what the row of a stream from another life of the process says; `taken` are entries after the cursor
    /// that the client has already.
    void restore(Acks stream, DeviceRow row, long cursor, Set<Long> taken, @Nullable Element lastPresence) {
        acks = stream;
        sent = cursor;
        confirmation.restart(cursor);
        carbonsFrom = row.carbonsFrom();
        groups = row.groups();
        presence = lastPresence;
        priority = row.priority();
        for (var topic : row.interests().split(" ", -1)) if (!topic.isEmpty()) interest(topic);
        followed = true;
        if (!taken.isEmpty()) early = taken;
    }

    DeviceRow row() {
        var stream = acks;
        var last = presence;
        long slot = pageSlot;
        long from = pageFrom;
        long oldest = stream == null ? 0 : stream.oldestEntry();
        if (stream != null && oldest > pageFrom && oldest <= pageTo) {
            // Of a page that was taken in part, only the rest is told: entries up to the cursor count no more.
            slot = stream.oldestSlot() - 1;
            from = oldest - 1;
        }
        return new DeviceRow(
                key,
                resource(),
                name,
                heardMillis,
                cursor(),
                stream == null ? "" : stream.streamId,
                stream == null ? 0 : stream.tag,
                stream == null ? 0 : stream.inbound,
                stream == null ? 0 : stream.acked,
                account.lastSeq,
                slot,
                from,
                pageTo,
                carbonsFrom,
                priority,
                last == null || stream == null ? new byte[0] : XmlWriter.toBytes(last, ""),
                interests == null || stream == null ? "" : String.join(" ", interests),
                groups);
    }
}
