package im.kith.store;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Durable logs and shelves of owners (an account or a room is an owner; the name is opaque here).
///
/// An owner has one *inbox*: entries numbered by the owner itself, upwards from 1, gaps allowed. And it has *shelves*:
/// named maps of small values. All writes go through a [Journal]; all reads are asynchronous, see everything that was
/// submitted to any journal of this store before the read was asked for *and has been kept by the time the read is
/// answered*, and never block the caller. Futures complete on a thread of the store and fail with [StoreException].
public interface Store extends AutoCloseable {

    /// Opens one more ordered lane of writes; a partition has one. Its listener is called on a store thread.
    Journal journal(Journal.Listener listener);

    /// What is known of the owner without reading entries.
    CompletionStage<Outline> outline(String owner);

    /// The entries of `owner` that `scan` selects, oldest first.
    CompletionStage<List<Entry>> read(String owner, Scan scan);

    /// How many entries `scan` selects, ignoring its limit; counting stops at `atMost` and answers it.
    CompletionStage<Integer> count(String owner, Scan scan, int atMost);

    /// All rows of one shelf of `owner`, by key; empty when there are none.
    CompletionStage<SortedMap<String, byte[]>> shelf(String owner, String shelf);

    /// One row, or null.
    CompletionStage<byte @Nullable []> row(String owner, String shelf, String key);

    /// The owner's outline and some of its shelves (in the order asked for) in one read: what an owner needs to wake
    /// up.
    default CompletionStage<Image> image(String owner, List<String> shelves) {
        CompletionStage<Image> image =
                outline(owner).thenApply(outline -> new Image(outline, new ArrayList<>(shelves.size())));
        for (var name : shelves) {
            image = image.thenCombine(shelf(owner, name), (sofar, shelf) -> {
                sofar.shelves().add(shelf);
                return sofar;
            });
        }
        return image;
    }

    /// Names of owners that have at least one row in `shelf`, in order, after `after` ("" = from the start).
    CompletionStage<List<String>> ownersWith(String shelf, String after, int limit);

    /// Entries that were appended as pending and are not settled, over all owners, as found when the store was opened:
    /// what must be handed over again after a crash.
    List<Pending> pendingAtOpen();

    /// Whether writes are being kept now, and what waits.
    Health health();

    /// Keeps what was submitted, then releases everything.
    @Override
    void close();

    /// An owner's entry that waits for its hand-over to be confirmed.
    record Pending(String owner, long seq) {}

    /// First and last entry's number (0 and 0 when there are none; `last` never goes back, even when all is trimmed),
    /// the
    /// last entry's time, and the entries of this owner that are pending.
    record Outline(long first, long last, long lastMillis, List<Long> pending) {}

    /// See [#image].
    record Image(Outline outline, List<SortedMap<String, byte[]>> shelves) {}

    /// `trouble` is null while writes are kept; otherwise what the disk said, in words for an operator.
    record Health(@Nullable String trouble, int commitsWaiting, long bytesWaiting) {}
}
