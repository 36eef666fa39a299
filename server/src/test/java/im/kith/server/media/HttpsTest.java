package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.EchoAccounts;
import im.kith.server.auth.MemoryStore;
import im.kith.server.auth.ServerShelf;
import im.kith.server.feature.upload.Uploads.Answer;
import im.kith.server.feature.upload.Uploads.Wish;
import im.kith.server.net.Bounds;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.server.net.Tls;
import im.kith.server.stream.Endpoints;
import im.kith.server.stream.OnePassword;
import im.kith.server.stream.Settings;
import im.kith.server.tls.Certificate;
import im.kith.store.disk.DirectoryBlobs;
import im.kith.xmpp.XmlReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP through TLS over a real socket, with both TLS libraries: what differs from HTTP without it.
@NullUnmarked
class HttpsTest {

    private static final int LARGE = 40_000_000;

    @TempDir
    Path directory;

    private final EchoAccounts accounts = new EchoAccounts("localhost", true);
    private Loops loops;
    private DirectoryBlobs blobs;
    private Media media;
    private Certificate certificate;
    private OwnUploads uploads;
    private Endpoints endpoints;
    private SSLContext trusting;
    private HttpClient client;

    private void start(boolean jdk) throws Exception {
        blobs = DirectoryBlobs.open(directory.resolve("blobs"), 0);
        var terms = new Media.Terms(2L * LARGE, 4L * LARGE, Duration.ofDays(30), Duration.ofMinutes(5));
        media = now(Media.open(new ServerShelf(new MemoryStore()), blobs, terms, System::currentTimeMillis));
        certificate = Certificate.selfSigned(directory.resolve("tls"), "localhost", Instant.now());
        trusting = trusting(certificate);
        client = HttpClient.newBuilder().sslContext(trusting).build();
        uploads = new OwnUploads(terms.maxFileBytes());
        listen(jdk, 30);
    }

    private void listen(boolean jdk, int requestSeconds) throws Exception {
        loops = new Loops();
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var usual = Bounds.USUAL;
        var bounds = new Bounds(
                usual.readAheadStanzas(),
                usual.readAheadBytes(),
                usual.bytesPerSecond(),
                usual.burstBytes(),
                usual.stanzasPerSecond(),
                usual.burstStanzas(),
                usual.floodSeconds(),
                usual.outboundBytes(),
                usual.stalledSeconds(),
                usual.connectionsPerAddress(),
                usual.countLoopback(),
                usual.strangersStanzaBytes(),
                usual.signInSeconds(),
                usual.closeSeconds(),
                requestSeconds);
        endpoints = Endpoints.start(
                loops,
                Settings.of("localhost")
                        .listening(new Settings.Listening(null, loopback, null, loopback))
                        .within(XmlReader.Limits.DEFAULTS, bounds, 4),
                Tls.of(certificate.key(), certificate.chain(), jdk),
                accounts,
                new OnePassword(),
                List.of(),
                new MediaRoutes(media).routes(),
                null);
        uploads.use(media, "https://localhost:" + port(Kind.HTTPS));
    }

    /// From now on those who do not go on are cut off so soon that a test can wait for it, though not so soon that a
    /// client would be whose machine is slow.
    private void beImpatient() throws Exception {
        hangUp();
        listen(false, 5);
    }

    private void hangUp() {
        endpoints.close();
        loops.close();
    }

    @AfterEach
    void stop() {
        client.close();
        hangUp();
        accounts.close();
        blobs.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static SSLContext trusting(Certificate certificate) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("kith", certificate.chain().getFirst());
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private int port(Kind kind) {
        return endpoints.boundAddresses().get(kind).getPort();
    }

    private SSLSocket connect(Kind kind, String... protocols) throws IOException {
        var socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port(kind));
        socket.setSoTimeout(60_000);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private Answer.Granted slot(long bytes) {
        return assertInstanceOf(Answer.Granted.class, now(uploads.slot("romeo", new Wish("a b.bin", bytes, "", 0))));
    }

    private Path large() throws IOException {
        var file = directory.resolve("large");
        var random = new Random(11);
        var piece = new byte[1_000_000];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE / piece.length; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return file;
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) throws Exception {
        return client.send(request.build(), body);
    }

    private String upload(Path file) throws Exception {
        var slot = slot(Files.size(file));
        var put = HttpRequest.newBuilder(URI.create(slot.put())).PUT(HttpRequest.BodyPublishers.ofFile(file));
        assertEquals(201, send(put, HttpResponse.BodyHandlers.ofString()).statusCode());
        return slot.get();
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) throw new IOException("the server hung up after: " + head);
            head.append((char) next);
        }
        return head.toString();
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @CsvSource({"HTTPS, http/1.1, false", "HTTPS, http/1.1, true", "DIRECT_TLS, xmpp-client, false"})
    void each_port_agrees_to_its_own_protocol_only(Kind kind, String own, boolean jdk) throws Exception {
        start(jdk);
        try (var socket = connect(kind, "h2", own)) {
            socket.startHandshake();
            assertEquals(own, socket.getApplicationProtocol());
        }
        try (var socket = connect(kind, own.equals("http/1.1") ? "xmpp-client" : "http/1.1")) {
            socket.startHandshake();
            assertEquals("", socket.getApplicationProtocol());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_large_file_goes_in_and_comes_out_whole_and_in_part(boolean jdk) throws Exception {
        start(jdk);
        var file = large();
        var url = URI.create(upload(file));
        var back = directory.resolve("back");
        var answer = send(HttpRequest.newBuilder(url), HttpResponse.BodyHandlers.ofFile(back));
        assertEquals(200, answer.statusCode());
        assertEquals(-1, Files.mismatch(file, back));
        var part = send(
                HttpRequest.newBuilder(url).header("Range", "bytes=1000001-2999999"),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(206, part.statusCode());
        try (var in = Files.newInputStream(file)) {
            in.skipNBytes(1_000_001);
            assertTrue(java.util.Arrays.equals(in.readNBytes(1_999_999), part.body()));
        }
    }

    @Test
    void a_small_file_comes_out_too() throws Exception {
        start(false);
        var file = Files.writeString(directory.resolve("small"), "x");
        var answer = send(HttpRequest.newBuilder(URI.create(upload(file))), HttpResponse.BodyHandlers.ofString());
        assertEquals("x", answer.body());
    }

    @Test
    void who_waits_for_100_is_told_to_go_on() throws Exception {
        start(false);
        var slot = URI.create(slot(5).put());
        try (var socket = connect(Kind.HTTPS)) {
            say(
                    socket,
                    "PUT " + slot.getRawPath() + "?" + slot.getRawQuery()
                            + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", head(socket.getInputStream()));
            say(socket, "12345");
            assertTrue(head(socket.getInputStream()).startsWith("HTTP/1.1 201 "));
        }
    }

    @Test
    void the_web_socket_is_told_of_with_its_scheme() throws Exception {
        start(false);
        var base = "https://localhost:" + port(Kind.HTTPS);
        var answer = send(
                HttpRequest.newBuilder(URI.create(base + "/.well-known/host-meta.json")),
                HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.body().contains("wss://localhost:" + port(Kind.HTTPS) + "/ws"), answer.body());
    }

    /// Sends a request through Netty's client, which tells an end that was announced from one that was not.
    private boolean announcesItsEnd(byte[] request) throws Exception {
        var announced = new CompletableFuture<Boolean>();
        try (var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
            var bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class);
            bootstrap.handler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    var engine = trusting.createSSLEngine();
                    engine.setUseClientMode(true);
                    channel.pipeline().addLast(new SslHandler(engine), new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            ReferenceCountUtil.release(message);
                        }

                        @Override
                        public void userEventTriggered(ChannelHandlerContext context, Object event) {
                            if (event instanceof SslCloseCompletionEvent end) announced.complete(end.isSuccess());
                        }

                        @Override
                        public void channelInactive(ChannelHandlerContext context) {
                            announced.complete(false);
                        }
                    });
                }
            });
            var channel = bootstrap
                    .connect("127.0.0.1", port(Kind.HTTPS))
                    .syncUninterruptibly()
                    .channel();
            ByteBuf bytes = Unpooled.wrappedBuffer(request);
            channel.writeAndFlush(bytes).syncUninterruptibly();
            return announced.get(60, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_end_is_announced_so_that_nobody_can_cut_an_answer_short(boolean jdk) throws Exception {
        start(jdk);
        assertTrue(announcesItsEnd("GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII)));
        // Refused while the body is under way: the answer, the end, and what still comes is thrown away.
        var refused = "PUT /media/none/a.bin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n123";
        assertTrue(announcesItsEnd(refused.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void a_refused_upload_gets_to_read_its_answer() throws Exception {
        start(false);
        try (var socket = connect(Kind.HTTPS)) {
            say(socket, "PUT /media/none/a.bin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n");
            var piece = new byte[64 << 10];
            for (int i = 0; i < 16; i++) socket.getOutputStream().write(piece);
            assertTrue(head(socket.getInputStream()).startsWith("HTTP/1.1 403 "));
        }
    }

    @Test
    void what_is_no_tls_is_counted_and_closed() throws Exception {
        start(false);
        try (var socket = new Socket("127.0.0.1", port(Kind.HTTPS))) {
            socket.setSoTimeout(60_000);
            say(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            socket.getInputStream().readAllBytes();
        }
        while (endpoints.tally().httpConnections() > 0) Thread.onSpinWait();
        assertEquals(1, endpoints.tally().handshakeFailures());
    }

    @Test
    void who_does_not_go_on_is_cut_off_in_and_after_the_handshake() throws Exception {
        start(false);
        beImpatient();
        // The first handshake of a process takes long; where XMPP is spoken, that is not minded.
        try (var first = connect(Kind.DIRECT_TLS)) {
            first.startHandshake();
        }
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 4; i++) {
            var socket = i % 2 == 0 ? new Socket("127.0.0.1", port(Kind.HTTPS)) : connect(Kind.HTTPS);
            socket.setSoTimeout(60_000);
            sockets.add(socket);
        }
        // The first bytes of a handshake, and of a request.
        sockets.get(2).getOutputStream().write(new byte[] {22, 3, 1, 0, 100, 1});
        ((SSLSocket) sockets.get(1)).startHandshake();
        say(sockets.get(3), "GET / HT");
        for (var socket : sockets) assertEquals(-1, socket.getInputStream().read());
        while (endpoints.tally().httpConnections() > 0) Thread.sleep(5);
        for (var socket : sockets) socket.close();
    }

    @Test
    void who_takes_nothing_of_a_file_is_cut_off() throws Exception {
        start(false);
        var url = URI.create(upload(large()));
        beImpatient();
        try (var socket = connect(Kind.HTTPS)) {
            say(socket, "GET " + url.getRawPath() + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(head(socket.getInputStream()).startsWith("HTTP/1.1 200 "));
            while (endpoints.tally().httpConnections() > 0) Thread.sleep(5);
        }
    }
}
