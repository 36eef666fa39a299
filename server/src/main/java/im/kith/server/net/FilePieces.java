package im.kith.server.net;

import im.kith.server.http.FileBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;

/// How the pieces of a file are made that a channel is given to write. At most two are there at a time: one is on its
/// way while the other is made.
abstract class FilePieces {

    final FileBody body;

    private FilePieces(FileBody body) {
        this.body = body;
    }

    /// For `sendfile`: the bytes never come into this process.
    static FilePieces regions(FileBody body) {
        return new Regions(body);
    }

    /// For TLS, which must have the bytes to encrypt them: two buffers, filled in turn.
    static FilePieces copies(FileBody body) {
        return new Copies(body);
    }

    abstract int mostBytes();

    /// Makes the piece that is `from` bytes behind the body's begin. Waits for the disk: not on an event loop.
    abstract Object make(long from, int bytes) throws IOException;

    /// Nothing more is made; what is on its way may be.
    abstract void close();

    private static final class Regions extends FilePieces {

        /// The channel serves the next piece too.
        private static final class Region extends DefaultFileRegion {
            Region(FileChannel channel, long from, long bytes) {
                super(channel, from, bytes);
            }

            @Override
            protected void deallocate() {}
        }

        Regions(FileBody body) {
            super(body);
        }

        @Override
        int mostBytes() {
            return 1 << 20;
        }

        /// A file that is not in the system's cache would make `sendfile`, and with it the whole event loop, wait for
        /// the disk: it is brought there.
        @Override
        Object make(long from, int bytes) throws IOException {
            try (var arena = Arena.ofConfined()) {
                var piece = body.channel().map(FileChannel.MapMode.READ_ONLY, body.from() + from, bytes, arena);
                if (!piece.isLoaded()) piece.load();
            }
            return new Region(body.channel(), body.from() + from, bytes);
        }

        @Override
        void close() {}
    }

    private static final class Copies extends FilePieces {

        private static final int BYTES = 128 << 10;

        private ByteBuf filling;
        private ByteBuf sent;

        Copies(FileBody body) {
            super(body);
            int most = (int) Math.min(BYTES, body.bytes());
            filling = Unpooled.directBuffer(most, most);
            sent = Unpooled.directBuffer(most, most);
        }

        @Override
        int mostBytes() {
            return BYTES;
        }

        @Override
        Object make(long from, int bytes) throws IOException {
            var piece = filling;
            filling = sent;
            sent = piece;
            piece.clear();
            while (piece.readableBytes() < bytes) {
                long at = body.from() + from + piece.readableBytes();
                int read = piece.writeBytes(body.channel(), at, bytes - piece.readableBytes());
                if (read < 0) throw new EOFException("the file became shorter");
            }
            return piece.retainedDuplicate();
        }

        @Override
        void close() {
            filling.release();
            sent.release();
        }
    }
}
