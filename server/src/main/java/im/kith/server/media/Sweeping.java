package im.kith.server.media;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has [Media] swept soon after the start, and then every few hours.
public final class Sweeping {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeping.class);
    private static final long FIRST_MINUTES = 5;
    private static final long EACH_MINUTES = 6 * 60L;

    private Sweeping() {}

    /// On a thread of its own, which does not keep the process alive.
    public static void start(Media media) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("kith-sweep").factory());
        timer.scheduleWithFixedDelay(
                () -> media.sweep().exceptionally(fault -> {
                    LOG.warn("Expired uploads could not be removed, tried again later: {}", fault.getMessage());
                    return null;
                }),
                FIRST_MINUTES,
                EACH_MINUTES,
                TimeUnit.MINUTES);
    }
}
