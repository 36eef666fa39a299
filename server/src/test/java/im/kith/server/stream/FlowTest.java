package im.kith.server.stream;

import static im.kith.server.stream.SignInTest.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Event;
import im.kith.server.net.Bounds;
import im.kith.xmpp.Element;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// How fast a stream goes and how it ends: what a client sends too much of, what it does not take, who is too slow.
@NullUnmarked
class FlowTest extends StreamStage {

    private static Bounds bounds(int readAhead, int stanzasPerSecond, int floodSeconds, int signInSeconds) {
        return new Bounds(
                readAhead,
                1 << 20,
                8 << 20,
                32 << 20,
                stanzasPerSecond,
                stanzasPerSecond,
                floodSeconds,
                64 << 10,
                1,
                1000,
                false,
                16 << 10,
                signInSeconds,
                1,
                30);
    }

    @Test
    void who_does_not_sign_in_in_time_is_disconnected() throws Exception {
        stop();
        start(bounds(256, 10_000, 60, 1));
        try (var wire = connect()) {
            wire.send(Wire.HEADER);
            assertEquals("stream", wire.next().name());
            // On a machine that sleeps for a second here, the time is over before there are features.
            var next = wire.next();
            if (next.name().equals("features")) next = wire.next();
            assertEquals("connection-timeout", condition(next));
            assertTrue(wire.isClosed(wire.next()));
            assertTrue(wire.isEnded(wire.next()));
        }
    }

    @Test
    void a_flood_is_slowed_and_in_the_end_refused() throws Exception {
        stop();
        start(bounds(256, 100, 1, 30));
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            var burst = "<presence/>".repeat(500);
            Element answer;
            do {
                try {
                    wire.send(burst);
                } catch (SocketException e) {
                    // The server has ended the connection; what it said is still to be read.
                }
                do answer = wire.next();
                while (answer.name().equals("presence") && endpoints.tally().throttled() == 0);
            } while (answer.name().equals("presence"));
            assertEquals("policy-violation", condition(answer));
            assertTrue(endpoints.tally().throttled() > 0);
        }
    }

    @Test
    void a_peer_is_not_read_further_than_the_account_has_dealt_with() throws Exception {
        stop();
        start(bounds(10, 10_000, 60, 30));
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            accounts.answering(false);
            for (int i = 0; i < 10; i++) {
                wire.send("<presence id='" + i + "'/>");
                accounts.next(Event.Arrived.class);
            }
            wire.send("<presence id='held'/>");
            // Another connection shows that the loops have had their turns since.
            for (int i = 0; i < 4; i++) {
                try (var other = connect()) {
                    other.signIn("juliet", "balcony" + i);
                }
                Event event;
                do {
                    event = accounts.next(Event.class);
                    assertFalse(event instanceof Event.Arrived, event::toString);
                } while (!(event instanceof Event.Gone));
            }
        }
    }

    @Test
    void a_peer_that_takes_nothing_pushes_back_and_is_cut_off() throws Exception {
        stop();
        start(bounds(256, 10_000, 60, 30));
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<presence/>");
            var session = accounts.next(Event.Arrived.class).session();
            var link = accounts.link(session);
            var chunk = new byte[50_000];
            Arrays.fill(chunk, (byte) ' ');
            // A link may say no for the moment in which its loop has not come to write yet: only the end shows that the
            // peer's side is full.
            int sent = 0;
            while (accounts.events.stream().noneMatch(Event.Gone.class::isInstance)) {
                if (link.writable()) {
                    link.send(List.of(chunk), 0, true);
                    assertTrue(++sent < 60_000);
                }
                Thread.sleep(1);
            }
            accounts.next(Event.Gone.class);
            assertEquals(1, endpoints.tally().stalled());
        }
    }

    @Test
    void a_peer_that_takes_again_is_written_to_again() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<presence/>");
            var session = accounts.next(Event.Arrived.class).session();
            var link = accounts.link(session);
            var chunk = "<message><body>%s</body></message>"
                    .formatted("x".repeat(19_000))
                    .getBytes();
            int sent = 0;
            while (link.writable()) {
                link.send(List.of(chunk), 0, true);
                sent++;
                while (endpoints.tally().waitingTasks() > 0) Thread.onSpinWait();
            }
            assertEquals("presence", wire.next().name());
            for (int i = 0; i < sent; i++) assertEquals("message", wire.next().name());
            accounts.next(Event.Writable.class);
            assertTrue(link.writable());
        }
    }

    @Test
    void what_is_not_urgent_leaves_by_itself_and_nothing_that_came_later_goes_before_it() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<presence/>");
            var link = accounts.link(accounts.next(Event.Arrived.class).session());
            assertEquals("presence", wire.next().name());
            link.send(List.of("<presence id='1'/>".getBytes()), 0, false);
            assertEquals("1", wire.next().attribute("id"));
            for (int i = 2; i < 200; i++) {
                link.send(List.of("<presence id='%d'/>".formatted(i).getBytes()), 0, i % 7 == 0);
            }
            link.close(null);
            for (int i = 2; i < 200; i++)
                assertEquals(String.valueOf(i), wire.next().attribute("id"));
        }
    }

    @Test
    void draining_answers_what_came_and_ends_every_stream() throws Exception {
        try (var wire = connect();
                var stranger = connect()) {
            stranger.open();
            wire.signIn("romeo", "orchard");
            accounts.answering(false);
            wire.send("<message id='1'/>");
            var arrived = accounts.next(Event.Arrived.class);
            endpoints.drain();
            ends(stranger, "system-shutdown");
            var echo = "<message id='1'/>".getBytes();
            accounts.link(arrived.session()).send(List.of(echo), 1, true);
            assertEquals("1", wire.next().attribute("id"));
            ends(wire, "system-shutdown");
        }
    }
}
