package im.kith.server.net;

import im.kith.xmpp.XmlReader;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The server's sockets: a few event loops that accept and serve everything.
public final class Network implements AutoCloseable {

    // The kernel hands these down from a listening socket to what it accepts: no system call per connection.
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_TCP = 6;
    private static final Map<IntegerUnixChannelOption, Integer> INHERITED = Map.of(
            new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9), 1,
            new IntegerUnixChannelOption("TCP_NODELAY", IPPROTO_TCP, 1), 1,
            new IntegerUnixChannelOption("TCP_KEEPIDLE", IPPROTO_TCP, 4), 300,
            new IntegerUnixChannelOption("TCP_KEEPINTVL", IPPROTO_TCP, 5), 30,
            new IntegerUnixChannelOption("TCP_KEEPCNT", IPPROTO_TCP, 6), 4,
            new IntegerUnixChannelOption("TCP_USER_TIMEOUT", IPPROTO_TCP, 18), 120_000);

    /// Small: how much waits is the business of [SocketConnection], which learns by these marks that the peer is slow.
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(8 * 1024, 32 * 1024);

    private static final int BACKLOG = 1024;
    private static final int FILE_THREADS = 4;

    private static final HttpDecoderConfig HTTP = new HttpDecoderConfig()
            .setMaxInitialLineLength(4 * 1024)
            .setMaxHeaderSize(16 * 1024)
            .setMaxChunkSize(16 * 1024);

    /// What is spoken on a listening address.
    public enum Kind {
        XMPP,
        DIRECT_TLS,
        HTTP,
        HTTPS
    }

    private final Loops threads;
    private final Map<EventExecutor, Loop> loops = new IdentityHashMap<>();
    private final List<Channel> listeners = new ArrayList<>();
    private final SharedReads reads = new SharedReads();
    /// Where the disk may be waited for.
    private final ExecutorService files = Executors.newFixedThreadPool(
            FILE_THREADS, Thread.ofPlatform().daemon().name("kith-files-", 0).factory());

    private final XmlReader.Limits limits;
    private final Web web;
    private final Routes routes;
    private final Neighbours neighbours;
    private volatile @Nullable Tls tls;

    /// `greeters` makes one greeter per loop.
    public Network(
            Loops threads,
            Bounds bounds,
            XmlReader.Limits limits,
            @Nullable Tls tls,
            Web web,
            Supplier<Greeter> greeters) {
        this.web = web;
        this.routes = new Routes(web.routes());
        this.limits = limits;
        this.tls = tls;
        this.neighbours = new Neighbours(bounds.connectionsPerAddress(), bounds.countLoopback());
        this.threads = threads;
        for (var executor : threads.all()) {
            var loop = new Loop(executor, bounds, greeters.get());
            loops.put(executor, loop);
            loop.start();
        }
    }

    /// Opens a listening socket; answers the address, which has the real port where 0 was asked for.
    public InetSocketAddress listen(InetSocketAddress address, Kind kind) throws IOException {
        var bootstrap = new ServerBootstrap()
                .group(threads.group)
                .channel(serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel, kind);
                    }
                });
        if (threads.epoll) {
            INHERITED.forEach(bootstrap::option);
        } else {
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) throw new IOException(bound.cause().getMessage(), bound.cause());
        synchronized (listeners) {
            listeners.add(bound.channel());
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private Class<? extends ServerChannel> serverChannel() {
        return threads.epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    private void accepted(Channel channel, Kind kind) {
        var loop = loop(channel.eventLoop());
        var remote = (InetSocketAddress) channel.remoteAddress();
        // Gone before it was accepted.
        if (remote == null) {
            channel.close();
            return;
        }
        var peer = remote.getAddress();
        if (!neighbours.admit(peer)) {
            loop.counts.refused++;
            channel.close();
            return;
        }
        var tls = this.tls;
        var pipeline = channel.pipeline();
        switch (kind) {
            case XMPP -> pipeline.addLast(new TcpConnection(loop, neighbours, peer, tls, limits));
            case DIRECT_TLS -> {
                if (tls == null) throw new IllegalStateException("direct TLS without a certificate");
                pipeline.addLast(tls.handler(channel), new TcpConnection(loop, neighbours, peer, tls, limits));
            }
            case HTTP ->
                pipeline.addLast(
                        new HttpRequestDecoder(HTTP),
                        new HttpConnection(loop, neighbours, peer, null, routes, web, limits, files));
            case HTTPS -> {
                if (tls == null) throw new IllegalStateException("HTTPS without a certificate");
                pipeline.addLast(
                        tls.httpHandler(channel),
                        new HttpRequestDecoder(HTTP),
                        new HttpConnection(loop, neighbours, peer, tls, routes, web, limits, files));
            }
        }
    }

    private Loop loop(EventLoop executor) {
        var loop = loops.get(executor);
        if (loop == null) throw new IllegalStateException("a loop of another group");
        return loop;
    }

    /// From now on new connections use this certificate.
    public void use(Tls other) {
        tls = other;
    }

    /// What the loops counted.
    public Tally tally() {
        var tally = Tally.ZERO;
        for (var loop : loops.values()) tally = tally.plus(loop.counts);
        return tally;
    }

    /// Of each loop the connection for which most bytes wait, if its client does not take them.
    public List<Counts.Slowest> slowest() {
        var slowest = new ArrayList<Counts.Slowest>();
        for (var loop : loops.values()) {
            var most = loop.counts.slowest;
            if (most != null) slowest.add(most);
        }
        return slowest;
    }

    /// Closes the listening sockets.
    public void stopListening() {
        List<Channel> open;
        synchronized (listeners) {
            open = List.copyOf(listeners);
            listeners.clear();
        }
        for (var listener : open) listener.close().awaitUninterruptibly();
    }

    /// Tells every conversation that the server stops.
    public void drain() {
        for (var loop : loops.values()) loop.executor.execute(loop::drain);
    }

    /// Ends all streams; returns when they have ended. Requests that are under way end with the loops.
    @Override
    public void close() {
        stopListening();
        for (var loop : loops.values()) loop.executor.submit(loop::abort).awaitUninterruptibly();
        files.shutdown();
    }
}
