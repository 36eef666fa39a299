package im.kith.store;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Large immutable values, each found by the SHA-256 of its bytes (64 hexadecimal digits, lower case).
///
/// Thread-safe; nothing blocks the caller. Stages complete on a thread of the store and fail with
/// [java.io.IOException]; a full disk fails with [NoSpaceException]. Who refers to a blob, and so when it can go, is
/// the caller's business; so is that one blob is not kept and deleted at the same time.
public interface Blobs extends AutoCloseable {

    /// A blob to be. Nobody sees it until it is kept; what is never kept is gone, at the latest after a restart.
    CompletionStage<Draft> draft();

    /// The blob, or null. The caller closes its channel.
    CompletionStage<@Nullable Blob> open(String hash);

    /// Whether there was one.
    CompletionStage<Boolean> delete(String hash);

    /// Hashes after `after` ("" = from the start), in order.
    CompletionStage<List<String>> hashes(String after, int limit);

    /// What could still be written now.
    CompletionStage<Long> freeBytes();

    /// Ends its threads; drafts that are open are lost.
    @Override
    void close();

    /// An open file of that size.
    record Blob(FileChannel channel, long bytes) {}

    /// One writer; each call waits for the one before.
    interface Draft {

        /// The buffer is the store's until the stage is complete.
        CompletionStage<Void> write(ByteBuffer bytes);

        /// All is written and survives a crash; answers the hash. Nobody sees it yet.
        CompletionStage<String> seal();

        /// Makes it visible, durably. Equal bytes are kept once.
        CompletionStage<Void> keep();

        /// Forgets it; also right after a failure, and without effect after [#keep].
        void discard();
    }
}
