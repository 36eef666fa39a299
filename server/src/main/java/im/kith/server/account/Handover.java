package im.kith.server.account;

import im.kith.store.Body;
import im.kith.store.Store;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import org.jspecify.annotations.Nullable;

/// A stanza on its way from one account to another.
///
/// `pending` names the sender's log entry that waits to be confirmed; null when the stanza is not kept (or comes from
/// the server itself). The serialised form is made once and shared by both logs and all devices.
final class Handover implements Departure {

    final String to;
    final Stanza stanza;
    final Store.@Nullable Pending pending;
    /// The addressee's own pending entry that this error answers and settles, or null.
    final Store.@Nullable Pending answers;
    /// Whether the sender's log had it from before the sender was loaded: after a crash.
    final boolean again;

    /// When what caused it came in from a connection, by the process's monotonic clock; 0 if unknown.
    long arrivedNanos;

    private @Nullable Body body;

    /// A message that was acknowledged comes back: its error is kept in its stead.
    Handover(String to, Stanza error, Store.@Nullable Pending answers) {
        this.to = to;
        this.stanza = error;
        this.pending = null;
        this.answers = answers;
        this.again = false;
    }

    Handover(String to, Stanza stanza, Store.@Nullable Pending pending, @Nullable Body body) {
        this(to, stanza, pending, body, false);
    }

    private Handover(String to, Stanza stanza, Store.@Nullable Pending pending, @Nullable Body body, boolean again) {
        this.to = to;
        this.stanza = stanza;
        this.pending = pending;
        this.answers = null;
        this.body = body;
        this.again = again;
    }

    /// What was kept before a crash and never confirmed goes out again.
    static Handover again(String to, Stanza stanza, Store.Pending pending, Body body) {
        return new Handover(to, stanza, pending, body, true);
    }

    @Override
    public int partition(Site.Neighbours neighbours) {
        return neighbours.partitionOf(to);
    }

    Body body() {
        var made = body;
        if (made == null) {
            made = new Body(XmlWriter.toBytes(stanza.element(), Stanza.CLIENT));
            body = made;
        }
        return made;
    }
}
