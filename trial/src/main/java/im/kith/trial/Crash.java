package im.kith.trial;

import com.fasterxml.jackson.jr.ob.JSON;
import im.kith.trial.crash.CrashTrial;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `kith trial crash`: kills a server of its own with -9 at random moments under load and shows that nothing that was
/// acknowledged is lost, doubled or out of order.
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = "Kill a server of its own with -9 at random moments under load, and compare the books.")
public final class Crash implements Callable<Integer> {

    @Option(names = "--rounds", defaultValue = "20", description = "How often the server is killed (default 20).")
    private int rounds;

    @Option(names = "--pairs", defaultValue = "16", description = "Pairs of people who talk (default 16).")
    private int pairs;

    @Option(names = "--groups", defaultValue = "4", description = "Groups of four who talk to each other (default 4).")
    private int groups;

    @Option(names = "--seed", description = "Play this seed again.")
    private long seed = System.nanoTime() & 0xffff_ffffL;

    @Option(
            names = "--longest-ms",
            defaultValue = "1500",
            description = "The server lives at most this long in a round (default 1500).")
    private int longestRoundMillis;

    @Option(
            names = "--pace-ms",
            defaultValue = "10",
            description = "Each sender pauses this long between two messages (default 10).")
    private long paceMillis;

    @Option(names = "--set", description = "A setting of the server, key=value; repeatable.")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "Print the result as one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        System.err.println("seed " + seed);
        var startedNanos = System.nanoTime();
        var trial = new CrashTrial(
                rounds, pairs, groups, seed, longestRoundMillis, paceMillis, settings, System.err::println);
        var outcome = trial.play();
        outcome.complaints().forEach(System.err::println);
        var tally = outcome.tally();
        if (json) {
            var map = tally.asMap();
            map.put("rounds", outcome.rounds());
            map.put("seed", seed);
            map.put("good", outcome.isGood());
            System.out.println(JSON.std.asString(map));
        } else {
            System.out.printf(
                    "%s: %d rounds in %.0f s, %d messages acknowledged: %d lost, %d doubled, %d out of order"
                            + " (%d streams resumed, %d bound anew, seed %d)%n",
                    outcome.isGood() ? "kept" : "BROKEN",
                    outcome.rounds(),
                    (System.nanoTime() - startedNanos) / 1e9,
                    tally.acknowledged(),
                    tally.lost(),
                    tally.doubled(),
                    tally.outOfOrder(),
                    tally.resumptions(),
                    tally.rebinds(),
                    seed);
        }
        return outcome.isGood() ? 0 : 1;
    }
}
