package im.kith.server.account;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.store.disk.DiskStore;
import im.kith.store.disk.Options;
import im.kith.store.sim.SimCrash;
import im.kith.store.sim.SimDisk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/// A server in one thread: the real partitions, accounts and store over a simulated disk, driven by a seed. Whatever
/// may happen in any order in the real one happens here in an order that the seed chooses.
final class SimWorld {

    static final String DOMAIN = "sim.test";
    private static final int PARTITIONS = 2;

    final Random random;
    final SimDisk disk;
    final List<String> log = new ArrayList<>();
    long nowMillis = 1_800_000_000_000L;
    private final Settings settings;
    private DiskStore store;
    private Site site;
    private final List<ArrayDeque<Object>> mailboxes = new ArrayList<>();
    private final List<Partition> partitions = new ArrayList<>();
    private long secrets;
    /// Counts the lives of the process; what was told to an earlier life is void.
    int life;

    private final List<? extends Service> services;
    private final Features features;

    SimWorld(long seed, long keepMillis) {
        this(seed, keepMillis, List.of());
    }

    SimWorld(long seed, long keepMillis, List<? extends Service> services) {
        this(seed, keepMillis, services, List.of());
    }

    /// One in which an inbox holds no more than so many entries that nobody has taken.
    SimWorld(long seed, long keepMillis, int inboxLimit, List<? extends Service> services) {
        this(seed, keepMillis, inboxLimit, services, Features.of(List.of()));
    }

    SimWorld(long seed, long keepMillis, List<? extends Service> services, List<? extends Feature> features) {
        this(seed, keepMillis, services, Features.of(features));
    }

    SimWorld(long seed, long keepMillis, List<? extends Service> services, Features features) {
        this(seed, keepMillis, Settings.defaults(DOMAIN).inboxLimit(), services, features);
    }

    private SimWorld(long seed, long keepMillis, int inboxLimit, List<? extends Service> services, Features features) {
        this.services = services;
        this.features = features;
        random = new Random(seed);
        disk = new SimDisk(new Random(seed ^ 0x5eed));
        var defaults = Settings.defaults(DOMAIN);
        settings = new Settings(
                DOMAIN,
                keepMillis,
                inboxLimit,
                defaults.resumeWindowMillis(),
                defaults.deviceKeepMillis(),
                defaults.silenceMillis(),
                PARTITIONS);
        start();
    }

    private void start() {
        store = DiskStore.byHand(
                disk,
                disk.rows(),
                Options.DEFAULTS.withSegmentBytes(16 << 10).withFreeBytesFloor(0),
                random.nextLong(),
                () -> nowMillis * 1_000_000);
        mailboxes.clear();
        partitions.clear();
        var neighbours = new Site.Neighbours() {
            private final int mine = life;

            @Override
            public int partitionOf(String account) {
                return Math.floorMod(account.hashCode(), PARTITIONS);
            }

            @Override
            public void post(int partition, Object message) {
                if (mine == life) mailboxes.get(partition).add(message);
            }
        };
        site = new Site(
                settings,
                store,
                features,
                () -> nowMillis,
                () -> "secret-" + secrets++ + "-" + random.nextInt(1 << 30),
                neighbours,
                new Tally(),
                services);
        for (int i = 0; i < PARTITIONS; i++) mailboxes.add(new ArrayDeque<>());
        for (int i = 0; i < PARTITIONS; i++) partitions.add(new Partition(i, site));
        for (int i = 0; i < PARTITIONS; i++) {
            int number = i;
            partitions
                    .get(i)
                    .handOverAgain(store.pendingAtOpen().stream()
                            .filter(pending -> neighbours.partitionOf(pending.owner()) == number)
                            .toList());
        }
    }

    /// How often a resident was dropped from memory for a fault of ours, in this life of the process.
    long dropped() {
        return site.tally.dropped.sum();
    }

    /// A blow of fate, or luck.
    void strike() {
        switch (random.nextInt(8)) {
            case 0 -> crash(false);
            case 1 -> crash(true);
            case 2 -> disk.crashAfter(1 + random.nextInt(10));
            case 3 -> disk.failWrites(1 + random.nextInt(3));
            case 4 -> disk.failForces(1 + random.nextInt(2));
            case 5 -> disk.failRows(1);
            default -> {}
        }
    }

    /// The process dies; `power` also loses what was not forced.
    void crash(boolean power) {
        log.add(power ? "POWER CUT" : "KILL -9");
        life++;
        // Opening on a disk that refuses is refused; that is not what is tested here.
        disk.failWrites(0);
        disk.failForces(0);
        disk.failRows(0);
        if (power) disk.powerCut();
        else disk.restart();
        start();
    }

    void tell(String account, Event event) {
        int partition = Math.floorMod(account.hashCode(), PARTITIONS);
        mailboxes.get(partition).add(event);
    }

    void create(String account) {
        var made = new CompletableFuture<Boolean>();
        int partition = Math.floorMod(account.hashCode(), PARTITIONS);
        mailboxes.get(partition).add(new Partition.Ask<>(account, new Request.Create(new byte[] {1}), made));
        settle();
        if (!Boolean.TRUE.equals(made.getNow(false))) throw new AssertionError("no account " + account);
    }

    /// Writes a row of one of the account's hot shelves.
    void put(String account, String shelf, String key, String value) {
        mailboxes
                .get(partitionOf(account))
                .add(new Partition.Ask<>(
                        account,
                        new Request.PutHotRow(shelf, key, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        new CompletableFuture<>()));
        settle();
    }

    /// One step of the server: some partition takes a batch, or the store does some work, or time passes.
    void step() {
        try {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> runPartition(random.nextInt(PARTITIONS));
                case 4, 5 -> store.runOnce();
                case 6 -> nowMillis += random.nextInt(20);
                default -> {
                    nowMillis += random.nextInt(3000);
                    for (var mailbox : mailboxes) mailbox.add(Partition.Tick.TICK);
                }
            }
        } catch (SimCrash died) {
            crash(random.nextBoolean());
        }
    }

    private boolean runPartition(int number) {
        var mailbox = mailboxes.get(number);
        if (mailbox.isEmpty()) return false;
        var batch = new ArrayList<Object>();
        int size = 1 + random.nextInt(mailbox.size());
        for (int i = 0; i < size; i++) batch.add(mailbox.remove());
        partitions.get(number).run(batch);
        return true;
    }

    /// Runs until nothing is left to do.
    void settle() {
        for (int round = 0; round < 100_000; round++) {
            boolean worked = false;
            for (int i = 0; i < PARTITIONS; i++) worked |= runPartition(i);
            worked |= store.runOnce();
            if (!worked) return;
        }
        throw new AssertionError("the server does not come to rest");
    }

    /// The same, but only the partition of this owner does anything, and the store.
    void settleOnly(String owner) {
        while (runPartition(partitionOf(owner)) | store.runOnce()) {
            // Until both are idle.
        }
    }

    /// The rows of a shelf as they are on disk.
    SortedMap<String, byte[]> shelf(String owner, String shelf) {
        var found = store.shelf(owner, shelf).toCompletableFuture();
        settle();
        return found.join();
    }

    boolean isInMemory(String owner) {
        return partitions.get(partitionOf(owner)).isInMemory(owner);
    }

    static int partitionOf(String owner) {
        return Math.floorMod(owner.hashCode(), PARTITIONS);
    }

    /// Runs [Expiry] until it has been everywhere.
    void visitAll() {
        var expiry = new Expiry(site);
        nowMillis += 11 * 60_000;
        for (int i = 0; i < 20; i++) {
            expiry.step();
            settle();
        }
    }

    void end() {
        for (var mailbox : mailboxes) mailbox.add(new Partition.Ending(true, () -> {}));
        settle();
    }

    void pass(long millis) {
        nowMillis += millis;
        for (var mailbox : mailboxes) mailbox.add(Partition.Tick.TICK);
        settle();
    }
}
