package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.EchoAccounts;
import im.kith.server.auth.MemoryStore;
import im.kith.server.auth.ServerShelf;
import im.kith.server.feature.upload.Uploads.Answer;
import im.kith.server.feature.upload.Uploads.Wish;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.server.stream.Endpoints;
import im.kith.server.stream.OnePassword;
import im.kith.server.stream.Settings;
import im.kith.store.disk.DirectoryBlobs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Uploads over a real socket, on real files.
class MediaTest {

    private static final long QUOTA = 10_000_000;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(1_767_225_600_000L);
    private final MemoryStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private EchoAccounts accounts;
    private DirectoryBlobs blobs;
    private Media media;
    private OwnUploads uploads;
    private Endpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        start(0);
    }

    private void start(long reserveBytes) throws IOException {
        accounts = new EchoAccounts("kith.test", true);
        blobs = DirectoryBlobs.open(directory, reserveBytes);
        var terms = new Media.Terms(5_000_000, QUOTA, Duration.ofDays(30), Duration.ofMinutes(5));
        media = now(Media.open(new ServerShelf(store), blobs, terms, clock::get));
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoints = Endpoints.start(
                new Loops(),
                Settings.of("kith.test").listening(null, null, loopback).plainWithoutTls(true),
                null,
                accounts,
                new OnePassword(),
                List.of(),
                new MediaRoutes(media).routes(),
                null);
        uploads = new OwnUploads(terms.maxFileBytes());
        uploads.use(
                media,
                "http://127.0.0.1:" + endpoints.boundAddresses().get(Kind.HTTP).getPort());
    }

    @AfterEach
    void stop() {
        client.close();
        end();
    }

    private void end() {
        endpoints.close();
        accounts.close();
        blobs.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Answer.Granted slot(String name, long bytes, String type) {
        return assertInstanceOf(Answer.Granted.class, now(uploads.slot("romeo", new Wish(name, bytes, type, 0))));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> put(String url, byte[] body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    private HttpResponse<byte[]> get(String url, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private String upload(String name, byte[] content, String type) throws Exception {
        var slot = slot(name, content.length, type);
        assertEquals(201, put(slot.put(), content, "Content-Type", type).statusCode());
        return slot.get();
    }

    private long files() throws IOException {
        try (var all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void what_goes_in_comes_out() throws Exception {
        var content = bytes(3_000_000);
        var url = upload("très cool.jpg", content, "image/jpeg");
        assertTrue(url.endsWith("/tr%C3%A8s%20cool.jpg"), url);
        var answer = get(url);
        assertEquals(200, answer.statusCode());
        assertArrayEquals(content, answer.body());
        assertEquals("image/jpeg", answer.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "inline; filename*=UTF-8''tr%C3%A8s%20cool.jpg",
                answer.headers().firstValue("content-disposition").orElseThrow());
        assertEquals(
                "*", answer.headers().firstValue("access-control-allow-origin").orElseThrow());
    }

    private int delete(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)).DELETE()).statusCode();
    }

    @Test
    void who_has_uploaded_a_file_deletes_it_and_nobody_else() throws Exception {
        var slot = slot("a.txt", 5, "text/plain");
        var other = slot("a.txt", 5, "text/plain");
        assertEquals(
                201, put(slot.put(), bytes(5), "Content-Type", "text/plain").statusCode());
        assertEquals(403, delete(slot.get()));
        assertEquals(403, delete(slot.get() + other.put().substring(other.get().length())));
        assertEquals(200, get(slot.get()).statusCode());
        clock.addAndGet(86_400_000);
        assertEquals(204, delete(slot.put()));
        assertEquals(404, get(slot.get()).statusCode());
        assertEquals(404, delete(slot.put()));
        assertEquals(0, now(media.usedBytes("romeo")));
        assertEquals(1, media.kept());
        assertEquals(1, media.dropped());
    }

    @Test
    void a_restart_loses_nothing_that_was_acknowledged() throws Exception {
        var url = upload("a.bin", bytes(1000), "application/octet-stream");
        end();
        start(0);
        var path = URI.create(url).getPath();
        var port = endpoints.boundAddresses().get(Kind.HTTP).getPort();
        assertArrayEquals(bytes(1000), get("http://127.0.0.1:" + port + path).body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html|evil.html|application/octet-stream|attachment",
                "image/svg+xml|evil.svg|application/octet-stream|attachment",
                "application/xhtml+xml; charset=utf-8|evil.xhtml|application/octet-stream|attachment",
                "text/javascript|evil.js|application/octet-stream|attachment",
                "text/plain|note.txt|text/plain|attachment",
                "application/pdf|paper.pdf|application/pdf|attachment",
                "video/mp4|film.mp4|video/mp4|inline",
                "AUDIO/OGG; codecs=opus|voice.ogg|audio/ogg|inline",
            })
    void no_upload_runs_in_our_origin(String type, String name, String servedAs, String disposition) throws Exception {
        var answer = get(upload(name, bytes(10), type));
        var headers = answer.headers();
        assertEquals(servedAs, headers.firstValue("content-type").orElseThrow());
        assertTrue(headers.firstValue("content-disposition").orElseThrow().startsWith(disposition));
        assertEquals("nosniff", headers.firstValue("x-content-type-options").orElseThrow());
        var policy = headers.firstValue("content-security-policy").orElseThrow();
        assertTrue(policy.contains("default-src 'none'") && policy.contains("sandbox"), policy);
        assertFalse(policy.contains("allow-"), policy);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3,       206, 0,  4",
        "bytes=4-,        206, 4,  6",
        "bytes=-3,        206, 7,  3",
        "bytes=-100,      206, 0, 10",
        "bytes=8-100,     206, 8,  2",
        "bytes=10-,       416, 0,  0",
        "bytes=-0,        416, 0,  0",
        "bytes=5-4,       200, 0, 10",
        "'bytes=0-1,3-4', 200, 0, 10",
        "lines=1-2,       200, 0, 10",
    })
    void a_part_is_to_be_had(String range, int status, int from, int count) throws Exception {
        var content = "0123456789".getBytes(StandardCharsets.US_ASCII);
        var answer = get(upload("a.txt", content, "text/plain"), "Range", range);
        assertEquals(status, answer.statusCode());
        if (status == 416) {
            assertEquals(
                    "bytes */10", answer.headers().firstValue("content-range").orElseThrow());
            return;
        }
        assertEquals("0123456789".substring(from, from + count), new String(answer.body(), StandardCharsets.US_ASCII));
        if (status == 206) {
            assertEquals(
                    "bytes %d-%d/10".formatted(from, from + count - 1),
                    answer.headers().firstValue("content-range").orElseThrow());
        }
    }

    @Test
    void conditions_are_kept() throws Exception {
        var url = upload("a.txt", bytes(10), "text/plain");
        var head = get(url).headers();
        var tag = head.firstValue("etag").orElseThrow();
        var modified = head.firstValue("last-modified").orElseThrow();
        assertEquals(304, get(url, "If-None-Match", tag).statusCode());
        assertEquals(304, get(url, "If-None-Match", "\"other\", W/" + tag).statusCode());
        assertEquals(304, get(url, "If-Modified-Since", modified).statusCode());
        assertEquals(200, get(url, "If-None-Match", "\"other\"").statusCode());
        assertEquals(412, get(url, "If-Match", "\"other\"").statusCode());
        assertEquals(200, get(url, "If-Match", tag).statusCode());
        assertEquals(206, get(url, "If-Range", tag, "Range", "bytes=1-2").statusCode());
        assertEquals(
                200, get(url, "If-Range", "\"other\"", "Range", "bytes=1-2").statusCode());
    }

    @Test
    void head_tells_all_but_the_bytes() throws Exception {
        var url = upload("a.txt", bytes(1234), "text/plain");
        var answer = send(HttpRequest.newBuilder(URI.create(url)).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, answer.statusCode());
        assertEquals("1234", answer.headers().firstValue("content-length").orElseThrow());
        assertEquals(0, answer.body().length);
    }

    @Test
    void a_page_of_another_origin_may_ask() throws Exception {
        var slot = slot("a.txt", 10, "text/plain");
        var answer = send(
                HttpRequest.newBuilder(URI.create(slot.put())).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertEquals(204, answer.statusCode());
        assertTrue(answer.headers()
                .firstValue("access-control-allow-methods")
                .orElseThrow()
                .contains("PUT"));
        assertEquals(
                "*",
                put(slot.put(), bytes(11))
                        .headers()
                        .firstValue("access-control-allow-origin")
                        .orElseThrow());
    }

    @Test
    void a_slot_is_for_one_file_as_it_was_asked_for() throws Exception {
        var slot = slot("a.jpg", 1000, "image/jpeg");
        var forged = slot.put().substring(0, slot.put().length() - 2) + "AA";
        assertEquals(403, put(forged, bytes(1000)).statusCode());
        assertEquals(403, put(slot.get(), bytes(1000)).statusCode());
        var other = slot("b.jpg", 1000, "image/jpeg");
        var mixed = other.get() + slot.put().substring(slot.put().indexOf('?'));
        assertEquals(403, put(mixed, bytes(1000)).statusCode());
        assertEquals(413, put(slot.put(), bytes(1001)).statusCode());
        assertEquals(400, put(slot.put(), bytes(999)).statusCode());
        assertEquals(
                415, put(slot.put(), bytes(1000), "Content-Type", "text/html").statusCode());
        assertEquals(
                201, put(slot.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
        assertEquals(
                409, put(slot.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
        clock.addAndGet(Duration.ofMinutes(5).toMillis());
        assertEquals(
                403, put(other.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
    }

    @Test
    void a_body_without_length_is_refused() throws Exception {
        var slot = slot("a.jpg", 1000, "image/jpeg");
        var body = HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(bytes(1000)));
        assertEquals(
                411,
                send(HttpRequest.newBuilder(URI.create(slot.put()))
                                .version(HttpClient.Version.HTTP_1_1)
                                .PUT(body))
                        .statusCode());
    }

    @Test
    void half_an_upload_disappears_and_its_slot_is_free_again() throws Exception {
        var slot = slot("a.jpg", 2_000_000, "");
        var uri = URI.create(slot.put());
        try (var socket = new Socket("127.0.0.1", uri.getPort())) {
            var head = "PUT " + uri.getRawPath() + "?" + uri.getRawQuery()
                    + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', socket.getInputStream().read());
            assertEquals(409, put(slot.put(), bytes(2_000_000)).statusCode());
            socket.getOutputStream().write(bytes(1_000_000));
        }
        // The server learns of the end in its own time; the slot is free from then on.
        int status;
        do status = put(slot.put(), bytes(2_000_000)).statusCode();
        while (status == 409);
        assertEquals(201, status);
        assertEquals(1, files());
    }

    @Test
    void a_full_disk_is_answered_with_507_and_leaves_nothing() throws Exception {
        var slot = slot("a.jpg", 2_000_000, "");
        var path = URI.create(slot.put());
        end();
        start(Long.MAX_VALUE);
        var port = endpoints.boundAddresses().get(Kind.HTTP).getPort();
        var url = "http://127.0.0.1:" + port + path.getRawPath() + "?" + path.getRawQuery();
        var answer = put(url, bytes(2_000_000));
        assertEquals(507, answer.statusCode());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", new Wish("b", 1, "", 0))));
    }

    @Test
    void the_quota_counts_what_there_is_and_what_is_coming() throws Exception {
        for (int i = 0; i < 2; i++) upload("a" + i, bytes(4_000_000), "application/octet-stream");
        var first = slot("b", 2_000_000, "");
        var second = slot("c", 1_000_000, "");
        assertEquals(201, put(first.put(), bytes(2_000_000)).statusCode());
        var answer = put(second.put(), bytes(1_000_000));
        assertEquals(507, answer.statusCode());
        var problem = new String(answer.body(), StandardCharsets.UTF_8);
        assertTrue(problem.contains("\"used\":10000000") && problem.contains("\"allowed\":10000000"), problem);
        var refused = assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", new Wish("d", 1, "", 0))));
        assertTrue(refused.error().toElement().toString().contains("retry"));
        assertInstanceOf(Answer.Granted.class, now(uploads.slot("juliet", new Wish("d", 1, "", 0))));
    }

    @Test
    void equal_files_are_kept_once_and_go_with_the_last() throws Exception {
        var one = upload("a.bin", bytes(5000), "application/octet-stream");
        var two = upload("b.bin", bytes(5000), "application/octet-stream");
        assertEquals(1, files());
        assertTrue(now(uploads.remove("romeo", one)));
        assertEquals(404, get(one).statusCode());
        assertEquals(200, get(two).statusCode());
        assertTrue(now(uploads.remove("romeo", two)));
        assertEquals(0, files());
    }

    @Test
    void only_its_owner_deletes_a_file() throws Exception {
        var url = upload("a.bin", bytes(50), "application/octet-stream");
        assertFalse(now(uploads.remove("juliet", url)));
        assertEquals(200, get(url).statusCode());
        assertEquals(1, now(uploads.overview("romeo")).files().size());
        assertEquals(0, now(uploads.overview("juliet")).files().size());
        assertEquals(50, now(uploads.overview("romeo")).usedBytes());
    }

    @Test
    void files_expire() throws Exception {
        var url = upload("a.bin", bytes(50), "application/octet-stream");
        now(media.sweep());
        assertEquals(200, get(url).statusCode());
        clock.addAndGet(Duration.ofDays(30).toMillis());
        assertEquals(404, get(url).statusCode());
        clock.addAndGet(Duration.ofDays(1).toMillis());
        now(media.sweep());
        assertEquals(0, files());
        assertEquals(0, now(uploads.overview("romeo")).usedBytes());
    }

    @Test
    void a_file_to_which_nothing_refers_is_swept() throws Exception {
        var draft = now(blobs.draft());
        now(draft.write(java.nio.ByteBuffer.wrap(bytes(100))));
        now(draft.seal());
        now(draft.keep());
        assertEquals(1, files());
        now(media.sweep());
        assertEquals(0, files());
    }

    @Test
    void what_the_operator_has_banned_does_not_come_back() throws Exception {
        var url = upload("a.bin", "hello".getBytes(StandardCharsets.US_ASCII), "application/octet-stream");
        var hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assertEquals(1, now(media.ban(hash)));
        assertEquals(404, get(url).statusCode());
        var slot = slot("b.bin", 5, "");
        assertEquals(
                403,
                put(slot.put(), "hello".getBytes(StandardCharsets.US_ASCII)).statusCode());
        assertEquals(0, files());
    }

    @Test
    void nobody_finds_a_file_by_trying() throws Exception {
        var base = upload("a.bin", bytes(50), "application/octet-stream").replaceFirst("/media/.*", "/media/");
        for (var path : List.of("x/a.bin", "..%2F..%2Fetc%2Fpasswd/a", "stays-AAAAAAAAAAAAAAAAAAAAAA/a.bin")) {
            assertEquals(404, get(base + path).statusCode());
        }
    }

    @Test
    void a_connection_serves_one_file_after_another() throws Exception {
        var url = URI.create(upload("a.bin", bytes(100_000), "application/octet-stream"));
        try (var socket = new Socket("127.0.0.1", url.getPort())) {
            socket.setSoTimeout(10_000);
            var request = "GET " + url.getRawPath() + " HTTP/1.1\r\nHost: x\r\n";
            socket.getOutputStream()
                    .write((request + "\r\n" + request + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            var body = new String(bytes(100_000), StandardCharsets.ISO_8859_1);
            assertTrue(all.indexOf(body) > 0 && all.lastIndexOf(body) > all.indexOf(body));
        }
    }
}
