package im.kith.trial.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/// TLS of one non-blocking connection. Its buffers hold only what is half-read or half-written, so that idle ones are
/// small.
final class TlsLayer {

    private static final int RECORD = 17_000;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private byte[] halfRead = {};
    private ByteBuffer unwritten = EMPTY;

    TlsLayer(SSLEngine engine) throws SSLException {
        this.engine = engine;
        engine.beginHandshake();
    }

    boolean handshaking() {
        var status = engine.getHandshakeStatus();
        return status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
    }

    /// Decrypts what came and moves the handshake on; returns the plain bytes, possibly none.
    byte[] unwrap(ByteBuffer arrived, SocketChannel channel) throws IOException {
        var source = ByteBuffer.allocate(halfRead.length + arrived.remaining());
        source.put(halfRead).put(arrived).flip();
        var plain = ByteBuffer.allocate(Math.max(RECORD, source.remaining() + RECORD));
        while (true) {
            var result = engine.unwrap(source, plain);
            advance(channel);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                plain.flip();
                plain = ByteBuffer.allocate(plain.capacity() * 2).put(plain);
            } else if (result.getStatus() != Status.OK || !hasMoved(result)) {
                break;
            }
        }
        halfRead = new byte[source.remaining()];
        source.get(halfRead);
        return Arrays.copyOf(plain.array(), plain.position());
    }

    /// A step that took nothing may still have left work that is done by now, and the next step takes something.
    private static boolean hasMoved(SSLEngineResult result) {
        return result.bytesConsumed() > 0
                || result.bytesProduced() > 0
                || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    /// Runs tasks and sends handshake records until the peer has to say something.
    void advance(SocketChannel channel) throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case NEED_WRAP -> {
                    if (!wrap(EMPTY, channel)) {
                        return;
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    /// Encrypts and writes; what the socket does not take is kept. False when nothing could be produced.
    boolean wrap(ByteBuffer plain, SocketChannel channel) throws IOException {
        var sealed = ByteBuffer.allocate(RECORD);
        var result = engine.wrap(plain, sealed);
        if (result.bytesProduced() > 0) {
            sealed.flip();
            if (unwritten.hasRemaining()) {
                unwritten = ByteBuffer.allocate(unwritten.remaining() + sealed.remaining())
                        .put(unwritten)
                        .put(sealed)
                        .flip();
            } else {
                unwritten = sealed;
            }
            flush(channel);
        }
        return result.getStatus() == Status.OK;
    }

    /// Writes what is kept; true when nothing is left.
    boolean flush(SocketChannel channel) throws IOException {
        if (unwritten.hasRemaining()) {
            channel.write(unwritten);
        }
        if (unwritten.hasRemaining()) {
            return false;
        }
        unwritten = EMPTY;
        return true;
    }
}
