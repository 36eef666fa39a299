package im.kith.server.pulse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/// Queues of one kind: the partitions' mailboxes, the work that waits per account, the bytes that wait per connection.
///
/// @param kind    what stands in the metric's label: `partition`
/// @param unit    what is counted, for people: `events`
/// @param few     whether there are so few of them, always the same, that each has a metric of its own
/// @param limit   how long one may be before it lags
/// @param lengths puts each queue's name and length into what it is given; those that are short may be left out
public record Queues(
        String kind,
        String unit,
        boolean few,
        long limit,
        Consumer<ObjLongConsumer<String>> lengths,
        LongAdder alerts) {

    private static final int LONGEST = 10;

    public static Queues of(
            String kind, String unit, boolean few, long limit, Consumer<ObjLongConsumer<String>> lengths) {
        return new Queues(kind, unit, few, limit, lengths, new LongAdder());
    }

    /// One queue's length.
    public record Length(String name, long waiting) {}

    /// All of a kind at one moment; `longest` are the longest ones, longest first.
    public record Sample(long waiting, int count, List<Length> longest) {

        public long most() {
            return longest.isEmpty() ? 0 : longest.getFirst().waiting();
        }
    }

    public Sample sample() {
        var all = new ArrayList<Length>();
        lengths.accept((name, waiting) -> all.add(new Length(name, waiting)));
        all.sort(Comparator.comparingLong(Length::waiting).reversed());
        long sum = 0;
        for (var length : all) sum += length.waiting();
        return new Sample(
                sum, all.size(), few ? List.copyOf(all) : List.copyOf(all.subList(0, Math.min(LONGEST, all.size()))));
    }
}
