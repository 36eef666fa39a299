package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.EchoAccounts;
import im.kith.server.account.Event;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.server.net.Tls;
import im.kith.server.tls.Certificate;
import im.kith.xmpp.Element;
import im.kith.xmpp.ScramClient;
import im.kith.xmpp.ScramHash;
import im.kith.xmpp.ScramServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// STARTTLS, direct TLS, and what TLS makes possible: SCRAM-*-PLUS, SASL2 and FAST with channel bindings.
@NullUnmarked
class SecureTest {

    @TempDir
    Path directory;

    private final EchoAccounts accounts = new EchoAccounts("kith.test", true);
    private final OnePassword authority = new OnePassword();
    private Endpoints endpoints;
    private Certificate certificate;

    private void start(boolean jdk) throws Exception {
        certificate = Certificate.selfSigned(directory, "kith.test", Instant.now());
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoints = Endpoints.start(
                new Loops(),
                Settings.of("kith.test").listening(loopback, loopback, null),
                Tls.of(certificate.key(), certificate.chain(), jdk),
                accounts,
                authority,
                List.of(Element.empty("urn:xmpp:sm:3", "sm")),
                List.of(),
                null);
    }

    @AfterEach
    void stop() {
        endpoints.close();
        accounts.close();
    }

    private Wire connect() throws Exception {
        return new Wire(endpoints.boundAddresses().get(Kind.XMPP));
    }

    private static SSLContext trusting() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        return context;
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLSocket secured(Socket socket) throws Exception {
        return (SSLSocket) trusting().getSocketFactory().createSocket(socket, "kith.test", socket.getPort(), true);
    }

    private Wire secured(boolean jdk) throws Exception {
        start(jdk);
        var wire = connect();
        wire.open();
        wire.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        assertEquals("proceed", wire.next().name());
        var socket = secured(wire.socket());
        socket.startHandshake();
        wire.over(socket);
        return wire;
    }

    private static ScramClient.Binding binding(Wire wire, String type) throws Exception {
        return type.equals("none") ? ScramClient.Binding.NONE : ScramClient.Binding.to(type, bindingData(wire, type));
    }

    private static byte[] bindingData(Wire wire, String type) throws Exception {
        var session = (ExtendedSSLSession) ((SSLSocket) wire.socket()).getSession();
        return type.equals("tls-exporter")
                ? session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32)
                : MessageDigest.getInstance("SHA-256").digest(session.getPeerCertificates()[0].getEncoded());
    }

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
            socket.setSoTimeout(10_000);
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

    @ParameterizedTest
    @CsvSource({
        "SHA_1,   none,                 false",
        "SHA_256, none,                 false",
        "SHA_1,   tls-server-end-point, false",
        "SHA_256, tls-server-end-point, false",
        "SHA_256, tls-server-end-point, true",
        "SHA_256, tls-exporter,         true",
    })
    void scram(ScramHash hash, String type, boolean jdk) throws Exception {
        try (var wire = secured(jdk)) {
            var features = wire.open();
            var binding = binding(wire, type);
            var scram = new ScramClient(hash, binding, "romeo", OnePassword.PASSWORD, null, offer(features));
            wire.send("<auth xmlns='%s' mechanism='%s'>%s</auth>"
                    .formatted(
                            Names.SASL,
                            type.equals("none") ? hash.mechanism() : hash.mechanismPlus(),
                            base64(scram.first())));
            var challenge = wire.next();
            assertEquals("challenge", challenge.name(), challenge::toString);
            wire.send("<response xmlns='%s'>%s</response>"
                    .formatted(Names.SASL, base64(scram.respond(decoded(challenge.text())))));
            var success = wire.next();
            assertEquals("success", success.name(), success::toString);
            scram.verify(decoded(success.text()));
            wire.reset();
            wire.open();
            assertEquals("result", wire.bind("orchard").attribute("type"));
        }
    }

    @Test
    void a_wrong_password_and_a_wrong_channel_are_not_authorized() throws Exception {
        try (var wire = secured(false)) {
            var features = wire.open();
            var elsewhere = ScramClient.Binding.to("tls-server-end-point", new byte[32]);
            var wrong = List.of(
                    new ScramClient(
                            ScramHash.SHA_256, ScramClient.Binding.NONE, "romeo", "wrong", null, offer(features)),
                    new ScramClient(
                            ScramHash.SHA_256, elsewhere, "romeo", OnePassword.PASSWORD, null, offer(features)));
            for (var scram : wrong) {
                boolean plus = new String(scram.first(), StandardCharsets.UTF_8).startsWith("p=");
                wire.send("<auth xmlns='%s' mechanism='SCRAM-SHA-256%s'>%s</auth>"
                        .formatted(Names.SASL, plus ? "-PLUS" : "", base64(scram.first())));
                var challenge = wire.next();
                wire.send("<response xmlns='%s'>%s</response>"
                        .formatted(Names.SASL, base64(scram.respond(decoded(challenge.text())))));
                assertNotNull(wire.next().child(Names.SASL, "not-authorized"));
            }
        }
    }

    private static ScramServer.Offer offer(Element features) {
        var mechanisms = features.child(Names.SASL, "mechanisms").children().stream()
                .map(Element::text)
                .toList();
        var bindings = features.child(Names.CHANNEL_BINDING, "sasl-channel-binding").children().stream()
                .map(each -> each.attribute("type"))
                .toList();
        return new ScramServer.Offer(mechanisms, bindings);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bindings_are_advertised_as_the_library_has_them(boolean jdk) throws Exception {
        try (var wire = secured(jdk)) {
            var offer = offer(wire.open());
            assertEquals(
                    jdk ? Set.of("tls-exporter", "tls-server-end-point") : Set.of("tls-server-end-point"),
                    Set.copyOf(offer.bindings()));
            assertEquals(
                    List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"),
                    List.copyOf(offer.mechanisms()));
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

    private void signInWith(String token, String mechanism, boolean good) throws Exception {
        try (var wire = connect()) {
            wire.open();
            wire.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            wire.next();
            var socket = secured(wire.socket());
            socket.startHandshake();
            wire.over(socket);
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
                assertNotNull(answer.child(Names.SASL, "not-authorized"), answer::toString);
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

    @Test
    void a_wrong_token_is_refused() throws Exception {
        secured(false).close();
        signInWith("wrong", "HT-SHA-256-ENDP", false);
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
        try (var wire = connect()) {
            wire.open();
            wire.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            wire.next();
            var socket = secured(wire.socket());
            socket.startHandshake();
            wire.over(socket);
            wire.open();
            wire.send(authenticate("PLAIN", "\0romeo\0secret".getBytes(StandardCharsets.UTF_8))
                    + "<resume xmlns='urn:xmpp:sm:3' previd='known' h='1'/><bind xmlns='urn:xmpp:bind:0'/>"
                    + "</authenticate>");
            var success = wire.next();
            assertEquals("7", success.child("urn:xmpp:sm:3", "resumed").attribute("h"));
            assertNull(success.child(Names.BIND_2, "bound"));
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }
}
