package im.kith.server.account;

import im.kith.server.pulse.Latency;
import java.util.concurrent.atomic.LongAdder;

/// Counters of the heart, for the pulse. Thread-safe.
public final class Tally {

    /// Messages that devices sent, and what became of them.
    public final LongAdder accepted = new LongAdder();

    /// Entries of accounts' logs that are on disk: two for a message between two accounts.
    public final LongAdder kept = new LongAdder();
    /// Of those entries, a body that several share counted each time.
    public final LongAdder keptBytes = new LongAdder();

    /// Once per receiving device.
    public final LongAdder delivered = new LongAdder();
    /// Re-sent by a client and recognised (XEP-0359 origin-id).
    public final LongAdder repeated = new LongAdder();
    public final LongAdder refused = new LongAdder();

    public final LongAdder iqs = new LongAdder();
    public final LongAdder presences = new LongAdder();
    public final LongAdder binds = new LongAdder();
    public final LongAdder resumes = new LongAdder();
    public final LongAdder resumesRefused = new LongAdder();
    /// Accounts dropped from memory because they threw.
    public final LongAdder dropped = new LongAdder();
    /// From a message's arrival at its connection to its entries being on disk.
    public final Latency keeping = new Latency();
    /// From a message's arrival at its connection to its being handed to a recipient's.
    public final Latency delivering = new Latency();

    /// Turns of partitions that kept something.
    public final LongAdder turns = new LongAdder();
}
