package im.kith.server.net;

import im.kith.server.http.Intake;
import im.kith.server.http.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// A request's body on its way to its [Intake]: one buffer is filled while the other is taken.
///
/// Memory is bounded: when both are full, the peer is not read. What one read brings after that still fits. But a peer
/// that has ended its side is read to its end whatever we wish, since epoll would not tell of the rest again; then the
/// buffer grows, by no more than the system had taken from the peer. On the connection's event loop only.
final class Inflow {

    /// That much is worth handing over.
    private static final int PIECE_BYTES = 128 * 1024;

    private static final int ROOM_BYTES = PIECE_BYTES + 4 * SharedReads.BYTES;
    /// More than any system takes from one peer unasked.
    private static final int MOST_BYTES = 64 << 20;

    /// What becomes of it.
    interface End {
        void completed(Response response);

        void failed(Throwable fault);
    }

    private final ChannelHandlerContext context;
    private final Intake intake;
    private final End then;
    private ByteBuf filling = Unpooled.directBuffer(ROOM_BYTES, MOST_BYTES);
    private ByteBuf taken = Unpooled.directBuffer(ROOM_BYTES, MOST_BYTES);
    private boolean writing;
    private boolean complete;
    private boolean over;

    Inflow(ChannelHandlerContext context, Intake intake, End then) {
        this.context = context;
        this.intake = intake;
        this.then = then;
    }

    boolean isWriting() {
        return writing;
    }

    boolean hasRoom() {
        return !writing || filling.readableBytes() < PIECE_BYTES;
    }

    void add(ByteBuf content) {
        if (over) return;
        filling.writeBytes(content);
        proceed();
    }

    /// There is no more.
    void end() {
        complete = true;
        proceed();
    }

    private void proceed() {
        if (over) return;
        int waiting = filling.readableBytes();
        if (writing) {
            if (waiting >= PIECE_BYTES) context.channel().config().setAutoRead(false);
        } else if (waiting >= PIECE_BYTES || (complete && waiting > 0)) {
            hand();
        } else if (complete) {
            finish();
        } else {
            context.channel().config().setAutoRead(true);
        }
    }

    private void hand() {
        var piece = filling;
        filling = taken;
        filling.clear();
        taken = piece;
        writing = true;
        intake.take(piece.nioBuffer()).whenComplete((done, fault) -> onLoop(() -> written(fault)));
    }

    private void written(@Nullable Throwable fault) {
        writing = false;
        if (over) {
            free();
        } else if (fault != null) {
            abandon();
            then.failed(fault);
        } else {
            proceed();
        }
    }

    private void finish() {
        over = true;
        free();
        intake.end()
                .whenComplete((response, fault) -> onLoop(() -> {
                    if (fault == null) then.completed(response);
                    else then.failed(fault);
                }));
    }

    /// The peer is gone.
    void abandon() {
        if (over) return;
        over = true;
        intake.abandoned();
        if (!writing) free();
    }

    private void free() {
        filling.release();
        taken.release();
    }

    private void onLoop(Runnable action) {
        if (context.executor().inEventLoop()) action.run();
        else context.executor().execute(action);
    }
}
