package im.kith.server.control;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// How far a long command is: one line that is drawn over on a terminal, a line per tenth elsewhere. Thread-safe.
final class ProgressBar {

    private static final int WIDTH = 30;
    private static final long REDRAW_MILLIS = 100;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier clockMillis;
    private final long beganMillis;
    private long drawnMillis;
    private int tenths = -1;

    ProgressBar(PrintWriter out, boolean terminal, LongSupplier clockMillis) {
        this.out = out;
        this.terminal = terminal;
        this.clockMillis = clockMillis;
        this.beganMillis = clockMillis.getAsLong();
    }

    /// `part` of the whole, from 0 to 1; `count` rows are done.
    synchronized void show(double part, long count) {
        long now = clockMillis.getAsLong();
        boolean last = part >= 1;
        if (terminal && (last || now - drawnMillis >= REDRAW_MILLIS)) {
            drawnMillis = now;
            int full = (int) Math.round(part * WIDTH);
            out.print("\r[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] " + text(part, count, now) + "  ");
            if (last) out.println();
        } else if (!terminal && (int) (part * 10) > tenths) {
            tenths = (int) (part * 10);
            out.println(text(part, count, now));
        }
        out.flush();
    }

    private String text(double part, long count, long now) {
        long perSecond = count * 1000 / Math.max(1, now - beganMillis);
        return "%3.0f %%  %,d rows, %,d/s".formatted(part * 100, count, perSecond);
    }
}
