package im.kith.server.account;

import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import java.util.List;

/// One stanza on its way to many: serialised once, without `to`, which is spliced in for each of them. It is not
/// kept; a copy that finds nobody is answered as if it had been sent alone. Shared between partitions; immutable
/// from outside.
final class Broadcast {

    /// What goes to the residents of one partition, in one message.
    record Copies(Broadcast broadcast, List<Jid> to) {}

    static final int OPEN_MESSAGE = "<message".length();

    /// Has no `to`.
    final Stanza stanza;

    private final byte[] bytes;

    Broadcast(Stanza stanza) {
        this.stanza = stanza.withTo(null);
        this.bytes = XmlWriter.toBytes(this.stanza.element(), Stanza.CLIENT);
    }

    /// `bytes` are the stanza, without `to` and perhaps with more in it.
    Broadcast(Stanza stanza, byte[] bytes) {
        this.stanza = stanza;
        this.bytes = bytes;
    }

    /// The stanza as `to` is sent it.
    byte[] copy(Jid to) {
        return Splice.addressed(bytes, stanza.kind().label().length() + 1, to);
    }
}
