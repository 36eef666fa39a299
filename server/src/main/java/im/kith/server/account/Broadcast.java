package im.kith.server.account;

import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import java.util.List;

/// One stanza on its way to many, from a tenant to who is there or from an account to its contacts: serialised once,
/// without `to`, which is spliced in for each of them. It is not kept; a copy that finds nobody is answered as if it
/// had been sent alone. Shared between partitions; immutable from outside.
final class Broadcast {

    /// What goes to the residents of one partition, in one message. Each gets all of it before the next gets any, since
    /// what is known of somebody is best looked at once.
    record Copies(List<Broadcast> broadcasts, Audience.Part to) implements Departure {
        @Override
        public int partition(Site.Neighbours neighbours) {
            return to.partition();
        }
    }

    static final int OPEN_MESSAGE = "<message".length();

    /// Has no `to`.
    final Stanza stanza;

    private final byte[] bytes;
    /// Whether devices that get groups with their stream get it by that, and not by this.
    final boolean filed;
    /// Whether it is for devices only, and so for nobody whose account is not in memory: that has none.
    final boolean fleeting;

    private final boolean forOne;
    private final boolean news;
    private final boolean probe;

    Broadcast(Stanza stanza, boolean filed) {
        this(stanza.withTo(null), XmlWriter.toBytes(stanza.withTo(null).element(), Stanza.CLIENT), filed, false);
    }

    /// What an account sends.
    static Broadcast ofAccount(Stanza stanza, boolean fleeting) {
        var plain = stanza.withTo(null);
        return new Broadcast(plain, XmlWriter.toBytes(plain.element(), Stanza.CLIENT), false, fleeting);
    }

    /// What a device shows; `bytes` are the presence, whose element needs no addresses.
    static Broadcast ofDevice(Stanza presence, byte[] bytes) {
        return new Broadcast(presence, bytes, false, true);
    }

    /// `bytes` are the stanza, without `to` and perhaps with more in it.
    Broadcast(Stanza stanza, byte[] bytes, boolean filed) {
        this(stanza, bytes, filed, false);
    }

    private Broadcast(Stanza stanza, byte[] bytes, boolean filed, boolean fleeting) {
        this.stanza = stanza;
        this.bytes = bytes;
        this.filed = filed;
        this.fleeting = fleeting;
        this.forOne = stanza.isMessage() && !stanza.type().equals("groupchat");
        this.news = stanza.isPresence() && Presence.isNews(stanza);
        this.probe = stanza.isPresence() && stanza.type().equals("probe");
    }

    /// Whether it says who is there: what the next of its kind makes stale, and nobody answers.
    boolean isNews() {
        return news;
    }

    /// Whether it asks who is there (RFC 6121 §4.3): its address is all that is read of `to`.
    boolean isProbe() {
        return probe;
    }

    /// Whether it is a message that each of them gets as if it had been sent alone.
    boolean isForOne() {
        return forOne;
    }

    /// The stanza as if it had been sent to them alone.
    Stanza alone(Jid to) {
        return Stanza.of(stanza.kind(), stanza.from(), to, stanza.element());
    }

    /// The stanza with that address, but not in its element: for checks, which look at the address that is parsed.
    Stanza addressed(Jid to) {
        return new Stanza(stanza.kind(), stanza.from(), to, stanza.element());
    }

    /// The stanza as `to` is sent it.
    byte[] copy(Jid to) {
        return Splice.addressed(bytes, stanza.kind().label().length() + 1, to);
    }
}
