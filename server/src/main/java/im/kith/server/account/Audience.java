package im.kith.server.account;

import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Those whom a tenant or an account speaks to, sorted by the partition that they live in: found out once for a list,
/// not once for each thing that is said.
///
/// Lists are told apart by identity: whoever hands one over makes another one when it holds others.
final class Audience {

    /// Those of one partition: whose address it is, and the addresses, one for one.
    record Part(int partition, List<String> owners, List<Jid> addresses) {}

    private final Site site;
    private List<Jid> sorted = List.of();
    private List<Part> parts = List.of();

    Audience(Site site) {
        this.site = site;
    }

    /// Without those whom this server knows no way to.
    List<Part> of(List<Jid> addresses) {
        if (addresses == sorted) return parts;
        var byPartition = new HashMap<Integer, Part>();
        for (var address : addresses) {
            var owner = site.ownerOf(address);
            if (owner == null) continue;
            var part = byPartition.computeIfAbsent(
                    site.neighbours.partitionOf(owner),
                    partition -> new Part(partition, new ArrayList<>(4), new ArrayList<>(4)));
            part.owners.add(owner);
            part.addresses.add(address);
        }
        sorted = addresses;
        parts = List.copyOf(byPartition.values());
        return parts;
    }
}
