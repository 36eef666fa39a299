package im.kith.server.pulse;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// Log lines for people: time, level, part, text.
public final class TextLines extends Formatter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String FAINT = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean colours;

    public TextLines(boolean colours) {
        this.colours = colours;
    }

    @Override
    public String format(LogRecord record) {
        var level = record.getLevel();
        boolean bad = level.intValue() >= Level.SEVERE.intValue();
        boolean warning = !bad && level.intValue() >= Level.WARNING.intValue();
        boolean fine = level.intValue() < Level.INFO.intValue();
        var out = new StringBuilder(120);
        if (colours) out.append(FAINT);
        TIME.formatTo(record.getInstant(), out);
        if (colours) out.append(PLAIN).append(bad ? RED : warning ? YELLOW : "");
        out.append(bad ? " ERROR " : warning ? " WARN  " : fine ? " DEBUG " : " INFO  ");
        if (colours) out.append(PLAIN);
        out.append(part(record.getLoggerName())).append("  ").append(oneLine(formatMessage(record)));
        out.append('\n');
        var thrown = record.getThrown();
        if (thrown != null) out.append(trace(thrown));
        return out.toString();
    }

    /// `stream.Negotiation` for `im.kith.server.stream.Negotiation`.
    static String part(String logger) {
        if (logger == null) return "";
        for (var prefix : new String[] {"im.kith.server.", "im.kith."}) {
            if (logger.startsWith(prefix)) return logger.substring(prefix.length());
        }
        return logger;
    }

    /// What a peer sent must not make lines of its own in a log.
    static String oneLine(String message) {
        StringBuilder out = null;
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029';
            if (control && out == null) out = new StringBuilder(message.length() + 8).append(message, 0, i);
            if (out != null) {
                if (control) out.append("\\u%04x".formatted((int) c));
                else out.append(c);
            }
        }
        return out == null ? message : out.toString();
    }

    static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
