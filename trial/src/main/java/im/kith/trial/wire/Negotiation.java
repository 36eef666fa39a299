package im.kith.trial.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The steps from the first byte to a bound resource (RFC 6120 §4 to §7), each one a call, so that a trial can stop or
/// misbehave between any two. Blocking; every step fails with a [WireException] when the server refuses.
public final class Negotiation {

    static final Duration PATIENCE = Wire.PATIENCE;
    static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    static final String TLS = "urn:ietf:params:xml:ns:xmpp-tls";
    static final String BIND = "urn:ietf:params:xml:ns:xmpp-bind";

    private final Wire wire;
    private final Endpoint endpoint;
    private String offeredBindings = "";

    public Negotiation(Wire wire, Endpoint endpoint) {
        this.wire = wire;
        this.endpoint = endpoint;
    }

    /// Connects, opens a stream and does STARTTLS if the login asks for it. Returns the features offered then.
    public Xml begin(Transport transport) {
        var features = openStream();
        if (transport != Transport.STARTTLS) {
            return features;
        }
        if (features.child("starttls", TLS) == null) {
            throw new WireException("STARTTLS is not offered: " + features);
        }
        wire.send("<starttls xmlns='" + TLS + "'/>");
        if (!expect().is("proceed", TLS)) {
            throw new WireException("STARTTLS was refused");
        }
        wire.startTls();
        return openStream();
    }

    /// Opens or restarts the stream and returns the features.
    public Xml openStream() {
        wire.open(endpoint.domain());
        var event = wire.expect(PATIENCE);
        if (!(event instanceof Wire.Opened)) {
            throw new WireException("expected a stream, got " + event);
        }
        var features = expect();
        if (!features.name().equals("features")) {
            throw new WireException("expected features, got " + features);
        }
        var bindings = features.child("sasl-channel-binding", "urn:xmpp:sasl-cb:0");
        offeredBindings = bindings == null ? "" : bindings.toString();
        return features;
    }

    /// RFC 6120 §6 with one mechanism; the stream is to be restarted afterwards.
    public void authenticate(String mechanism, String username, String password) {
        if (mechanism.equals("PLAIN")) {
            wire.send(auth(mechanism, ("\0" + username + "\0" + password).getBytes(UTF_8)));
            succeeded(expect());
            return;
        }
        var kind = bindingKind(mechanism);
        var scram = new Scram(mechanism, username, password, kind, kind == null ? null : wire.channelBinding(kind));
        wire.send(auth(mechanism, scram.clientFirst()));
        var challenge = expect();
        if (!challenge.is("challenge", SASL)) {
            throw new WireException("SASL: " + challenge);
        }
        wire.send("<response xmlns='" + SASL + "'>" + base64(scram.clientFinal(decode(challenge))) + "</response>");
        var last = expect();
        if (last.is("challenge", SASL)) {
            scram.check(decode(last));
            wire.send("<response xmlns='" + SASL + "'/>");
            succeeded(expect());
        } else {
            succeeded(last);
            scram.check(decode(last));
        }
    }

    private @Nullable String bindingKind(String mechanism) {
        if (!mechanism.endsWith("-PLUS")) {
            return null;
        }
        return channelBinding();
    }

    /// The kind of channel binding to use: of those that the server offers (XEP-0440) the best, else the standard's
    /// default.
    public String channelBinding() {
        return offeredBindings.contains("tls-server-end-point") && !offeredBindings.contains("tls-exporter")
                ? "tls-server-end-point"
                : "tls-exporter";
    }

    private static String auth(String mechanism, byte[] initial) {
        return "<auth xmlns='" + SASL + "' mechanism='" + mechanism + "'>" + base64(initial) + "</auth>";
    }

    private static void succeeded(Xml answer) {
        if (!answer.is("success", SASL)) {
            throw new WireException("SASL: " + answer);
        }
    }

    private static byte[] decode(Xml element) {
        var text = element.text().strip();
        return text.equals("=") ? new byte[0] : Base64.getDecoder().decode(text);
    }

    private static String base64(byte[] data) {
        return data.length == 0 ? "=" : Base64.getEncoder().encodeToString(data);
    }

    /// RFC 6120 §7. Returns the full address.
    public String bind(@Nullable String resource, Xml features) {
        var wanted = resource == null ? "" : "<resource>" + Xml.escape(resource) + "</resource>";
        var jid = expectResult("bind", "<bind xmlns='" + BIND + "'>" + wanted + "</bind>")
                .find("jid");
        if (jid == null) {
            throw new WireException("the server bound no address");
        }
        var session = features.child("session", "urn:ietf:params:xml:ns:xmpp-session");
        if (session != null && session.find("optional") == null) {
            expectResult("session", "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
        }
        return jid.text();
    }

    private Xml expectResult(String id, String payload) {
        wire.send("<iq type='set' id='" + id + "'>" + payload + "</iq>");
        var answer = expect();
        if (!answer.attributeOr("type", "").equals("result")) {
            throw new WireException("refused: " + answer);
        }
        return answer;
    }

    Xml expect() {
        var event = wire.expect(PATIENCE);
        return switch (event) {
            case Wire.Said(Xml element)
            when element.name().equals("error") && !element.isStanza() ->
                throw new WireException("stream error: " + element);
            case Wire.Said(Xml element) -> element;
            default -> throw new WireException("expected an element, got " + event);
        };
    }
}
