package im.kith.server.stream;

import static im.kith.server.stream.SignInTest.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.EchoAccounts;
import im.kith.server.account.Event;
import im.kith.server.net.Bounds;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6120 §4.9 as tables: what ends a stream, and with which condition.
@NullUnmarked
class StreamErrorsTest {

    private EchoAccounts accounts;
    private Endpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        start(Bounds.USUAL);
    }

    private void start(Bounds bounds) throws IOException {
        accounts = new EchoAccounts("kith.test", true);
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoints = Endpoints.start(
                new Loops(),
                Settings.of("kith.test")
                        .listening(loopback, null, null)
                        .plainWithoutTls(true)
                        .within(XmlReader.Limits.DEFAULTS.withStanzaBytes(20_000), bounds, 4),
                null,
                accounts,
                new OnePassword(),
                List.of(),
                List.of(),
                null);
    }

    @AfterEach
    void stop() {
        endpoints.close();
        accounts.close();
    }

    private Wire connect() throws IOException {
        return new Wire(endpoints.boundAddresses().get(Kind.XMPP));
    }

    private static void ends(Wire wire, String condition) throws IOException {
        assertEquals(condition, condition(wire.next()));
        assertTrue(wire.isClosed(wire.next()));
        assertTrue(wire.isEnded(wire.next()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<s:stream to='kith.test' version='1.0' xmlns='jabber:client' xmlns:s='wrong'>      | invalid-namespace",
                "<stream:stream to='kith.test' version='1.0' xmlns='jabber:server' xmlns:stream='S'> | invalid-namespace",
                "<stream:stream to='kith.test' version='1.0' xmlns:stream='S'>                       | invalid-namespace",
                "<stream:steam to='kith.test' version='1.0' xmlns='jabber:client' xmlns:stream='S'>  | bad-format",
                "<stream:stream version='1.0' xmlns='jabber:client' xmlns:stream='S'>                | improper-addressing",
                "<stream:stream to='@' version='1.0' xmlns='jabber:client' xmlns:stream='S'>         | improper-addressing",
                "<stream:stream to='else.test' version='1.0' xmlns='jabber:client' xmlns:stream='S'> | host-unknown",
                "<stream:stream to='a@kith.test' version='1.0' xmlns='jabber:client' xmlns:stream='S'> | host-unknown",
                "<stream:stream to='kith.test' xmlns='jabber:client' xmlns:stream='S'>               | unsupported-version",
                "<stream:stream to='kith.test' version='0.9' xmlns='jabber:client' xmlns:stream='S'> | unsupported-version",
                "<stream:stream to='kith.test' version='x' xmlns='jabber:client' xmlns:stream='S'>   | unsupported-version",
                "<stream:stream from='@' to='kith.test' version='1.0' xmlns='jabber:client' xmlns:stream='S'> | invalid-from",
                "<!DOCTYPE x>                                                                        | restricted-xml",
                "GET / HTTP/1.1                                                                      | not-well-formed",
                "<stream:stream to='kith.test' <                                                     | not-well-formed",
            })
    void a_header_that_cannot_be(String header, String condition) throws Exception {
        try (var wire = connect()) {
            wire.send(header.replace("'S'", "'" + StreamError.STREAMS + "'"));
            var answer = wire.next();
            assertEquals("stream", answer.name());
            assertEquals("kith.test", answer.attribute("from"));
            ends(wire, condition);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.0", "1.1", "2.0", "01.00"})
    void a_later_version_is_answered_with_ours(String version) throws Exception {
        try (var wire = connect()) {
            wire.send(Wire.HEADER.replace("version='1.0' xmlns", "version='" + version + "' xmlns"));
            assertEquals("1.0", wire.next().attribute("version"));
            assertEquals("features", wire.next().name());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<message to='juliet@kith.test'/>          | not-authorized",
                "<iq type='get' id='1'/>                   | not-authorized",
                "<unknown xmlns='x:y'/>                    | unsupported-stanza-type",
                "<!-- no -->                               | restricted-xml",
                "<?no?>                                    | restricted-xml",
                "text                                      | bad-format",
                "<a></b>                                   | not-well-formed",
                "<a>&nbsp;</a>                             | restricted-xml",
            })
    void an_element_before_sign_in(String sent, String condition) throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send(sent);
            ends(wire, condition);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<message from='juliet@kith.test'/>                  | invalid-from",
                "<message from='romeo@kith.test/elsewhere'/>         | invalid-from",
                "<message from='@'/>                                 | invalid-from",
                "<unknown/>                                          | unsupported-stanza-type",
                "<unknown xmlns='x:y'/>                              | unsupported-stanza-type",
                "<unknown xmlns='urn:xmpp:sm:3'/>                    | unsupported-stanza-type",
                "<message xmlns='jabber:server'/>                    | unsupported-stanza-type",
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>    | unsupported-stanza-type",
            })
    void an_element_after_binding(String sent, String condition) throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send(sent);
            ends(wire, condition);
        }
        assertEquals(
                "romeo@kith.test/orchard",
                accounts.next(Event.Gone.class).session().jid().toString());
    }

    @Test
    void a_stanza_before_binding_is_not_authorized() throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.plain("romeo", "secret");
            wire.reset();
            wire.open();
            wire.send("<presence/>");
            ends(wire, "not-authorized");
        }
    }

    @Test
    void the_stream_after_sign_in_must_be_of_who_signed_in() throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.plain("romeo", "secret");
            wire.reset();
            wire.send(Wire.HEADER.replace("to=", "from='juliet@kith.test' to="));
            wire.next();
            ends(wire, "invalid-from");
        }
    }

    @Test
    void a_stanza_that_is_too_large_violates_the_policy() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<message><body>" + "x".repeat(30_000));
            ends(wire, "policy-violation");
        }
    }

    @Test
    void addresses_are_stamped_kept_or_malformed() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<message id='1' from='romeo@kith.test'/><message id='2' from='romeo@kith.test/orchard'/>");
            assertEquals("romeo@kith.test/orchard", wire.next().attribute("from"));
            assertEquals("romeo@kith.test/orchard", wire.next().attribute("from"));
            assertNull(accounts.next(Event.Arrived.class).stanza().to());
            wire.send("<message id='3' to=''/><message id='4' to='@'/>");
            assertEquals("3", accounts.next(Event.Malformed.class).stanza().id());
            assertEquals("4", accounts.next(Event.Malformed.class).stanza().id());
        }
    }

    @Test
    void the_streams_language_goes_with_messages_that_have_none() throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.plain("romeo", "secret");
            wire.reset();
            wire.send(Wire.HEADER.replace("to=", "xml:lang='de' to="));
            wire.features();
            wire.bind("orchard");
            wire.send("<message id='1'/><message id='2' xml:lang='fr'/><iq id='3' type='get'/>");
            assertEquals("de", wire.next().attribute("xml:lang"));
            assertEquals("fr", wire.next().attribute("xml:lang"));
            assertNull(wire.next().attribute("xml:lang"));
        }
    }

    @Test
    void the_legacy_session_is_a_no_op() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
            assertEquals("result", wire.next().attribute("type"));
        }
    }

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
                1);
    }

    @Test
    void who_does_not_sign_in_in_time_is_disconnected() throws Exception {
        stop();
        start(bounds(256, 10_000, 60, 1));
        try (var wire = connect()) {
            wire.open();
            ends(wire, "connection-timeout");
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
                accounts.next(Event.Gone.class);
            }
            assertTrue(accounts.events.stream().noneMatch(Event.Arrived.class::isInstance));
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
            java.util.Arrays.fill(chunk, (byte) ' ');
            int sent = 0;
            while (link.writable()) {
                link.send(List.of(chunk), 0, true);
                sent++;
                assertTrue(sent < 10_000);
                while (endpoints.tally().waitingTasks() > 0) Thread.onSpinWait();
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
