package im.kith.server.pulse;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at all queues and conditions once a second and says who lags: a log line when it begins, one a minute while it
/// lasts, one when it is over; and a count (`kith_alerts_total`).
///
/// One thread calls [#look].
public final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long REMIND_NANOS = Duration.ofMinutes(1).toNanos();

    private final Pulse pulse;
    private final Map<String, Long> saidNanos = new HashMap<>();

    public Watch(Pulse pulse) {
        this.pulse = pulse;
    }

    /// Starts a thread that looks once a second, as long as the process lives.
    public static void start(Pulse pulse) {
        var watch = new Watch(pulse);
        Thread.ofPlatform().daemon().name("kith-watch").start(() -> {
            while (true) {
                try {
                    Thread.sleep(Duration.ofSeconds(1));
                    watch.look(System.nanoTime());
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException e) {
                    LOG.error("Looking at the queues failed", e);
                }
            }
        });
    }

    void look(long nowNanos) {
        var lagging = new HashSet<String>();
        for (var queues : pulse.queues()) {
            for (var length : queues.sample().longest()) {
                if (length.waiting() <= queues.limit()) continue;
                var who = queues.kind() + " " + length.name();
                lagging.add(who);
                if (isNews(who, nowNanos)) {
                    queues.alerts().increment();
                    LOG.warn(
                            "{} lags: {} {} wait (alert above {})",
                            who,
                            length.waiting(),
                            queues.unit(),
                            queues.limit());
                }
            }
        }
        for (var condition : pulse.conditions()) {
            var words = condition.trouble().words();
            if (words == null) continue;
            lagging.add(condition.name());
            if (isNews(condition.name(), nowNanos)) LOG.error("{}: {}", condition.name(), words);
        }
        saidNanos.keySet().removeIf(who -> {
            if (lagging.contains(who)) return false;
            LOG.info("{} is well again", who);
            return true;
        });
    }

    private boolean isNews(String who, long nowNanos) {
        var said = saidNanos.get(who);
        if (said != null && nowNanos - said < REMIND_NANOS) return false;
        saidNanos.put(who, nowNanos);
        return true;
    }
}
