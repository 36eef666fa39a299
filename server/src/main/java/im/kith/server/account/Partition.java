package im.kith.server.account;

import im.kith.store.Journal;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StreamError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns the accounts and other residents that hash to it: takes their messages in batches, one [Turn] per batch,
/// and releases a turn's effects once the store says that its commit is kept. Plain and single-threaded:
/// [PartitionActor] gives it a thread, a simulation drives it by hand. Nothing in it blocks.
final class Partition implements Journal.Listener {

    static final Logger LOG = LoggerFactory.getLogger(Partition.class);
    private static final long IDLE_MILLIS = 5 * 60 * 1000L;

    /// Something to do with a resident, in a turn: a read that was answered, a timer, an operator's order.
    record Call(String owner, Consumer<Resident> action) {}

    /// See [Directory#ask].
    record Ask<T>(String account, Request<T> request, CompletableFuture<T> answer) {}

    /// What one turn of an event loop brought; `nanos` is when, by the process's monotonic clock.
    record Arrivals(List<Event> events, long nanos) {}

    /// The server ends. `said` runs once all has left the partition that came or was said before.
    ///
    /// @param tells whether who is in a room is told now
    record Ending(boolean tells, Runnable said) {}

    private record Kept(long ticket) {}

    private record Stalled(@Nullable String why) {}

    /// Time passed: due timers run.
    enum Tick {
        TICK
    }

    final Site site;
    final int number;
    private final Journal journal;
    private final Map<String, Resident> residents = new HashMap<>();
    private final ArrayDeque<Turn> held = new ArrayDeque<>();
    /// What goes from one of the residents to another.
    private final ArrayDeque<Object> local = new ArrayDeque<>();
    private final Timers timers = new Timers();
    private long lastTicket;
    private long keptTicket;
    private @Nullable String trouble;
    private int waitingMost;
    private volatile @Nullable Lag lagging;
    private Turn turn = new Turn();
    /// When the turn began: time stands still in it.
    private long turnMillis;

    Partition(int number, Site site) {
        this.number = number;
        this.site = site;
        this.journal = site.store.journal(this);
    }

    /// Handles a batch as one turn.
    void run(List<Object> batch) {
        turnMillis = site.clock.getAsLong();
        for (var message : batch) {
            handle(message);
            settle();
        }
        finishTurn();
    }

    /// What residents of this partition sent to each other is handled once who sent it is done: nobody is called
    /// while it is busy, and between two the order is that of sending, as it is between partitions.
    private void settle() {
        for (var next = local.poll(); next != null; next = local.poll()) handle(next);
    }

    private void handle(Object message) {
        switch (message) {
            case Arrivals arrivals -> {
                if (turn.arrivedNanos == 0) turn.arrivedNanos = arrivals.nanos();
                for (var event : arrivals.events()) {
                    handle(event);
                    settle();
                }
            }
            case Event event -> handle(event);
            case Handover handover -> {
                if (turn.arrivedNanos == 0) turn.arrivedNanos = handover.arrivedNanos;
                with(handover.to, resident -> resident.arrived(handover));
            }
            case Broadcast.Copies copies -> overheard(copies);
            case Rendered rendered -> arrived(rendered);
            case Fanout.Share share -> file(share);
            case Fanout.Murmur murmur -> overheard(murmur);
            case Call call -> with(call.owner(), call.action());
            case Ask<?> ask -> ask(ask);
            case Kept kept -> kept(kept);
            case Loaded loaded -> {
                if (residents.get(loaded.resident().name) == loaded.resident())
                    guarded(loaded.resident(), now -> loaded.action().run());
            }
            case Stalled stalled -> trouble = stalled.why();
            case Tick ignored -> tick();
            case Ending ending -> ending(ending);
            default -> LOG.error("a partition does not know {}", message.getClass());
        }
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Arrived arrived -> sessionEvent(arrived.session(), arrived);
            case Event.Nonza nonza -> sessionEvent(nonza.session(), nonza);
            case Event.Malformed malformed -> sessionEvent(malformed.session(), malformed);
            case Event.Writable writable -> sessionEvent(writable.session(), writable);
            case Event.Closed closed -> sessionEvent(closed.session(), closed);
            case Event.Gone gone -> sessionEvent(gone.session(), gone);
            case Event.Bind bind -> withAccount(bind.account(), account -> account.devices.bind(bind));
            case Event.Resume resume ->
                withAccount(resume.account(), account -> account.devices.resumption.resume(resume));
        }
    }

    private void sessionEvent(Session session, Event event) {
        var device = session.device;
        if (device == null) return;
        with(device.account, resident -> device.account.devices.event(device, event));
    }

    private <T> void ask(Ask<T> ask) {
        withAccount(ask.account(), account -> account.orders.carryOut(ask.request(), ask.answer()));
    }

    private void withAccount(String name, Consumer<Account> action) {
        with(name, resident -> {
            if (resident instanceof Account account) action.accept(account);
        });
    }

    /// Runs `action` on the resident, at once or as soon as it is loaded.
    private void with(String name, Consumer<Resident> action) {
        var resident = residents.get(name);
        if (resident == null) {
            resident = site.resident(name, this);
            residents.put(name, resident);
            resident.load();
        }
        with(resident, action);
    }

    private void with(Resident resident, Consumer<Resident> action) {
        if (residents.get(resident.name) != resident) return;
        if (resident.stashes(action)) return;
        guarded(resident, action);
    }

    /// Our own fault drops this one resident from memory; it is rebuilt from its log (DESIGN §5).
    void guarded(Resident resident, Consumer<Resident> action) {
        try {
            action.accept(resident);
        } catch (RuntimeException fault) {
            LOG.error("{} is dropped from memory and rebuilt from its log", resident.name, fault);
            site.tally.dropped.increment();
            residents.remove(resident.name, resident);
            resident.abandon(StreamError.of(
                    StreamError.Condition.INTERNAL_SERVER_ERROR, "the server stumbled; please reconnect"));
        }
    }

    Turn turn() {
        return turn;
    }

    /// What the disk says if it refuses writes, else null.
    @Nullable
    String trouble() {
        return trouble;
    }

    long nowMillis() {
        return turnMillis;
    }

    /// Reads and comes back to the resident in a later turn; a failure comes back as the second argument.
    <T> void later(Resident resident, CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> action) {
        var resumed = stage.handle((value, fault) -> {
            site.neighbours.post(number, new Call(resident.name, now -> {
                if (now == resident) action.accept(value, fault);
            }));
            return true;
        });
        if (resumed == null) throw new IllegalStateException("a stage without a handle");
    }

    /// As [#later], but runs while the resident stashes everything else.
    <T> void loading(Resident resident, CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> action) {
        var resumed = stage.handle((value, fault) -> {
            site.neighbours.post(number, new Loaded(resident, () -> action.accept(value, fault)));
            return true;
        });
        if (resumed == null) throw new IllegalStateException("a stage without a handle");
    }

    /// Loads the resident again after a while, though it stashes everything else.
    void wake(Resident resident, long delayMillis) {
        timers.reload(resident, nowMillis() + delayMillis);
    }

    void timer(Resident resident, long delayMillis, Consumer<Resident> action) {
        timers.set(resident, nowMillis() + delayMillis, action);
    }

    /// Sends to another resident (or the same one): in this turn if it lives here, else when the turn is submitted.
    void depart(Handover handover) {
        if (site.neighbours.partitionOf(handover.to) == number) local.add(handover);
        else turn.departures.add(handover);
    }

    /// The same, but what goes to another partition goes once the turn is kept: what is not to be appended there is
    /// thus not seen by anybody before that.
    void departKept(Handover handover) {
        int partition = site.neighbours.partitionOf(handover.to);
        if (partition == number) local.add(handover);
        else turn.then(() -> site.neighbours.post(partition, handover));
    }

    void departKept(Rendered rendered) {
        int partition = site.neighbours.partitionOf(rendered.to());
        if (partition == number) local.add(rendered);
        else turn.then(() -> site.neighbours.post(partition, rendered));
    }

    private void arrived(Rendered rendered) {
        withAccount(rendered.to(), account -> {
            var device = account.devices.at(rendered.device());
            if (device == null) return;
            for (var stanza : rendered.stanzas()) device.sendVolatile(stanza);
        });
    }

    /// Sends to many, as [#departKept] does; one message per partition.
    void broadcast(Broadcast broadcast, List<Audience.Part> to) {
        for (var part : to) {
            var copies = new Broadcast.Copies(List.of(broadcast), part);
            if (part.partition() == number) local.add(copies);
            else turn.then(() -> site.neighbours.post(part.partition(), copies));
        }
    }

    /// Sends to many, as [#depart] does and in one order with it; one message per partition.
    void depart(List<Broadcast> broadcasts, List<Jid> to) {
        for (var part : new Audience(site).of(to)) {
            var copies = new Broadcast.Copies(broadcasts, part);
            if (part.partition() == number) local.add(copies);
            else turn.departures.add(copies);
        }
    }

    void depart(Broadcast broadcast, Jid to) {
        var owner = site.ownerOf(to);
        if (owner == null) return;
        int partition = site.neighbours.partitionOf(owner);
        var part = new Audience.Part(partition, List.of(owner), List.of(to));
        var copies = new Broadcast.Copies(List.of(broadcast), part);
        if (partition == number) local.add(copies);
        else turn.departures.add(copies);
    }

    private void overheard(Broadcast.Copies copies) {
        var broadcasts = copies.broadcasts();
        boolean fleeting = broadcasts.getFirst().fleeting;
        var part = copies.to();
        for (int i = 0; i < part.owners().size(); i++) {
            var to = part.addresses().get(i);
            Consumer<Resident> hear = resident -> {
                for (var broadcast : broadcasts) resident.overheard(broadcast, to);
            };
            var there = residents.get(part.owners().get(i));
            if (there != null) with(there, hear);
            else if (!fleeting) with(part.owners().get(i), hear);
        }
    }

    /// Sends its share of a group's message to a partition: as [#depart], since it is appended there.
    void depart(Fanout.Share share) {
        if (share.partition == number) local.add(share);
        else turn.shares.add(share);
    }

    private void file(Fanout.Share share) {
        Runnable filed = () -> filed(share);
        Consumer<Resident> file = resident -> {
            if (resident instanceof Account account) account.groups.arrived(share.fanout, filed);
            else filed.run();
        };
        for (var owner : share.owners) with(owner, file);
    }

    /// An account is done with its share; once all are, and that is on disk, the group learns so.
    private void filed(Fanout.Share share) {
        if (!share.done()) return;
        var group = share.fanout.group;
        turn.then(() -> site.neighbours.post(site.neighbours.partitionOf(group), new Call(group, resident -> {
            if (resident instanceof Tenancy tenancy) tenancy.filed(share.fanout);
        })));
    }

    void murmur(int partition, Fanout.Murmur murmur) {
        if (partition == number) local.add(murmur);
        else turn.then(() -> site.neighbours.post(partition, murmur));
    }

    private void overheard(Fanout.Murmur murmur) {
        for (var owner : murmur.owners()) {
            var resident = residents.get(owner);
            if (resident == null) continue;
            with(resident, now -> {
                if (now instanceof Account account) account.groups.overheard(murmur.stanza());
            });
        }
    }

    private void finishTurn() {
        var done = turn;
        turn = new Turn();
        if (!done.commit.isEmpty()) {
            lastTicket = journal.submit(done.commit);
            done.ticket = lastTicket;
            site.tally.turns.increment();
        }
        for (var departure : done.departures) {
            if (departure instanceof Handover handover) handover.arrivedNanos = done.arrivedNanos;
            site.neighbours.post(departure.partition(site.neighbours), departure);
        }
        for (var share : done.shares) site.neighbours.post(share.partition, share);
        if (done.effects.isEmpty()) return;
        if (lastTicket <= keptTicket) {
            release(done);
        } else {
            done.ticket = lastTicket;
            held.add(done);
        }
    }

    private void kept(Kept kept) {
        keptTicket = Math.max(keptTicket, kept.ticket());
        while (!held.isEmpty() && held.getFirst().ticket <= keptTicket) release(held.removeFirst());
    }

    private void release(Turn done) {
        if (done.appended > 0) {
            site.tally.kept.add(done.appended);
            site.tally.keptBytes.add(done.appendedBytes);
            if (done.arrivedNanos != 0) site.tally.keeping.record(System.nanoTime() - done.arrivedNanos, done.appended);
        }
        runEffects(done);
        if (done.delivered > 0) {
            site.tally.delivered.add(done.delivered);
            if (done.arrivedNanos != 0) {
                site.tally.delivering.record(System.nanoTime() - done.arrivedNanos, done.delivered);
            }
        }
    }

    private void runEffects(Turn done) {
        for (var effect : done.effects) {
            try {
                effect.run();
            } catch (RuntimeException fault) {
                // One connection's trouble must not stop the others' effects.
                LOG.error("an effect of partition {} failed", number, fault);
            }
        }
    }

    /// An account that stashes says so; the longest until the next tick is what the pulse shows.
    void stashing(String account, int waiting) {
        if (waiting <= waitingMost) return;
        waitingMost = waiting;
        lagging = new Lag(account, waiting);
    }

    /// The account of this partition that had most events waiting lately, or null. From any thread.
    @Nullable
    Lag lagging() {
        return lagging;
    }

    /// An account and how many events wait for it.
    record Lag(String account, int waiting) {}

    private void ending(Ending ending) {
        if (ending.tells()) {
            for (var resident : List.copyOf(residents.values()))
                with(resident, now -> {
                    if (now instanceof Tenancy tenancy) tenancy.ending();
                });
        }
        turn.then(ending.said());
    }

    private void tick() {
        if (waitingMost == 0) lagging = null;
        waitingMost = 0;
        long now = nowMillis();
        for (var due = timers.next(now); due != null; due = timers.next(now)) {
            var resident = residents.get(due.owner());
            if (resident == null) continue;
            if (due.reload() != null) {
                if (due.reload() == resident) resident.load();
            } else {
                with(resident, due.action());
            }
        }
    }

    /// Lets the resident go once nothing has needed it in memory for a while.
    void mayRest(Resident resident) {
        timer(resident, IDLE_MILLIS, now -> {
            if (now.isIdle(IDLE_MILLIS)) residents.remove(now.name, now);
            else if (!(now instanceof Account) || !now.isNeeded()) mayRest(now);
        });
    }

    /// How many turns wait for the disk, and how many accounts are in memory.
    int heldTurns() {
        return held.size();
    }

    int accountsInMemory() {
        return residents.size();
    }

    boolean isInMemory(String owner) {
        return residents.containsKey(owner);
    }

    /// What waits for hand-over since before the last start: their owners are loaded, which hands it over again.
    void handOverAgain(List<Store.Pending> pending) {
        turnMillis = site.clock.getAsLong();
        var owners = new ArrayList<String>();
        for (var one : pending) if (!owners.contains(one.owner())) owners.add(one.owner());
        for (var owner : owners) with(owner, resident -> {});
        settle();
        finishTurn();
    }

    /// A stage of [#loading] came back.
    record Loaded(Resident resident, Runnable action) {}

    @Override
    public void kept(long ticket) {
        site.neighbours.post(number, new Kept(ticket));
    }

    @Override
    public void stalled(String why) {
        site.neighbours.post(number, new Stalled(why));
    }

    @Override
    public void healed() {
        site.neighbours.post(number, new Stalled(null));
    }
}
