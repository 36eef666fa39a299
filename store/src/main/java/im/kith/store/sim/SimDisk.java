package im.kith.store.sim;

import im.kith.store.disk.Disk;
import im.kith.store.disk.Rows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A disk in memory that behaves as badly as real ones may, by a given random source:
///
/// - [#powerCut] loses what was not forced: every write since the last force is kept, lost or torn at any byte, each on
/// its
///   own; new files and deletions are undone unless their folder was forced.
/// - A write that fails may have been done in part. After a force that fails, what it should have made durable is lost
///   from the disk although it can still be read, as on Linux.
/// - [#crashAfter] lets the process die in the middle of any operation ([SimCrash]); nothing works then until
/// [#restart].
/// - [#capacity] fills up.
///
/// It also keeps the index's rows ([#rows]). For one thread.
public final class SimDisk implements Disk {

    private static final class Content {
        byte[] view = new byte[0];
        int size;
        byte[] durable = new byte[0];
        final List<Change> unforced = new ArrayList<>();

        void view(long offset, byte[] bytes, int length) {
            int end = Math.toIntExact(offset + length);
            if (end > view.length) view = Arrays.copyOf(view, Math.max(end, 2 * view.length));
            System.arraycopy(bytes, 0, view, (int) offset, length);
            size = Math.max(size, end);
        }

        void durable(Change change, int length) {
            if (change.bytes == null) {
                durable = Arrays.copyOf(durable, (int) change.offset);
                return;
            }
            int end = Math.toIntExact(change.offset + length);
            if (end > durable.length) durable = Arrays.copyOf(durable, end);
            System.arraycopy(change.bytes, 0, durable, (int) change.offset, length);
        }
    }

    /// A write; or if `bytes` is null, a truncation to `offset`.
    private record Change(long offset, byte @org.jspecify.annotations.Nullable [] bytes) {}

    private final RandomGenerator random;
    private final TreeRows rows;
    private Map<String, Content> files = new HashMap<>();

    /// What a power cut would bring back, by path.
    private final Map<String, Content> deleted = new HashMap<>();

    private final Set<String> created = new HashSet<>();

    private long operationsToCrash = Long.MAX_VALUE;
    private boolean dead;
    private int failingWrites;
    private int failingForces;
    private int failingRows;
    private long capacity = Long.MAX_VALUE / 4;
    private int life;
    private long forces;

    public SimDisk(RandomGenerator random) {
        this.random = random;
        this.rows = new TreeRows(this::beforeRows, this::afterRows);
    }

    // ---- what a simulation does to it

    /// The process dies in the middle of the n-th operation from now.
    public void crashAfter(long operations) {
        operationsToCrash = operations;
    }

    /// The next writes fail, each perhaps after a part.
    public void failWrites(int count) {
        failingWrites = count;
    }

    public void failForces(int count) {
        failingForces = count;
    }

    /// The next batches of rows fail.
    public void failRows(int count) {
        failingRows = count;
    }

    /// How many bytes fit.
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /// The process has died, by itself or now; what it wrote stays. Files opened before are useless.
    public void restart() {
        life++;
        dead = false;
        operationsToCrash = Long.MAX_VALUE;
    }

    /// The power goes: what was not forced is lost, whole or in parts.
    public void powerCut() {
        for (String path : created) if (random.nextBoolean()) files.remove(path);
        deleted.forEach((path, content) -> {
            if (random.nextBoolean()) files.putIfAbsent(path, content);
        });
        created.clear();
        deleted.clear();
        for (Content c : files.values()) {
            for (Change change : c.unforced) {
                int fate = random.nextInt(3);
                if (fate == 0) continue;
                int length = change.bytes == null ? 0 : change.bytes.length;
                c.durable(change, fate == 1 ? length : random.nextInt(length + 1));
            }
            c.unforced.clear();
            c.view = c.durable.clone();
            c.size = c.view.length;
        }
        restart();
    }

    /// Flips one bit of a file.
    public void damage(String path, long offset) {
        Content c = files.get(path);
        if (c == null) throw new IllegalArgumentException(path);
        c.view[(int) offset] ^= 1;
        if (offset < c.durable.length) c.durable[(int) offset] = c.view[(int) offset];
    }

    public long sizeOf(String path) {
        Content c = files.get(path);
        return c == null ? -1 : c.size;
    }

    public long forces() {
        return forces;
    }

    /// How much a power cut could take now.
    public long unforcedBytes() {
        long bytes = 0;
        for (Content c : files.values()) {
            for (Change change : c.unforced) bytes += change.bytes == null ? 0 : change.bytes.length;
        }
        return bytes;
    }

    /// The rows that live on this disk.
    public Rows rows() {
        return rows;
    }

    // ---- Disk

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1))
                .sorted()
                .toList();
    }

    @Override
    public File open(String path, boolean create) throws IOException {
        operation();
        Content content = files.get(path);
        if (content == null) {
            if (!create) throw new IOException("no such file: " + path);
            content = new Content();
            files.put(path, content);
            created.add(path);
        }
        return new OpenFile(content);
    }

    @Override
    public void delete(String path) throws IOException {
        operation();
        Content content = files.remove(path);
        if (content != null && !created.remove(path)) deleted.put(path, content);
    }

    @Override
    public void forceFolder(String folder) throws IOException {
        operation();
        failing();
        created.removeIf(path -> path.startsWith(folder + "/"));
        deleted.keySet().removeIf(path -> path.startsWith(folder + "/"));
    }

    @Override
    public long freeBytes() {
        return capacity - used();
    }

    @Override
    public String describe(String path) {
        return "sim:/" + path;
    }

    @Override
    public void close() {}

    private long used() {
        long used = 0;
        for (Content c : files.values()) used += c.size;
        return used;
    }

    private void operation() {
        if (dead) throw new SimCrash();
        if (--operationsToCrash > 0) return;
        dead = true;
        throw new SimCrash();
    }

    private void failing() throws IOException {
        if (failingForces > 0) {
            failingForces--;
            throw new IOException("simulated failure");
        }
    }

    private void beforeRows() {
        operation();
        if (failingRows > 0) {
            failingRows--;
            throw new im.kith.store.StoreException("simulated failure of the rows");
        }
    }

    private void afterRows() {
        operation();
    }

    private final class OpenFile implements File {
        private final Content content;
        private final int born = life;

        OpenFile(Content content) {
            this.content = content;
        }

        private void alive() {
            if (born != life) throw new IllegalStateException("a file of a process that has died");
        }

        @Override
        public long size() {
            return content.size;
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            alive();
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            boolean fails = failingWrites > 0;
            long room = capacity - used() - Math.max(0, offset - content.size);
            boolean full = offset + all.length > content.size && all.length > room;
            if (dead) throw new SimCrash();
            boolean dies = --operationsToCrash <= 0;
            if (!fails && !full && !dies) {
                content.view(offset, all, all.length);
                content.unforced.add(new Change(offset, all));
                return;
            }
            int part = random.nextInt((int) Math.clamp(full ? room : all.length, 0, all.length) + 1);
            byte[] some = Arrays.copyOf(all, part);
            content.view(offset, some, part);
            content.unforced.add(new Change(offset, some));
            if (dies) {
                dead = true;
                throw new SimCrash();
            }
            if (fails) failingWrites--;
            throw new IOException(full ? "No space left on device" : "simulated failure of a write");
        }

        @Override
        public int read(long offset, ByteBuffer bytes) {
            alive();
            int length = (int) Math.clamp(content.size - offset, 0, bytes.remaining());
            if (length > 0) bytes.put(content.view, (int) offset, length);
            return length;
        }

        @Override
        public void force() throws IOException {
            alive();
            operation();
            forces++;
            if (failingForces > 0) {
                failingForces--;
                for (Change change : content.unforced) {
                    if (random.nextBoolean()) content.durable(change, change.bytes == null ? 0 : change.bytes.length);
                }
                content.unforced.clear();
                throw new IOException("simulated failure of a force");
            }
            for (Change change : content.unforced) {
                content.durable(change, change.bytes == null ? 0 : change.bytes.length);
            }
            content.unforced.clear();
        }

        @Override
        public void truncate(long size) throws IOException {
            alive();
            operation();
            if (size < content.size) content.size = (int) size;
            else content.view(content.size, new byte[(int) size - content.size], (int) size - content.size);
            content.view = Arrays.copyOf(content.view, content.size);
            content.unforced.add(new Change(size, null));
        }

        @Override
        public void close() {}
    }

    /// A picture of all files, for a failure's report.
    @Override
    public String toString() {
        var text = new TreeMap<String, String>();
        files.forEach((path, c) -> text.put(path, c.size + " bytes, " + c.unforced.size() + " writes not forced"));
        return text.toString();
    }
}
