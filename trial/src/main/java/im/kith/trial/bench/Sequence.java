package im.kith.trial.bench;

import java.util.BitSet;

/// Which numbers of one sender have arrived.
final class Sequence {

    enum Verdict {
        NEW,
        /// New, but behind a later one.
        LATE,
        DUPLICATE
    }

    private final BitSet arrived = new BitSet();
    private int highest = -1;

    Verdict add(int number) {
        if (arrived.get(number)) {
            return Verdict.DUPLICATE;
        }
        arrived.set(number);
        if (number < highest) {
            return Verdict.LATE;
        }
        highest = number;
        return Verdict.NEW;
    }
}
