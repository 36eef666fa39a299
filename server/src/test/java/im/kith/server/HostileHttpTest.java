package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.config.ConfigReader;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int PATIENCE_MILLIS = 60_000;

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
        othersLossesAreTold();
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
                        "listen.https=",
                        "listen.stun=127.0.0.1:0",
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
        assertTrue(asked(HostileSpeaker.together(put.getBytes(StandardCharsets.US_ASCII), PICTURE))
                .startsWith("HTTP/1.1 201 "));
    }

    /// What earlier tests in this JVM lost is told now, and not into this one's log.
    private static void othersLossesAreTold() throws InterruptedException {
        // References that died together are handed on together: when the second's are, all of the first's have been.
        for (int i = 0; i < 2; i++) {
            var dead = new ReferenceQueue<Object>();
            var sign = new WeakReference<>(new Object(), dead);
            System.gc();
            dead.remove(PATIENCE_MILLIS);
            Reference.reachabilityFence(sign);
        }
        ByteBufAllocator.DEFAULT.buffer(1).release();
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
        return HostileSpeaker.together(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), bytes);
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

    private HostileSpeaker speaker(long seed) {
        return new HostileSpeaker(new Random(seed), token, picture, slot, PICTURE.length);
    }

    // ---- the tests -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void a_request_is_answered_or_the_connection_ends_whatever_comes(long seed) throws IOException {
        var speaker = speaker(seed);
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
        var speaker = speaker(seed);
        for (int i = 0; i < SOCKETS; i++) {
            var frames = speaker.frames();
            var what = "seed " + seed + ", socket " + i + ": "
                    + Base64.getEncoder().encodeToString(frames);
            var answer = said(HostileSpeaker.together(speaker.upgrade(), frames));
            assertTrue(answer.startsWith("HTTP/1.1 101 "), what + "\n→ " + answer);
            assertFalse(answer.contains("internal-server-error"), what + "\n→ " + answer);
        }
        nothingIsInTheLog("seed " + seed);
    }

    @Test
    void no_buffer_is_lost() throws Exception {
        var speaker = speaker(99);
        for (int i = 0; i < REQUESTS; i++) said(speaker.request());
        for (int i = 0; i < 3; i++) {
            System.gc();
            // Whoever gets a buffer looks for those that were lost.
            for (int k = 0; k < 100; k++) asked(request("GET", "/health/live", List.of(), ""));
        }
        nothingIsInTheLog("a lost buffer");
        // The server learns of an end a moment after its peer.
        // Each question takes a port for a minute, so they are not asked without a pause.
        while (!asked(request("GET", "/metrics", List.of(), "")).contains("\nkith_connections 0.0\n")) {
            Thread.sleep(10);
        }
    }
}
