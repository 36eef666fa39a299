package im.kith.trial.play;

import im.kith.trial.wire.Transcript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/// What was said in one world, in order, with the names of the play. The last few hundred lines are kept.
final class Dialogue {

    private static final int LINES = 400;
    private static final int CHARACTERS = 2_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final UnaryOperator<String> playNames;
    private final long startNanos = System.nanoTime();

    Dialogue(UnaryOperator<String> playNames) {
        this.playNames = playNames;
    }

    synchronized void add(String who, String mark, String what) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        var shown = what.length() > CHARACTERS ? what.substring(0, CHARACTERS) + " … " + what.length() : what;
        lines.add("%8.3f %-18s %s %s".formatted((System.nanoTime() - startNanos) / 1e9, who, mark, shown));
    }

    Transcript of(String who) {
        return new Transcript() {

            @Override
            public void sent(String xml) {
                add(who, "→", xml);
            }

            @Override
            public void received(String xml) {
                add(who, "←", xml);
            }

            @Override
            public void noted(String what) {
                add(who, "·", what);
            }
        };
    }

    @Override
    public synchronized String toString() {
        return playNames.apply(String.join("\n", lines));
    }
}
