package im.kith.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes that are kept together or not at all, in this order. Filled and submitted by one thread, then left alone.
public final class Commit {

    /// One write. Engines switch over these.
    public sealed interface Write {}

    /// A new entry of `owner`. If `pending`, the store remembers it until it is settled. `settles` names the pending
    /// entry
    /// of another owner that this append confirms.
    public record Append(String owner, Entry entry, boolean pending, Store.@Nullable Pending settles)
            implements Write {}

    /// A pending entry needs no hand-over any more.
    public record Settle(String owner, long seq) implements Write {}

    /// The row's value from now on; null deletes it.
    public record Put(String owner, String shelf, String key, byte @Nullable [] value) implements Write {}

    /// Entries with `seq <= upTo` are gone.
    public record Trim(String owner, long upTo) implements Write {}

    /// All entries and rows of the owner are gone; it may begin anew.
    public record Erase(String owner) implements Write {}

    private final List<Write> writes = new ArrayList<>();

    public Commit append(String owner, Entry entry) {
        return add(new Append(owner, entry, false, null));
    }

    public Commit appendPending(String owner, Entry entry) {
        return add(new Append(owner, entry, true, null));
    }

    public Commit appendSettling(String owner, Entry entry, Store.Pending settles) {
        return add(new Append(owner, entry, false, settles));
    }

    public Commit settle(String owner, long seq) {
        return add(new Settle(owner, seq));
    }

    public Commit put(String owner, String shelf, String key, byte[] value) {
        return add(new Put(owner, shelf, key, value));
    }

    public Commit delete(String owner, String shelf, String key) {
        return add(new Put(owner, shelf, key, null));
    }

    public Commit trim(String owner, long upTo) {
        return add(new Trim(owner, upTo));
    }

    public Commit erase(String owner) {
        return add(new Erase(owner));
    }

    public Commit add(Write write) {
        writes.add(write);
        return this;
    }

    public List<Write> writes() {
        return writes;
    }

    public boolean isEmpty() {
        return writes.isEmpty();
    }
}
