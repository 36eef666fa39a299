package im.kith.store.sim;

import im.kith.store.disk.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Rows in memory that survive the simulated process. For one thread; a cursor sees later changes.
final class TreeRows implements Rows {

    private final TreeMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);
    private final Runnable before;
    private final Runnable after;

    /// `before` and `after` may throw, when a batch is about to be done or has been done.
    TreeRows(Runnable before, Runnable after) {
        this.before = before;
        this.after = after;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public Rows.Cursor cursor(byte[] from, byte[] to) {
        return new TreeCursor(from, to);
    }

    @Override
    public Rows.Batch batch() {
        return new TreeBatch();
    }

    @Override
    public void apply(Rows.Batch batch) {
        before.run();
        for (Runnable change : ((TreeBatch) batch).changes) change.run();
        after.run();
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}

    private final class TreeBatch implements Rows.Batch {
        private final List<Runnable> changes = new ArrayList<>();

        @Override
        public void put(byte[] key, byte[] value) {
            changes.add(() -> map.put(key, value));
        }

        @Override
        public void append(byte[] key, byte[] value) {
            changes.add(() -> map.merge(key, value, (a, b) -> {
                byte[] both = Arrays.copyOf(a, a.length + b.length);
                System.arraycopy(b, 0, both, a.length, b.length);
                return both;
            }));
        }

        @Override
        public void delete(byte[] key) {
            changes.add(() -> map.remove(key));
        }

        @Override
        public void deleteRange(byte[] from, byte[] to) {
            changes.add(() -> {
                if (Arrays.compareUnsigned(from, to) < 0) map.subMap(from, to).clear();
            });
        }

        @Override
        public void close() {}
    }

    private final class TreeCursor implements Rows.Cursor {
        private final byte[] from;
        private final byte[] to;
        private Map.@Nullable Entry<byte[], byte[]> at;

        TreeCursor(byte[] from, byte[] to) {
            this.from = from;
            this.to = to;
        }

        private void move(Map.@Nullable Entry<byte[], byte[]> entry) {
            boolean within = entry != null
                    && Arrays.compareUnsigned(entry.getKey(), from) >= 0
                    && Arrays.compareUnsigned(entry.getKey(), to) < 0;
            at = within ? entry : null;
        }

        @Override
        public void first() {
            move(map.ceilingEntry(from));
        }

        @Override
        public void last() {
            move(map.lowerEntry(to));
        }

        @Override
        public void seek(byte[] key) {
            move(map.ceilingEntry(Arrays.compareUnsigned(key, from) < 0 ? from : key));
        }

        @Override
        public void seekBack(byte[] key) {
            move(Arrays.compareUnsigned(key, to) < 0 ? map.floorEntry(key) : map.lowerEntry(to));
        }

        @Override
        public void next() {
            move(map.higherEntry(key()));
        }

        @Override
        public void previous() {
            move(map.lowerEntry(key()));
        }

        @Override
        public boolean valid() {
            return at != null;
        }

        @Override
        public byte[] key() {
            return entry().getKey();
        }

        @Override
        public byte[] value() {
            return entry().getValue();
        }

        private Map.Entry<byte[], byte[]> entry() {
            if (at == null) throw new IllegalStateException("not at a row");
            return at;
        }

        @Override
        public void close() {}
    }
}
