package im.kith.server.account;

import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a tenant writes into the inboxes of its members: one [Fanout.Share] per partition, and the entry pending until
/// all of them are on disk.
final class Outflow {

    private final Resident tenancy;
    /// Whose list the plan is.
    private List<Jid> planned = List.of();
    /// The names of the members' accounts, by partition.
    private Map<Integer, List<String>> plan = Map.of();

    Outflow(Resident tenancy) {
        this.tenancy = tenancy;
    }

    private Map<Integer, List<String>> plan(List<Jid> members) {
        if (members == planned) return plan;
        var site = tenancy.site;
        var made = new HashMap<Integer, List<String>>();
        for (var member : members) {
            var owner = member.domain().equals(site.settings.domain()) ? member.local() : null;
            if (owner == null) continue;
            made.computeIfAbsent(site.neighbours.partitionOf(owner), partition -> new ArrayList<>(4))
                    .add(owner);
        }
        planned = members;
        plan = made;
        return made;
    }

    Entry file(
            Stanza stanza, Body body, String peer, long key, List<Jid> members, @Nullable Jid author, Runnable filed) {
        boolean any = !plan(members).isEmpty();
        var head = Filed.head(null, new int[0], 0);
        var entry = tenancy.append(Filed.ARCHIVED | Filed.GROUP, peer, key, head, body, any, null);
        if (any) fanOut(new Fanout(tenancy.name, entry, stanza, author, false, filed), members);
        else filed.run();
        return entry;
    }

    /// After a crash: whoever has not got it gets it.
    void again(Entry entry, Stanza stanza, List<Jid> members) {
        if (plan(members).isEmpty()) tenancy.partition.turn().commit.settle(tenancy.name, entry.seq());
        else fanOut(new Fanout(tenancy.name, entry, stanza, null, true, () -> {}), members);
    }

    private void fanOut(Fanout fanout, List<Jid> members) {
        var shares = plan(members);
        fanout.open = shares.size();
        shares.forEach((partition, owners) -> tenancy.partition.depart(new Fanout.Share(fanout, partition, owners)));
    }

    /// One share of it is on disk; true if it was the last.
    boolean filed(Fanout fanout) {
        if (--fanout.open > 0) return false;
        tenancy.partition.turn().commit.settle(tenancy.name, fanout.entry.seq());
        return true;
    }

    void murmur(Stanza stanza, List<Jid> members) {
        var bytes = XmlWriter.toBytes(stanza.withTo(null).element(), Stanza.CLIENT);
        plan(members)
                .forEach((partition, owners) -> tenancy.partition.murmur(partition, new Fanout.Murmur(bytes, owners)));
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
