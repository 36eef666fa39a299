package im.kith.server.pulse;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// Log lines for machines: one JSON object each.
public final class JsonLines extends Formatter {

    @Override
    public String format(LogRecord record) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", record.getInstant().toString());
        line.put("level", level(record.getLevel()));
        line.put("logger", String.valueOf(record.getLoggerName()));
        line.put("message", formatMessage(record));
        var thrown = record.getThrown();
        if (thrown != null) line.put("error", TextLines.trace(thrown));
        return PulseRoutes.json(line) + "\n";
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) return "error";
        if (value >= Level.WARNING.intValue()) return "warn";
        if (value >= Level.INFO.intValue()) return "info";
        return (value >= Level.FINE.intValue() ? "DEBUG" : "TRACE").toLowerCase(Locale.ROOT);
    }
}
