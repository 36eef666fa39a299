package im.kith.server.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import im.kith.server.http.Intake;
import im.kith.server.http.Response;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// A body that arrives faster than the disk takes it.
class InflowTest {

    /// A disk that takes a piece when it is told to.
    private static final class SlowDisk implements Intake {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        CompletableFuture<Void> pending = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<Void> take(ByteBuffer bytes) {
            var piece = new byte[bytes.remaining()];
            bytes.get(piece);
            taken.writeBytes(piece);
            pending = new CompletableFuture<>();
            return pending;
        }

        @Override
        public CompletionStage<Response> end() {
            return CompletableFuture.completedStage(Response.of(201, "text/plain", ""));
        }

        @Override
        public void abandoned() {}
    }

    private final SlowDisk disk = new SlowDisk();
    private final List<Integer> answers = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext context = channel.pipeline().firstContext();
    private final Inflow inflow = new Inflow(context, disk, new Inflow.End() {
        @Override
        public void completed(Response response) {
            answers.add(response.status());
        }

        @Override
        public void failed(Throwable fault) {
            throw new AssertionError(fault);
        }
    });

    @Test
    void a_peer_that_sent_all_and_ended_its_side_is_read_to_its_end_though_the_disk_is_slow() {
        var body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        for (int at = 0; at < body.length; at += 16_384) {
            inflow.add(Unpooled.wrappedBuffer(body, at, Math.min(16_384, body.length - at)));
        }
        inflow.end();
        assertEquals(List.of(), answers);
        while (answers.isEmpty()) disk.pending.complete(null);
        assertEquals(List.of(201), answers);
        assertArrayEquals(body, disk.taken.toByteArray());
    }

    @Test
    void who_can_be_asked_to_wait_is_not_read_while_both_buffers_are_full() {
        inflow.add(Unpooled.wrappedBuffer(new byte[128 * 1024]));
        inflow.add(Unpooled.wrappedBuffer(new byte[128 * 1024]));
        assertFalse(channel.config().isAutoRead());
        assertFalse(inflow.hasRoom());
        disk.pending.complete(null);
        disk.pending.complete(null);
        assertEquals(true, channel.config().isAutoRead());
    }
}
