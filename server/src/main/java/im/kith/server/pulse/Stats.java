package im.kith.server.pulse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The [Pulse] as one document for people and scripts: `./kith ctl stats`.
public final class Stats {

    private Stats() {}

    /// Counters and gauges by name (with labels in braces), latencies as percentiles, queues with their longest ones,
    /// and what is in trouble.
    public static Map<String, Object> of(Pulse pulse) {
        var numbers = new LinkedHashMap<String, Object>();
        for (var reading : pulse.readings()) {
            numbers.put(
                    named(reading.name(), reading.labels()),
                    plain(reading.value().getAsDouble()));
        }
        var latencies = new LinkedHashMap<String, Object>();
        for (var timing : pulse.timings()) {
            var latency = new LinkedHashMap<String, Object>();
            latency.put(
                    "count", java.util.Arrays.stream(timing.latency().counts()).sum());
            latency.put("p50Millis", timing.latency().quantileMillis(0.5));
            latency.put("p99Millis", timing.latency().quantileMillis(0.99));
            latency.put("maxMillis", timing.latency().quantileMillis(1));
            latencies.put(named(timing.name(), timing.labels()), latency);
        }
        var queues = new LinkedHashMap<String, Object>();
        for (var kind : pulse.queues()) queues.put(kind.kind(), queue(kind));
        var troubles = new LinkedHashMap<String, Object>();
        for (var condition : pulse.conditions()) {
            var words = condition.trouble().words();
            if (words != null) troubles.put(condition.name(), words);
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("numbers", numbers);
        document.put("latencies", latencies);
        document.put("queues", queues);
        document.put("troubles", troubles);
        return document;
    }

    private static Map<String, Object> queue(Queues kind) {
        var sample = kind.sample();
        var longest = new ArrayList<Map<String, Object>>();
        for (var length : sample.longest()) {
            if (length.waiting() > 0 && longest.size() < 10) {
                longest.add(Map.of("name", length.name(), "waiting", length.waiting()));
            }
        }
        var queue = new LinkedHashMap<String, Object>();
        queue.put("unit", kind.unit());
        queue.put("waiting", sample.waiting());
        queue.put("limit", kind.limit());
        queue.put("alerts", kind.alerts().sum());
        queue.put("longest", longest);
        return queue;
    }

    private static String named(String name, List<String> labels) {
        if (labels.isEmpty()) return name;
        var pairs = new ArrayList<String>();
        for (int i = 0; i < labels.size(); i += 2) pairs.add(labels.get(i) + "=" + labels.get(i + 1));
        return name + "{" + String.join(",", pairs) + "}";
    }

    private static Object plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? (Object) (long) value : (Object) value;
    }
}
