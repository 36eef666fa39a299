package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.List;

/// What a tenant writes into the inboxes of its members: one [Fanout.Share] per partition, and the entry pending
/// until all of them are on disk.
final class Outflow {

    private final Resident tenancy;
    /// Of the members.
    final Audience audience;

    Outflow(Resident tenancy) {
        this.tenancy = tenancy;
        this.audience = new Audience(tenancy.site);
    }

    /// Hands out what was appended; pending, unless there is nobody to hand it to.
    void file(Fanout fanout, List<Audience.Part> parts) {
        if (parts.isEmpty()) fanout.filed.run();
        else fanOut(fanout, parts);
    }

    /// After a crash: whoever has not got it gets it.
    void again(Entry entry, Stanza stanza, List<Jid> members) {
        var parts = audience.of(members);
        if (parts.isEmpty()) tenancy.partition.turn().commit.settle(tenancy.name, entry.seq());
        else fanOut(new Fanout(tenancy.name, entry, stanza, null, true, () -> {}), parts);
    }

    private void fanOut(Fanout fanout, List<Audience.Part> parts) {
        fanout.open = parts.size();
        for (var part : parts) {
            tenancy.partition.depart(new Fanout.Share(fanout, part.partition(), part.owners()));
        }
    }

    /// One share of it is on disk; true if it was the last.
    boolean filed(Fanout fanout) {
        if (--fanout.open > 0) return false;
        tenancy.partition.turn().commit.settle(tenancy.name, fanout.entry.seq());
        return true;
    }

    void murmur(Stanza stanza, List<Jid> members) {
        var bytes = XmlWriter.toBytes(stanza.withTo(null).element(), Stanza.CLIENT);
        for (var part : audience.of(members)) {
            tenancy.partition.murmur(part.partition(), new Fanout.Murmur(bytes, part.owners()));
        }
    }

    /// An entry of the log as it was filed.
    Stanza stanza(Entry entry) {
        try {
            var element = XmlReader.parseDocument(Splice.document(entry.body().bytes()), XmlReader.Limits.OWN);
            return Stanza.of(Stanza.Kind.MESSAGE, Jid.parse(element.attribute("from", "")), null, element);
        } catch (XmlException damaged) {
            throw new IllegalStateException("entry " + entry.seq() + " of " + tenancy.name + " can't be read", damaged);
        }
    }
}
