package im.kith.server.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A UDP socket on one of the loops, whose every packet has one answer at most.
///
/// Packets that are longer than can be of interest arrive cut. An answer that the kernel has no room for is dropped;
/// UDP promises nothing, and nothing waits here.
public final class Datagrams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Datagrams.class);

    /// What is said to a packet. Called by the socket's loop only.
    public interface Answering {

        /// Reads all of `packet` and writes the answer; writes nothing if there is none. Both are backed by arrays,
        /// begin at 0 and are used again for the next one.
        void answer(ByteBuffer packet, InetSocketAddress from, ByteBuffer answer);
    }

    private final Channel channel;

    private Datagrams(Channel channel) {
        this.channel = channel;
    }

    /// Opens it at `address`, where port 0 is any free one.
    ///
    /// @throws IOException if the address cannot be had
    public static Datagrams open(
            Loops loops, InetSocketAddress address, int longestPacket, int longestAnswer, Answering answering)
            throws IOException {
        var bound = new Bootstrap()
                .group(loops.group)
                .channel(loops.epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(longestPacket))
                .handler(new Exchange(longestPacket, longestAnswer, answering))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) throw new IOException(bound.cause().getMessage(), bound.cause());
        return new Datagrams(bound.channel());
    }

    private static final class Exchange extends SimpleChannelInboundHandler<DatagramPacket> {

        private final Answering answering;
        private final ByteBuffer packet;
        private final ByteBuffer answer;

        Exchange(int longestPacket, int longestAnswer, Answering answering) {
            this.answering = answering;
            this.packet = ByteBuffer.allocate(longestPacket);
            this.answer = ByteBuffer.allocate(longestAnswer);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket message) {
            // To port 0 there is no way back.
            if (message.sender().getPort() == 0) return;
            int bytes = Math.min(message.content().readableBytes(), packet.capacity());
            message.content().readBytes(packet.clear().limit(bytes));
            answering.answer(packet.flip(), message.sender(), answer.clear());
            if (answer.position() == 0 || !context.channel().isWritable()) return;
            var bytesOut = context.alloc().ioBuffer(answer.position()).writeBytes(answer.flip());
            context.write(new DatagramPacket(bytesOut, message.sender()), context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /// One packet's fault is none of the others'.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("A packet got no answer: {}", cause.toString());
        }
    }

    /// The address, with the real port.
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
