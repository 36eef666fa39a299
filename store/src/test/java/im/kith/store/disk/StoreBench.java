package im.kith.store.disk;

import im.kith.store.Body;
import im.kith.store.Commit;
import im.kith.store.Entry;
import im.kith.store.Journal;
import im.kith.store.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// What the store costs: a table of appends, reads and starts. Not a test; run its main with a directory, and
/// optionally
/// the number of entries (default 2,000,000) and "archive" for the archive of 10,000,000.
public final class StoreBench {

    private static final int BODY = 400;

    private final Path directory;
    private final int entries;

    private StoreBench(Path directory, int entries) {
        this.directory = directory;
        this.entries = entries;
    }

    public static void main(String[] args) throws Exception {
        var bench = new StoreBench(Path.of(args[0]), args.length > 1 ? Integer.parseInt(args[1]) : 2_000_000);
        System.out.printf(
                "%-44s %9s %7s %7s %8s %8s %8s %9s%n",
                "appends, 400 byte bodies", "per s", "CPU us", "batch", "p50 ms", "p99 ms", "sync ms", "B/entry");
        bench.appends("100,000 owners, 4,096 in flight", 100_000, 4_096, false);
        bench.appends("2,000 owners, 1,000 in flight", 2_000, 1_000, false);
        bench.appends("200 owners, 200 in flight", 200, 200, false);
        bench.appends("2,000 owners, 1,000 in flight, two copies", 2_000, 1_000, true);
        bench.start();
        if (args.length > 2) bench.archive(10_000_000);
    }

    private void appends(String what, int owners, int window, boolean twice) throws Exception {
        clear();
        try (DiskStore store = DiskStore.open(directory, Options.DEFAULTS)) {
            fill(store, owners, window, twice, entries / 10, new int[0]);
            long cpu = cpuNanos();
            var threadsBefore = threads();
            long begin = System.nanoTime();
            Stats before = store.stats();
            int[] latencies = new int[entries];
            fill(store, owners, window, twice, entries, latencies);
            long nanos = System.nanoTime() - begin;
            long used = cpuNanos() - cpu;
            Stats after = store.stats();
            Arrays.sort(latencies);
            long batches = after.batches() - before.batches();
            double copies = after.entries() - before.entries();
            System.out.printf(
                    "%-44s %,9d %7.2f %7d %8.2f %8.2f %8.2f %9.0f   %d checkpoints %d ms%n",
                    what,
                    (long) (copies * 1e9 / nanos),
                    used / 1e3 / copies,
                    (after.commits() - before.commits()) / Math.max(1, batches),
                    latencies[entries / 2] / 1e3,
                    latencies[(int) (entries * 0.99)] / 1e3,
                    (after.syncNanos() - before.syncNanos()) / 1e6 / Math.max(1, batches),
                    (after.bytes() - before.bytes()) / copies,
                    after.checkpoints() - before.checkpoints(),
                    (after.checkpointNanos() - before.checkpointNanos()) / 1_000_000);
            var line = new StringBuilder("    CPU us per entry by thread:");
            threads().forEach((name, ticks) -> {
                double us = (ticks - threadsBefore.getOrDefault(name, 0L)) * 10_000 / copies;
                if (us >= 0.02) line.append(String.format(" %s %.2f", name, us));
            });
            System.out.println(line);
        }
    }

    /// Appends with at most `window` not kept; notes the microseconds from submission to "kept".
    private static void fill(DiskStore store, int owners, int window, boolean twice, int count, int[] latencies)
            throws InterruptedException {
        var free = new Semaphore(window);
        long[] begun = new long[count + 1];
        Journal journal = store.journal(new Journal.Listener() {
            private long done;

            @Override
            public void kept(long ticket) {
                long now = System.nanoTime();
                if (latencies.length > 0) {
                    for (long t = done + 1; t <= ticket; t++)
                        latencies[(int) t - 1] = (int) ((now - begun[(int) t]) / 1000);
                }
                free.release((int) (ticket - done));
                done = ticket;
            }

            @Override
            public void stalled(String why) {
                System.err.println("stalled: " + why);
            }

            @Override
            public void healed() {}
        });
        String[] names = names(owners);
        long[] seqs = new long[owners];
        for (int i = 0; i < owners; i++) seqs[i] = lastKnown(store, names[i]);
        var random = new SplittableRandom(7);
        byte[] head = new byte[8];
        for (int i = 1; i <= count; i++) {
            int a = random.nextInt(owners);
            int b = (a + 1 + random.nextInt(10)) % owners;
            Body body = new Body(new byte[BODY]);
            var commit = new Commit().append(names[a], new Entry(++seqs[a], i, 0, names[b], i, head, body));
            if (twice) commit.append(names[b], new Entry(++seqs[b], i, 0, names[a], i, head, body));
            free.acquire();
            begun[i] = System.nanoTime();
            journal.submit(commit);
        }
        free.acquire(window);
    }

    private static long lastKnown(DiskStore store, String name) {
        return store.outline(name).toCompletableFuture().join().last();
    }

    private static String[] names(int owners) {
        String[] names = new String[owners];
        for (int i = 0; i < owners; i++) names[i] = "user" + i + "@kith.test";
        return names;
    }

    private void start() throws Exception {
        clear();
        try (DiskStore store = DiskStore.open(directory, Options.DEFAULTS)) {
            fill(store, 2_000, 1_000, false, 1_000_000, new int[0]);
        }
        times("start, 1,000,000 entries, closed well", 5, i -> DiskStore.open(directory, Options.DEFAULTS));
        clear();
        // Like a crash: the log as it is, and the index as it was at the last checkpoint.
        try (DiskStore store = DiskStore.open(directory, Options.DEFAULTS)) {
            fill(store, 2_000, 1_000, false, 1_000_000, new int[0]);
            copy(directory, directory.resolveSibling("crashed"));
        }
        Path crashed = directory.resolveSibling("crashed");
        times("start, 1,000,000 entries, after a crash", 1, i -> DiskStore.open(crashed, Options.DEFAULTS));
        delete(crashed);
    }

    private void archive(int count) throws Exception {
        clear();
        try (DiskStore store = DiskStore.open(directory, Options.DEFAULTS)) {
            var free = new Semaphore(10_000);
            Journal journal = store.journal(new Journal.Listener() {
                private long done;

                @Override
                public void kept(long ticket) {
                    free.release((int) (ticket - done));
                    done = ticket;
                }

                @Override
                public void stalled(String why) {}

                @Override
                public void healed() {}
            });
            var random = new SplittableRandom(3);
            long begin = System.nanoTime();
            for (int i = 1; i <= count; i++) {
                String peer = i == 1_234_567 || i == 9_000_000
                        ? "rare@kith.test"
                        : "peer" + random.nextInt(200) + "@kith.test";
                free.acquire();
                journal.submit(new Commit()
                        .append("big", new Entry(i, 1_000L * i, i & 7, peer, i, new byte[8], new Body(new byte[100]))));
            }
            free.acquire(10_000);
            System.out.printf("archive of %,d written in %.1f s%n", count, (System.nanoTime() - begin) / 1e9);
        }
        times("start with the archive", 3, i -> DiskStore.open(directory, Options.DEFAULTS));
        try (DiskStore store = DiskStore.open(directory, Options.DEFAULTS)) {
            var random = new SplittableRandom(5);
            long max = Long.MAX_VALUE;
            page(store, "50 newest", i -> Scan.newest(50));
            page(store, "50 from anywhere", i -> Scan.after(random.nextLong(count), 50));
            page(store, "50 before anywhere", i -> new Scan(0, random.nextLong(count), 0, max, 0, null, 50, true));
            page(
                    store,
                    "50 from some time",
                    i -> new Scan(0, max, 1_000 * random.nextLong(count), max, 0, null, 50, false));
            page(
                    store,
                    "50 newest with a peer",
                    i -> new Scan(0, max, 0, max, 0, "peer" + i % 200 + "@kith.test", 50, true));
            page(
                    store,
                    "50 with a peer before anywhere",
                    i -> new Scan(0, random.nextLong(count), 0, max, 0, "peer" + i % 200 + "@kith.test", 50, true));
            page(store, "2 with a rare peer", i -> new Scan(0, max, 0, max, 0, "rare@kith.test", 50, true));
            page(store, "none with an unknown peer", i -> new Scan(0, max, 0, max, 0, "unknown", 50, true));
        }
    }

    private static void page(DiskStore store, String what, IntFunction<Scan> scan) {
        for (int i = 0; i < 200; i++)
            store.read("big", scan.apply(i)).toCompletableFuture().join();
        times(what, 500, i -> {
            store.read("big", scan.apply(i)).toCompletableFuture().join();
            return () -> {};
        });
    }

    private static void times(String what, int rounds, IntFunction<AutoCloseable> work) {
        long[] nanos = new long[rounds];
        long cpu = cpuNanos();
        for (int i = 0; i < rounds; i++) {
            long begin = System.nanoTime();
            AutoCloseable result = work.apply(i);
            nanos[i] = System.nanoTime() - begin;
            try {
                result.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        long used = cpuNanos() - cpu;
        Arrays.sort(nanos);
        System.out.printf(
                "%-44s p50 %.2f ms, p99 %.2f ms, CPU %.2f ms%n",
                what, nanos[rounds / 2] / 1e6, nanos[rounds * 99 / 100] / 1e6, used / 1e6 / rounds);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /// Ticks of CPU (10 ms) by thread name, as Linux tells.
    private static TreeMap<String, Long> threads() throws IOException {
        var ticks = new TreeMap<String, Long>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                String stat = Files.readString(task.resolve("stat"));
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
                        .replaceAll("[0-9#]+$", "");
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                ticks.merge(name, Long.parseLong(fields[11]), Long::sum);
                ticks.merge(name + "(kernel)", Long.parseLong(fields[12]), Long::sum);
            }
        }
        return ticks;
    }

    private void clear() throws IOException {
        delete(directory);
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path p : files.toList()) {
                Path copy = to.resolve(from.relativize(p));
                if (Files.isDirectory(p)) Files.createDirectories(copy);
                else Files.copy(p, copy);
            }
        }
    }
}
