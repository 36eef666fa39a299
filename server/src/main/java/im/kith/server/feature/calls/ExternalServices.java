package im.kith.server.feature.calls;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// XEP-0215: External Service Discovery: the operator's STUN and TURN servers, with credentials that a TURN server
/// which shares a secret with this one believes until they expire (coturn's `use-auth-secret`), and our own STUN
/// server. Who asks for credentials of a service that needs none gets the service as it is.
///
/// The user name is the time of expiry and a pseudonym: the relay learns that two calls are of one account on one day,
/// but not whose. Invitations to calls (XEP-0353) are messages like others: for all devices, and archived.
///
/// Errors: `bad-request` for credentials of no service in particular, `item-not-found` for those of an unknown one.
public final class ExternalServices implements Feature {

    /// @param secret what the TURN servers know too; "" for none
    public record Settings(List<Relay> relays, String secret, Duration lifetime) {
        public Settings {
            relays = List.copyOf(relays);
        }

        public static final Settings NONE = new Settings(List.of(), "", Duration.ofHours(12));
    }

    private static final String NAMESPACE = "urn:xmpp:extdisco:2";
    private static final Tag SERVICES = new Tag(NAMESPACE, "services");
    private static final Tag CREDENTIALS = new Tag(NAMESPACE, "credentials");
    private static final int PSEUDONYM_BYTES = 8;
    private static final long DAY_SECONDS = 86_400;

    private static final StanzaError WHICH = StanzaError.of(BAD_REQUEST, "Say of which service: host and type.");
    private static final StanzaError UNKNOWN = StanzaError.of(ITEM_NOT_FOUND, "There is no such service.");

    private final Settings settings;

    public ExternalServices(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("calls")
                .implementing("RFC 8489", "2020-02", "Binding over UDP, for whoever asks")
                .implementing("XEP-0215", "1.0.0", "no pushes: the list changes with the configuration only")
                .implementing("XEP-0353", "0.7.0", "passed and archived as messages")
                .advertisingAtServer(NAMESPACE)
                .answering(SERVER, GET, SERVICES, this::services)
                .answering(SERVER, GET, CREDENTIALS, this::credentials)
                .build();
    }

    private Reply services(Stanza iq, Owner owner) {
        var type = Objects.requireNonNull(iq.payload()).attribute("type");
        var list = Element.build(SERVICES).attribute("type", type);
        for (var relay : settings.relays()) {
            if (type == null || type.equals(relay.type())) list.child(described(relay, owner));
        }
        return Reply.result(list.build());
    }

    private Reply credentials(Stanza iq, Owner owner) {
        var wanted = Objects.requireNonNull(iq.payload()).child(NAMESPACE, "service");
        if (wanted == null || wanted.attribute("host") == null || wanted.attribute("type") == null) {
            return Reply.error(WHICH);
        }
        var port = wanted.attribute("port");
        var list = Element.build(CREDENTIALS);
        boolean any = false;
        for (var relay : settings.relays()) {
            boolean fits = relay.host().equals(wanted.attribute("host"))
                    && relay.type().equals(wanted.attribute("type"))
                    && (port == null || port.equals(Integer.toString(relay.port())));
            if (!fits || relay.isRestricted() && settings.secret().isEmpty()) continue;
            list.child(described(relay, owner));
            any = true;
        }
        return any ? Reply.result(list.build()) : Reply.error(UNKNOWN);
    }

    private Element described(Relay relay, Owner owner) {
        var service = Element.build(NAMESPACE, "service")
                .attribute("type", relay.type())
                .attribute("host", relay.host())
                .attribute("port", Integer.toString(relay.port()))
                .attribute("transport", relay.transport());
        if (!relay.isRestricted() || settings.secret().isEmpty()) return service.build();
        long now = owner.nowMillis() / 1000;
        long expires = now + settings.lifetime().toSeconds();
        var user = expires + ":" + pseudonym(owner.jid().toString(), now / DAY_SECONDS);
        return service.attribute("restricted", "true")
                .attribute("username", user)
                .attribute("password", password(user, settings.secret()))
                .attribute("expires", Instant.ofEpochSecond(expires).toString())
                .build();
    }

    private String pseudonym(String account, long day) {
        var mac = mac("HmacSHA256", settings.secret(), "pseudonym " + day + " " + account);
        return HexFormat.of().formatHex(mac, 0, PSEUDONYM_BYTES);
    }

    /// As coturn computes it (draft-uberti-behave-turn-rest).
    static String password(String user, String secret) {
        return Base64.getEncoder().encodeToString(mac("HmacSHA1", secret, user));
    }

    private static byte[] mac(String algorithm, String secret, String text) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + algorithm, impossible);
        }
    }
}
