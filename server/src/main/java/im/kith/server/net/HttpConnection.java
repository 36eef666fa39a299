package im.kith.server.net;

import im.kith.server.http.FileBody;
import im.kith.server.http.Intake;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.xmpp.XmlReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection that speaks HTTP/1.1 (RFC 9112), one request at a time, until it becomes a WebSocket.
///
/// Behind Netty's request decoder, and TLS where that is listened for. While a route thinks, the peer is not read; what
/// had been read already waits.
final class HttpConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final String WEB_SOCKET = "/ws";

    private final Loop loop;
    private final Neighbours neighbours;
    private final InetAddress neighbour;
    /// Null without TLS.
    private final @Nullable Tls tls;

    private final Routes routes;
    private final Web web;
    private final XmlReader.Limits limits;
    private final Executor files;

    private @Nullable HttpRequest head;
    private Routes.@Nullable Match match;
    private @Nullable ByteArrayOutputStream body;
    private @Nullable ArrayDeque<Object> backlog;
    private Deadlines.@Nullable Deadline deadline;
    /// The body that is being streamed to its route, and the file that is being sent.
    private @Nullable Inflow inflow;

    private @Nullable FileSending sending;
    private boolean thinking;
    private boolean last;
    private boolean lingering;
    private boolean ended;
    private long sinceNanos = System.nanoTime();

    HttpConnection(
            Loop loop,
            Neighbours neighbours,
            InetAddress neighbour,
            @Nullable Tls tls,
            Routes routes,
            Web web,
            XmlReader.Limits limits,
            Executor files) {
        this.loop = loop;
        this.neighbours = neighbours;
        this.neighbour = neighbour;
        this.tls = tls;
        this.routes = routes;
        this.web = web;
        this.limits = limits;
        this.files = files;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        loop.counts.httpConnections++;
        deadline = loop.requests.set(() -> expire(context));
    }

    private void expire(ChannelHandlerContext context) {
        if (ended) return;
        long now = System.nanoTime();
        boolean busy = thinking;
        if (inflow != null) busy = inflow.isWriting();
        if (sending != null) busy = sending.progressed();
        if (busy) sinceNanos = now;
        if (now - sinceNanos >= TimeUnit.SECONDS.toNanos(loop.bounds.requestSeconds())) context.close();
        else deadline = loop.requests.set(() -> expire(context));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        neighbours.leave(neighbour);
    }

    private void end() {
        if (ended) return;
        ended = true;
        if (deadline != null) deadline.met();
        loop.counts.httpConnections--;
        body = null;
        if (inflow != null) inflow.abandon();
        inflow = null;
        if (backlog != null) backlog.forEach(ReferenceCountUtil::release);
        backlog = null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
        if (handshake.isSuccess()) loop.counts.handshakes++;
        else loop.counts.handshakeFailures++;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean broke = cause instanceof IOException || cause.getCause() instanceof SSLException;
        if (!broke) LOG.error("an HTTP connection ends because of a fault of ours", cause);
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended || last) {
            ReferenceCountUtil.release(message);
        } else if (thinking) {
            hold(message);
            ReferenceCountUtil.release(message);
        } else {
            take(context, message);
        }
    }

    private void hold(Object message) {
        var queue = backlog;
        if (queue == null) backlog = queue = new ArrayDeque<>();
        queue.add(ReferenceCountUtil.retain(message));
    }

    private void take(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request) begin(context, request);
            if (message instanceof HttpContent content && inflow != null) {
                flowIn(context, inflow, content);
            } else if (message instanceof HttpContent content && head != null) {
                collect(context, content.content());
                if (message instanceof LastHttpContent && head != null) {
                    if (content.decoderResult().isFailure()) {
                        refuse(context, 400, "Bad request", "The body cannot be read.");
                    } else {
                        handle(context);
                    }
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        sinceNanos = System.nanoTime();
        head = request;
        match = null;
        body = null;
        loop.counts.httpRequests++;
        if (request.decoderResult().isFailure()) {
            var cause = request.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) refuse(context, 414, "URI too long", "Use a shorter one.");
            else if (cause instanceof TooLongHttpHeaderException)
                refuse(context, 431, "Request header fields too large", "Send fewer or shorter header fields.");
            else refuse(context, 400, "Bad request", "This is not HTTP/1.1.");
            return;
        }
        var method = request.method().name();
        var path = HttpTarget.path(request.uri());
        if (path == null) {
            refuse(context, 400, "Bad request", "The path is not well encoded.");
            return;
        }
        if (path.equals(WEB_SOCKET)) return;
        match = routes.find(method, path);
        if (match == null) {
            boolean hasBody = HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
            if (!hasBody) return;
            // It is not worth reading, so the connection cannot be used again.
            var allowed = routes.allowed(path);
            var problem = allowed.isEmpty()
                    ? Response.problem(404, "Not found", "There is nothing at this path.")
                    : Response.problem(405, "Method not allowed", "This path takes " + allowed + ".")
                            .with("Allow", allowed);
            refuse(context, problem);
            return;
        }
        if (match.route().opener() != null) {
            open(context, request, match, path, match.route().opener());
        } else if (HttpUtil.getContentLength(request, 0L) > match.route().maxBodyBytes()) {
            tooLarge(context, match.route());
        } else if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));
        }
    }

    private void collect(ChannelHandlerContext context, ByteBuf content) {
        int count = content.readableBytes();
        if (count == 0) return;
        loop.counts.bytesIn += count;
        var route = match == null ? null : match.route();
        int most = route == null ? 0 : route.maxBodyBytes();
        var collected = body;
        if (collected == null) body = collected = new ByteArrayOutputStream(Math.min(count, most));
        if (collected.size() + count > most) {
            if (route == null) refuse(context, 400, "Bad request", "No body is expected here.");
            else tooLarge(context, route);
            return;
        }
        var bytes = new byte[count];
        content.readBytes(bytes);
        collected.writeBytes(bytes);
    }

    private void tooLarge(ChannelHandlerContext context, Route route) {
        refuse(context, 413, "Content too large", "The body may have at most " + route.maxBodyBytes() + " bytes.");
    }

    private void refuse(ChannelHandlerContext context, int status, String title, String detail) {
        refuse(context, Response.problem(status, title, detail));
    }

    /// Answers before the request is read to its end: nothing can follow on this connection. What comes of it is thrown
    /// away for a while, for a peer that is reset while it writes does not get to read the answer.
    private void refuse(ChannelHandlerContext context, Response response) {
        thinking = false;
        if (ended) return;
        lingering = true;
        last = true;
        respond(context, response);
        var queue = backlog;
        backlog = null;
        if (queue != null) {
            queue.forEach(ReferenceCountUtil::release);
            // Whoever takes from it sees that nothing is left.
            queue.clear();
        }
        context.channel().config().setAutoRead(true);
    }

    private void handle(ChannelHandlerContext context) {
        var request = head;
        if (request == null) return;
        var path = HttpTarget.path(request.uri());
        if (path == null) return;
        var found = match;
        if (found == null) {
            if (path.equals(WEB_SOCKET)) {
                upgrade(context, request);
                return;
            }
            var allowed = routes.allowed(path);
            respond(
                    context,
                    allowed.isEmpty()
                            ? Response.problem(404, "Not found", "There is nothing at this path.")
                            : Response.problem(405, "Method not allowed", "This path takes " + allowed + ".")
                                    .with("Allow", allowed));
            return;
        }
        var query = HttpTarget.query(request.uri());
        if (query == null) {
            respond(context, Response.problem(400, "Bad request", "The query is not well encoded."));
            return;
        }
        var content = body == null ? new byte[0] : body.toByteArray();
        var asked = asked(request, found, path, query, content);
        think(
                context,
                asked,
                () -> found.route().handler().handle(asked),
                response -> answered(context, response),
                () -> answered(context, fault()));
    }

    private Request asked(
            HttpRequest request, Routes.Match found, String path, Map<String, String> query, byte[] content) {
        var headers = HttpTarget.headers(request);
        return new Request(
                request.method().name(),
                path,
                found.parameters(),
                query,
                headers,
                content,
                peer(headers),
                isSecure(headers));
    }

    /// Waits for the route without reading on.
    private <T> void think(
            ChannelHandlerContext context,
            Request asked,
            Supplier<CompletionStage<T>> work,
            Consumer<T> then,
            Runnable failed) {
        thinking = true;
        try {
            work.get().whenComplete((result, fault) -> {
                if (fault != null) LOG.error("{} {} failed", asked.method(), asked.path(), fault);
                Runnable next = fault == null && result != null ? () -> then.accept(result) : failed;
                if (context.executor().inEventLoop()) next.run();
                else context.executor().execute(next);
            });
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", asked.method(), asked.path(), e);
            failed.run();
        }
        if (thinking) context.channel().config().setAutoRead(false);
    }

    // ---- bodies that are streamed ----------------------------------------------------------------------------------

    private void open(
            ChannelHandlerContext context, HttpRequest request, Routes.Match found, String path, Intake.Opener opener) {
        var query = HttpTarget.query(request.uri());
        if (query == null) {
            refuse(context, 400, "Bad request", "The query is not well encoded.");
            return;
        }
        var asked = asked(request, found, path, query, new byte[0]);
        think(
                context,
                asked,
                () -> opener.open(asked),
                opening -> opened(context, request, opening),
                () -> refuse(context, fault()));
    }

    private void opened(ChannelHandlerContext context, HttpRequest request, Intake.Opening opening) {
        switch (opening) {
            case Intake.Opening.Refused refused -> refuse(context, refused.response());
            case Intake.Opening.Accepted accepted -> {
                if (ended) {
                    accepted.intake().abandoned();
                    return;
                }
                if (HttpUtil.is100ContinueExpected(request)) {
                    context.writeAndFlush(
                            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));
                }
                inflow = new Inflow(context, accepted.intake(), new Inflow.End() {
                    @Override
                    public void completed(Response response) {
                        inflow = null;
                        answered(context, response);
                    }

                    @Override
                    public void failed(Throwable fault) {
                        inflow = null;
                        LOG.error("PUT {} failed", request.uri().replaceFirst("\\?.*", ""), fault);
                        refuse(context, fault());
                    }
                });
                thinking = false;
                resume(context);
            }
        }
    }

    private void flowIn(ChannelHandlerContext context, Inflow flow, HttpContent content) {
        sinceNanos = System.nanoTime();
        loop.counts.bytesIn += content.content().readableBytes();
        if (content.decoderResult().isFailure()) {
            flow.abandon();
            inflow = null;
            refuse(context, 400, "Bad request", "The body cannot be read.");
            return;
        }
        flow.add(content.content());
        if (content instanceof LastHttpContent) {
            thinking = true;
            context.channel().config().setAutoRead(false);
            flow.end();
        }
    }

    private static Response fault() {
        return Response.problem(500, "Internal server error", "This is our fault. Try again later.");
    }

    /// Who asks: the neighbour, or whom a trusted proxy names.
    private InetAddress peer(Map<String, String> headers) {
        var forwarded = headers.get("x-forwarded-for");
        if (forwarded == null || !web.proxies().contains(neighbour)) return neighbour;
        var nearest = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        try {
            return InetAddress.ofLiteral(nearest);
        } catch (IllegalArgumentException e) {
            return neighbour;
        }
    }

    /// Whether nobody on the way to the client can listen: TLS ends here, or at a trusted proxy, as it says.
    private boolean isSecure(Map<String, String> headers) {
        var proto = web.proxies().contains(neighbour) ? headers.get("x-forwarded-proto") : null;
        return proto == null ? tls != null : proto.equals("https");
    }

    private void answered(ChannelHandlerContext context, Response response) {
        if (ended) {
            FileSending.close(response);
            return;
        }
        thinking = false;
        respond(context, response);
        // A file is sent, and calls again when it is done.
        if (!thinking) resume(context);
    }

    private void resume(ChannelHandlerContext context) {
        var queue = backlog;
        while (queue != null && !queue.isEmpty() && !thinking && !ended && !last) take(context, queue.remove());
        if (ended || thinking) return;
        if (queue != null) queue.forEach(ReferenceCountUtil::release);
        backlog = null;
        context.channel().config().setAutoRead(inflow == null || inflow.hasRoom());
    }

    private void respond(ChannelHandlerContext context, Response response) {
        var request = head;
        head = null;
        match = null;
        body = null;
        sinceNanos = System.nanoTime();
        boolean stays = !last && request != null && HttpUtil.isKeepAlive(request) && !loop.isDraining();
        boolean old = request != null && request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        boolean onlyHead = request != null && request.method().name().equals("HEAD");
        var bytes = HttpAnswer.bytes(response, stays, old, onlyHead);
        loop.counts.bytesOut += bytes.length;
        var sent = context.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        if (!stays) last = true;
        var file = response.file();
        if (file != null && !onlyHead && file.bytes() > 0) {
            send(context, file);
        } else {
            FileSending.close(response);
            ChannelFutureListener ending = lingering ? HttpConnection::linger : ChannelFutureListener.CLOSE;
            if (!stays) sent.addListener(ending);
        }
    }

    private static void linger(ChannelFuture sent) {
        if (sent.isSuccess() && sent.channel() instanceof DuplexChannel channel) Tls.endOutput(channel);
        else sent.channel().close();
    }

    private void send(ChannelHandlerContext context, FileBody file) {
        thinking = true;
        context.channel().config().setAutoRead(false);
        var pieces = tls == null ? FilePieces.regions(file) : FilePieces.copies(file);
        sending = new FileSending(context, files, file, pieces, whole -> {
            sending = null;
            thinking = false;
            sinceNanos = System.nanoTime();
            if (whole) loop.counts.bytesOut += file.bytes();
            if (!whole || last) context.close();
            else resume(context);
        });
        sending.start();
    }

    private void upgrade(ChannelHandlerContext context, HttpRequest request) {
        var headers = HttpTarget.headers(request);
        var fault = WebSocketHandshake.faultOf(request.method().name(), headers, web.origins());
        if (fault != null) {
            respond(context, fault);
            return;
        }
        var answer = WebSocketHandshake.answer(headers.getOrDefault("sec-websocket-key", ""));
        context.writeAndFlush(Unpooled.wrappedBuffer(answer));
        head = null;
        end();
        var pipeline = context.pipeline();
        // Behind a proxy the client's TLS is another than ours, and cannot be bound to.
        var own = web.proxies().contains(neighbour) ? null : tls;
        var socket =
                new WebSocketConnection(loop, neighbours, peer(headers), neighbour, own, isSecure(headers), limits);
        socket.local = neighbour.isLoopbackAddress()
                && !headers.containsKey("x-forwarded-for")
                && !headers.containsKey("forwarded");
        pipeline.addLast(socket);
        pipeline.remove(this);
        pipeline.remove(HttpRequestDecoder.class);
    }
}
