package im.kith.server.net;

import im.kith.server.http.Response;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;

/// A response as the bytes of HTTP/1.1.
final class HttpAnswer {

    /// What every answer says unless its route says otherwise.
    private static final Map<String, String> USUAL = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    private HttpAnswer() {}

    /// The whole answer; without the body when that is a file, or not wanted.
    static byte[] bytes(Response response, boolean stays, boolean old, boolean onlyHead) {
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        fields.putAll(USUAL);
        fields.putAll(response.headers());
        fields.put("Content-Type", response.contentType());
        if (response.status() != 204 && response.status() != 304) {
            var file = response.file();
            fields.put("Content-Length", Long.toString(file == null ? response.body().length : file.bytes()));
        }
        fields.put("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        if (!stays) fields.put("Connection", "close");
        else if (old) fields.put("Connection", "keep-alive");
        var head = new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(response.status())
                .append(' ')
                .append(reason(response.status()))
                .append("\r\n");
        fields.forEach((name, value) ->
                head.append(line(name)).append(": ").append(line(value)).append("\r\n"));
        var start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (onlyHead || response.body().length == 0) return start;
        var bytes = new byte[start.length + response.body().length];
        System.arraycopy(start, 0, bytes, 0, start.length);
        System.arraycopy(response.body(), 0, bytes, start.length, response.body().length);
        return bytes;
    }

    /// Without what would begin another line.
    private static String line(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private static String reason(int status) {
        return io.netty.handler.codec.http.HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
