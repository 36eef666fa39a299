package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.List;

/// What a [Service] has at one address: a room, or the service itself. Called by its [Home], on one thread at a
/// time and never while another of its methods runs: what it sends to itself, or what others answer at once, comes
/// after.
///
/// An exception that leaves a method drops the tenant from memory; whoever comes next finds it made anew from what
/// is on disk. What the failed call had already sent or written stays.
public interface Tenant {

    /// What is on disk is there: the hot shelves, and the newest entries of the log, oldest first, as many as
    /// [Service#entriesAtWaking] asks for. Before anything else.
    void awake(List<Entry> newest);

    /// A stanza to the tenant's address or to a resource of it. `from` is an address of this server, checked.
    ///
    /// A message that its sender was promised to be kept is done with once this returns, together with all that was
    /// written and sent durably meanwhile, unless [Home#refuse] sent it back. It does not come twice.
    /// An iq of type `get` or `set` has exactly one child; the tenant must answer it, at once or later.
    void arrived(Stanza stanza);

    /// The same for a message that was accepted from its sender before a crash. What was known of the sender only in
    /// memory is gone by now; it was promised that the message is handled nevertheless.
    default void arrivedAgain(Stanza stanza) {
        arrived(stanza);
    }

    /// The error that came back for what was sent by [Home#sendDurably].
    default void returned(Stanza error) {}

    /// Into whose inboxes an entry was to go ([Home#file]). Asked after a crash, before anything arrives.
    default List<Jid> recipients(Entry entry, Stanza stanza) {
        return List.of();
    }

    /// Whether what was filed for members was for this one, who was one then: not so if it was for one other only.
    default boolean isFor(Jid member, Entry entry, Stanza stanza) {
        return true;
    }

    /// What was filed for the account was not taken: there is no such account, or it `declined` to be made a member.
    default void parted(Jid account, boolean declined) {}

    /// Entries up to this number are too old and go.
    default void expired(long upTo) {}

    /// Whether it must stay in memory because it knows what the disk does not, such as who is present.
    boolean isNeeded();

    /// The server ends in order: the last chance to tell those who are present.
    default void ending() {}

    /// It is dropped from memory after a fault in [#arrived] or in one of its own actions: the last chance to tell
    /// those who are present.
    default void dropped() {}
}
