package im.kith.server.net;

import im.kith.server.http.FileBody;
import im.kith.server.http.Response;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A file on its way to a peer, by `sendfile`: its bytes never come into this process.
///
/// A file that is not in the system's cache would make `sendfile`, and with it the whole event loop, wait for the disk.
/// So a piece is sent only once another thread has seen it in the cache or brought it there; meanwhile the piece before
/// is under way. On the connection's event loop only.
final class FileSending {

    private static final int PIECE_BYTES = 1 << 20;

    private final ChannelHandlerContext context;
    private final Executor files;
    private final FileBody body;
    private final Consumer<Boolean> then;

    private long warmed;
    private long sent;
    private boolean warming;
    private @Nullable Piece current;
    private long seen = -1;
    private boolean over;

    /// A part of the file; the channel outlives it.
    private static final class Piece extends DefaultFileRegion {
        Piece(FileChannel channel, long from, long bytes) {
            super(channel, from, bytes);
        }

        @Override
        protected void deallocate() {
            // The channel serves the next piece too.
        }
    }

    /// `then` learns whether all was sent.
    FileSending(ChannelHandlerContext context, Executor files, FileBody body, Consumer<Boolean> then) {
        this.context = context;
        this.files = files;
        this.body = body;
        this.then = then;
    }

    /// For a response that is not sent.
    static void close(Response response) {
        var file = response.file();
        if (file != null) close(file.channel());
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    void start() {
        warm();
    }

    /// Whether the peer has taken something since this was last asked.
    boolean progressed() {
        var piece = current;
        long now = sent + (piece == null ? 0 : piece.transferred());
        boolean more = now != seen || warming;
        seen = now;
        return more;
    }

    private void warm() {
        long from = body.from() + warmed;
        long bytes = Math.min(PIECE_BYTES, body.bytes() - warmed);
        if (warming || bytes <= 0) return;
        warming = true;
        files.execute(() -> {
            var fault = load(from, bytes);
            context.executor().execute(() -> loaded(bytes, fault));
        });
    }

    private @Nullable IOException load(long from, long bytes) {
        try (var arena = Arena.ofConfined()) {
            var piece = body.channel().map(FileChannel.MapMode.READ_ONLY, from, bytes, arena);
            if (!piece.isLoaded()) piece.load();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void loaded(long bytes, @Nullable IOException fault) {
        warming = false;
        if (over) {
            close(body.channel());
            return;
        }
        if (fault != null) {
            end(false);
            return;
        }
        warmed += bytes;
        if (current == null) write();
    }

    private void write() {
        long bytes = warmed - sent;
        var piece = new Piece(body.channel(), body.from() + sent, bytes);
        current = piece;
        context.writeAndFlush(piece).addListener(result -> {
            current = null;
            if (!result.isSuccess()) {
                end(false);
                return;
            }
            sent += bytes;
            if (sent == body.bytes()) end(true);
            else if (warmed > sent) write();
            else warm();
        });
        warm();
    }

    private void end(boolean whole) {
        if (over) return;
        over = true;
        if (!warming) close(body.channel());
        then.accept(whole);
    }
}
