package im.kith.store.disk;

import im.kith.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// Files under one data directory. Holds a lock on it, so that no second process writes there.
public final class FileDisk implements Disk {

    private static final String LOCK = "store.lock";

    private final Path root;
    private final FileChannel lockFile;
    private final FileStore store;

    private FileDisk(Path root, FileChannel lockFile, FileStore store) {
        this.root = root;
        this.lockFile = lockFile;
        this.store = store;
    }

    public static FileDisk open(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel = FileChannel.open(
                    root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                String holder = Files.readString(root.resolve(LOCK)).strip();
                channel.close();
                throw new StoreException("The data directory " + root.toAbsolutePath() + " is in use by "
                        + (holder.isEmpty() ? "another process" : "process " + holder)
                        + ". Stop that one first, or choose another directory with --data DIR.");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return new FileDisk(root, channel, Files.getFileStore(root));
        } catch (IOException e) {
            throw new StoreException("cannot use the data directory " + root.toAbsolutePath() + ": " + e, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }

    @Override
    public List<String> list(String folder) throws IOException {
        Path path = root.resolve(folder);
        if (!Files.isDirectory(path)) return List.of();
        try (Stream<Path> files = Files.list(path)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public File open(String path, boolean create) throws IOException {
        Path file = root.resolve(path);
        if (!create) return new OpenFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        Path folder = file.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            force(root);
        }
        return new OpenFile(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(root.resolve(path));
    }

    @Override
    public void forceFolder(String folder) throws IOException {
        force(root.resolve(folder));
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return store.getUsableSpace();
    }

    @Override
    public String describe(String path) {
        return root.resolve(path).toString();
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new StoreException("cannot release the lock of " + root, e);
        }
    }

    /// A channel. Written and forced by one thread, read by several.
    private record OpenFile(FileChannel channel) implements File {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            long at = offset;
            while (bytes.hasRemaining()) at += channel.write(bytes, at);
        }

        @Override
        public int read(long offset, ByteBuffer bytes) throws IOException {
            return Math.max(0, channel.read(bytes, offset));
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
