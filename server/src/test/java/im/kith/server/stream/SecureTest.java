package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Event;
import im.kith.server.net.Network.Kind;
import im.kith.server.net.Tls;
import im.kith.server.tls.Certificate;
import im.kith.xmpp.Element;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// STARTTLS and direct TLS: nothing travels before, and what was agreed on with which certificate.
@NullUnmarked
class SecureTest extends SecureStage {

    @Test
    void before_tls_nothing_but_tls_is_offered() throws Exception {
        start(false);
        try (var wire = connect()) {
            var features = wire.open();
            assertNotNull(features.child(Names.STARTTLS).child(Names.TLS, "required"));
            assertNull(features.child(Names.SASL, "mechanisms"));
            assertNotNull(wire.plain("romeo", "secret").child(Names.SASL, "encryption-required"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void starttls_then_plain(boolean jdk) throws Exception {
        try (var wire = secured(jdk)) {
            wire.signIn("romeo", "orchard");
            assertTrue(accounts.next(Event.Bind.class).traits().contains(Event.Trait.SECURE));
            var body = "x".repeat(200_000);
            wire.send("<message id='1'><body>" + body + "</body></message>");
            assertEquals(body, wire.next().childText("jabber:client", "body"));
            wire.send("</stream:stream>");
            assertTrue(wire.isClosed(wire.next()));
            assertTrue(wire.isEnded(wire.next()));
        }
        accounts.next(Event.Closed.class);
    }

    @Test
    void what_follows_starttls_in_clear_ends_the_connection() throws Exception {
        start(false);
        try (var wire = connect()) {
            wire.open();
            wire.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><presence/>");
            Element last = wire.next();
            while (!wire.isEnded(last) && !wire.isClosed(last)) {
                assertFalse(last.name().equals("proceed"));
                last = wire.next();
            }
        }
    }

    @Test
    void direct_tls_with_its_protocol_name() throws Exception {
        start(false);
        var address = endpoints.boundAddresses().get(Kind.DIRECT_TLS);
        var socket = secured(new Socket(address.getAddress(), address.getPort()));
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"xmpp-client"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertEquals("xmpp-client", socket.getApplicationProtocol());
        try (var wire = new Wire(socket)) {
            wire.signIn("romeo", "orchard");
        }
    }

    @Test
    void a_broken_handshake_is_counted_and_closed() throws Exception {
        start(false);
        var address = endpoints.boundAddresses().get(Kind.DIRECT_TLS);
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
        while (endpoints.tally().connections() > 0) Thread.onSpinWait();
        assertEquals(1, endpoints.tally().handshakeFailures());
    }

    @Test
    void new_connections_use_the_new_certificate() throws Exception {
        start(false);
        var other = Certificate.selfSigned(directory.resolve("other"), "kith.test", Instant.now());
        endpoints.reload(Tls.of(other.key(), other.chain(), false));
        var address = endpoints.boundAddresses().get(Kind.DIRECT_TLS);
        try (var socket = secured(new Socket(address.getAddress(), address.getPort()))) {
            socket.startHandshake();
            assertEquals(other.chain().getFirst(), socket.getSession().getPeerCertificates()[0]);
        }
    }
}
