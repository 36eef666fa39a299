package im.kith.trial.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What `/proc` tells about the server's processes: CPU time and memory.
final class Meter {

    private static final double TICKS_PER_SECOND = 100;

    private final List<Long> pids;
    /// One thread asks at a time.
    private final Map<Path, Long> byTask = new ConcurrentHashMap<>();

    Meter(List<Long> pids) {
        this.pids = pids;
        for (var pid : pids) {
            if (!Files.exists(Path.of("/proc", String.valueOf(pid), "stat"))) {
                throw new BenchException("--server-pid " + pid + ": no such process");
            }
        }
    }

    boolean measures() {
        return !pids.isEmpty();
    }

    /// User and system time so far.
    double cpuSeconds() {
        var ticks = 0.0;
        for (var pid : pids) {
            var stat = read(pid, "stat");
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /// The same as the scheduler counts it, to the nanosecond, as far as it was seen: of a thread that ended, up to the
    /// last call.
    long cpuNanos() {
        for (var pid : pids) {
            try (var tasks = Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
                for (var task : tasks) byTask.merge(task, nanos(task.resolve("schedstat")), Math::max);
            } catch (IOException e) {
                throw new BenchException("the server process " + pid + " is gone");
            }
        }
        return byTask.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long nanos(Path schedstat) {
        try {
            var text = Files.readString(schedstat);
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (IOException ended) {
            return 0;
        }
    }

    /// Resident memory, counted with what is swapped out.
    double residentBytes() {
        return sum("Rss:") + sum("Swap:");
    }

    private double sum(String label) {
        var bytes = 0.0;
        for (var pid : pids) {
            for (var line : read(pid, "smaps_rollup").split("\n")) {
                if (line.startsWith(label)) {
                    bytes += Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        }
        return bytes;
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (IOException e) {
            throw new BenchException("the server process " + pid + " is gone");
        }
    }
}
