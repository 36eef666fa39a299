package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import im.kith.xmpp.Element;
import im.kith.xmpp.ScramClient;
import im.kith.xmpp.ScramHash;
import im.kith.xmpp.ScramServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// SCRAM through TLS, with and without a binding to the channel (RFC 5802, RFC 5929, RFC 9266).
@NullUnmarked
class ScramPlusTest extends SecureStage {

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

    private static ScramServer.Offer offer(Element features) {
        var mechanisms = features.child(Names.SASL, "mechanisms").children().stream()
                .map(Element::text)
                .toList();
        var bindings = features.child(Names.CHANNEL_BINDING, "sasl-channel-binding").children().stream()
                .map(each -> each.attribute("type"))
                .toList();
        return new ScramServer.Offer(mechanisms, bindings);
    }

    private static ScramClient.Binding binding(Wire wire, String type) throws Exception {
        return type.equals("none") ? ScramClient.Binding.NONE : ScramClient.Binding.to(type, bindingData(wire, type));
    }
}
