package im.kith.store.disk;

import org.jspecify.annotations.Nullable;

/// A sorted map from bytes to bytes (unsigned order) that changes by atomic, durable batches. Reads may come from any
/// thread. Failures are [im.kith.store.StoreException].
public interface Rows extends AutoCloseable {

    byte @Nullable [] get(byte[] key);

    /// A snapshot of the rows with `from <= key < to`, not yet positioned.
    Cursor cursor(byte[] from, byte[] to);

    /// A new batch; nothing happens before [#apply].
    Batch batch();

    /// Does the batch: after this returned normally, all of it survives a power cut; if it fails or the process dies
    /// before, nothing of it.
    void apply(Batch batch);

    /// To be called after a failed [#apply] before the same is tried again: drops what the failed one may have left in
    /// memory, so that the rows show whether it was done or not.
    void reset();

    @Override
    void close();

    /// Changes, in order.
    interface Batch extends AutoCloseable {

        void put(byte[] key, byte[] value);

        /// Adds bytes at the end of the row's value; a missing row counts as empty.
        void append(byte[] key, byte[] value);

        void delete(byte[] key);

        /// Deletes `from <= key < to`.
        void deleteRange(byte[] from, byte[] to);

        @Override
        void close();
    }

    /// A position in a snapshot.
    interface Cursor extends AutoCloseable {

        void first();

        void last();

        /// To the first row at or after `key`.
        void seek(byte[] key);

        /// To the last row at or before `key`.
        void seekBack(byte[] key);

        void next();

        void previous();

        boolean valid();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
