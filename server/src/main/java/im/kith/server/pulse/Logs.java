package im.kith.server.pulse;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Where log lines go: through a bounded queue to one thread that writes them, so that a slow terminal or pipe holds up
/// nobody. When the queue is full, lines are left out and counted.
///
/// The parts log with SLF4J, which hands on to `java.util.logging`. Bodies, passwords, keys and codes are never logged.
public final class Logs extends Handler {

    private static final int QUEUE = 8192;

    /// Others' loggers, which talk more than an operator wants to read.
    private static final Map<String, Level> QUIET = Map.of(
            "org.apache.pekko", Level.WARNING,
            // Says that it waits for itself whenever a start takes more than a moment.
            "org.apache.pekko.cluster.sharding.ShardRegion", Level.SEVERE,
            "io.netty", Level.WARNING,
            "com.google", Level.WARNING,
            "io.micrometer", Level.WARNING);

    private final BlockingQueue<Runnable> lines = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder leftOut = new LongAdder();
    private final PrintStream out;
    private final Formatter formatter;

    /// `java.util.logging` forgets loggers, and their levels, that nobody holds.
    private final List<Logger> held = new ArrayList<>();

    private Logs(PrintStream out, Formatter formatter) {
        this.out = out;
        this.formatter = formatter;
    }

    /// Sends all logging to `out`. Levels are SLF4J's: error, warn, info, debug, trace.
    public static Logs start(PrintStream out, Formatter formatter, String level, Map<String, String> levels) {
        var logs = new Logs(out, formatter);
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) root.removeHandler(handler);
        root.addHandler(logs);
        logs.setLevel(Level.ALL);
        root.setLevel(level(level));
        QUIET.forEach(logs::level);
        levels.forEach((name, each) -> logs.level(name, level(each)));
        Thread.ofPlatform().daemon().name("kith-log").start(logs::write);
        return logs;
    }

    private void level(String name, Level level) {
        var logger = Logger.getLogger(name);
        logger.setLevel(level);
        held.add(logger);
    }

    static Level level(String name) {
        return switch (name) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "debug" -> Level.FINE;
            case "trace" -> Level.FINEST;
            default -> Level.INFO;
        };
    }

    /// Lines that were left out as the queue was full.
    public long leftOut() {
        return leftOut.sum();
    }

    @Override
    public void publish(LogRecord record) {
        var line = formatter.format(record);
        if (!lines.offer(() -> out.print(line))) leftOut.increment();
    }

    private void write() {
        while (true) {
            try {
                lines.take().run();
                if (lines.isEmpty()) out.flush();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Waits until what was logged before is written, a second at most.
    @Override
    public void flush() {
        var written = new CountDownLatch(1);
        try {
            if (lines.offer(written::countDown, 1, TimeUnit.SECONDS)) {
                var inTime = written.await(1, TimeUnit.SECONDS);
                if (!inTime) leftOut.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
