package im.kith.trial.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// The figures of a run, in the order in which they were put; printed as a table or as one line of JSON.
public final class Report {

    private final Map<String, Object> figures = new LinkedHashMap<>();

    void put(String name, String value) {
        figures.put(name, value);
    }

    void put(String name, long value) {
        figures.put(name, value);
    }

    void put(String name, double value, int decimals) {
        if (Double.isFinite(value)) {
            var scale = Math.pow(10, decimals);
            figures.put(name, Math.round(value * scale) / scale);
        }
    }

    void latencies(String name, Histogram histogram) {
        put(name + "_p50_us", histogram.getValueAtPercentile(50) / 1e3, 1);
        put(name + "_p95_us", histogram.getValueAtPercentile(95) / 1e3, 1);
        put(name + "_p99_us", histogram.getValueAtPercentile(99) / 1e3, 1);
        put(name + "_p999_us", histogram.getValueAtPercentile(99.9) / 1e3, 1);
        put(name + "_max_us", histogram.getMaxValue() / 1e3, 1);
    }

    /// The figure, for whoever acts on the result.
    public Object figure(String name) {
        return figures.getOrDefault(name, "");
    }

    public String table() {
        var table = new StringBuilder();
        figures.forEach((name, value) -> table.append(
                value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                        ? String.format(Locale.ROOT, "  %-30s %d%n", name, number.longValue())
                        : String.format(Locale.ROOT, "  %-30s %s%n", name, value)));
        return table.toString();
    }

    public String json() {
        try {
            return JSON.std.asString(figures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
