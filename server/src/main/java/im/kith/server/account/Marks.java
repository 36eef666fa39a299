package im.kith.server.account;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Collects the marks for one entry's head (see [Filed]); most entries have none, and then nothing is allocated for
/// them.
final class Marks {

    private static final int[] NONE = {};

    private int[] marks = NONE;
    private int count;

    private Marks() {}

    static Marks begin() {
        return new Marks();
    }

    void add(int tag, int number) {
        if (count + 2 > marks.length) marks = Arrays.copyOf(marks, count + 4);
        marks[count++] = tag;
        marks[count++] = number;
    }

    byte[] head(@Nullable String resource) {
        return Filed.head(resource, marks, count);
    }
}
