package im.kith.server.pulse;

import java.util.LinkedHashMap;
import java.util.Map;

/// The [Pulse] at one moment as a page draws it: numbers since the start, latencies by steps, queues. Whoever asks
/// again has what happened in between.
public final class Live {

    private Live() {}

    /// `millis` on the server's clock, `numbers` by name, `bounds` of the steps in milliseconds and `latencies` by name
    /// (how many there were in each step; the last is longer than all bounds), `queues` by kind, `troubles` by
    /// part, and the heap.
    public static Map<String, Object> of(Pulse pulse, long nowMillis) {
        var stats = Stats.of(pulse);
        var latencies = new LinkedHashMap<String, Object>();
        for (var timing : pulse.timings())
            latencies.put(timing.name(), timing.latency().counts());
        var bounds = Latency.boundsSeconds();
        for (int i = 0; i < bounds.length; i++) bounds[i] *= 1_000;
        var live = new LinkedHashMap<String, Object>();
        live.put("millis", nowMillis);
        live.put("numbers", stats.getOrDefault("numbers", Map.of()));
        live.put("bounds", bounds);
        live.put("latencies", latencies);
        live.put("queues", stats.getOrDefault("queues", Map.of()));
        live.put("troubles", stats.getOrDefault("troubles", Map.of()));
        var runtime = Runtime.getRuntime();
        live.put("heapBytes", runtime.totalMemory() - runtime.freeMemory());
        live.put("heapMostBytes", runtime.maxMemory());
        return live;
    }
}
