package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Event;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// From the first byte to the bound device over TCP, without TLS.
@NullUnmarked
class SignInTest extends EndpointStage {

    @BeforeEach
    void start() throws IOException {
        start(
                Settings.of("kith.test").listening(LOOPBACK, null, null).plainWithoutTls(true),
                null,
                List.of(ACKS),
                List.of());
    }

    @Test
    void a_client_signs_in_binds_and_its_stanzas_are_stamped() throws Exception {
        try (var wire = connect()) {
            var bound = wire.signIn("romeo", "orchard");
            assertEquals(
                    "romeo@kith.test/orchard", bound.child(Names.BIND_REQUEST).childText(Names.BIND, "jid"));
            wire.send("<message to='juliet@kith.test' id='1'><body>hi</body></message>");
            var echo = wire.next();
            assertEquals("romeo@kith.test/orchard", echo.attribute("from"));
            assertEquals("juliet@kith.test", echo.attribute("to"));
            wire.send("</stream:stream>");
            assertTrue(wire.isClosed(wire.next()));
            assertTrue(wire.isEnded(wire.next()));
        }
        accounts.next(Event.Closed.class);
    }

    @Test
    void a_lost_connection_is_told_once_and_is_not_a_close() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
        }
        accounts.next(Event.Gone.class);
        assertNull(accounts.events.peek());
    }

    @Test
    void features_before_and_after_sign_in() throws Exception {
        try (var wire = connect()) {
            var before = wire.open();
            assertEquals(
                    List.of("PLAIN"),
                    before.child(Names.SASL, "mechanisms").children().stream()
                            .map(Element::text)
                            .filter("PLAIN"::equals)
                            .toList());
            assertNull(before.child(Names.BIND_REQUEST));
            wire.plain("romeo", "secret");
            wire.reset();
            var after = wire.open();
            assertNotNull(after.child(Names.BIND_REQUEST));
            assertNotNull(after.child("urn:xmpp:sm:3", "sm"));
            assertNotNull(after.child(Names.STREAM_LIMITS, "limits"));
            assertNull(after.child(Names.SASL, "mechanisms"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "romeo, wrong, not-authorized",
        "nobody, secret, not-authorized",
        "disabled, secret, account-disabled",
        "throttled, secret, temporary-auth-failure",
        "unavailable, secret, temporary-auth-failure",
        "romeo@elsewhere.test, secret, not-authorized"
    })
    void a_refused_try_says_why(String user, String password, String condition) throws Exception {
        try (var wire = connect()) {
            wire.open();
            var failure = wire.plain(user, password);
            assertEquals("failure", failure.name());
            assertNotNull(failure.child(Names.SASL, condition), failure::toString);
            assertEquals("success", wire.plain("romeo", "secret").name());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='X'/>                 | invalid-mechanism",
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>!!!</auth>    | incorrect-encoding",
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>=</auth>      | malformed-request",
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AAAA</auth>   | malformed-request",
                "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>                           | malformed-request",
                "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>                              | aborted",
            })
    void a_bad_sasl_message_fails_with_its_condition(String sent, String condition) throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send(sent);
            var failure = wire.next();
            assertNotNull(failure.child(Names.SASL, condition), failure::toString);
        }
    }

    @Test
    void too_many_wrong_tries_end_the_stream() throws Exception {
        try (var wire = connect()) {
            wire.open();
            for (int i = 0; i < 4; i++)
                assertEquals("failure", wire.plain("romeo", "wrong").name());
            assertEquals("policy-violation", condition(wire.next()));
            assertTrue(wire.isClosed(wire.next()));
            assertTrue(wire.isEnded(wire.next()));
        }
    }

    @Test
    void a_refused_resource_can_be_tried_again() throws Exception {
        try (var wire = connect()) {
            var refused = wire.signIn("romeo", "taken");
            assertEquals("error", refused.attribute("type"));
            assertNotNull(refused.child(Stanza.CLIENT, "error").child(Names.STANZAS, "conflict"));
            assertEquals("result", wire.bind("orchard").attribute("type"));
        }
    }

    @Test
    void a_stream_is_resumed_or_refused_with_what_was_handled() throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.plain("romeo", "secret");
            wire.reset();
            wire.open();
            wire.send("<resume xmlns='urn:xmpp:sm:3' previd='lost' h='3'/>");
            var failed = wire.next();
            assertEquals("5", failed.attribute("h"));
            assertNotNull(failed.child(Names.STANZAS, "item-not-found"));
            wire.send("<resume xmlns='urn:xmpp:sm:3' previd='known' h='3'/>");
            var resumed = wire.next();
            assertEquals("resumed", resumed.name());
            assertEquals("7", resumed.attribute("h"));
            assertEquals("known", resumed.attribute("previd"));
        }
    }

    @Test
    void the_account_ends_a_stream_after_what_it_sent() throws Exception {
        try (var wire = connect()) {
            wire.signIn("romeo", "orchard");
            wire.send("<message id='1'/>");
            var session = accounts.next(Event.Arrived.class).session();
            accounts.end(session, StreamError.of(StreamError.Condition.CONFLICT));
            assertEquals("message", wire.next().name());
            assertEquals("conflict", condition(wire.next()));
            assertTrue(wire.isClosed(wire.next()));
            assertTrue(wire.isEnded(wire.next()));
        }
        accounts.next(Event.Gone.class);
    }

    static String condition(Element error) {
        assertTrue(error.is(StreamError.STREAMS, "error"), error::toString);
        return error.firstChild().name();
    }
}
