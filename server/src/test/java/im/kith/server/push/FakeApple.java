package im.kith.server.push;

import im.kith.server.http.Json;
import im.kith.server.tls.Certificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Apple's push service as its documentation has it ("Sending notification requests to APNs", "Handling notification
/// responses from APNs"): HTTP/2 over TLS and nothing else, and a reason for each request that it does not like.
final class FakeApple implements AutoCloseable {

    /// A request as it came, pseudo-header fields with their colon; `connection` counts from 1.
    record Received(int connection, Map<String, String> headers, String body) {}

    record Answer(int status, String reason) {}

    static final String TEAM = "TEAM123456";
    static final String KEY_ID = "KEY1234567";
    static final String TOPIC = "im.kith.app";

    private static final int MOST_PAYLOAD_BYTES = 4096;
    private static final long HOUR_SECONDS = 3600;
    private static final Answer TAKEN = new Answer(200, "");
    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    /// What is answered, whatever is asked; when there is none, what the request deserves.
    final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    final BlockingQueue<Answer> answered = new LinkedBlockingQueue<>();
    final AtomicInteger connections = new AtomicInteger();

    private final PublicKey developer;
    private final LongSupplier clockMillis;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    /// @param developer the public half of the key that the app's maker signs with
    FakeApple(Certificate certificate, PublicKey developer, LongSupplier clockMillis) throws Exception {
        this.developer = developer;
        this.clockMillis = clockMillis;
        var tls = SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        listening = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(initializer(tls))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private ChannelInitializer<Channel> initializer(SslContext tls) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                open.add(channel);
                int number = connections.incrementAndGet();
                channel.pipeline()
                        .addLast(
                                tls.newHandler(channel.alloc()),
                                Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline().addLast(new Stream(number));
                                    }
                                }));
            }
        };
    }

    URI address() {
        return URI.create("https://localhost:" + ((InetSocketAddress) listening.localAddress()).getPort());
    }

    /// As when a server there is taken out of service: connections say so and end.
    void goAway() {
        for (var channel : open) {
            channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
        open.close().syncUninterruptibly();
    }

    /// One request.
    private final class Stream extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final int connection;
        private final Map<String, String> headers = new TreeMap<>();
        private final ByteBuf body = Unpooled.buffer();

        Stream(int connection) {
            this.connection = connection;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
            boolean last = false;
            if (frame instanceof Http2HeadersFrame head) {
                head.headers()
                        .forEach(field -> headers.put(
                                field.getKey().toString(), field.getValue().toString()));
                last = head.isEndStream();
            } else if (frame instanceof Http2DataFrame data) {
                body.writeBytes(data.content());
                last = data.isEndStream();
            }
            if (last) answer(context);
        }

        private void answer(ChannelHandlerContext context) {
            var request = new Received(connection, headers, body.toString(StandardCharsets.UTF_8));
            var wanted = answers.poll();
            var answer = wanted != null ? wanted : deserved(request);
            received.add(request);
            answered.add(answer);
            var head = new DefaultHttp2Headers()
                    .status(Integer.toString(answer.status))
                    .set("apns-id", "0b9c0b9c");
            boolean bad = !answer.reason.isEmpty();
            context.write(new DefaultHttp2HeadersFrame(head, !bad));
            if (bad) {
                var said = "{\"reason\":\"" + answer.reason + "\",\"timestamp\":1800000000000}";
                context.write(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(said, StandardCharsets.UTF_8), true));
            }
            context.flush();
        }
    }

    // ---- what a request deserves -----------------------------------------------------------------------------------

    private Answer deserved(Received request) {
        var headers = request.headers;
        if (!"POST".equals(headers.get(":method"))) return new Answer(405, "MethodNotAllowed");
        if (!"https".equals(headers.get(":scheme"))) return new Answer(400, "BadPath");
        if (!headers.getOrDefault(":path", "").matches("/3/device/[0-9a-f]{64}")) {
            return new Answer(400, "BadDeviceToken");
        }
        if (!TOPIC.equals(headers.get("apns-topic"))) return new Answer(400, "DeviceTokenNotForTopic");
        var kind = headers.getOrDefault("apns-push-type", "");
        if (!kind.matches("alert|background|voip")) return new Answer(400, "InvalidPushType");
        if (!headers.getOrDefault("apns-priority", "").matches("1|5|10")) return new Answer(400, "BadPriority");
        if (!headers.getOrDefault("apns-expiration", "").matches("\\d{1,12}")) {
            return new Answer(400, "BadExpirationDate");
        }
        if (headers.getOrDefault("apns-collapse-id", "").length() > 64) return new Answer(400, "BadCollapseId");
        var proof = headers.getOrDefault("authorization", "");
        if (!proof.startsWith("bearer ")) return new Answer(403, "MissingProviderToken");
        var refusal = judged(proof.substring("bearer ".length()));
        if (refusal != null) return refusal;
        var bytes = request.body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_PAYLOAD_BYTES) return new Answer(413, "PayloadTooLarge");
        var payload = Json.object(bytes);
        return payload == null || !(payload.get("aps") instanceof Map) ? new Answer(400, "PayloadEmpty") : TAKEN;
    }

    private Answer judged(String token) {
        try {
            var parts = token.split("\\.");
            var head = Json.object(BASE64.decode(parts[0]));
            var claims = Json.object(BASE64.decode(parts[1]));
            var verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifier.initVerify(developer);
            verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            boolean good = verifier.verify(BASE64.decode(parts[2]))
                    && Map.of("alg", "ES256", "kid", KEY_ID).equals(head)
                    && claims != null
                    && TEAM.equals(claims.get("iss"));
            if (!good) return new Answer(403, "InvalidProviderToken");
            long ageSeconds = clockMillis.getAsLong() / 1000 - ((Number) claims.get("iat")).longValue();
            return ageSeconds > HOUR_SECONDS || ageSeconds < -60 ? new Answer(403, "ExpiredProviderToken") : null;
        } catch (Exception e) {
            return new Answer(403, "InvalidProviderToken");
        }
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        open.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
