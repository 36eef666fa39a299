package im.kith.server.account;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Visits every account once a day, and what services have, so that entries leave the log when they are older than
/// `inbox.keep`, also of people who never come; features let go then what they keep for a time only. A few at a time; a
/// visit costs one read, and a write if something goes.
final class Expiry {

    static final Duration STEP = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int OWNERS_PER_STEP = 50;
    private static final long FIRST_MILLIS = 10 * 60 * 1000L;
    private static final long EVERY_MILLIS = 24 * 60 * 60 * 1000L;

    private final Site site;
    /// By which owners are found.
    private final List<String> shelves;

    private int shelf;
    private String after = "";
    private long nextPassMillis;
    private boolean waiting;

    Expiry(Site site) {
        this.site = site;
        shelves = site.visited();
        nextPassMillis = site.clock.getAsLong() + FIRST_MILLIS;
    }

    /// The next few owners, if a pass is due or under way and the last step is done. From one thread at a time.
    synchronized void step() {
        if (waiting || site.clock.getAsLong() < nextPassMillis) return;
        waiting = true;
        site.store.ownersWith(shelves.get(shelf), after, OWNERS_PER_STEP).whenComplete((owners, fault) -> {
            if (owners == null) {
                LOG.warn("The owners of logs could not be listed to let old entries go; tried again", fault);
                stepped(after, false);
                return;
            }
            for (var owner : owners) {
                site.neighbours.post(site.neighbours.partitionOf(owner), new Partition.Call(owner, this::visit));
            }
            boolean last = owners.size() < OWNERS_PER_STEP;
            stepped(last ? "" : owners.getLast(), last);
        });
    }

    private void visit(Resident resident) {
        switch (resident) {
            case Account account -> {
                // With nothing to be kept, entries go as soon as they are taken.
                if (site.settings.inboxKeepMillis() > 0) account.devices.cursors.expire();
                if (!account.exists()) return;
                for (var visitor : site.features.visitors()) visitor.visit(account);
            }
            case Tenancy tenancy -> tenancy.expire();
            default -> {}
        }
    }

    private synchronized void stepped(String reached, boolean shelfDone) {
        after = reached;
        waiting = false;
        if (!shelfDone) return;
        shelf = (shelf + 1) % shelves.size();
        if (shelf == 0) nextPassMillis = site.clock.getAsLong() + EVERY_MILLIS;
    }
}
