package im.kith.server.pulse;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What can be known of the running server: whoever puts the parts together publishes here what each of them counts.
///
/// Nothing here is on the way of a message. Parts count with what is cheapest for them (a `LongAdder`, a field of an
/// event loop, a [Latency]) and are read when somebody asks. Names have their unit, without the prefix `kith_`; labels
/// are
/// pairs of name and value. Thread-safe.
public final class Pulse {

    /// A number that goes up and down, or (`rising`) one that only goes up: then its name ends with `_total`.
    record Reading(String name, String help, boolean rising, List<String> labels, DoubleSupplier value) {}

    /// A [Latency] and its name, which ends with `_seconds`.
    record Timing(String name, String help, List<String> labels, Latency latency) {}

    /// A part that may be in trouble: `trouble` says how in words for an operator, null while all is well.
    record Condition(String name, Trouble trouble) {}

    @FunctionalInterface
    public interface Trouble {
        @Nullable
        String words();
    }

    private final List<Reading> readings = new CopyOnWriteArrayList<>();
    private final List<Timing> timings = new CopyOnWriteArrayList<>();
    private final List<Queues> queues = new CopyOnWriteArrayList<>();
    private final List<Condition> conditions = new CopyOnWriteArrayList<>();

    /// A number that goes up and down.
    public Pulse gauge(String name, String help, DoubleSupplier value, String... labels) {
        readings.add(new Reading("kith_" + name, help, false, List.of(labels), value));
        return this;
    }

    /// A number that only goes up.
    public Pulse counter(String name, String help, LongSupplier value, String... labels) {
        readings.add(new Reading("kith_" + name, help, true, List.of(labels), value::getAsLong));
        return this;
    }

    /// How long something takes; record into what is answered.
    public Latency latency(String name, String help, String... labels) {
        return latency(name, help, new Latency(), labels);
    }

    /// The same for one that the part made itself.
    public Latency latency(String name, String help, Latency latency, String... labels) {
        timings.add(new Timing("kith_" + name, help, List.of(labels), latency));
        return latency;
    }

    /// Queues of one kind.
    public Pulse queues(Queues kind) {
        queues.add(kind);
        return this;
    }

    /// What the server needs to be ready.
    public Pulse condition(String name, Trouble trouble) {
        conditions.add(new Condition(name, trouble));
        return this;
    }

    List<Reading> readings() {
        return readings;
    }

    List<Timing> timings() {
        return timings;
    }

    List<Queues> queues() {
        return queues;
    }

    List<Condition> conditions() {
        return conditions;
    }
}
