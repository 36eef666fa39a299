package im.kith.server.stream;

import static im.kith.server.stream.SignInTest.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.account.Event;
import im.kith.xmpp.StreamError;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6120 §4.9 as tables: what ends a stream, and with which condition.
@NullUnmarked
class StreamErrorsTest extends StreamStage {

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
                "<iq type='result' id='1'/>                | not-authorized",
                "<iq type='get' id='1' to='juliet@kith.test'/> | not-authorized",
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

    @ParameterizedTest
    @ValueSource(strings = {"", " to='kith.test'"})
    void a_request_to_the_server_before_sign_in_is_answered_and_the_stream_goes_on(String to) throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send("<iq type='get' id='1'" + to + "><query xmlns='jabber:iq:version'/></iq>");
            var answer = wire.next();
            assertEquals("error", answer.attribute("type"));
            assertEquals("1", answer.attribute("id"));
            assertEquals("success", wire.plain("romeo", "secret").name());
        }
    }

    @Test
    void who_goes_on_asking_before_sign_in_is_thrown_out() throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send("<iq type='get' id='1'/>".repeat(17));
            for (int i = 0; i < 16; i++) assertEquals("iq", wire.next().name());
            ends(wire, "not-authorized");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<enable xmlns='urn:xmpp:sm:3'/>", "<resume xmlns='urn:xmpp:sm:3' previd='x' h='0'/>"})
    void stream_management_before_sign_in_fails_and_the_stream_goes_on(String sent) throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send(sent);
            var failed = wire.next();
            assertEquals("failed", failed.name());
            assertEquals("unexpected-request", failed.firstChild().name());
            assertEquals("success", wire.plain("romeo", "secret").name());
        }
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
}
