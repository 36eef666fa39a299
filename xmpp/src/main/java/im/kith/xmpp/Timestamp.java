package im.kith.xmpp;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// XEP-0082: a moment as text, `2026-07-10T23:08:25.123Z`.
///
/// Written in UTC with milliseconds, so that texts sort as moments do; read with any offset and any fraction.
public final class Timestamp {

    private static final int MOST_CHARS = 64;

    private Timestamp() {}

    public static String of(long epochMillis) {
        return of(Instant.ofEpochMilli(epochMillis));
    }

    public static String of(Instant moment) {
        var utc = moment.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
        var out = new StringBuilder(24);
        digits(out, utc.getYear(), 4).append('-');
        digits(out, utc.getMonthValue(), 2).append('-');
        digits(out, utc.getDayOfMonth(), 2).append('T');
        digits(out, utc.getHour(), 2).append(':');
        digits(out, utc.getMinute(), 2).append(':');
        digits(out, utc.getSecond(), 2).append('.');
        return digits(out, utc.getNano() / 1_000_000, 3).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder out, int number, int width) {
        for (int limit = (int) Math.pow(10, width - 1.0); limit > 1 && number < limit; limit /= 10) out.append('0');
        return out.append(number);
    }

    /// The moment, or null when the text is not a DateTime of XEP-0082 §3.2.
    public static @Nullable Instant parse(String text) {
        if (text.length() > MOST_CHARS) return null;
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
