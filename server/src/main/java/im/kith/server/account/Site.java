package im.kith.server.account;

import im.kith.server.feature.Features;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a partition needs of the world around it; a simulation passes its own.
///
/// @param clock milliseconds since 1970
/// @param secrets unguessable strings, for stream ids and resources
final class Site {

    final Settings settings;
    final Store store;
    final Features features;
    final LongSupplier clock;
    final Supplier<String> secrets;
    final Neighbours neighbours;
    final Tally tally;
    final Archive archive;
    final Jid server;
    final Removals removals = new Removals();
    /// By host.
    private final Map<String, Service> services;

    Site(
            Settings settings,
            Store store,
            Features features,
            LongSupplier clock,
            Supplier<String> secrets,
            Neighbours neighbours,
            Tally tally,
            List<? extends Service> services) {
        this.settings = settings;
        this.store = store;
        this.features = features;
        this.clock = clock;
        this.secrets = secrets;
        this.neighbours = neighbours;
        this.tally = tally;
        this.archive = new Archive(store);
        this.server = Objects.requireNonNull(Jid.of(null, settings.domain(), null), "domain");
        var byHost = new HashMap<String, Service>();
        for (var service : services) {
            var host = Jid.of(null, service.label() + "." + settings.domain(), null);
            if (host == null || byHost.put(host.domain(), service) != null) {
                throw new IllegalArgumentException("no service can be hosted at " + service.label());
            }
        }
        this.services = Map.copyOf(byHost);
    }

    /// The name of the resident that `address` belongs to, or null when it belongs to none of this server's: an
    /// account's local part; for a service's address the whole of it, with its `@` in any case, which no local part
    /// has.
    @Nullable
    String ownerOf(Jid address) {
        var local = address.local();
        if (address.domain().equals(settings.domain())) return local;
        if (!services.containsKey(address.domain())) return null;
        return (local == null ? "" : local) + "@" + address.domain();
    }

    /// The shelves by which owners are found whose logs are visited once a day: those of accounts come first.
    List<String> visited() {
        var shelves = new ArrayList<String>();
        shelves.add(Orders.CREDENTIALS);
        for (var service : services.values()) {
            var shelf = service.visitedBy();
            if (shelf != null) shelves.add(shelf);
        }
        return shelves;
    }

    /// Whether the address is of one of this server's services.
    boolean isOfService(Jid address) {
        return services.containsKey(address.domain());
    }

    /// The resident of that name, not loaded yet.
    Resident resident(String name, Partition partition) {
        int at = name.lastIndexOf('@');
        var service = at < 0 ? null : services.get(name.substring(at + 1));
        if (service == null) return new Account(name, partition);
        var local = at == 0 ? null : name.substring(0, at);
        var jid = Objects.requireNonNull(Jid.of(local, name.substring(at + 1), null), name);
        return new Tenancy(name, jid, service, partition);
    }

    /// The way to all partitions, this one included. Thread-safe; never blocks.
    interface Neighbours {
        int partitionOf(String owner);

        void post(int partition, Object message);
    }
}
