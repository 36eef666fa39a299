package im.kith.server.stun;

import im.kith.server.net.Datagrams;
import im.kith.server.net.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.atomic.LongAdder;

/// The STUN server (RFC 8489): tells phones behind a NAT where the world sees them, so that calls find their way.
///
/// Who asks more often than a network full of phones would is not heard for a while. It holds nothing between two
/// requests, so there is nothing to drain. One loop serves it; what it counted may be read by anybody.
public final class StunServer implements AutoCloseable {

    /// A phone asks some ten times per call; behind one address there may be many.
    private static final int PER_SECOND = 100;

    private static final int BURST = 300;

    private final Binding binding = new Binding();
    private final Allowance allowance =
            new Allowance(PER_SECOND, BURST, new SecureRandom().nextLong(), System::nanoTime);
    private final LongAdder answered = new LongAdder();
    private final LongAdder ignored = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final Datagrams socket;

    /// Answers from now on.
    ///
    /// @throws IOException if the address cannot be had
    public StunServer(Loops loops, InetSocketAddress address) throws IOException {
        // One byte more shows that there was more.
        socket = Datagrams.open(
                loops, address, Binding.MOST_BYTES + 1, Binding.MOST_BYTES + Binding.MOST_MORE, this::answer);
    }

    private void answer(ByteBuffer packet, InetSocketAddress from, ByteBuffer answer) {
        if (!allowance.admits(from.getAddress())) {
            limited.increment();
            return;
        }
        binding.answer(packet, from, answer);
        (answer.position() > 0 ? answered : ignored).increment();
    }

    /// Where it listens, with the real port.
    public InetSocketAddress address() {
        return socket.address();
    }

    public long answered() {
        return answered.sum();
    }

    /// Packets that were no requests, or none for us.
    public long ignored() {
        return ignored.sum();
    }

    /// Packets of those who asked too often.
    public long limited() {
        return limited.sum();
    }

    @Override
    public void close() {
        socket.close();
    }
}
