package im.kith.server.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the data directory holds, part by part, and what the disk has left. Walks through all files, so the answer is
/// kept for a minute and made by one thread at a time. Thread-safe; blocks.
public final class StoredBytes {

    private static final long KEPT_MILLIS = 60_000;
    private static final int MOST_FILES = 1_000_000;

    private final Path data;
    private final LongSupplier clockMillis;
    private Map<String, Object> known = Map.of();
    private long knownMillis;

    public StoredBytes(Path data, LongSupplier clockMillis) {
        this.data = data;
        this.clockMillis = clockMillis;
    }

    /// `{"parts":[{"name","bytes","files"}],"whole","freeBytes","totalBytes"}`; not `whole` when there are so many
    /// files that it stopped to count.
    public synchronized Map<String, Object> look() {
        long now = clockMillis.getAsLong();
        if (!known.isEmpty() && now - knownMillis < KEPT_MILLIS) return known;
        try {
            known = counted();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        knownMillis = now;
        return known;
    }

    private Map<String, Object> counted() throws IOException {
        var parts = new ArrayList<Map<String, Object>>();
        boolean whole = true;
        for (var directory : directories()) {
            var count = new Count();
            Files.walkFileTree(directory, count);
            whole &= count.files < MOST_FILES;
            var part = new LinkedHashMap<String, Object>();
            part.put("name", String.valueOf(directory.getFileName()));
            part.put("bytes", count.bytes);
            part.put("files", count.files);
            parts.add(part);
        }
        var disk = Files.getFileStore(data);
        var all = new LinkedHashMap<String, Object>();
        all.put("parts", parts);
        all.put("whole", whole);
        all.put("freeBytes", disk.getUsableSpace());
        all.put("totalBytes", disk.getTotalSpace());
        return all;
    }

    private List<Path> directories() throws IOException {
        try (var entries = Files.list(data)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    /// Files come and go while it counts.
    private static final class Count extends SimpleFileVisitor<Path> {
        private long bytes;
        private int files;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
                bytes += attributes.size();
                files++;
            }
            return files < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
