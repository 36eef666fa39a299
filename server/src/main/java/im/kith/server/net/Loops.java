package im.kith.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads that serve everything, one per processor. Sockets live on them, and in between they lend themselves to
/// the partitions: what a socket brought gets to its account, and what an account sends gets to the socket, without a
/// change of thread wherever that is possible. Nothing that runs here may block.
///
/// Thread-safe.
public final class Loops implements Executor, AutoCloseable {

    final boolean epoll = Epoll.isAvailable();
    final MultiThreadIoEventLoopGroup group;
    private final ThreadLocal<@Nullable SingleThreadEventLoop> mine = new ThreadLocal<>();

    public Loops() {
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), factory);
        for (var loop : all()) loop.execute(() -> mine.set(loop));
    }

    List<SingleThreadEventLoop> all() {
        var all = new ArrayList<SingleThreadEventLoop>();
        for (var executor : group) all.add((SingleThreadEventLoop) executor);
        return all;
    }

    /// Runs it on the calling loop once that is done with what it does; for other threads, on the next loop in turn.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException after [#close]
    @Override
    public void execute(Runnable work) {
        var loop = mine.get();
        if (loop != null) loop.execute(work);
        else group.next().execute(work);
    }

    /// Ends the connections that are left, and the threads; returns when they have ended.
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
