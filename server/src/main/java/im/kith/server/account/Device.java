package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One device of an account: a cursor in the account's log ([Feed]), and the connection it has now, if any.
///
/// With stream management (XEP-0198) the cursor moves when the client acknowledges. Without, the client is asked now
/// and then by a ping, whose answer proves that all before it arrived; and a properly closed stream proves it too.
final class Device {

    private static final int QUIET_LIMIT = 1000;
    /// A device that nobody looks at is spared presence, but not for so long after it said something itself: its radio
    /// is on, and the presence may be what it waits for, as who enters a room does.
    private static final long AWAKE_MILLIS = 30_000;
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
    /// The same as bytes, once somebody has asked.
    private byte @Nullable [] shown;

    private int priority;
    private @Nullable Set<String> interests;
    private boolean active = true;
    /// XEP-0352: the newest presence of each address, for when the user looks at the device again.
    private @Nullable Map<Jid, byte[]> quiet;

    private long awakeUntilMillis;

    long heardMillis;
    /// Carbons are on for entries after this one; -1 when off.
    long carbonsFrom = -1;

    /// Whether it asks the archive for what came before it was bound (XEP-0386 §3.2): nothing of that is sent to it.
    boolean catchesUp;

    /// Whether it gets the account's groups with its stream ([Groups]).
    boolean groups;

    final Feed feed;
    final Confirmation confirmation;

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
        this.confirmation = new Confirmation(this, cursor);
        this.feed = new Feed(this, cursor);
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
        if (out != null) out.add(element, true);
    }

    /// Writes past all that waits for the disk; for a client without stream management only.
    void writeNow(byte[] element) {
        var to = link;
        if (to != null) to.send(List.of(element), 0, true);
    }

    void write(Element element) {
        write(XmlWriter.toBytes(element, Stanza.CLIENT));
    }

    /// Sends a stanza that is not in the log. If the connection is broken it waits for a resumption.
    void send(Stanza stanza) {
        send(stanza, XmlWriter.toBytes(stanza.element(), Stanza.CLIENT));
    }

    /// The same; `written` is the stanza as bytes.
    void send(Stanza stanza, byte[] written) {
        var from = stanza.from();
        boolean news = stanza.isPresence() && from != null && Presence.isNews(stanza);
        if (!active && news && account.nowMillis() >= awakeUntilMillis) {
            if (quiet == null) quiet = new LinkedHashMap<>(4);
            quiet.remove(from);
            if (quiet.size() < QUIET_LIMIT) {
                quiet.put(from, written);
                return;
            }
        }
        // Contacts come and go in crowds, above all when a server has started: then one write takes many of them.
        sendVolatile(written, !news || from == null || account.owns(from) || account.site.isOfService(from));
    }

    /// XEP-0352: whether the user looks at the device.
    void active(boolean now) {
        active = now;
        awakeUntilMillis = 0;
        if (now) tellQuiet();
    }

    /// It says something by itself.
    void speaks() {
        if (active) return;
        awakeUntilMillis = account.nowMillis() + AWAKE_MILLIS;
        tellQuiet();
    }

    private void tellQuiet() {
        var held = quiet;
        if (held == null) return;
        quiet = null;
        for (var presence : held.values()) sendVolatile(presence);
    }

    boolean isActive() {
        return active;
    }

    void sendVolatile(byte[] stanza) {
        sendVolatile(stanza, true);
    }

    private void sendVolatile(byte[] stanza, boolean urgent) {
        if (feed.holds(stanza)) return;
        var stream = acks;
        if (link == null) {
            if (stream != null) stream.hold(stanza);
            return;
        }
        if (stream != null) stream.sentVolatile(stanza);
        var out = output();
        if (out != null) out.add(stanza, urgent);
        if (stream != null && stream.unacked() >= Feed.WINDOW / 2) confirmation.ask();
    }

    // ---- presence --------------------------------------------------------------------------------------------------

    /// What it shows, to be sent to whoever asks; null when it is not available.
    @Nullable
    Broadcast shown() {
        var now = presence;
        if (now == null) return null;
        if (shown == null) {
            var said = Stanza.of(Stanza.Kind.PRESENCE, jid, null, now);
            shown = XmlWriter.toBytes(said.element(), Stanza.CLIENT);
        }
        return Broadcast.ofDevice(new Stanza(Stanza.Kind.PRESENCE, jid, null, now), shown);
    }

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
        shown = null;
        priority = newPriority;
        if (stanza != null && newPriority < 0 && !took) feed.skipAll();
        if (took && !takesMessages()) account.devices.persist(this);
        if (!took && takesMessages()) feed.begin();
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

    /// The number that the next stanza on the stream will have; only with stream management.
    int nextSlot(Acks stream) {
        return (int) (stream.outbound() + 1);
    }

    // ---- what it has taken -----------------------------------------------------------------------------------------

    /// Every entry up to this one was taken or does not concern the device.
    long cursor() {
        var stream = acks;
        if (stream == null) return confirmation.confirmed();
        long oldest = stream.oldestEntry();
        return oldest == 0 ? feed.sent() : oldest - 1;
    }

    /// An answer of the client to the server; true if it was the answer to our ping.
    boolean answers(@Nullable String id) {
        if (!confirmation.answers(id)) return false;
        progressed();
        if (confirmation.isOwed()) confirmation.ask();
        feed.pump();
        return true;
    }

    /// The client ended its stream properly. With stream management only what it acknowledged counts as taken; without,
    /// all that it was sent does.
    void closedProperly() {
        if (acks != null) endStream();
        else confirmation.upTo(feed.sent());
        progressed();
    }

    /// The stream can't be resumed any more: what it acknowledged counts, the rest is for the next one.
    void endStream() {
        long cursor = cursor();
        acks = null;
        confirmation.restart(cursor);
    }

    /// XEP-0198 §4: the client handled `h` stanzas. False when it never was sent as many.
    boolean acknowledged(long h) {
        var stream = acks;
        if (stream == null) return true;
        var outOfOrder = stream.acknowledged(h);
        if (outOfOrder == null) return false;
        stream.askedMillis = 0;
        progressed();
        if (stream.oldestEntry() != 0) confirmation.ask();
        feed.pump();
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
        feed.rewind(from, stream.earlyUnacked());
        var again = stream.restart();
        for (var stanza : again) sendVolatile(stanza);
        heardMillis = account.nowMillis();
        feed.pump();
    }

    /// Restores what the row of a stream from another life of the process says; `taken` are entries after the cursor
    /// that the client has already.
    void restore(Acks stream, DeviceRow row, long cursor, Set<Long> taken, @Nullable Element lastPresence) {
        acks = stream;
        confirmation.restart(cursor);
        carbonsFrom = row.carbonsFrom();
        groups = row.groups();
        presence = lastPresence;
        shown = null;
        priority = row.priority();
        for (var topic : row.interests().split(" ", -1)) if (!topic.isEmpty()) interest(topic);
        feed.restore(cursor, taken);
    }

    DeviceRow row() {
        var stream = acks;
        var last = presence;
        var page = feed.lastPage();
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
                page.slot(),
                page.from(),
                page.to(),
                carbonsFrom,
                priority,
                last == null || stream == null ? new byte[0] : XmlWriter.toBytes(last, ""),
                interests == null || stream == null ? "" : String.join(" ", interests),
                groups);
    }
}
