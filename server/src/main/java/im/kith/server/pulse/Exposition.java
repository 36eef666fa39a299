package im.kith.server.pulse;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/// The [Pulse] as Prometheus reads it, by Micrometer; made when somebody asks for the first time, since it takes a
/// tenth of a second that the start need not wait for. What is published after that is not in it.
final class Exposition {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @SuppressWarnings("resource") // lives as long as the process
    Exposition(Pulse pulse) {
        for (var reading : pulse.readings()) bind(reading);
        for (var queues : pulse.queues()) bind(queues);
        bindTimings(pulse.timings());
        for (var condition : pulse.conditions()) {
            gauge(
                    "kith_healthy",
                    "1 while this part is well",
                    Tags.of("part", condition.name()),
                    () -> condition.trouble().words() == null ? 1 : 0);
        }
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    String text() {
        return registry.scrape();
    }

    private void bind(Pulse.Reading reading) {
        var tags = Tags.of(reading.labels().toArray(String[]::new));
        if (reading.rising()) counter(reading.name(), reading.help(), tags, reading.value());
        else gauge(reading.name(), reading.help(), tags, reading.value());
    }

    private void bind(Queues queues) {
        var kind = Tags.of("queue", queues.kind());
        gauge("kith_queue_waiting", "What waits in all queues of this kind", kind, () -> queues.sample()
                .waiting());
        gauge("kith_queue_longest", "What waits in the longest queue of this kind", kind, () -> queues.sample()
                .most());
        gauge("kith_queue_limit", "Above this a queue of this kind counts as lagging", kind, queues::limit);
        counter("kith_alerts_total", "Alerts about queues of this kind that lag", kind, () -> queues.alerts()
                .sum());
        if (!queues.few()) return;
        for (var length : queues.sample().longest()) {
            gauge(
                    "kith_" + queues.kind() + "_waiting",
                    "What waits in this queue (" + queues.unit() + ")",
                    Tags.of(queues.kind(), length.name()),
                    () -> waiting(queues, length.name()));
        }
    }

    private static double waiting(Queues queues, String name) {
        var lengths = new long[1];
        queues.lengths().accept((each, waiting) -> {
            if (each.equals(name)) lengths[0] = waiting;
        });
        return lengths[0];
    }

    private void gauge(String name, String help, Tags tags, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(help).tags(tags).register(registry);
    }

    private void counter(String name, String help, Tags tags, DoubleSupplier value) {
        ToDoubleFunction<DoubleSupplier> read = DoubleSupplier::getAsDouble;
        FunctionCounter.builder(name, value, read).description(help).tags(tags).register(registry);
    }

    /// Timings of one name, which differ by their labels, are one metric.
    private void bindTimings(List<Pulse.Timing> timings) {
        var byName = new LinkedHashMap<String, List<Pulse.Timing>>();
        for (var timing : timings)
            byName.computeIfAbsent(timing.name(), name -> new ArrayList<>()).add(timing);
        for (var same : byName.values()) {
            registry.getPrometheusRegistry().register((Collector) () -> snapshot(same));
        }
    }

    private static MetricSnapshot snapshot(List<Pulse.Timing> same) {
        var histogram = HistogramSnapshot.builder()
                .name(same.getFirst().name())
                .help(same.getFirst().help());
        for (var timing : same) {
            var buckets = ClassicHistogramBuckets.builder();
            var counts = timing.latency().counts();
            var bounds = Latency.boundsSeconds();
            for (int i = 0; i < counts.length; i++) {
                buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
            }
            histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets.build())
                    .sum(timing.latency().sumSeconds())
                    .labels(labels(timing.labels()))
                    .build());
        }
        return histogram.build();
    }

    private static Labels labels(List<String> pairs) {
        return Labels.of(pairs.toArray(String[]::new));
    }
}
