package im.kith.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/// A source of HTTP requests and WebSocket frames that are almost right: each would be, with some things in it made
/// wrong. The same for the same seed.
final class HostileSpeaker {

    private static final List<String> WORDS = List.of(
            "",
            "%",
            "%00",
            "%zz",
            "%2e%2e%2f",
            "%c0%80",
            "%ff",
            "..",
            "/",
            "//",
            "\\",
            "?",
            "&=&",
            "+",
            "%F0%9F%98%80",
            "\u00e9",
            "\ud83d\ude00",
            "-1",
            "0",
            "99999999999999999999",
            "1e999",
            "NaN",
            "null",
            "'",
            "\"",
            "<x>",
            "{}",
            "[",
            "\u0000",
            "\t",
            " ",
            "a".repeat(300),
            "%41".repeat(200),
            "mallory",
            "+491701234567");
    private static final List<String> HEADERS = List.of(
            "Content-Length: -1",
            "Content-Length: 5",
            "Content-Length: 5, 5",
            "Content-Length: 0x10",
            "Content-Length: 99999999999999999999",
            "Content-Length: 2147483648",
            "Content-Length:",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: identity",
            "Transfer-Encoding : chunked",
            "Expect: 100-continue",
            "Expect: miracles",
            "Connection: close",
            "Connection: keep-alive, upgrade",
            "Connection: ,,,",
            "Upgrade: websocket",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABk",
            "Range: bytes=",
            "Range: bytes=-0",
            "Range: bytes=-5",
            "Range: bytes=9-1",
            "Range: bytes=0-0,5-9",
            "Range: bytes=99999999999999999999-",
            "Range: bytes=-9999999",
            "Range: lines=1-2",
            "Range: bytes=0-18446744073709551616",
            "If-Range: \"x\"",
            "If-Range: Thu",
            "If-None-Match: *",
            "If-None-Match: \"",
            "If-Match: \"a\",",
            "If-Modified-Since: yesterday",
            "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
            "Authorization: Basic",
            "Authorization: Basic !!!",
            "Authorization: Basic bWFsbG9yeTo=",
            "Authorization: Basic gICAgA==",
            "Authorization: Bearer",
            "Authorization: Digest x",
            "X-Forwarded-For: ::1, x",
            "X-Forwarded-For: " + "9".repeat(200),
            "Forwarded: for=\"[",
            "X-Forwarded-Proto: gopher",
            "Host: y",
            "Host: [",
            "Origin: null",
            "Origin: http://",
            "Cookie: kith-operator=x; ; =",
            "Accept-Encoding: gzip;q=x",
            "Content-Type: multipart/form-data",
            "Content-Type: image/png; a=\"",
            "Content-Encoding: gzip",
            "No colon",
            ": no name",
            " folded: x",
            "A: " + "b".repeat(9000),
            "Sec-WebSocket-Key: x",
            "Sec-WebSocket-Version: 13",
            "X: \u0001\u0002");
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "PRI", "");
    private static final List<String> VERSIONS =
            List.of("HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.10", "http/1.1", "HTTP/", "");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "1e400",
            "123456789012345678901234567890",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "[]",
            "{}",
            "[[[[]]]]",
            "{\"a\":{\"a\":{}}}",
            "\"a b\"",
            "\"@\"",
            "\"A/B\"",
            "01",
            "\"\\uFFFF\"",
            "\"..\"",
            "\"\\u202e\"",
            "[null]",
            "[{}]",
            "[{\"name\":1}]",
            "\"" + "x".repeat(2000) + "\"");

    final Random random;

    private final String token;
    private final String picture;
    private final String slot;
    private final int pictureBytes;

    /// @param token   an operator's, that opens what only operators may
    /// @param picture the path of one that is there
    /// @param slot    the path where one of so many bytes may be put
    HostileSpeaker(Random random, String token, String picture, String slot, int pictureBytes) {
        this.random = random;
        this.token = token;
        this.picture = picture;
        this.slot = slot;
        this.pictureBytes = pictureBytes;
    }

    static byte[] together(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private List<String> orders() {
        return List.of("Authorization: Bearer " + token, "Content-Type: application/json");
    }

    /// Requests that are right, as they are written: method, path, JSON; "!" before those that need the token.
    private List<List<String>> right() {
        return List.of(
                List.of("GET", "/", ""),
                List.of("GET", "/assets/none.js", ""),
                List.of("GET", "/admin", ""),
                List.of("GET", "/.well-known/host-meta", ""),
                List.of("GET", "/.well-known/host-meta.json", ""),
                List.of("GET", "/health", ""),
                List.of("GET", "/metrics", ""),
                List.of("GET", "/invite/ABCDEFGH", ""),
                List.of("GET", "/v1/links/ABCDEFGH", ""),
                List.of("GET", "/v1/account/export?link=abc.def", ""),
                List.of("GET", "/v1/account/export", ""),
                List.of("GET", picture.replaceFirst("\\?.*", ""), ""),
                List.of("HEAD", picture.replaceFirst("\\?.*", ""), ""),
                List.of("PUT", slot, "x".repeat(pictureBytes)),
                List.of("DELETE", slot, ""),
                List.of("OPTIONS", picture, ""),
                List.of("GET", "/ws", ""),
                List.of(
                        "POST",
                        "/v1/registration",
                        "{\"name\":\"n" + random.nextInt(50) + "\",\"password\":\"pass-word-1\"}"),
                List.of("POST", "/v1/registration", "{\"phone\":\"+491701234567\"}"),
                List.of("POST", "/v1/registration", "{\"invite\":\"x\",\"name\":\"y\",\"device\":\"z\"}"),
                List.of("POST", "/v1/registration/abc/verify", "{\"code\":\"123456\",\"device\":\"phone\"}"),
                List.of(
                        "POST",
                        "/v1/links",
                        "{\"device\":\"0b9c0b9c-0b9c-4b9c-8b9c-0b9c0b9c0b9c\",\"name\":\"Firefox\",\"mechanism\":\"HT-SHA-256-NONE\"}"),
                List.of("POST", "/admin/api/session", "{\"code\":\"x\"}"),
                List.of("GET", "/admin/api/accounts?q=a&after=b&limit=3", ""),
                List.of("GET", "!/ctl/server", ""),
                List.of("GET", "!/ctl/stats", ""),
                List.of("GET", "!/ctl/accounts?after=a&limit=5", ""),
                List.of(
                        "POST",
                        "!/ctl/accounts",
                        "{\"accounts\":[{\"name\":\"a\",\"password\":\"bbbbbbbb\"},{\"name\":\"c\"}]}"),
                List.of("POST", "!/ctl/accounts/remove", "{\"name\":\"a\"}"),
                List.of("POST", "!/ctl/accounts/disable", "{\"name\":\"c\"}"),
                List.of("GET", "!/ctl/sessions?account=a&limit=2", ""),
                List.of("POST", "!/ctl/sessions/kick", "{\"account\":\"a\",\"resource\":\"b\"}"),
                List.of("POST", "!/ctl/invites", "{\"hours\":5}"),
                List.of("GET", "!/ctl/accounts/export?name=a", ""),
                List.of("POST", "!/ctl/accounts/import-227", "<user xmlns='urn:xmpp:pie:0' name='z'/>"),
                List.of("POST", "!/ctl/media/ban", "{\"hash\":\"" + "0".repeat(64) + "\"}"),
                List.of("GET", "!/ctl/reports", ""),
                List.of("POST", "!/ctl/reports/done", "{\"id\":\"x\"}"),
                List.of("POST", "!/ctl/admins", "{\"name\":\"a\"}"),
                List.of("POST", "!/ctl/admin/link", "{}"),
                List.of("POST", "!/ctl/admin/end", "{}"));
    }

    byte[] request() {
        var right = any(right());
        var method = right.get(0);
        boolean order = right.get(1).startsWith("!");
        var path = right.get(1).substring(order ? 1 : 0);
        var body = right.get(2);
        var headers = new ArrayList<>(order ? orders() : List.<String>of());
        var version = "HTTP/1.1";
        boolean told = !body.isEmpty();
        var framed = body.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(9)) {
                case 0 -> method = any(METHODS);
                case 1 -> path = spoilt(path);
                case 2, 3, 4 -> headers.add(random.nextInt(headers.size() + 1), any(HEADERS));
                case 5 -> version = any(VERSIONS);
                case 6, 7 -> {
                    body = value(body);
                    framed = body.getBytes(StandardCharsets.UTF_8);
                    if (random.nextInt(6) == 0) flip(framed);
                }
                default -> {
                    headers.add("Transfer-Encoding: chunked");
                    framed = chunks(body);
                    told = random.nextInt(5) == 0;
                }
            }
        }
        var head = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(' ')
                .append(version)
                .append("\r\n");
        if (random.nextInt(30) != 0) head.append("Host: hostile.test\r\n");
        for (var line : headers) head.append(line).append("\r\n");
        if (told) {
            head.append("Content-Length: ")
                    .append(random.nextInt(20) == 0 ? random.nextInt(2000) : framed.length)
                    .append("\r\n");
        }
        var whole = together(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), framed);
        if (random.nextInt(12) == 0) flip(whole);
        return random.nextInt(10) == 0 ? together(whole, request()) : whole;
    }

    private String spoilt(String path) {
        int at = random.nextInt(path.length() + 1);
        var word = any(WORDS);
        return switch (random.nextInt(5)) {
            case 0 -> path.substring(0, at) + word + path.substring(at);
            case 1 -> path.substring(0, at) + word;
            case 2 -> path + (path.contains("?") ? "&" : "?") + word + "=" + any(WORDS);
            case 3 -> path.replaceFirst("=[^&]*", "=" + java.util.regex.Matcher.quoteReplacement(word));
            default -> any(List.of("*", "", "http://x", "http://x" + path, "//x" + path, "/a".repeat(500), word));
        };
    }

    /// The JSON with one of its values another one, or with its end cut off.
    private String value(String json) {
        var parts = Pattern.compile("(?<=:)(\"[^\"]*\"|\\d+|\\[.*?])").matcher(json);
        var found = parts.results().toList();
        if (found.isEmpty() || random.nextInt(6) == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> json.substring(0, random.nextInt(json.length() + 1));
                case 1 -> any(VALUES);
                case 2 -> "[".repeat(random.nextInt(3000));
                default -> "{\"a\":".repeat(random.nextInt(2000)) + any(VALUES);
            };
        }
        var one = any(found);
        return json.substring(0, one.start()) + any(VALUES) + json.substring(one.end());
    }

    private byte[] chunks(String body) {
        var out = new ByteArrayOutputStream();
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; ) {
            int size = Math.min(bytes.length - at, 1 + random.nextInt(40));
            var told = random.nextInt(15) == 0
                    ? any(List.of("-1", "zz", "", "ffffffffffffffff", "7fffffff", "0x5", "5 ; a=\"", "00000000005"))
                    : Integer.toHexString(size) + (random.nextInt(10) == 0 ? ";x=y" : "");
            out.writeBytes((told + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, at, size);
            out.writeBytes((random.nextInt(20) == 0 ? "x" : "\r\n").getBytes(StandardCharsets.US_ASCII));
            at += size;
        }
        if (random.nextInt(8) != 0) out.writeBytes("0\r\n".getBytes(StandardCharsets.US_ASCII));
        if (random.nextInt(8) == 0) out.writeBytes("Trailer: x\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private void flip(byte[] bytes) {
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
    }

    byte[][] cut(byte[] whole) {
        int at = random.nextInt(whole.length + 1);
        return new byte[][] {Arrays.copyOfRange(whole, 0, at), Arrays.copyOfRange(whole, at, whole.length)};
    }

    // ---- WebSocket ---------------------------------------------------------------------------------------------

    byte[] upgrade() {
        return ("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + "Sec-WebSocket-Protocol: xmpp\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    byte[] frames() {
        var out = new ByteArrayOutputStream();
        var documents = List.of(
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='hostile.test' version='1.0'/>",
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AG1hbGxvcnkAczNjcmV0LXMzY3JldA==</auth>",
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='hostile.test' version='1.0'/>",
                "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                "<presence xmlns='jabber:client'/>",
                "<message xmlns='jabber:client' to='mallory@hostile.test'><body>Hi</body></message>",
                "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
        int right = random.nextInt(documents.size());
        for (int i = 0; i < right; i++) frame(out, 0x81, documents.get(i).getBytes(StandardCharsets.UTF_8), true);
        for (int i = random.nextInt(6); i >= 0; i--) {
            var bytes = any(documents).getBytes(StandardCharsets.UTF_8);
            switch (random.nextInt(10)) {
                case 0 -> flip(bytes);
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 2 -> bytes = new byte[random.nextInt(300)];
                case 3 -> bytes = "<a>".repeat(random.nextInt(3000)).getBytes(StandardCharsets.US_ASCII);
                default -> {}
            }
            int first = random.nextInt(3) == 0
                    ? random.nextInt(256)
                    : any(List.of(0x81, 0x01, 0x80, 0x00, 0x89, 0x8a, 0x88));
            frame(out, first, bytes, random.nextInt(15) != 0);
        }
        var whole = out.toByteArray();
        if (random.nextInt(6) == 0) flip(whole);
        return random.nextInt(6) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole;
    }

    private void frame(ByteArrayOutputStream out, int first, byte[] data, boolean masked) {
        out.write(first);
        int bit = masked ? 0x80 : 0;
        long told = random.nextInt(30) == 0 ? random.nextLong() : data.length;
        if (told >= 0 && told < 126 && random.nextInt(20) != 0) {
            out.write((int) told | bit);
        } else if (told >= 0 && told < 0x10000 && random.nextInt(20) != 0) {
            out.write(126 | bit);
            out.write((int) told >> 8);
            out.write((int) told);
        } else {
            out.write(127 | bit);
            for (int shift = 56; shift >= 0; shift -= 8) out.write((int) (told >> shift));
        }
        var mask = new byte[4];
        random.nextBytes(mask);
        if (masked) out.writeBytes(mask);
        for (int i = 0; i < data.length; i++) out.write(masked ? data[i] ^ mask[i & 3] : data[i]);
    }
}
