package im.kith.server.control;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows as a table for people: a heading, columns as wide as their widest cell.
final class Listing {

    private final List<List<String>> rows = new ArrayList<>();

    Listing(String... heading) {
        rows.add(List.of(heading));
    }

    void row(@Nullable Object... cells) {
        var row = new ArrayList<String>();
        for (var cell : cells) row.add(cell == null ? "" : cell.toString());
        rows.add(row);
    }

    void print(PrintWriter out) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++)
                widths[i] = Math.max(widths[i], row.get(i).length());
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /// Nested groups of values, indented, values aligned within a group.
    static void printTree(PrintWriter out, Map<?, ?> group, String indent) {
        int width = 0;
        for (var name : group.keySet())
            width = Math.max(width, String.valueOf(name).length());
        for (var entry : group.entrySet()) {
            var name = String.valueOf(entry.getKey());
            if (entry.getValue() instanceof Map<?, ?> inner) {
                out.println(indent + name);
                printTree(out, inner, indent + "  ");
            } else if (entry.getValue() instanceof List<?> list) {
                out.println(indent + name + (list.isEmpty() ? " ".repeat(width - name.length() + 2) + "none" : ""));
                for (var item : list) out.println(indent + "  " + inline(item));
            } else {
                out.println(indent + name + " ".repeat(width - name.length() + 2) + shown(entry.getValue()));
            }
        }
    }

    /// `name=+491701234567 waiting=12`
    private static String inline(@Nullable Object item) {
        if (!(item instanceof Map<?, ?> map)) return shown(item);
        var line = new StringBuilder();
        map.forEach((name, value) ->
                line.append(name).append('=').append(shown(value)).append(' '));
        return line.toString().strip();
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? "%,d".formatted((long) number)
                    : "%,.3f".formatted(number);
        }
        return value instanceof Number ? "%,d".formatted(((Number) value).longValue()) : String.valueOf(value);
    }
}
