package im.kith.server.net;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: the one handler in its channel's pipeline (TLS adds another). How elements are framed is
/// the subclasses' affair; what is here counts, bounds, writes and ends.
///
/// There may be many thousands of these that do nothing: no buffer, timer or queue stays while nothing happens.
abstract sealed class SocketConnection extends ChannelInboundHandlerAdapter implements Connection, XmlReader.Handler
        permits TcpConnection, WebSocketConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /// How much is read and thrown away while waiting for the peer's end.
    private static final int LINGER_BYTES = 1 << 20;

    final Loop loop;
    private final Neighbours neighbours;
    private final InetAddress peer;
    final @Nullable Tls tls;

    @Nullable
    ChannelHandlerContext context;

    /// How long TLS stays open behind a stream that we ended (RFC 6120 §4.4: the peer's end comes before the alert).
    /// There are clients, Smack among them, which lose what they have not read yet once they see the alert.
    private static final int LAST_WORDS_MILLIS = 250;

    private @Nullable Conversation conversation;

    private final Outbound outbound = new Outbound();
    private final ReadAhead ahead = new ReadAhead();
    private final Budget budget;

    private Deadlines.@Nullable Deadline deadline;
    private byte @Nullable [][] finalWords;
    private boolean throttled;
    private volatile int timesSlowed;

    private boolean held;
    private boolean reading = true;
    private boolean finishing;
    private boolean outputEnded;
    private boolean peerClosed;
    /// Where the loop keeps it.
    int slot;

    private boolean gone;
    boolean secure;
    boolean local;
    /// It is flushed when the turn ends.
    private boolean flushes;
    /// [Loop#flushLater] knows that something waits.
    boolean patient;
    /// [Loop#watch] knows that the peer is slow.
    boolean watched;

    SocketConnection(Loop loop, Neighbours neighbours, InetAddress peer, @Nullable Tls tls) {
        this.loop = loop;
        this.neighbours = neighbours;
        this.peer = peer;
        this.tls = tls;
        budget = new Budget(loop.bounds, System.nanoTime());
    }

    /// The bytes of one message of the peer, or some bytes of its stream.
    abstract void receive(ByteBuf bytes);

    /// How many bytes [#frame] makes of `element`.
    abstract int framedLength(byte[] element);

    abstract void frame(byte[] element, ByteBuf out);

    /// The bytes that end the framing, after the stream's own end.
    abstract byte[] farewell();

    /// Where the connection comes from: the peer, or a proxy in front of it.
    InetAddress neighbour() {
        return peer;
    }

    // What Netty says.

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        loop.counts.connectionsOpened++;
        loop.enter(this);
        deadline = loop.strangers.set(this::strangerExpired);
        conversation = loop.greeter.greet(this);
        loop.touch();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        try {
            int count = bytes.readableBytes();
            loop.counts.bytesIn += count;
            loop.touch();
            if (finishing) {
                ahead.read(count);
                if (ahead.bytes() > LINGER_BYTES) abort();
                return;
            }
            long elementsBefore = loop.counts.elementsIn;
            int aheadBefore = ahead.stanzas();
            receive(bytes);
            if (ahead.stanzas() > aheadBefore) ahead.read(count);
            spend(count, (int) (loop.counts.elementsIn - elementsBefore));
            decideReading();
        } catch (RuntimeException e) {
            failOurselves(e);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) settle();
        else loop.watch(this);
        decideReading();
        loop.touch();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                loop.counts.handshakes++;
                secure = true;
                conversation().secured();
            } else {
                loop.counts.handshakeFailures++;
                abort();
            }
            loop.touch();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        if (gone) return;
        gone = true;
        noDeadline();
        loop.counts.connectionsClosed++;
        loop.leave(this);
        loop.counts.waitingBytes -= outbound.abandon();
        neighbours.leave(neighbour());
        conversation().gone();
        loop.touch();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
            LOG.debug("connection from {} broke: {}", peer, cause.toString());
            abort();
        } else {
            failOurselves(cause);
        }
    }

    private void failOurselves(Throwable fault) {
        LOG.error("a connection from {} ends because of a fault of ours", peer, fault);
        if (gone || finishing) abort();
        else conversation().failed(StreamError.of(StreamError.Condition.INTERNAL_SERVER_ERROR));
    }

    // What the reader says.

    @Override
    public void streamOpened(Element header) {
        if (!finishing) conversation().opened(header);
    }

    @Override
    public void element(Element element) {
        loop.counts.elementsIn++;
        if (!finishing) conversation().element(element);
    }

    @Override
    public void streamClosed() {
        peerClosed = true;
        if (!finishing) conversation().closed();
    }

    @Override
    public void failed(StreamError error) {
        if (!finishing) conversation().failed(error);
    }

    @Override
    public void whitespace() {
        if (!finishing) conversation().whitespace();
    }

    // What the layer above says.

    @Override
    public final void send(List<byte[]> elements, int consumed, boolean urgent) {
        int bytes = 0;
        for (int i = 0; i < elements.size(); i++) bytes += elements.get(i).length;
        outbound.promise(bytes);
        loop.bring(new Outgoing(this, elements, consumed, urgent));
    }

    @Override
    public final void post(Runnable action) {
        loop.bring(new Outgoing(this, action));
    }

    @Override
    public final boolean writable() {
        return gone || outbound.isWithin(loop.bounds.outboundBytes());
    }

    @Override
    public final void write(byte[] element) {
        if (gone || outputEnded) return;
        outbound.promise(element.length);
        append(new Outgoing(this, List.of(element), 0, true));
    }

    /// What another thread brought.
    final void take(Outgoing outgoing) {
        if (outgoing.action != null) {
            outgoing.action.run();
            return;
        }
        if (gone) return;
        if (outgoing.consumed > 0) {
            ahead.consumed(outgoing.consumed);
            decideReading();
        }
        if (!outgoing.elements.isEmpty() && !finishing) append(outgoing);
        if (finalWords != null && ahead.stanzas() == 0) finish(finalWords);
    }

    private void append(Outgoing outgoing) {
        outbound.append(outgoing);
        if (outgoing.urgent) {
            if (!flushes) loop.flushAtEnd(this);
            flushes = true;
        } else if (!flushes && !patient) {
            patient = true;
            loop.flushLater(this);
        }
    }

    @Override
    public final void arrived() {
        ahead.arrived();
    }

    @Override
    public final void hold(boolean held) {
        this.held = held;
        decideReading();
    }

    @Override
    public final void signedIn() {
        noDeadline();
    }

    private void noDeadline() {
        if (deadline != null) deadline.met();
        deadline = null;
    }

    @Override
    public final void speak(Conversation conversation) {
        this.conversation = conversation;
    }

    final Conversation conversation() {
        var listening = conversation;
        if (listening == null) throw new IllegalStateException("nobody was greeted");
        return listening;
    }

    @Override
    public final void finish(byte[]... last) {
        if (finishing || gone) return;
        for (var words : last) write(words);
        finishing = true;
        ahead.forgetBytes();
        held = false;
        decideReading();
        noDeadline();
        deadline = loop.leaving.set(this::abort);
        append(new Outgoing(this, List.of(), 0, true));
    }

    @Override
    public final void finishWhenAnswered(byte[]... last) {
        if (ahead.stanzas() == 0) {
            finish(last);
        } else {
            finalWords = last;
            hold(true);
        }
    }

    @Override
    public final void abort() {
        if (context != null) context.close();
    }

    @Override
    public final boolean isSecure() {
        return secure;
    }

    @Override
    public final boolean isLocal() {
        return local;
    }

    @Override
    public final InetAddress peer() {
        return peer;
    }

    @Override
    public final byte @Nullable [] serverEndPoint() {
        return secure && tls != null ? tls.serverEndPoint() : null;
    }

    @Override
    public final byte @Nullable [] exporter() {
        if (!secure || tls == null || context == null) return null;
        var handler = context.pipeline().get(SslHandler.class);
        return handler == null ? null : Tls.exporter(handler.engine().getSession());
    }

    @Override
    public final Counts counts() {
        return loop.counts;
    }

    final void strangerExpired() {
        if (!gone && !finishing) conversation().expired();
    }

    /// Whether nothing that comes is heard any more.
    final boolean isOver() {
        return finishing || gone;
    }

    /// Whether the socket has more to write than it should.
    final boolean isFull() {
        return context != null && !context.channel().isWritable();
    }

    // Writing.

    /// All that this turn wrote, in one buffer and one write.
    final void flush() {
        flushes = false;
        var context = this.context;
        var node = outbound.take();
        if (node == null || gone || context == null) return;
        int size = 0;
        int raw = 0;
        for (var each = node; each != null; each = each.next) {
            for (int i = 0; i < each.elements.size(); i++) {
                var element = each.elements.get(i);
                raw += element.length;
                size += framedLength(element);
            }
        }
        boolean ending = finishing && !outputEnded;
        if (ending) size += farewell().length;
        var buffer = context.alloc().directBuffer(size);
        for (var each = node; each != null; each = each.next) {
            for (int i = 0; i < each.elements.size(); i++) frame(each.elements.get(i), buffer);
            loop.counts.elementsOut += each.elements.size();
        }
        loop.counts.bytesOut += size;
        loop.counts.waitingBytes += raw;
        outbound.handed(raw);
        if (ending) {
            outputEnded = true;
            buffer.writeBytes(farewell());
            context.writeAndFlush(buffer).addListener((ChannelFutureListener) sent -> endOutput(sent.channel()));
        } else {
            context.write(buffer, context.voidPromise());
            context.flush();
        }
        settle();
    }

    /// The last byte left: tell the peer by ending our side, and let it end its own. Closing while it still writes
    /// would make its system throw away what it has not read yet.
    private void endOutput(Channel channel) {
        if (peerClosed || !(channel instanceof DuplexChannel duplex)) {
            channel.close();
            return;
        }
        boolean encrypted = channel.pipeline().get(SslHandler.class) != null;
        if (!encrypted) Tls.endOutput(duplex);
        else channel.eventLoop().schedule(() -> Tls.endOutput(duplex), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Finds out how much of what the channel was given the socket has taken; true if any.
    final boolean settle() {
        var context = this.context;
        if (context == null) return false;
        int taken = outbound.taken(context.channel().unsafe().outboundBuffer());
        if (taken == 0) return false;
        loop.counts.waitingBytes -= taken;
        if (!finishing && !gone && outbound.wakes(loop.bounds.outboundBytes()))
            conversation().drained();
        return true;
    }

    final boolean isStalling() {
        return !gone && context != null && !context.channel().isWritable();
    }

    final int waitingBytes() {
        return outbound.pendingBytes();
    }

    // Reading, or not.

    private void spend(int bytes, int stanzas) {
        budget.spend(bytes, stanzas, System.nanoTime());
        if (!budget.isSpent() || throttled || gone || finishing) return;
        if (budget.isFlood()) {
            conversation()
                    .failed(StreamError.of(
                            StreamError.Condition.POLICY_VIOLATION, "You sent more than is allowed for too long."));
            return;
        }
        throttled = true;
        int before = timesSlowed;
        timesSlowed = before + 1;
        loop.throttle(this);
    }

    @Override
    public final int timesSlowed() {
        return timesSlowed;
    }

    /// Whether the throttled connection has a budget again; then it is read.
    final boolean mayReadAgain(long nanos) {
        if (gone) return true;
        budget.refill(nanos);
        if (budget.isSpent()) return false;
        throttled = false;
        decideReading();
        return true;
    }

    private void decideReading() {
        if (gone || context == null) return;
        boolean should = finishing
                || (!held && !throttled && context.channel().isWritable() && ahead.admitsMore(loop.bounds, reading));
        if (should == reading) return;
        reading = should;
        context.channel().config().setAutoRead(should);
    }
}
