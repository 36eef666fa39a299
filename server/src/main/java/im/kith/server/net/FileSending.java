package im.kith.server.net;

import im.kith.server.http.FileBody;
import im.kith.server.http.Response;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A file on its way to a peer, piece by piece.
///
/// The disk may be slow, so another thread makes the pieces ([FilePieces]); meanwhile the piece before is under way. On
/// the connection's event loop only.
final class FileSending {

    private final ChannelHandlerContext context;
    private final Executor files;
    private final FileBody body;
    private final FilePieces pieces;
    private final Consumer<Boolean> then;

    private long made;
    private long sent;
    private boolean making;
    private boolean writing;
    /// Made while the one before was under way.
    private @Nullable Object next;

    private long seen = -1;
    private boolean over;

    /// `then` learns whether all was sent.
    FileSending(
            ChannelHandlerContext context, Executor files, FileBody body, FilePieces pieces, Consumer<Boolean> then) {
        this.context = context;
        this.files = files;
        this.body = body;
        this.pieces = pieces;
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
        make();
    }

    /// Whether the peer has taken something since this was last asked.
    boolean progressed() {
        var buffer = context.channel().unsafe().outboundBuffer();
        long now = sent;
        if (writing && buffer != null) now += buffer.currentProgress() - buffer.totalPendingWriteBytes();
        boolean more = now != seen || making;
        seen = now;
        return more;
    }

    private void make() {
        long from = made;
        int bytes = (int) Math.min(pieces.mostBytes(), body.bytes() - from);
        if (over || making || next != null || bytes <= 0) return;
        making = true;
        files.execute(() -> {
            Object piece = null;
            try {
                piece = pieces.make(from, bytes);
            } catch (IOException e) {
                // The peer gets less than it was told, and so learns of it.
            }
            var whole = piece;
            context.executor().execute(() -> made(whole, bytes));
        });
    }

    private void made(@Nullable Object piece, int bytes) {
        making = false;
        made += bytes;
        if (over) {
            ReferenceCountUtil.release(piece);
            free();
        } else if (piece == null) {
            end(false);
        } else if (writing) {
            next = piece;
        } else {
            write(piece);
        }
    }

    private void write(Object piece) {
        long upTo = made;
        next = null;
        writing = true;
        context.writeAndFlush(piece).addListener(result -> {
            writing = false;
            if (!result.isSuccess()) {
                end(false);
                return;
            }
            sent = upTo;
            if (sent == body.bytes()) end(true);
            else if (next != null) write(next);
            else make();
        });
        make();
    }

    private void end(boolean whole) {
        if (over) return;
        over = true;
        ReferenceCountUtil.release(next);
        next = null;
        if (!making) free();
        then.accept(whole);
    }

    private void free() {
        close(body.channel());
        pieces.close();
    }
}
