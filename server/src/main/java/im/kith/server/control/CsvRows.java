package im.kith.server.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of `name,password` lines (RFC 4180 without line breaks inside quotes), read row by row in bounded memory.
///
/// A first line `name,password` is a heading; empty lines are nothing. A bad line is a row with a complaint and harms
/// no other. Not thread-safe.
final class CsvRows implements AutoCloseable {

    private static final int MAX_LINE_BYTES = 4096;

    /// One line: either name and password or a complaint.
    record Row(
            long line,
            String name,
            String password,
            @Nullable String complaint) {}

    private final InputStream in;
    private long line;
    private long bytesRead;

    CsvRows(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /// How far into the file the rows so far reach.
    long bytesRead() {
        return bytesRead;
    }

    /// The next row, or null at the end.
    @Nullable
    Row next() throws IOException {
        while (true) {
            var bytes = nextLine();
            if (bytes == null) return null;
            if (bytes.length > MAX_LINE_BYTES) return bad("the line is longer than " + MAX_LINE_BYTES + " bytes");
            String text;
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                return bad("the line is not UTF-8");
            }
            if (line == 1 && text.startsWith("\uFEFF")) text = text.substring(1);
            if (text.isBlank() || (line == 1 && text.strip().equalsIgnoreCase("name,password"))) continue;
            return row(text);
        }
    }

    private Row row(String text) {
        var fields = fields(text);
        if (fields == null) return bad("a quote is opened and not closed, or followed by more than a comma");
        if (fields.size() != 2) {
            return bad("there should be two fields, name,password, and there are " + fields.size()
                    + "; a field with a comma in it stands in \"quotes\"");
        }
        return new Row(line, fields.get(0), fields.get(1), null);
    }

    private Row bad(String complaint) {
        return new Row(line, "", "", complaint);
    }

    /// Null when quotes do not match.
    private static @Nullable List<String> fields(String text) {
        var fields = new ArrayList<String>();
        int at = 0;
        while (true) {
            if (at < text.length() && text.charAt(at) == '"') {
                var field = new StringBuilder();
                at++;
                while (true) {
                    int quote = text.indexOf('"', at);
                    if (quote < 0) return null;
                    field.append(text, at, quote);
                    at = quote + 1;
                    if (at >= text.length() || text.charAt(at) != '"') break;
                    field.append('"');
                    at++;
                }
                fields.add(field.toString());
                if (at < text.length() && text.charAt(at) != ',') return null;
            } else {
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                fields.add(text.substring(at, end));
                at = end;
            }
            if (at >= text.length()) return fields;
            at++;
        }
    }

    /// The next line without its end; of one that is too long only the beginning, which is too long as well.
    private byte @Nullable [] nextLine() throws IOException {
        int next = in.read();
        if (next < 0) return null;
        line++;
        var bytes = new ByteArrayOutputStream(64);
        while (next >= 0 && next != '\n') {
            bytesRead++;
            if (bytes.size() <= MAX_LINE_BYTES) bytes.write(next);
            next = in.read();
        }
        bytesRead++;
        var all = bytes.toByteArray();
        return all.length > 0 && all[all.length - 1] == '\r' ? java.util.Arrays.copyOf(all, all.length - 1) : all;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
