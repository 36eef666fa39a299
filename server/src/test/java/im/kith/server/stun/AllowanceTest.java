package im.kith.server.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final long SECOND = 1_000_000_000L;

    /// Near the end of what a clock of nanoseconds can say, which it may be at any time.
    private long nowNanos = Long.MAX_VALUE - SECOND;

    private final Allowance allowance = new Allowance(10, 30, 42, () -> nowNanos);

    private int admitted(String address, int tries) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) if (allowance.admits(InetAddress.ofLiteral(address))) admitted++;
        return admitted;
    }

    @Test
    void so_many_are_allowed_at_once() {
        assertEquals(30, admitted("192.0.2.1", 100));
    }

    @Test
    void it_fills_again_with_time_but_never_over_the_rim() {
        admitted("192.0.2.1", 100);
        nowNanos += SECOND;
        assertEquals(10, admitted("192.0.2.1", 100));
        nowNanos += SECOND / 2;
        assertEquals(5, admitted("192.0.2.1", 100));
        nowNanos += 1000 * SECOND;
        assertEquals(30, admitted("192.0.2.1", 100));
    }

    @Test
    void who_asks_too_often_spoils_it_for_no_other() {
        admitted("192.0.2.1", 100);
        assertEquals(30, admitted("192.0.2.2", 100));
        assertEquals(30, admitted("2001:db8::1", 100));
    }

    @Test
    void a_host_has_all_of_its_64() {
        assertEquals(30, admitted("2001:db8::1", 100));
        assertFalse(allowance.admits(InetAddress.ofLiteral("2001:db8::ffff:1:2:3")));
        assertTrue(allowance.admits(InetAddress.ofLiteral("2001:db8:0:1::1")));
    }

    @Test
    void a_million_networks_take_no_more_memory_than_one_and_are_heard() {
        int refused = 0;
        for (int i = 0; i < 1_000_000; i++) {
            // 8192 buckets fill at 10 a second each: 40 000 a second are well below.
            if (i % 40_000 == 0) nowNanos += SECOND;
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            try {
                if (!allowance.admits(InetAddress.getByAddress(address))) refused++;
            } catch (java.net.UnknownHostException impossible) {
                throw new AssertionError(impossible);
            }
        }
        assertEquals(0, refused);
    }
}
