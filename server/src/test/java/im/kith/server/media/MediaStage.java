package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A server for uploads over a real socket, on real files, with a clock that a test turns.
abstract class MediaStage {

    private static final long QUOTA = 10_000_000;

    @TempDir
    Path directory;

    final AtomicLong clock = new AtomicLong(1_767_225_600_000L);
    private final MemoryStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private EchoAccounts accounts;
    private Loops loops;
    DirectoryBlobs blobs;
    Media media;
    OwnUploads uploads;
    Endpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        start(0);
    }

    void start(long reserveBytes) throws IOException {
        accounts = new EchoAccounts("kith.test", true);
        loops = new Loops();
        blobs = DirectoryBlobs.open(directory, reserveBytes);
        var terms = new Media.Terms(5_000_000, QUOTA, Duration.ofDays(30), Duration.ofMinutes(5));
        media = now(Media.open(new ServerShelf(store), blobs, terms, clock::get));
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoints = Endpoints.start(
                loops,
                Settings.of("kith.test").listening(null, null, loopback).plainWithoutTls(true),
                null,
                accounts,
                new OnePassword(),
                List.of(),
                new MediaRoutes(media).routes(),
                null);
        uploads = new OwnUploads(terms.maxFileBytes());
        uploads.use(media, here(""));
    }

    @AfterEach
    void stop() {
        client.close();
        end();
    }

    void end() {
        endpoints.close();
        // With them go the connections for HTTP, which the client would go on using.
        loops.close();
        accounts.close();
        blobs.close();
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    Answer.Granted slot(String name, long bytes, String type) {
        return assertInstanceOf(Answer.Granted.class, now(uploads.slot("romeo", new Wish(name, bytes, type, 0))));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> put(String url, byte[] body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    HttpResponse<byte[]> get(String url, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    static byte[] bytes(int count) {
        var bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    String upload(String name, byte[] content, String type) throws Exception {
        var slot = slot(name, content.length, type);
        assertEquals(201, put(slot.put(), content, "Content-Type", type).statusCode());
        return slot.get();
    }

    /// Waits until there are so many files: what an upload that failed has left goes behind its answer.
    void keeps(int files) throws Exception {
        long untilNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (files() != files && System.nanoTime() - untilNanos < 0) Thread.sleep(5);
        assertEquals(files, files());
    }

    /// Those of the folders, by their names alone: a file may go while they are counted.
    private int files() throws IOException {
        int count = 0;
        try (var folders = Files.newDirectoryStream(directory)) {
            for (var folder : folders) {
                try (var files = Files.newDirectoryStream(folder)) {
                    for (var _ : files) count++;
                }
            }
        }
        return count;
    }

    /// What has this path in the server that runs now; it may have another port than the one that gave the path.
    String here(String path) {
        return "http://127.0.0.1:" + endpoints.boundAddresses().get(Kind.HTTP).getPort() + path;
    }
}
