package im.kith.server.account;

import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [Service]'s tenant as a resident of a partition, and the [Home] that the tenant sees.
final class Tenancy extends Resident implements Home {

    private static final int ARCHIVE_QUERIES = 32;
    private static final int REPLAY_CHARS = ("<stanza-id xmlns='urn:xmpp:sid:0' by='' id='0123456789abcdef'/> to=''"
                    + "<delay xmlns='urn:xmpp:delay' from='' stamp='2026-07-10T23:08:25.123Z'/>")
            .length();
    private static final long RETRY_MILLIS = 500;
    private static final int HANDED_OUT_AT_ONCE = 50;
    private static final StanzaError UNREADABLE =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.");
    private static final StanzaError TOO_MANY_QUERIES =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "Too many archive queries at once; try again in a while.");

    private final Service service;
    private Tenant tenant;
    private final Outflow outflow = new Outflow(this);
    private final Audience audience = new Audience(site);
    /// What is arriving, until it is settled or refused.
    private @Nullable Handover arriving;

    private int archiveQueries;

    Tenancy(String name, Jid jid, Service service, Partition partition) {
        super(name, jid, partition);
        this.service = service;
        this.tenant = service.tenant(jid.local(), this);
    }

    // ---- as a resident ---------------------------------------------------------------------------------------------

    @Override
    List<String> hotShelves() {
        return service.hotShelves();
    }

    @Override
    void loaded(Store.Image image, Runnable ready) {
        int wanted = service.entriesAtWaking();
        if (wanted == 0 || lastSeq == 0) {
            wake(List.of(), ready);
            return;
        }
        var newest = new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, Filed.ARCHIVED, null, wanted, true);
        partition.loading(this, site.store.read(name, newest), (entries, fault) -> {
            if (entries == null) partition.wake(this, RETRY_MILLIS);
            else wake(entries, ready);
        });
    }

    private void wake(List<Entry> newest, Runnable ready) {
        tenant = service.tenant(jid.local(), this);
        tenant.awake(newest);
        ready.run();
    }

    @Override
    void arrived(Handover handover) {
        touch();
        var pending = handover.pending;
        if (pending != null && isRepeated(pending)) return;
        var answers = handover.answers;
        if (answers != null) {
            tenant.returned(handover.stanza);
            partition.turn().commit.settle(answers.owner(), answers.seq());
            return;
        }
        arriving = handover;
        if (handover.again) tenant.arrivedAgain(handover.stanza);
        else tenant.arrived(handover.stanza);
        if (arriving != null) settle(handover);
        arriving = null;
    }

    @Override
    void overheard(Broadcast broadcast, Jid to) {
        arrived(new Handover(name, broadcast.alone(to), null, null));
    }

    /// The server ends.
    void ending() {
        tenant.ending();
    }

    @Override
    void abandon(StreamError error) {
        try {
            tenant.dropped();
        } catch (RuntimeException again) {
            Partition.LOG.error("{} could not even say good-bye", name, again);
        }
    }

    @Override
    boolean isNeeded() {
        return tenant.isNeeded();
    }

    // ---- as a home -------------------------------------------------------------------------------------------------

    @Override
    public String secret() {
        return site.secrets.get();
    }

    @Override
    public boolean isAccount(Jid address) {
        return address.local() != null && address.domain().equals(site.settings.domain());
    }

    @Override
    public boolean send(Stanza stanza) {
        var to = stanza.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (owner == null) return false;
        partition.departKept(new Handover(owner, stanza, null, null));
        return true;
    }

    @Override
    public void broadcast(Stanza stanza, List<Jid> to) {
        if (to.isEmpty()) return;
        if (to.size() == 1) send(stanza.withTo(to.getFirst()));
        else partition.broadcast(new Broadcast(stanza, false), audience.of(to));
    }

    @Override
    public void broadcastBeside(Stanza stanza, List<Jid> to) {
        if (!to.isEmpty()) partition.broadcast(new Broadcast(stanza, true), audience.of(to));
    }

    @Override
    public void broadcast(Stanza stanza, Entry entry, List<Jid> to, boolean filed) {
        if (to.isEmpty()) return;
        var bytes = Splice.identified(entry.body().bytes(), bare, entry.seq());
        partition.broadcast(new Broadcast(stanza, bytes, filed), audience.of(to));
    }

    // ---- into members' inboxes -------------------------------------------------------------------------------------

    @Override
    public Entry file(
            Stanza stanza,
            Body body,
            String peer,
            long key,
            List<Jid> members,
            @Nullable Jid author,
            boolean archived,
            Runnable filed) {
        int flags = Filed.GROUP | (archived ? Filed.ARCHIVED : 0);
        var parts = outflow.audience.of(members);
        var entry = append(flags, peer, key, Filed.EMPTY, body, !parts.isEmpty(), null);
        outflow.file(new Fanout(name, entry, stanza, author, false, filed), parts);
        return entry;
    }

    /// Lets go what is older than `inbox.keep`.
    void expire() {
        long oldest = partition.nowMillis() - site.settings.inboxKeepMillis();
        var newestOld = new Scan(0, Long.MAX_VALUE, 0, oldest, 0, null, 1, true);
        partition.later(this, site.store.read(name, newestOld), (found, fault) -> {
            if (found == null || found.isEmpty()) return;
            long upTo = found.getFirst().seq();
            trim(upTo);
            tenant.expired(upTo);
        });
    }

    /// One share of it is on disk.
    void filed(Fanout fanout) {
        if (outflow.filed(fanout)) fanout.filed.run();
    }

    @Override
    void handOverAgain(Entry entry) {
        if ((entry.flags() & Filed.GROUP) == 0) {
            super.handOverAgain(entry);
            return;
        }
        var stanza = outflow.stanza(entry);
        outflow.again(entry, stanza, tenant.recipients(entry, stanza));
    }

    /// An account took no share of what was filed.
    void parted(Jid account, boolean declined) {
        tenant.parted(account, declined);
    }

    /// What a member's inbox had no room for: from the number `first` on, up to `last` unless that is 0.
    void handOut(Jid member, String owner, long first, long last, long question) {
        long kept = keptSeq;
        var scan = new Scan(
                first - 1,
                last == 0 ? Long.MAX_VALUE : last + 1,
                0,
                Long.MAX_VALUE,
                Filed.GROUP,
                null,
                HANDED_OUT_AT_ONCE,
                false);
        partition.later(this, site.store.read(name, scan), (entries, fault) -> {
            // Who asked asks again.
            if (entries == null) return;
            long upTo = entries.isEmpty() ? 0 : entries.getLast().seq();
            boolean whole = entries.size() < HANDED_OUT_AT_ONCE;
            if (whole) upTo = Math.max(upTo, last == 0 ? kept : last);
            long all = upTo;
            var copies = new ArrayList<Fanout>(entries.size());
            for (var entry : entries) {
                var stanza = outflow.stanza(entry);
                if (tenant.isFor(member, entry, stanza))
                    copies.add(new Fanout(name, entry, stanza, null, true, () -> {}));
            }
            var group = name;
            site.neighbours.post(site.neighbours.partitionOf(owner), new Partition.Call(owner, resident -> {
                if (resident instanceof Account account)
                    account.groups.arrears.came(group, first, question, copies, all, whole);
            }));
        });
    }

    @Override
    public void murmur(Stanza stanza, List<Jid> members) {
        outflow.murmur(stanza, members);
    }

    @Override
    public void replay(List<Entry> entries, Jid device) {
        var owner = site.ownerOf(device);
        if (owner == null || entries.isEmpty()) return;
        var stanzas = new ArrayList<byte[]>(entries.size());
        for (var entry : entries) {
            var bytes = Splice.delayed(entry.body().bytes(), bare, entry.seq(), bare, entry.timeMillis());
            stanzas.add(Splice.addressed(bytes, Broadcast.OPEN_MESSAGE, device));
        }
        partition.departKept(new Rendered(owner, device, stanzas));
    }

    @Override
    public int replayedChars(Entry entry, Jid device) {
        return entry.body().bytes().length
                + REPLAY_CHARS
                + 2 * bare.length()
                + device.toString().length();
    }

    @Override
    public boolean sendDurably(Stanza stanza) {
        var to = stanza.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (to == null || owner == null) return false;
        var body = new Body(XmlWriter.toBytes(stanza.element(), Stanza.CLIENT));
        var entry = append(Filed.ERRAND, to.bare().toString(), 0, Filed.head(null, new int[0], 0), body, true, null);
        partition.departKept(new Handover(owner, stanza, new Store.Pending(name, entry.seq()), body));
        return true;
    }

    @Override
    public void refuse(Stanza stanza, StanzaError error) {
        if (stanza.isError() || (stanza.isIq() && !stanza.isRequest())) return;
        site.tally.refused.increment();
        var handover = arriving;
        var pending = handover != null && handover.stanza == stanza ? handover.pending : null;
        if (pending == null || !stanza.isMessage()) {
            send(stanza.error(error));
            return;
        }
        arriving = null;
        partition.departKept(new Handover(pending.owner(), stanza.error(error), pending));
    }

    @Override
    public Entry append(Body body, boolean archived, String peer, long key) {
        return append(archived ? Filed.ARCHIVED : 0, peer, key, Filed.head(null, new int[0], 0), body, false, null);
    }

    @Override
    public String id(Entry entry) {
        return ArchiveId.of(entry.seq());
    }

    @Override
    public long seqOf(String id) {
        return ArchiveId.parse(id);
    }

    @Override
    public CompletionStage<List<Entry>> read(Scan scan) {
        return site.store.read(name, scan);
    }

    @Override
    public void trim(long upTo) {
        partition.later(this, site.store.outline(name), (outline, fault) -> {
            if (outline == null) return;
            long last = Math.min(upTo, keptSeq);
            for (long pending : outline.pending()) last = Math.min(last, pending - 1);
            if (last < firstSeq()) return;
            partition.turn().commit.trim(name, last);
            firstSeq(last + 1);
        });
    }

    @Override
    public void clear() {
        var commit = partition.turn().commit;
        for (var shelf : hotShelves()) {
            var rows = rows(shelf);
            if (rows == null) continue;
            for (var key : rows.keySet()) commit.add(new Commit.Put(name, shelf, key, null));
            rows.clear();
        }
        if (lastSeq == 0) return;
        commit.trim(name, lastSeq);
        firstSeq(lastSeq + 1);
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
    public void putCold(String shelf, String key, byte @Nullable [] value) {
        partition.turn().commit.add(new Commit.Put(name, shelf, key, value));
    }

    @Override
    public void answerFromArchive(Stanza iq, long after, Map<Long, Body> instead) {
        if (archiveQueries >= ARCHIVE_QUERIES) {
            refuse(iq, TOO_MANY_QUERIES);
            return;
        }
        archiveQueries++;
        var device = Objects.requireNonNull(iq.from());
        var payload = Objects.requireNonNull(iq.payload());
        boolean isSet = iq.type().equals("set");
        partition.later(this, site.archive.answer(name, jid, payload, isSet, device, after, instead), (page, fault) -> {
            archiveQueries--;
            if (page == null) {
                refuse(iq, UNREADABLE);
                return;
            }
            var owner = site.ownerOf(device);
            if (owner == null) return;
            partition.departKept(new Rendered(owner, device, page.messages()));
            switch (page.reply()) {
                case Reply.Failure failure -> refuse(iq, failure.error());
                case Reply.Result result -> send(iq.result(result.payload()));
                case Reply.Followed followed -> send(iq.result(followed.payload()));
                case Reply.Later later -> throw new IllegalStateException("an archive answers at once: " + later);
            }
        });
    }

    @Override
    public <T> void later(CompletionStage<T> stage, Consumer<@Nullable T> action) {
        partition.later(this, stage, (value, fault) -> action.accept(value));
    }

    @Override
    public void after(long delayMillis, Runnable action) {
        partition.timer(this, delayMillis, now -> action.run());
    }
}
