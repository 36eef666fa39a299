package im.kith.server.account;

import im.kith.server.feature.Features;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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

    Site(
            Settings settings,
            Store store,
            Features features,
            LongSupplier clock,
            Supplier<String> secrets,
            Neighbours neighbours,
            Tally tally) {
        this.settings = settings;
        this.store = store;
        this.features = features;
        this.clock = clock;
        this.secrets = secrets;
        this.neighbours = neighbours;
        this.tally = tally;
        this.archive = new Archive(store);
        this.server = Objects.requireNonNull(Jid.of(null, settings.domain(), null), "domain");
    }

    /// The way to all partitions, this one included. Thread-safe; never blocks.
    interface Neighbours {
        int partitionOf(String account);

        void post(int partition, Object message);
    }
}
