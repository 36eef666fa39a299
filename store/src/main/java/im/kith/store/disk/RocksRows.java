package im.kith.store.disk;

import im.kith.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// Rows in RocksDB, without its write-ahead log: a batch goes into the memtable as one and is flushed to a file before
/// [#apply] returns, so the files always hold whole batches. After a failed flush RocksDB refuses writes; it is opened
/// again
/// before the next attempt.
final class RocksRows implements Rows {

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Cache cache;
    private final BloomFilter filter = new BloomFilter(10);
    private final StringAppendOperator append = new StringAppendOperator("");
    private final Options options;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final FlushOptions flush = new FlushOptions().setWaitForFlush(true);
    private final ReadOptions point = new ReadOptions();

    /// Readers share it, opening again excludes them.
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private RocksDB db;
    private volatile boolean failed;

    RocksRows(Path folder, long cacheBytes) {
        this.folder = folder;
        this.cache = new LRUCache(cacheBytes);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setMergeOperator(append)
                .setWriteBufferSize(256L << 20)
                .setArenaBlockSize(256 << 10)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(256)
                .setSkipStatsUpdateOnDbOpen(true)
                .setAvoidFlushDuringShutdown(true)
                .setTargetFileSizeBase(32L << 20)
                .setLevel0FileNumCompactionTrigger(8)
                .setLevel0SlowdownWritesTrigger(40)
                .setLevel0StopWritesTrigger(60)
                .setMaxBytesForLevelBase(128L << 20)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(1L << 20)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(8 << 10)
                        .setFilterPolicy(filter)
                        .setWholeKeyFiltering(true)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true)
                        .setFormatVersion(5));
        this.db = open();
    }

    static RocksRows open(Path folder, im.kith.store.disk.Options options) {
        return new RocksRows(folder, Math.max(8L << 20, options.layerBytes()));
    }

    private RocksDB open() {
        try {
            return RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            throw new StoreException("cannot open the index in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        gate.readLock().lock();
        try {
            return db().get(point, key);
        } catch (RocksDBException e) {
            throw failure("read", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public Rows.Cursor cursor(byte[] from, byte[] to) {
        gate.readLock().lock();
        try {
            var high = new Slice(to);
            var low = new Slice(from);
            var read = new ReadOptions().setIterateUpperBound(high).setIterateLowerBound(low);
            return new RocksCursor(db().newIterator(read), read, high, low);
        } catch (RuntimeException e) {
            gate.readLock().unlock();
            throw e;
        }
    }

    @Override
    public Rows.Batch batch() {
        return new RocksBatch();
    }

    @Override
    public void apply(Rows.Batch batch) {
        if (failed) reset();
        gate.readLock().lock();
        try {
            db.write(unlogged, ((RocksBatch) batch).changes);
            db.flush(flush);
        } catch (RocksDBException e) {
            failed = true;
            throw failure("write", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public void reset() {
        gate.writeLock().lock();
        try {
            failed = true;
            db.close();
            db = open();
            failed = false;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private RocksDB db() {
        if (!db.isOwningHandle()) throw new StoreException("the index in " + folder + " could not be opened again");
        return db;
    }

    private StoreException failure(String verb, RocksDBException e) {
        return new StoreException("cannot " + verb + " the index in " + folder + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            db.close();
            options.close();
            unlogged.close();
            flush.close();
            point.close();
            cache.close();
            filter.close();
            append.close();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private static final class RocksBatch implements Rows.Batch {
        private final WriteBatch changes = new WriteBatch();

        private interface Change {
            void run() throws RocksDBException;
        }

        private static void change(Change change) {
            try {
                change.run();
            } catch (RocksDBException e) {
                throw new StoreException("cannot collect changes of the index: " + e.getMessage(), e);
            }
        }

        @Override
        public void put(byte[] key, byte[] value) {
            change(() -> changes.put(key, value));
        }

        @Override
        public void append(byte[] key, byte[] value) {
            change(() -> changes.merge(key, value));
        }

        @Override
        public void delete(byte[] key) {
            change(() -> changes.delete(key));
        }

        @Override
        public void deleteRange(byte[] from, byte[] to) {
            change(() -> changes.deleteRange(from, to));
        }

        @Override
        public void close() {
            changes.close();
        }
    }

    private final class RocksCursor implements Rows.Cursor {
        private final RocksIterator rows;
        private final AutoCloseable[] parts;

        RocksCursor(RocksIterator rows, AutoCloseable... parts) {
            this.rows = rows;
            this.parts = parts;
        }

        @Override
        public void first() {
            rows.seekToFirst();
        }

        @Override
        public void last() {
            rows.seekToLast();
        }

        @Override
        public void seek(byte[] key) {
            rows.seek(key);
        }

        @Override
        public void seekBack(byte[] key) {
            rows.seekForPrev(key);
        }

        @Override
        public void next() {
            rows.next();
        }

        @Override
        public void previous() {
            rows.prev();
        }

        @Override
        public boolean valid() {
            if (rows.isValid()) return true;
            try {
                rows.status();
            } catch (RocksDBException e) {
                throw failure("read", e);
            }
            return false;
        }

        @Override
        public byte[] key() {
            return rows.key();
        }

        @Override
        public byte[] value() {
            return rows.value();
        }

        @Override
        public void close() {
            rows.close();
            for (AutoCloseable part : parts) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            gate.readLock().unlock();
        }
    }
}
