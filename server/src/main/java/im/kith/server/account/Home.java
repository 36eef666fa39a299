package im.kith.server.account;

import im.kith.server.feature.Shelf;
import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that a [Tenant] has of the world: its address, clock and secrets, its log and shelves, and the way out. To
/// be used on the tenant's thread only, within its methods or the actions that it handed over here.
///
/// Whatever leaves by it, leaves once all that was written before it is on disk, and in the order in which it was
/// sent towards one addressee. So who hears of something can rely on it.
public interface Home {

    /// The tenant's address: `room@groups.example.org`, or `groups.example.org`.
    Jid jid();

    /// The server's domain.
    Jid server();

    long nowMillis();

    /// A new string that nobody can guess.
    String secret();

    /// Whether the address is a bare or full one of an account's, that is `local@domain`.
    boolean isAccount(Jid address);

    // ---- the way out -----------------------------------------------------------------------------------------------

    /// Sends a stanza that is not kept; `from` must be the tenant's address or a resource of it. To a full JID of
    /// an account: that device; to a bare one: as RFC 6121 §8.5 says; or to a tenant. False when this server knows
    /// no way.
    boolean send(Stanza stanza);

    /// The same for many at once; each is sent a copy with its address in `to`. Messages reach devices only.
    void broadcast(Stanza stanza, List<Jid> to);

    /// Tells many of an entry of the log, with its id: what was appended for this stanza goes out as it is, and is
    /// not serialised again. Without the devices that get it by [#file], if `filed`.
    void broadcast(Stanza stanza, Entry entry, List<Jid> to, boolean filed);

    /// As [#broadcast], without the devices that get it by [#murmur].
    void broadcastBeside(Stanza stanza, List<Jid> to);

    /// Tells those devices of these accounts that get groups with their stream; not kept.
    void murmur(Stanza stanza, List<Jid> members);

    /// Appends to the log what also goes into the inboxes of these accounts: once and in order, also over a crash,
    /// after which [Tenant#recipients] says for whom it was. If `archived`, [#answerFromArchive] shows it. The
    /// devices of `author` are not woken. `filed` runs when all have it, unless there was a crash meanwhile. Pass
    /// the same list as long as it holds the same.
    Entry file(
            Stanza stanza,
            Body body,
            String peer,
            long key,
            List<Jid> members,
            @Nullable Jid author,
            boolean archived,
            Runnable filed);

    /// Sends entries of the log to one device, each with its id and when it was said (XEP-0203), from the tenant.
    void replay(List<Entry> entries, Jid device);

    /// How many characters [#replay] makes of the entry, about; never fewer.
    int replayedChars(Entry entry, Jid device);

    /// Sends a stanza that survives a crash until the other side has handled it. If it is refused there,
    /// [Tenant#returned] hears of it.
    boolean sendDurably(Stanza stanza);

    /// Sends back an error unless the stanza is itself an answer. If its sender was promised that it is kept, the
    /// error is kept in its stead. For the stanza that is arriving, or an older one that promised nothing.
    void refuse(Stanza stanza, StanzaError error);

    // ---- what is on disk -------------------------------------------------------------------------------------------

    /// Appends to the log and answers the entry, whose number identifies it ([#id]). If `archived` it belongs to what
    /// [#answerFromArchive] shows: a message without `to`. `peer` and `key` can be searched by; see [Entry].
    Entry append(Body body, boolean archived, String peer, long key);

    /// The entry's id as the archive tells it (XEP-0359).
    String id(Entry entry);

    /// The number of an entry by its id, or -1 for none.
    long seqOf(String id);

    CompletionStage<List<Entry>> read(Scan scan);

    /// Lets go all entries up to this number, but none that waits to be handed over.
    void trim(long upTo);

    /// Deletes all hot rows and all entries. Numbers go on where they were.
    void clear();

    /// One of [Service#hotShelves].
    Shelf shelf(String name);

    /// Reads a row of another shelf, null if absent.
    CompletionStage<byte @Nullable []> coldRow(String shelf, String key);

    CompletionStage<SortedMap<String, byte[]>> coldShelf(String shelf);

    /// Writes a row of another shelf; null deletes it.
    void putCold(String shelf, String key, byte @Nullable [] value);

    /// XEP-0313: answers an iq to the tenant's archive, a query or a question about it; the tenant has decided that
    /// its sender may ask, and that it sees entries after `after` only; `instead` are shown for what was taken
    /// back, by number.
    void answerFromArchive(Stanza iq, long after, Map<Long, Body> instead);

    // ---- later -----------------------------------------------------------------------------------------------------

    /// Runs `action` with what the stage answers, null if it failed. Other things may arrive meanwhile.
    <T> void later(CompletionStage<T> stage, Consumer<@Nullable T> action);

    /// Runs `action` after so long, unless the tenant was let go meanwhile.
    void after(long delayMillis, Runnable action);
}
