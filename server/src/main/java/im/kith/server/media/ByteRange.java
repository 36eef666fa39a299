package im.kith.server.media;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A part of a file as `Range` asks for it (RFC 9110 §14.1.2): from `from`, that many bytes.
record ByteRange(long from, long bytes) {

    /// What is asked for lies outside of the file.
    static final ByteRange NOT_SATISFIABLE = new ByteRange(0, 0);

    private static final Pattern ONE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /// Null for the whole: no range, one that cannot be read, or several, of which a server need send none (§14.2).
    static @Nullable ByteRange of(@Nullable String header, long size) {
        var matcher = header == null ? null : ONE.matcher(header);
        if (matcher == null || !matcher.matches()) return null;
        var first = matcher.group(1);
        var last = matcher.group(2);
        if (first.isEmpty()) {
            if (last.isEmpty()) return null;
            long suffix = Math.min(Long.parseLong(last), size);
            return suffix == 0 ? NOT_SATISFIABLE : new ByteRange(size - suffix, suffix);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Long.parseLong(last);
        if (!last.isEmpty() && to < from) return null;
        if (from >= size) return NOT_SATISFIABLE;
        return new ByteRange(from, Math.min(to, size - 1) - from + 1);
    }
}
