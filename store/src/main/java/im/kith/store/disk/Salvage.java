package im.kith.store.disk;

import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.Store.Outline;
import im.kith.store.StoreException;
import im.kith.store.disk.Moves.MovedTrim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes a whole store out of a damaged one: `kith salvage`.
///
/// Reads all of the log, takes every record whose checksum is right, makes the index again from that, and writes what
/// is
/// alive into a new store. The damaged files are moved aside. A shelf's row whose record is damaged is taken
/// from the old index if that still answers.
///
/// What can be lost: entries and changes whose records lie in the damaged bytes, with all their consequences: an entry
/// that was trimmed by a lost record comes back, a row that was changed by one has its older value again (unless the
/// old
/// index knows), an owner whose newest entries are lost gives their numbers again. Every damaged range is told, and
/// every
/// entry that the old index knows of and that is lost.
public final class Salvage {

    private static final String WORK = "salvage.tmp";
    private static final String DONE = "salvage.done";
    private static final List<String> PARTS = List.of(SegmentLog.FOLDER, "index");
    private static final int PAGE = 100;

    /// What was kept and what not. `lost` counts entries that are known to be lost.
    public record Report(long owners, long entries, long rows, long rowsFromOldIndex, long lost, long damagedRanges) {}

    private final SegmentLog log;
    private final LogSurvey survey;
    private final Rows scratch;
    private final Index index;
    private final EntryReader reader;
    private final ShelfReader shelfReader;
    private final @Nullable Rows oldRows;
    private final DiskStore target;
    private final Journal journal;
    private final Runnable pause;
    private final Consumer<String> tell;
    private final Set<String> shelves = new HashSet<>();
    private long entries;
    private long rowCount;
    private long rowsFromOldIndex;
    private long lost;

    /// `scratch` is empty; `pause` lets the target catch up.
    Salvage(
            Disk damaged,
            @Nullable Rows oldRows,
            Rows scratch,
            DiskStore target,
            Runnable pause,
            Consumer<String> tell) {
        this.log = new SegmentLog(damaged, Options.DEFAULTS.segmentBytes());
        this.survey = new LogSurvey(damaged, log, tell);
        this.scratch = scratch;
        this.index = new Index(scratch);
        this.reader = new EntryReader(log, index);
        this.shelfReader = new ShelfReader(index);
        this.oldRows = oldRows;
        this.target = target;
        this.pause = pause;
        this.tell = tell;
        this.journal = target.journal(new Journal.Listener() {
            @Override
            public void kept(long ticket) {}

            @Override
            public void stalled(String why) {
                tell.accept("waiting: " + why);
            }

            @Override
            public void healed() {}
        });
    }

    /// Whether a salvage of this directory was interrupted while it put the new files in place.
    static boolean isUnfinished(Path directory) {
        return Files.exists(directory.resolve(DONE));
    }

    /// Salvages the store in `directory`, telling what is found. Needs as much free space as the store takes.
    public static Report run(Path directory, Consumer<String> tell) {
        try (FileDisk disk = FileDisk.open(directory)) {
            Path work = directory.resolve(WORK);
            Report report = new Report(0, 0, 0, 0, 0, 0);
            if (!isUnfinished(directory)) {
                delete(work);
                report = copy(directory, disk, work, tell);
                delete(work.resolve("scratch"));
                Files.writeString(
                        directory.resolve(DONE),
                        "damaged-"
                                + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now()));
            }
            Path aside =
                    directory.resolve(Files.readString(directory.resolve(DONE)).strip());
            Files.createDirectories(aside);
            for (String part : PARTS) {
                if (!Files.exists(work.resolve(part))) continue;
                if (Files.exists(directory.resolve(part))) Files.move(directory.resolve(part), aside.resolve(part));
                Files.move(work.resolve(part), directory.resolve(part));
            }
            delete(work);
            Files.delete(directory.resolve(DONE));
            tell.accept("the damaged files are in " + aside);
            return report;
        } catch (IOException e) {
            throw new StoreException("cannot salvage " + directory + ": " + e, e);
        }
    }

    private static Report copy(Path directory, FileDisk disk, Path work, Consumer<String> tell) throws IOException {
        Options options = Options.DEFAULTS;
        Rows old = null;
        try {
            if (Files.exists(directory.resolve("index/CURRENT"))) {
                old = RocksRows.open(directory.resolve("index"), options);
            }
        } catch (StoreException e) {
            tell.accept("the old index does not answer: " + e.getMessage());
        }
        Files.createDirectories(work);
        try (Rows scratch = RocksRows.open(work.resolve("scratch"), options);
                DiskStore target = DiskStore.open(work, options)) {
            Runnable pause = () -> {
                while (target.health().bytesWaiting() > 8 << 20) LockSupport.parkNanos(1_000_000);
            };
            return new Salvage(disk, old, scratch, target, pause, tell).run();
        } finally {
            if (old != null) old.close();
        }
    }

    Report run() {
        try {
            survey.run((record, at) -> {
                index.replay(record, at, record.length());
                if (index.layerBytes() >= Options.DEFAULTS.layerBytes()) flush();
            });
        } catch (IOException e) {
            throw new StoreException("cannot read the log: " + e, e);
        }
        flush();
        Set<String> owners = owners();
        for (String owner : owners) copy(owner);
        if (oldRows != null) {
            try {
                askOldIndex(oldRows);
            } catch (StoreException e) {
                tell.accept("the old index stopped to answer: " + e.getMessage());
            }
        }
        pause.run();
        log.close();
        return new Report(owners.size(), entries, rowCount, rowsFromOldIndex, lost, survey.damages.size());
    }

    private void flush() {
        index.lock.lock();
        Layer layer;
        try {
            layer = index.freeze();
        } finally {
            index.lock.unlock();
        }
        new Checkpoint(scratch, layer, shelves).write(new Covered(0, 1, 0, new TreeMap<>()));
        index.lock.lock();
        try {
            index.thaw();
        } finally {
            index.lock.unlock();
        }
    }

    private Set<String> owners() {
        Set<String> owners = new TreeSet<>();
        for (char kind : new char[] {'B', 'M'}) {
            byte[] all = Keys.kind(kind);
            try (var cursor = scratch.cursor(all, Keys.afterAll(all))) {
                for (cursor.first(); cursor.valid(); ) {
                    String owner = Keys.name(cursor.key(), 1);
                    owners.add(owner);
                    cursor.seek(Keys.afterAll(Keys.owner(kind, owner)));
                }
            }
        }
        byte[] all = Keys.kind('S');
        try (var cursor = scratch.cursor(all, Keys.afterAll(all))) {
            for (cursor.first(); cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                owners.add(Keys.name(key, Keys.behindName(key, 1)));
            }
        }
        return owners;
    }

    private void copy(String owner) {
        Outline outline = index.outline(owner);
        Set<Long> pending = new HashSet<>(outline.pending());
        long after = 0;
        while (true) {
            List<Long> numbers = reader.numbers(owner, Scan.after(after, PAGE));
            if (numbers.isEmpty()) break;
            Commit commit = new Commit();
            for (Entry e : readable(owner, after, numbers)) {
                entries++;
                if (pending.contains(e.seq())) commit.appendPending(owner, e);
                else commit.append(owner, e);
            }
            journal.submit(commit);
            pause.run();
            after = numbers.getLast();
        }
        if (outline.first() == 0 && outline.last() > 0) {
            target.move(new Moves(
                    List.of(new MovedTrim(owner, outline.last(), outline.last(), outline.lastMillis())), () -> {}));
        }
        for (String shelf : shelves) {
            var rows = shelfReader.shelf(owner, shelf);
            if (rows.isEmpty()) continue;
            Commit commit = new Commit();
            rows.forEach((key, value) -> commit.put(owner, shelf, key, value));
            rowCount += rows.size();
            journal.submit(commit);
        }
    }

    private List<Entry> readable(String owner, long after, List<Long> numbers) {
        try {
            return reader.read(owner, Scan.after(after, numbers.size()));
        } catch (StoreException e) {
            // One by one.
            return numbers.stream().flatMap(seq -> one(owner, seq).stream()).toList();
        }
    }

    private List<Entry> one(String owner, long seq) {
        try {
            return reader.read(owner, Scan.after(seq - 1, 1));
        } catch (StoreException e) {
            lost++;
            tell.accept("entry " + seq + " of " + owner + " is lost: " + e.getMessage());
            return List.of();
        }
    }

    /// Takes rows whose records are damaged, and tells of entries that are lost.
    private void askOldIndex(Rows old) {
        byte[] all = Keys.kind('S');
        try (var cursor = old.cursor(all, Keys.afterAll(all))) {
            for (cursor.first(); cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                byte[] row = cursor.value();
                byte[] inLog = scratch.get(key);
                boolean newer = inLog == null || ShelfRow.at(inLog) < ShelfRow.at(row);
                if (!newer || !survey.isLost(ShelfRow.at(row))) continue;
                int ownerAt = Keys.behindName(key, 1);
                journal.submit(new Commit()
                        .put(
                                Keys.name(key, ownerAt),
                                Keys.name(key, 1),
                                Keys.name(key, Keys.behindName(key, ownerAt)),
                                ShelfRow.value(row)));
                rowsFromOldIndex++;
            }
        }
        all = Keys.kind('B');
        try (var cursor = old.cursor(all, Keys.afterAll(all))) {
            for (cursor.first(); cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                String owner = Keys.name(key, 1);
                long[] words = Postings.unpack(cursor.value(), Keys.number(key, key.length - 8));
                for (int i = 0; i < words.length; i += Postings.WIDTH) {
                    if (!survey.isLost(words[i + Postings.AT])) continue;
                    if (words[i] <= Meta.of(old, owner).trim()) continue;
                    if (!reader.numbers(owner, Scan.after(words[i] - 1, 1)).contains(words[i])) {
                        lost++;
                        tell.accept("entry " + words[i] + " of " + owner + " is lost");
                    }
                }
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (var files = Files.walk(path)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
