package im.kith.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// Reads every connection of an event loop into one buffer, since whoever gets it is done with it before the next
/// read: an
/// idle connection holds no buffer, and no allocator is asked per read. A reader that keeps the buffer (TLS does not,
/// see [Tls]) keeps it, and the loop takes another.
final class SharedReads implements RecvByteBufAllocator {

    static final int BYTES = 32 * 1024;
    /// After that many full buffers it is the next connection's turn.
    private static final int READS_PER_TURN = 4;

    private final FastThreadLocal<OfLoop> loops = new FastThreadLocal<>() {
        @Override
        protected OfLoop initialValue() {
            return new OfLoop();
        }

        @Override
        protected void onRemoval(OfLoop ended) {
            ended.buffer.release();
        }
    };

    @Override
    public Handle newHandle() {
        return loops.get();
    }

    /// State of the read that is going on now; a loop reads one connection at a time.
    private static final class OfLoop implements ExtendedHandle {
        private ByteBuf buffer = fresh();
        private @Nullable ChannelConfig config;
        private int reads;
        private int attempted;
        private int last;

        private static ByteBuf fresh() {
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(BYTES, BYTES);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            if (buffer.refCnt() != 1) {
                buffer.release();
                buffer = fresh();
            }
            return buffer.clear().retain();
        }

        @Override
        public int guess() {
            return BYTES;
        }

        @Override
        public void reset(ChannelConfig config) {
            this.config = config;
            reads = 0;
            attempted = 0;
            last = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return continueReading(() -> attempted == last);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return config != null && config.isAutoRead() && last > 0 && reads < READS_PER_TURN && maybeMore.get();
        }

        @Override
        public void readComplete() {
            config = null;
        }
    }
}
