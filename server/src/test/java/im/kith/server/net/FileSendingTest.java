package im.kith.server.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.FileBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file as it goes through TLS: with a disk and a peer that are as slow as the test wants.
class FileSendingTest {

    private static final int PIECE = 128 << 10;

    @TempDir
    Path directory;

    private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final ArrayDeque<ByteBuf> written = new ArrayDeque<>();
    private final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();
    private final List<Boolean> ends = new ArrayList<>();
    private byte[] content;
    private EmbeddedChannel channel;
    private FileChannel file;
    private FileSending sending;

    @BeforeEach
    void start() throws IOException {
        content = new byte[5 * PIECE + 77];
        new Random(3).nextBytes(content);
        file = FileChannel.open(Files.write(directory.resolve("file"), content));
        channel = new EmbeddedChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                        written.add((ByteBuf) message);
                        promises.add(promise);
                    }
                },
                new ChannelInboundHandlerAdapter());
        var body = new FileBody(file, 7, content.length - 7);
        sending =
                new FileSending(channel.pipeline().lastContext(), disk::add, body, FilePieces.copies(body), ends::add);
        sending.start();
    }

    /// The disk does all that it was asked for.
    private void read() {
        while (!disk.isEmpty()) {
            disk.remove().run();
            channel.runPendingTasks();
        }
    }

    /// The peer takes one piece.
    private void take() throws IOException {
        var piece = written.remove();
        piece.readBytes(taken, piece.readableBytes());
        piece.release();
        promises.remove().setSuccess();
        channel.runPendingTasks();
    }

    @Test
    void all_of_it_arrives_in_order() throws IOException {
        while (ends.isEmpty()) {
            read();
            take();
        }
        assertEquals(List.of(true), ends);
        assertArrayEquals(java.util.Arrays.copyOfRange(content, 7, content.length), taken.toByteArray());
        assertFalse(file.isOpen());
        assertTrue(disk.isEmpty());
    }

    @Test
    void a_peer_that_takes_nothing_gets_one_piece_and_no_more_than_one_is_read_ahead() throws IOException {
        assertEquals(1, disk.size());
        read();
        assertEquals(1, written.size());
        assertEquals(PIECE, written.peek().readableBytes());
        assertTrue(disk.isEmpty());
        take();
        assertEquals(1, written.size());
        read();
        assertEquals(1, written.size());
        assertTrue(disk.isEmpty());
    }

    @Test
    void a_connection_that_breaks_while_the_disk_is_read_leaves_nothing_behind() {
        disk.remove().run();
        channel.runPendingTasks();
        var piece = written.remove();
        promises.remove().setFailure(new IOException("reset"));
        channel.runPendingTasks();
        assertEquals(List.of(false), ends);
        assertEquals(1, disk.size());
        assertTrue(file.isOpen());
        read();
        assertFalse(file.isOpen());
        assertEquals(1, piece.refCnt());
        piece.release();
    }

    @Test
    void a_file_that_cannot_be_read_ends_it() throws IOException {
        file.close();
        read();
        assertEquals(List.of(false), ends);
        assertTrue(written.isEmpty());
    }
}
