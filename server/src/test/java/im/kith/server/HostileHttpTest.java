package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.config.ConfigReader;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no browser sends, to a whole server: to everything that answers over HTTP, operators' orders and
/// WebSockets too. Whatever comes, it is answered or the connection ends, in time; nothing that somebody sends is a
/// fault of the server's (5xx, an error in the log), and no buffer is lost.
///
/// Each is a request that would be right, with some things in it made wrong. A seed that failed is kept in the lists.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileHttpTest {

    private static final int REQUESTS = 300;
    private static final int SOCKETS = 80;
    private static final int PATIENCE_MILLIS = 20_000;

    /// A full quota and a full disk are told by one: no fault of ours.
    private static final Pattern FAULT = Pattern.compile("HTTP/1\\.1 5(?!07)\\d\\d ");

    private static final byte[] PICTURE = "one picture, as bytes go".repeat(40).getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Map<Logger, Handler[]> handlers = new LinkedHashMap<>();
    private ResourceLeakDetector.Level level;
    private Kith kith;
    private String token;
    /// Paths of the slot that a picture was put into, and of one that is free.
    private String picture;
    private String slot;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        var root = Logger.getLogger("");
        handlers.put(root, root.getHandlers());
        var config = ConfigReader.read(
                null,
                List.of(
                        "domain=hostile.test",
                        "data=" + data.resolve("kith"),
                        "listen.xmpp=127.0.0.1:0",
                        "listen.xmpps=127.0.0.1:0",
                        "listen.http=127.0.0.1:0",
                        "auth.plain-without-tls=true",
                        "registration.accounts-per-address=100000",
                        "registration.mode=open"));
        kith = Kith.start(config, new PrintStream(log, true, StandardCharsets.UTF_8));
        token = Files.readString(data.resolve("kith").resolve("ctl.token")).strip();
        var slots = slots();
        picture = slots.get(0);
        slot = slots.get(1);
        var put = ("PUT " + picture + " HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
                + PICTURE.length + "\r\n\r\n");
        assertTrue(asked(together(put.getBytes(StandardCharsets.US_ASCII), PICTURE))
                .startsWith("HTTP/1.1 201 "));
    }

    @AfterAll
    void stop() throws IOException {
        kith.end();
        ResourceLeakDetector.setLevel(level);
        handlers.forEach((logger, before) -> {
            for (var own : logger.getHandlers()) logger.removeHandler(own);
            for (var each : before) logger.addHandler(each);
        });
    }

    /// Two slots for an account that is made for it.
    private List<String> slots() throws IOException {
        var json = "{\"name\":\"mallory\",\"password\":\"s3cret-s3cret\"}";
        var made = asked(request("POST", "/v1/registration", List.of("Content-Type: application/json"), json));
        assertTrue(made.startsWith("HTTP/1.1 201 "), made);
        var stream =
                "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'"
                        + " to='hostile.test'>";
        var auth = Base64.getEncoder().encodeToString("\0mallory\0s3cret-s3cret".getBytes(StandardCharsets.US_ASCII));
        var wishes = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            wishes.append("<iq type='get' id='s")
                    .append(i)
                    .append(
                            "' to='upload.hostile.test'><request xmlns='urn:xmpp:http:upload:0' filename='a b.png' size='")
                    .append(PICTURE.length)
                    .append("' content-type='image/png'/></iq>");
        }
        var heard = new StringBuilder();
        try (var socket =
                new Socket(kith.xmppAddress().getAddress(), kith.xmppAddress().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            say(socket, stream, heard, "</stream:features>");
            say(
                    socket,
                    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + auth + "</auth>",
                    heard,
                    "<success");
            say(socket, stream, heard, "</stream:features>");
            say(socket, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", heard, "</iq>");
            say(socket, wishes.toString(), heard, "</slot></iq>.*</slot></iq>");
        }
        var puts = Pattern.compile("<put url=['\"]http://[^/]+([^'\"]+)").matcher(heard);
        return puts.results().map(found -> found.group(1)).toList();
    }

    private static void say(Socket socket, String text, StringBuilder heard, String until) throws IOException {
        heard.setLength(0);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        var wanted = Pattern.compile(until, Pattern.DOTALL);
        var buffer = new byte[8192];
        while (!wanted.matcher(heard).find()) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) throw new IOException("the server hung up: " + heard);
            heard.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
    }

    // ---- one connection --------------------------------------------------------------------------------------------

    private static byte[] request(String method, String path, List<String> headers, String body) {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0)
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        return together(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static byte[] together(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /// Says these bytes, in pieces, and that this is all; answers what came until the other side ended.
    private String said(byte[]... pieces) throws IOException {
        InetSocketAddress http = kith.httpAddress();
        var heard = new ByteArrayOutputStream();
        try (var socket = new Socket(http.getAddress(), http.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                for (var piece : pieces) {
                    socket.getOutputStream().write(piece);
                    if (pieces.length > 1) answer(socket, heard);
                }
                if (heard.size() == 0) answer(socket, heard);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(heard);
            } catch (SocketTimeoutException hangs) {
                throw new AssertionError("no answer and no end", hangs);
            } catch (SocketException reset) {
                // Whoever goes on writing after the server has ended is reset.
                assertTrue(socket.isConnected());
            }
        }
        return heard.toString(StandardCharsets.ISO_8859_1);
    }

    /// Says this and waits for the answer.
    private String asked(byte[] request) throws IOException {
        InetSocketAddress http = kith.httpAddress();
        try (var socket = new Socket(http.getAddress(), http.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            var buffer = new byte[16 * 1024];
            int count = socket.getInputStream().read(buffer);
            return new String(buffer, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
        }
    }

    /// What comes at once: a request that is whole is answered before its sender says good-bye.
    private static void answer(Socket socket, ByteArrayOutputStream into) throws IOException {
        socket.setSoTimeout(60);
        try {
            var buffer = new byte[16 * 1024];
            int count = socket.getInputStream().read(buffer);
            if (count > 0) into.write(buffer, 0, count);
        } catch (SocketTimeoutException nothing) {
            // It is not whole, or wants no answer.
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    private void judge(String answer, String what) {
        assertFalse(FAULT.matcher(answer).find(), what + "\n→ " + answer);
        if (answer.isEmpty()) return;
        assertTrue(answer.startsWith("HTTP/1.1 "), what + "\n→ " + answer);
        var lower = answer.toLowerCase(java.util.Locale.ROOT);
        boolean error = answer.charAt(9) == '4';
        boolean page = lower.contains("content-type: text/html");
        assertTrue(!error || page || lower.contains("application/problem+json"), what + "\n→ " + answer);
        assertFalse(answer.contains("Exception"), what + "\n→ " + answer);
    }

    private void nothingIsInTheLog(String what) {
        var lines = log.toString(StandardCharsets.UTF_8);
        boolean quiet = !lines.contains(" ERROR ") && !lines.contains("\tat ") && !lines.contains("LEAK");
        assertTrue(quiet, () -> what + "\n" + lines);
    }

    // ---- the tests -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void a_request_is_answered_or_the_connection_ends_whatever_comes(long seed) throws IOException {
        var speaker = new Speaker(new Random(seed));
        for (int i = 0; i < REQUESTS; i++) {
            var request = speaker.request();
            var what = "seed " + seed + ", request " + i + ":\n" + new String(request, StandardCharsets.ISO_8859_1);
            judge(speaker.random.nextInt(8) == 0 ? said(speaker.cut(request)) : said(request), what);
            if (i % 50 == 49) nothingIsInTheLog(what);
        }
        nothingIsInTheLog("seed " + seed);
        assertTrue(asked(request("GET", "/health/live", List.of(), "")).startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_web_socket_ends_in_order_whatever_comes(long seed) throws IOException {
        var speaker = new Speaker(new Random(seed));
        for (int i = 0; i < SOCKETS; i++) {
            var frames = speaker.frames();
            var what = "seed " + seed + ", socket " + i + ": "
                    + Base64.getEncoder().encodeToString(frames);
            var answer = said(together(speaker.upgrade(), frames));
            assertTrue(answer.startsWith("HTTP/1.1 101 "), what + "\n→ " + answer);
            assertFalse(answer.contains("internal-server-error"), what + "\n→ " + answer);
        }
        nothingIsInTheLog("seed " + seed);
    }

    @Test
    void no_buffer_is_lost() throws Exception {
        var speaker = new Speaker(new Random(99));
        for (int i = 0; i < REQUESTS; i++) said(speaker.request());
        for (int i = 0; i < 3; i++) {
            System.gc();
            // Whoever gets a buffer looks for those that were lost.
            for (int k = 0; k < 100; k++) asked(request("GET", "/health/live", List.of(), ""));
        }
        nothingIsInTheLog("a lost buffer");
        // The server learns of an end a moment after its peer.
        while (!asked(request("GET", "/metrics", List.of(), "")).contains("\nkith_connections 0.0\n"))
            Thread.onSpinWait();
    }

    // ---- what is said ----------------------------------------------------------------------------------------------

    /// A source of requests that are almost right.
    private final class Speaker {

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
        private static final List<String> METHODS = List.of(
                "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "PRI", "");
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

        Speaker(Random random) {
            this.random = random;
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
                    List.of("PUT", slot, "x".repeat(PICTURE.length)),
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
}
