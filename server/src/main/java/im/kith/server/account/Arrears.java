package im.kith.server.account;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What groups said while the account's inbox was full. Nobody who speaks in a group is refused because a member does
/// not read: the copies for that member wait in the group's own log, and are filed as soon as there is room, in their
/// order.
///
/// ```
/// hot shelf "groups.waiting": group + " " + first number → last number, newest number whose events are known
/// ```
///
/// A range without a last number (0) is open: all that comes of the group belongs to it, so that nothing overtakes what
/// waits. It is closed by the event with which the account's membership ends; what is said after that is not handed
/// out. Numbers are the group's, which tell what was filed already, also after a crash.
final class Arrears {

    static final String SHELF = "groups.waiting";

    private static final long RETRY_MILLIS = 500;
    /// After which an answer is not waited for any longer: the group may have stumbled.
    private static final long PATIENCE_MILLIS = 10_000;

    private final Account account;
    private final Groups groups;
    /// Counts what was asked; 0 while nothing is.
    private long asked;

    private long questions;
    /// What a group's end waits for, by group.
    private final Map<String, Runnable> ends = new HashMap<>(1);

    Arrears(Account account, Groups groups) {
        this.account = account;
        this.groups = groups;
    }

    /// @param last  0 for an open range
    /// @param known the newest number whose events the account has taken in
    private record Range(String group, long first, long last, long known) {

        static Range of(String key, byte[] row) {
            int space = key.lastIndexOf(' ');
            var parts = new String(row, StandardCharsets.US_ASCII).split(" ", 2);
            return new Range(
                    key.substring(0, space),
                    Long.parseLong(key.substring(space + 1), 16),
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]));
        }

        String key() {
            return "%s %016x".formatted(group, first);
        }

        byte[] row() {
            return (last + " " + known).getBytes(StandardCharsets.US_ASCII);
        }

        boolean isOpen() {
            return last == 0;
        }

        Range from(long number) {
            return new Range(group, number, last, known);
        }

        Range closed(long number) {
            return new Range(group, first, number, known);
        }

        Range knowing(long number) {
            return new Range(group, first, last, Math.max(known, number));
        }
    }

    private @Nullable TreeMap<String, byte[]> rows() {
        return account.rows(SHELF);
    }

    boolean isEmpty() {
        var rows = rows();
        return rows == null || rows.isEmpty();
    }

    boolean has(String group) {
        return newest(group) != null;
    }

    /// The number up to which it is known that what the group said waits, or waited: 0 if nothing does.
    long waitsUpTo(String group) {
        var newest = newest(group);
        return newest == null ? 0 : Math.max(Math.max(newest.first, newest.last), newest.known);
    }

    /// The newest range of the group.
    private @Nullable Range newest(String group) {
        var rows = rows();
        var row = rows == null ? null : rows.floorEntry(group + " g");
        if (row == null || !row.getKey().startsWith(group + " ")) return null;
        return Range.of(row.getKey(), row.getValue());
    }

    private void put(Range range) {
        account.shelf(SHELF).put(range.key(), range.row());
    }

    private void remove(Range range) {
        account.shelf(SHELF).remove(range.key());
        if (has(range.group)) return;
        var end = ends.remove(range.group);
        if (end != null) end.run();
    }

    // ---- what waits ------------------------------------------------------------------------------------------------

    /// This message of the group is not filed now. `told` if it had events, which are taken in; `parts` if the account
    /// is no member from then on.
    void skipped(String group, long number, boolean told, boolean parts) {
        var newest = newest(group);
        boolean begins = newest == null || !newest.isOpen();
        var range = begins ? new Range(group, number, 0, 0) : Objects.requireNonNull(newest);
        var now = told ? range.knowing(number) : range;
        if (parts) now = now.closed(number);
        if (begins || !now.equals(range)) put(now);
        pump();
    }

    /// The group ends, and what it was goes once `done` has run: that is when nothing waits there any more.
    void finish(String group, Runnable done) {
        if (has(group)) ends.put(group, done);
        else done.run();
    }

    // ---- what comes after all --------------------------------------------------------------------------------------

    /// Asks for some of what waits, if there is room for it.
    void pump() {
        var rows = rows();
        if (asked != 0 || rows == null || rows.isEmpty() || !account.devices.cursors.hasRoom()) return;
        var first = rows.firstEntry();
        var range = Range.of(first.getKey(), first.getValue());
        long question = ++questions;
        asked = question;
        var site = account.site;
        var jid = account.jid;
        account.partition
                .turn()
                .then(() -> site.neighbours.post(
                        site.neighbours.partitionOf(range.group), new Partition.Call(range.group, resident -> {
                            if (resident instanceof Tenancy group)
                                group.handOut(jid, account.name, range.first, range.last, question);
                        })));
        account.partition.timer(account, PATIENCE_MILLIS, now -> again(question));
    }

    private void again(long question) {
        if (asked != question) return;
        asked = 0;
        pump();
    }

    /// What the group has had since `first`, oldest first: all of it up to the number `upTo`; `whole` if the group has
    /// no more.
    void came(String group, long first, long question, List<Fanout> copies, long upTo, boolean whole) {
        if (asked != question) return;
        asked = 0;
        var rows = rows();
        var row = rows == null ? null : rows.get(new Range(group, first, 0, 0).key());
        if (row == null) return;
        var range = Range.of(new Range(group, first, 0, 0).key(), row);
        remains(range, filed(range, copies, upTo, whole));
    }

    /// Files what there is room for; answers the number up to which all is done, [Long#MAX_VALUE] if that is all.
    private long filed(Range range, List<Fanout> copies, long upTo, boolean whole) {
        for (var copy : copies) {
            long number = copy.entry.seq();
            if (number < range.first) continue;
            if (!account.devices.cursors.hasRoom()) return number - 1;
            if (number > range.known) groups.learn(copy);
            groups.append(copy);
            if (number > range.known && groups.parts(copy)) return Long.MAX_VALUE;
        }
        boolean over = range.isOpen() ? whole && groups.seen(range.group) <= upTo : range.last <= upTo;
        if (over) groups.sawAll(range.group, upTo);
        return over ? Long.MAX_VALUE : Math.max(upTo, range.first - 1);
    }

    private void remains(Range range, long done) {
        boolean moved = done >= range.first;
        if (moved && done != Long.MAX_VALUE) {
            account.shelf(SHELF).remove(range.key());
            put(range.from(done + 1));
        } else if (moved) {
            remove(range);
        }
        // The group's log is a moment behind what it has handed out.
        if (moved) pump();
        else account.partition.timer(account, RETRY_MILLIS, now -> pump());
    }
}
