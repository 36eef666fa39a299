package im.kith.server.account;

/// Plays one world after the other, each under a seed of its own, and says which one failed. `-Dkith.seeds=N` plays N
/// of them, `-Dkith.seed=S` the one that failed, aloud.
final class Seeds {

    private static final int MANY = Integer.getInteger("kith.seeds", 10_000);

    @FunctionalInterface
    interface Play {
        void play(long seed, boolean aloud);
    }

    private Seeds() {}

    /// @param part plays one in so many of the seeds, because each takes longer
    static void play(int part, Play play) {
        var single = Long.getLong("kith.seed");
        if (single != null) {
            play.play(single, true);
            return;
        }
        for (long seed = 1; seed <= Math.max(1, MANY / part); seed++) {
            try {
                play.play(seed, false);
            } catch (RuntimeException | AssertionError fault) {
                throw new AssertionError("seed " + seed + " (replay with -Dkith.seed=" + seed + "): " + fault, fault);
            }
        }
    }
}
