package im.kith.store.disk;

import im.kith.store.Blobs;
import im.kith.store.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Blobs as files of a directory.
///
/// ```
/// ROOT/drafts/17                   being written; emptied when the store is opened
/// ROOT/3f/3f79bb7b43…              kept: synced, then renamed, then the directory synced
/// ```
public final class DirectoryBlobs implements Blobs {

    private static final int THREADS = 4;
    /// Written back as we go, so that the last sync of a large file is short and little of it is dirty in memory.
    private static final long SYNC_BYTES = 32L << 20;

    private final Path root;
    private final Path drafts;
    private final long reserveBytes;
    private final AtomicLong numbers = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("kith-blobs-", 0).factory());

    private DirectoryBlobs(Path root, long reserveBytes) {
        this.root = root;
        this.drafts = root.resolve("drafts");
        this.reserveBytes = reserveBytes;
    }

    /// Writes nothing when less than `reserveBytes` would be left on the disk.
    public static DirectoryBlobs open(Path root, long reserveBytes) throws IOException {
        var blobs = new DirectoryBlobs(root, reserveBytes);
        Files.createDirectories(blobs.drafts);
        for (var left : list(blobs.drafts)) Files.deleteIfExists(left);
        return blobs;
    }

    @Override
    public CompletionStage<Draft> draft() {
        return run(() -> {
            var path = drafts.resolve(Long.toString(numbers.incrementAndGet()));
            var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new FileDraft(path, channel);
        });
    }

    @Override
    public CompletionStage<@Nullable Blob> open(String hash) {
        return run(() -> {
                    try {
                        var channel = FileChannel.open(path(hash), StandardOpenOption.READ);
                        return Optional.of(new Blob(channel, channel.size()));
                    } catch (NoSuchFileException absent) {
                        return Optional.<Blob>empty();
                    }
                })
                .thenApply(found -> found.orElse(null));
    }

    @Override
    public CompletionStage<Boolean> delete(String hash) {
        return run(() -> Files.deleteIfExists(path(hash)));
    }

    @Override
    public CompletionStage<List<String>> hashes(String after, int limit) {
        return run(() -> {
            var found = new ArrayList<String>();
            for (int i = after.isEmpty() ? 0 : Integer.parseInt(after.substring(0, 2), 16); i < 256; i++) {
                if (found.size() >= limit) break;
                var folder = root.resolve(HexFormat.of().toHexDigits((byte) i));
                if (!Files.isDirectory(folder)) continue;
                for (var file : list(folder)) {
                    var name = name(file);
                    if (name.compareTo(after) > 0 && found.size() < limit) found.add(name);
                }
            }
            return found;
        });
    }

    @Override
    public CompletionStage<Long> freeBytes() {
        return run(this::free);
    }

    private long free() throws IOException {
        return Math.max(0, Files.getFileStore(root).getUsableSpace() - reserveBytes);
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private Path path(String hash) {
        if (!hash.matches("[0-9a-f]{64}")) throw new IllegalArgumentException("no SHA-256");
        return root.resolve(hash.substring(0, 2)).resolve(hash);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }

    private static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> CompletionStage<T> run(Work<T> work) {
        var result = new CompletableFuture<T>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(work.run());
                } catch (IOException e) {
                    result.completeExceptionally(plain(e));
                } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException closed) {
            result.completeExceptionally(new IOException("the store is closed", closed));
        }
        return result;
    }

    /// The system says only in words that the disk is full.
    private static IOException plain(IOException e) {
        var words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean full = words.contains("no space left") || words.contains("disk quota") || words.contains("not enough");
        return full && !(e instanceof NoSpaceException) ? new NoSpaceException(String.valueOf(e.getMessage())) : e;
    }

    /// Used by one thread at a time.
    private final class FileDraft implements Draft {
        private final Path path;
        private final FileChannel channel;
        private final MessageDigest digest;
        private long unsynced;
        private @Nullable String hash;
        private boolean kept;

        FileDraft(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has SHA-256", impossible);
            }
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer bytes) {
            return run(() -> {
                        if (unsynced == 0 && free() < SYNC_BYTES)
                            throw new NoSpaceException("no space left on the disk");
                        digest.update(bytes.duplicate());
                        unsynced += bytes.remaining();
                        while (bytes.hasRemaining()) channel.write(bytes);
                        if (unsynced >= SYNC_BYTES) {
                            channel.force(false);
                            unsynced = 0;
                        }
                        return true;
                    })
                    .thenApply(_ -> null);
        }

        @Override
        public CompletionStage<String> seal() {
            return run(() -> {
                channel.force(true);
                channel.close();
                var sum = HexFormat.of().formatHex(digest.digest());
                hash = sum;
                return sum;
            });
        }

        @Override
        public CompletionStage<Void> keep() {
            return run(() -> {
                        var name = hash;
                        if (name == null) throw new IllegalStateException("not sealed");
                        var target = path(name);
                        var folder = Objects.requireNonNull(target.getParent());
                        if (!Files.isDirectory(folder)) {
                            Files.createDirectories(folder);
                            syncFolder(root);
                        }
                        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
                        syncFolder(folder);
                        kept = true;
                        return true;
                    })
                    .thenApply(_ -> null);
        }

        @Override
        public void discard() {
            run(() -> {
                channel.close();
                return !kept && Files.deleteIfExists(path);
            });
        }
    }
}
