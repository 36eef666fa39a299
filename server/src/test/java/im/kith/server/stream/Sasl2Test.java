package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Event;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// SASL2 (XEP-0388) with Bind 2 (XEP-0386), and FAST (XEP-0484) whose tokens are bound to the channel.
@NullUnmarked
class Sasl2Test extends SecureStage {

    @Test
    void sasl2_waits_for_tls_even_where_passwords_may_travel_without() throws Exception {
        start(false, true);
        try (var wire = connect()) {
            var features = wire.open();
            assertNotNull(features.child(Names.SASL, "mechanisms"), features::toString);
            assertNull(features.child(Names.SASL_2, "authentication"), features::toString);
            wire.send(authenticate("PLAIN", "\0romeo\0secret".getBytes(StandardCharsets.UTF_8)) + "</authenticate>");
            assertNotNull(wire.next().child(Names.SASL, "encryption-required"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "<presence/>", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"})
    void nothing_else_may_travel_between_two_messages_of_sasl2(String stray) throws Exception {
        try (var wire = secured(false)) {
            wire.open();
            wire.send(" <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>");
            assertEquals("challenge", wire.next().name());
            wire.send(stray);
            assertNotNull(
                    wire.next().child("urn:ietf:params:xml:ns:xmpp-streams", "policy-violation"), "the stream ends");
        }
    }

    @Test
    void sasl2_resumes_and_binds_when_it_cannot() throws Exception {
        try (var wire = secured(false)) {
            wire.open();
            var plain = authenticate("PLAIN", "\0romeo\0secret".getBytes(StandardCharsets.UTF_8));
            wire.send(plain + "<resume xmlns='urn:xmpp:sm:3' previd='lost' h='1'/><bind xmlns='urn:xmpp:bind:0'/>"
                    + "</authenticate>");
            var success = wire.next();
            assertEquals("5", success.child("urn:xmpp:sm:3", "failed").attribute("h"));
            assertNotNull(success.child(Names.BIND_2, "bound"));
            wire.next();
            wire.send("<message id='1'/>");
            assertEquals("1", wire.next().attribute("id"));
        }
        try (var wire = secured()) {
            wire.open();
            wire.send(authenticate("PLAIN", "\0romeo\0secret".getBytes(StandardCharsets.UTF_8))
                    + "<resume xmlns='urn:xmpp:sm:3' previd='known' h='1'/><bind xmlns='urn:xmpp:bind:0'/>"
                    + "</authenticate>");
            var success = wire.next();
            assertEquals("7", success.child("urn:xmpp:sm:3", "resumed").attribute("h"));
            assertNull(success.child(Names.BIND_2, "bound"));
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "ENDP, false", "ENDP, true", "EXPR, true"})
    void fast_gives_a_token_that_signs_in_with_one_message(String suffix, boolean jdk) throws Exception {
        var mechanism = "HT-SHA-256-" + suffix;
        try (var wire = secured(jdk)) {
            wire.open();
            wire.send(authenticate("PLAIN", "\0romeo\0secret".getBytes(StandardCharsets.UTF_8))
                    + "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + mechanism + "'/></authenticate>");
            var success = wire.next();
            var token = success.child(Names.FAST, "token").attribute("token");
            assertEquals(
                    "2020-09-13T12:26:40Z", success.child(Names.FAST, "token").attribute("expiry"));
            assertEquals("romeo@kith.test", success.childText(Names.SASL_2, "authorization-identifier"));
            assertNotNull(wire.next().child(Names.BIND_REQUEST));
            wire.close();
            signInWith(token, mechanism, true);
        }
    }

    @ParameterizedTest
    @CsvSource({"HT-SHA-256-UNIQ, <user-agent id='phone'/>, invalid-mechanism", "HT-SHA-256-NONE, '', malformed-request"
    })
    void a_token_that_can_t_be_had_is_refused(String mechanism, String agent, String condition) throws Exception {
        try (var wire = secured(false)) {
            wire.open();
            wire.send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>" + agent
                    + "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + mechanism + "'/></authenticate>");
            var failure = wire.next();
            assertEquals("failure", failure.name());
            assertNotNull(failure.child(Names.SASL, condition));
            wire.close();
        }
    }

    @Test
    void a_wrong_token_is_refused() throws Exception {
        secured(false).close();
        signInWith("wrong", "HT-SHA-256-ENDP", false);
    }

    private void signInWith(String token, String mechanism, boolean good) throws Exception {
        try (var wire = secured()) {
            var data =
                    switch (mechanism.substring("HT-SHA-256-".length())) {
                        case "NONE" -> new byte[0];
                        case "ENDP" -> bindingData(wire, "tls-server-end-point");
                        default -> bindingData(wire, "tls-exporter");
                    };
            var hash = OnePassword.hmac(token, "Initiator", data);
            var message = new byte["romeo".length() + 1 + hash.length];
            System.arraycopy("romeo".getBytes(StandardCharsets.UTF_8), 0, message, 0, 5);
            System.arraycopy(hash, 0, message, 6, hash.length);
            // Everything in one flight, and a stanza on top.
            wire.send(Wire.HEADER + authenticate(mechanism, message)
                    + "<fast xmlns='urn:xmpp:fast:0' count='7'/><bind xmlns='urn:xmpp:bind:0'><tag>Kith</tag>"
                    + "<enable xmlns='urn:xmpp:sm:3'/></bind></authenticate><message id='early'/>");
            wire.features();
            var answer = wire.next();
            if (!good) {
                assertNotNull(answer.child(Names.SASL, "credentials-expired"), answer::toString);
                return;
            }
            assertEquals("success", answer.name(), answer::toString);
            assertEquals(
                    base64(OnePassword.hmac(token, "Responder", data)),
                    answer.childText(Names.SASL_2, "additional-data"));
            assertNotNull(answer.child(Names.FAST, "token"), "the fake authority renews at count 7");
            assertNotNull(answer.child(Names.BIND_2, "bound").child("urn:xmpp:sm:3", "enable"));
            var jid = answer.childText(Names.SASL_2, "authorization-identifier");
            assertTrue(jid.matches("romeo@kith\\.test/Kith\\.[0-9a-f]{8}"), jid);
            assertNull(wire.next().child(Names.BIND_REQUEST));
            assertEquals("early", wire.next().attribute("id"));
            var bind = accounts.next(Event.Bind.class);
            assertEquals("d4565fa7", bind.deviceId());
            assertEquals("Kith on Pixel 9", bind.deviceName());
        }
    }

    private static String authenticate(String mechanism, byte[] message) {
        return "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + mechanism + "'><initial-response>"
                + base64(message)
                + "</initial-response><user-agent id='d4565fa7'><software>Kith</software>"
                + "<device>Pixel 9</device></user-agent>";
    }
}
