package im.kith.server.account;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Visits every account once a day, so that entries leave the log when they are older than `inbox.keep`, also of
/// people who never come. A few accounts at a time; a visit costs one read, and a write if something goes.
final class Expiry {

    static final Duration STEP = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int ACCOUNTS_PER_STEP = 50;
    private static final long FIRST_MILLIS = 10 * 60 * 1000L;
    private static final long EVERY_MILLIS = 24 * 60 * 60 * 1000L;

    private final Site site;
    private String after = "";
    private long nextPassMillis;
    private boolean waiting;

    Expiry(Site site) {
        this.site = site;
        nextPassMillis = site.clock.getAsLong() + FIRST_MILLIS;
    }

    /// The next few accounts, if a pass is due or under way and the last step is done. From one thread at a time.
    synchronized void step() {
        if (waiting || site.settings.inboxKeepMillis() == 0 || site.clock.getAsLong() < nextPassMillis) return;
        waiting = true;
        site.store.ownersWith(Orders.CREDENTIALS, after, ACCOUNTS_PER_STEP).whenComplete((owners, fault) -> {
            if (owners == null) {
                LOG.warn("The accounts could not be listed to let old entries go; tried again", fault);
                stepped(after, false);
                return;
            }
            for (var owner : owners) {
                var visit = new Partition.Call(owner, resident -> {
                    if (resident instanceof Account account) account.devices.cursors.expire();
                });
                site.neighbours.post(site.neighbours.partitionOf(owner), visit);
            }
            boolean last = owners.size() < ACCOUNTS_PER_STEP;
            stepped(last ? "" : owners.getLast(), last);
        });
    }

    private synchronized void stepped(String reached, boolean passDone) {
        after = reached;
        waiting = false;
        if (passDone) nextPassMillis = site.clock.getAsLong() + EVERY_MILLIS;
    }
}
