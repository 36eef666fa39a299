package im.kith.server.account;

import im.kith.store.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// A page of the archive while it fills up: takes entries in the direction of paging, keeps those that fit, and knows
/// when it is over: full and one more known to exist, or large.
final class PageFilling {

    /// A page ends early, incomplete, when its messages have this many bytes.
    static final int PAGE_BYTES = 512 * 1024;

    private final ArchiveQuery query;
    /// In the direction of paging.
    private final List<Entry> taken = new ArrayList<>();

    private long after;
    private long before;
    private long bytes;
    private int examined;
    private boolean more;

    PageFilling(ArchiveQuery query) {
        this.query = query;
        after = query.pageAfter();
        before = query.pageBefore();
    }

    /// The page of a result that is the entries of these ids, all of which are among `found`.
    static ArchivePage ofNamed(ArchiveQuery query, List<Long> ids, List<Entry> found) {
        var result = found.stream()
                .filter(entry -> ids.contains(entry.seq()) && query.matches(entry))
                .sorted(Comparator.comparingLong(Entry::seq))
                .toList();
        var filling = new PageFilling(query);
        filling.take(result.stream()
                .filter(entry -> entry.seq() > query.pageAfter() && entry.seq() < query.pageBefore())
                .toList());
        return filling.page().counted(result.size());
    }

    /// Takes the next entries, which come oldest first whatever the direction.
    void take(List<Entry> chunk) {
        for (var entry : query.backwards() ? chunk.reversed() : chunk) {
            if (isOver()) return;
            examined++;
            if (query.backwards()) before = entry.seq();
            else after = entry.seq();
            if (query.exact() && !query.matches(entry)) continue;
            if (taken.size() == query.max() || bytes > PAGE_BYTES) {
                more = true;
                return;
            }
            taken.add(entry);
            bytes += entry.body().bytes().length;
        }
    }

    boolean isOver() {
        return more;
    }

    /// How many entries are missing until it is over, if each of them fits.
    int missing() {
        return query.max() - taken.size() + 1;
    }

    /// Where to read on: what comes next has a number between these.
    long after() {
        return after;
    }

    long before() {
        return before;
    }

    /// How many entries it was given.
    int examined() {
        return examined;
    }

    /// The page as filled so far; whoever calls it before it [#isOver] knows that nothing is left.
    ArchivePage page() {
        var entries = new ArrayList<>(taken);
        if (query.backwards()) Collections.reverse(entries);
        return new ArchivePage(List.copyOf(entries), !more, -1);
    }
}
