package im.kith.server.account;

import com.typesafe.config.ConfigFactory;
import im.kith.server.feature.Features;
import im.kith.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ObjLongConsumer;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.dispatch.ExecutionContexts;

/// The directory of a node: partitions as entities of Pekko Cluster Sharding, here a cluster of one.
///
/// An account belongs to the partition that its name hashes to; the number of partitions must not change while the
/// cluster
/// runs. A message to a partition costs one queue and, per batch, one tell to its actor: the shard region is asked
/// only to bring a partition to life.
public final class ShardedDirectory implements Directory, AutoCloseable {

    private static final EntityTypeKey<PartitionActor.Command> PARTITION =
            EntityTypeKey.create(PartitionActor.Command.class, "partition");
    private static final Duration TICK = Duration.ofMillis(500);
    /// What never takes so long unless it hangs.
    private static final int HANGS_SECONDS = 60;

    private final ActorSystem<Void> system;
    private final PartitionActor.Mailbox[] mailboxes;
    private final Partition[] partitions;
    private final Tally tally = new Tally();
    private final Expiry expiry;
    private final Removals removals;

    private ShardedDirectory(
            Settings settings,
            Store store,
            Features features,
            List<? extends Service> services,
            ActorSystem<Void> system) {
        this.system = system;
        int count = settings.partitions();
        mailboxes = new PartitionActor.Mailbox[count];
        partitions = new Partition[count];
        var random = new SecureRandom();
        var site = new Site(
                settings,
                store,
                features,
                System::currentTimeMillis,
                () -> secret(random),
                new Local(),
                tally,
                services);
        expiry = new Expiry(site);
        removals = site.removals;
        for (int i = 0; i < count; i++) {
            mailboxes[i] = new PartitionActor.Mailbox();
            partitions[i] = new Partition(i, site);
        }
    }

    /// Starts the cluster of one and all its partitions, which run on `threads` and never block them; what was pending
    /// in the store is handed over again. Services at subdomains must be among the features too.
    ///
    /// @throws IllegalStateException if the partitions do not come up within a minute
    public static ShardedDirectory start(
            Settings settings, Store store, Features features, List<? extends Service> services, Executor threads) {
        // A name that nobody can guess: whoever reaches the node-to-node port can't speak to a system whose name it
        // does
        // not know.
        var name = "kith-" + secret(new SecureRandom()).replace('_', 'x');
        var setup = BootstrapSetup.create(ConfigFactory.load("cluster"))
                .withDefaultExecutionContext(ExecutionContexts.fromExecutor(threads));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), name, setup);
        var directory = new ShardedDirectory(settings, store, features, services, system);
        directory.open(store.pendingAtOpen());
        return directory;
    }

    private void open(List<Store.Pending> pending) {
        var cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        var opened = new CountDownLatch(partitions.length);
        var byPartition = new ArrayList<List<Store.Pending>>();
        for (int i = 0; i < partitions.length; i++) byPartition.add(new ArrayList<>());
        for (var one : pending) byPartition.get(partitionOf(one.owner())).add(one);
        var region = ClusterSharding.get(system).init(Entity.of(PARTITION, context -> {
            int number = Integer.parseInt(context.getEntityId());
            return PartitionActor.behavior(partitions[number], mailboxes[number], () -> {
                partitions[number].handOverAgain(byPartition.get(number));
                opened.countDown();
            });
        }));
        for (int i = 0; i < partitions.length; i++) {
            region.tell(new ShardingEnvelope<>(Integer.toString(i), PartitionActor.Open.OPEN));
        }
        try {
            if (!opened.await(HANGS_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the partitions did not start within " + HANGS_SECONDS + " seconds", new TimeoutException());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", interrupted);
        }
        system.scheduler().scheduleAtFixedRate(TICK, TICK, this::tick, system.executionContext());
        system.scheduler().scheduleAtFixedRate(Expiry.STEP, Expiry.STEP, expiry::step, system.executionContext());
    }

    private void tick() {
        for (var mailbox : mailboxes) mailbox.post(Partition.Tick.TICK);
    }

    @Override
    public Inlet inlet() {
        return new LoopInlet(this);
    }

    @Override
    public <T> CompletionStage<T> ask(String account, Request<T> request) {
        var answer = new CompletableFuture<T>();
        post(partitionOf(account), new Partition.Ask<>(account, request, answer));
        return answer;
    }

    /// Who hears of accounts that are removed.
    public Removals removals() {
        return removals;
    }

    /// Counters since the start.
    public Tally tally() {
        return tally;
    }

    /// Messages waiting for each partition.
    public int[] mailboxLengths() {
        var lengths = new int[mailboxes.length];
        for (int i = 0; i < lengths.length; i++) lengths[i] = mailboxes[i].length();
        return lengths;
    }

    /// How many events wait for the account that had most waiting lately, per partition that has one.
    public void laggingAccounts(ObjLongConsumer<String> each) {
        for (var partition : partitions) {
            var lag = partition.lagging();
            if (lag != null) each.accept(lag.account(), lag.waiting());
        }
    }

    int partitionOf(String account) {
        int hash = account.hashCode() * 0x9E3779B9;
        return Math.floorMod(hash ^ hash >>> 16, mailboxes.length);
    }

    void post(int partition, Object message) {
        mailboxes[partition].post(message);
    }

    int partitionCount() {
        return mailboxes.length;
    }

    private static String secret(SecureRandom random) {
        var bytes = new byte[15];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The server is about to end: tells who is in a room. Returns when they have been told, or when the time is over.
    public void sayGoodbye(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        // Once from the rooms to the accounts, and once from there to the devices.
        for (var tells : List.of(true, false)) {
            var said = new CountDownLatch(mailboxes.length);
            for (int i = 0; i < mailboxes.length; i++) post(i, new Partition.Ending(tells, said::countDown));
            try {
                if (!said.await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) return;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Stops the partitions; what they have submitted is the store's to keep.
    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(HANGS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception slow) {
            throw new IllegalStateException("the partitions did not stop within " + HANGS_SECONDS + " seconds", slow);
        }
    }

    private final class Local implements Site.Neighbours {
        @Override
        public int partitionOf(String account) {
            return ShardedDirectory.this.partitionOf(account);
        }

        @Override
        public void post(int partition, Object message) {
            ShardedDirectory.this.post(partition, message);
        }
    }
}
