package im.kith.trial.crash;

import im.kith.trial.KithProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Rounds of talking, killing and taking stock.
///
/// A round: everybody talks, connections flap, the server is killed with -9 at a random moment and started again on the
/// same disk; clients come back by themselves, send what was not acknowledged, and fall silent; when everything is
/// acknowledged and received, or the patience is over, the books are compared. The seed fixes when and who, not how the
/// machine schedules: a failing seed is likely, not certain, to fail again.
public final class CrashTrial {

    private static final String DOMAIN = "kith.test";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int rounds;
    private final int pairs;
    private final int groups;
    private final long seed;
    private final int longestRoundMillis;
    private final long paceMillis;
    private final List<String> settings;
    private final Consumer<String> progress;

    public CrashTrial(
            int rounds,
            int pairs,
            int groups,
            long seed,
            int longestRoundMillis,
            long paceMillis,
            List<String> settings,
            Consumer<String> progress) {
        this.rounds = rounds;
        this.pairs = pairs;
        this.groups = groups;
        this.seed = seed;
        this.longestRoundMillis = longestRoundMillis;
        this.paceMillis = paceMillis;
        this.settings = List.copyOf(settings);
        this.progress = progress;
    }

    /// What came of it.
    ///
    /// @param rounds the rounds played; fewer than asked for when the promise was broken
    /// @param complaints what was wrong, empty if nothing
    public record Outcome(Tally tally, int rounds, List<String> complaints) {

        public boolean isGood() {
            return complaints.isEmpty() && tally.keepsThePromise();
        }
    }

    /// Plays all rounds, or up to the first that breaks the promise.
    public Outcome play() throws InterruptedException {
        var random = new Random(seed);
        try (var server = KithProcess.start(DOMAIN, settings);
                var cast = new Cast(server.endpoint(), pairs, groups, paceMillis)) {
            for (var round = 1; round <= rounds; round++) {
                var before = cast.tally();
                var aliveMillis = talkAndKill(server, cast, random);
                var settled = takeStock(cast);
                var after = cast.tally();
                progress.accept(line(round, server, aliveMillis, before, after));
                if (!settled || !after.keepsThePromise()) {
                    return new Outcome(after, round, complaints(cast, settled));
                }
            }
            return new Outcome(cast.tally(), rounds, List.of());
        }
    }

    private long talkAndKill(KithProcess server, Cast cast, Random random) throws InterruptedException {
        cast.everybodyTalks();
        var aliveMillis = 200 + random.nextInt(Math.max(1, longestRoundMillis - 200));
        var flaps = random.nextInt(4);
        for (var i = 0; i < flaps; i++) {
            Thread.sleep(aliveMillis / (flaps + 1));
            cast.residents().get(random.nextInt(cast.residents().size())).flap();
        }
        Thread.sleep(aliveMillis / (flaps + 1));
        server.kill();
        server.start();
        return aliveMillis;
    }

    private static boolean takeStock(Cast cast) throws InterruptedException {
        Thread.sleep(100);
        cast.everybodyIsSilent();
        cast.visitorsFetch();
        var settled = cast.awaitSettled(PATIENCE);
        cast.visitorsLeave();
        return settled;
    }

    private String line(int round, KithProcess server, long aliveMillis, Tally before, Tally after) {
        return "round %d/%d  killed after %d ms, ready again in %.1f s  sent %d  resumed %d  rebound %d  lost %d  doubled %d  out of order %d"
                .formatted(
                        round,
                        rounds,
                        aliveMillis,
                        server.lastStart().toMillis() / 1e3,
                        after.sent() - before.sent(),
                        after.resumptions() - before.resumptions(),
                        after.rebinds() - before.rebinds(),
                        after.lost(),
                        after.doubled(),
                        after.outOfOrder());
    }

    private static List<String> complaints(Cast cast, boolean settled) {
        var complaints = new ArrayList<>(cast.complaints());
        if (!settled) {
            complaints.add("not everything was acknowledged and received in time");
            complaints.addAll(cast.unsettled());
        }
        return complaints;
    }
}
