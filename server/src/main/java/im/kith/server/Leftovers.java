package im.kith.server;

import im.kith.server.account.Removals;
import im.kith.server.auth.ServerShelf;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Clears away what is kept of removed accounts outside of them: each part is asked in turn, and the name is crossed
/// out once all are done. What a crash or a fault has left is done at the next start.
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final ServerShelf shelf;
    private final List<Function<String, CompletionStage<Void>>> parts;

    Leftovers(ServerShelf shelf, List<Function<String, CompletionStage<Void>>> parts) {
        this.shelf = shelf;
        this.parts = List.copyOf(parts);
    }

    /// What an earlier life has left; done before accounts of the same names can be made.
    CompletionStage<Void> clearAll() {
        return shelf.rows(Removals.SHELF).thenCompose(rows -> {
            CompletionStage<Void> done = CompletableFuture.completedStage(null);
            for (var account : rows.keySet()) done = done.thenCompose(_ -> clear(account));
            return done;
        });
    }

    CompletionStage<Void> clear(String account) {
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        for (var part : parts) done = done.thenCompose(_ -> part.apply(account));
        return done.thenCompose(_ -> shelf.put(Removals.SHELF, account, null)).exceptionally(fault -> {
            LOG.warn("What is left of a removed account will be cleared at the next start", fault);
            return null;
        });
    }
}
