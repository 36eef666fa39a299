package im.kith.server.stream;

import im.kith.server.account.Bound;
import im.kith.server.stream.Proof.Fault;
import im.kith.server.stream.Proof.Refused;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0388: Extensible SASL Profile, with what can be had in the same round trip: XEP-0198 resumption, XEP-0386 Bind
/// 2, XEP-0484 FAST.
///
/// ```
/// authenticate -> [challenge <- response]* -> granted -> token -> resume -> bind -> success, features
/// ```
final class Sasl2 {

    private static final int MOST_ID_CHARS = 256;
    private static final int MOST_TAG_CHARS = 64;

    private final Negotiation stream;
    private @Nullable Proof proof;
    private Element request = Element.empty(Names.SASL_2, "authenticate");

    Sasl2(Negotiation stream) {
        this.stream = stream;
    }

    /// Whether the client is expected to go on with an exchange.
    boolean isGoingOn() {
        return proof != null;
    }

    void handle(Element element) {
        switch (element.name()) {
            case "authenticate" -> begin(element);
            case "response" -> respond(element);
            case "abort" -> {
                proof = null;
                refuse(new Refused(Fault.ABORTED));
            }
            default -> refuse(new Refused(Fault.MALFORMED_REQUEST));
        }
    }

    private void begin(Element authenticate) {
        if (proof != null) {
            proof = null;
            refuse(new Refused(Fault.MALFORMED_REQUEST, "The last try is still going on."));
            return;
        }
        if (!stream.takesSasl2()) {
            refuse(new Refused(Fault.ENCRYPTION_REQUIRED, "Start TLS first."));
            return;
        }
        request = authenticate;
        var mechanism = authenticate.attribute("mechanism", "");
        var fault = mechanism.startsWith("HT-") ? beginWithToken(mechanism) : beginWith(Mechanism.of(mechanism));
        if (fault == null) fault = faultOfTokenRequest();
        if (fault != null) {
            proof = null;
            refuse(fault);
            return;
        }
        var initial = authenticate.childText(Names.SASL_2, "initial-response");
        if (initial == null) stream.write(Element.empty(Names.SASL_2, "challenge"));
        else next(initial);
    }

    private @Nullable Refused beginWith(@Nullable Mechanism mechanism) {
        var fault = Proofs.faultOf(stream, mechanism);
        if (fault == null && mechanism != null) proof = Proofs.of(stream, mechanism);
        return fault;
    }

    private @Nullable Refused beginWithToken(String mechanism) {
        if (!stream.takesTokens()) return new Refused(Fault.MECHANISM_TOO_WEAK, "No token in the clear.");
        var fast = request.child(Names.FAST, "fast");
        var client = clientId();
        if (fast == null || client == null) {
            return new Refused(Fault.MALFORMED_REQUEST, "A token needs <fast/> and the user agent's id.");
        }
        var count = fast.attribute("count");
        long counted = count == null ? -1 : Binding.handled(count);
        if (count != null && counted < 0) return new Refused(Fault.MALFORMED_REQUEST, "The count is no number.");
        var made = TokenProof.of(stream, mechanism, Bindings.of(stream.connection), client, counted);
        if (made == null) return new Refused(Fault.INVALID_MECHANISM);
        proof = made;
        return null;
    }

    /// XEP-0484 §3.2, §3.3: a token is for an installation with an id, and for a mechanism that is offered.
    private @Nullable Refused faultOfTokenRequest() {
        var asked = request.child(Names.FAST, "request-token");
        if (asked == null || !stream.takesTokens()) return null;
        if (clientId() == null) return new Refused(Fault.MALFORMED_REQUEST, "A token needs the user agent's id.");
        boolean offered =
                TokenProof.mechanisms(Bindings.of(stream.connection)).contains(asked.attribute("mechanism", ""));
        return offered ? null : new Refused(Fault.INVALID_MECHANISM, "No token is to be had for that mechanism.");
    }

    private void respond(Element response) {
        if (proof == null) refuse(new Refused(Fault.MALFORMED_REQUEST, "There is no try that this would go on with."));
        else next(response.text());
    }

    private void next(String text) {
        var going = proof;
        if (going == null) return;
        byte[] message;
        try {
            message = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            proof = null;
            refuse(new Refused(Fault.INCORRECT_ENCODING));
            return;
        }
        stream.await(going.next(message), step -> {
            switch (step) {
                case Proof.Challenge challenge ->
                    stream.write(Element.text(Names.SASL_2, "challenge", base64(challenge.data())));
                case Proof.Granted granted -> {
                    proof = null;
                    stream.granted(granted.account());
                    token(granted, going instanceof TokenProof used ? used : null);
                }
                case Refused refused -> {
                    proof = null;
                    refuse(refused);
                }
            }
        });
    }

    /// XEP-0484: revokes and issues what the client asked for, then goes on.
    private void token(Proof.Granted granted, @Nullable TokenProof used) {
        var success = Element.build(Names.SASL_2, "success");
        var data = granted.data();
        if (data != null) success.child("additional-data", base64(data));
        var client = clientId();
        var fast = request.child(Names.FAST, "fast");
        boolean revoked = used != null && fast != null && isTrue(fast.attribute("invalidate"));
        if (client == null) {
            resume(success);
        } else if (revoked) {
            stream.await(
                    stream.terms.authority().revoke(granted.account(), client),
                    done -> issue(granted.account(), client, null, success));
        } else {
            issue(granted.account(), client, used, success);
        }
    }

    private void issue(String account, String client, @Nullable TokenProof used, Element.Builder success) {
        var asked = request.child(Names.FAST, "request-token");
        var mechanism = asked != null
                ? asked.attribute("mechanism", "")
                : used != null && used.renew() ? used.mechanism() : null;
        if (mechanism == null
                || !TokenProof.mechanisms(Bindings.of(stream.connection)).contains(mechanism)) {
            resume(success);
            return;
        }
        stream.await(stream.terms.authority().issue(account, client, clientName(), mechanism), token -> {
            resume(
                    success,
                    Element.build(Names.FAST, "token")
                            .attribute("token", token.token())
                            .attribute(
                                    "expiry",
                                    Instant.ofEpochMilli(token.expiresMillis())
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString())
                            .build());
        });
    }

    private void resume(Element.Builder success, Element... more) {
        var extras = new ArrayList<>(List.of(more));
        var resume = request.child(Names.RESUME);
        if (resume == null) {
            bind(success, extras);
            return;
        }
        stream.binding().resume(resume, new Binding.Answers() {
            @Override
            public void bound(Bound bound) {
                extras.add(Management.resumed(bound));
                succeed(success, bound.session().jid(), extras, true);
            }

            @Override
            public void refused(StanzaError error, long h) {
                extras.add(Management.failed(error.condition(), h));
                bind(success, extras);
            }
        });
    }

    private void bind(Element.Builder success, List<Element> extras) {
        var bind = request.child(Names.BIND_2, "bind");
        if (bind == null) {
            var account = stream.account();
            if (account == null) throw new IllegalStateException("nobody was granted");
            succeed(success, account, extras, false);
            stream.proceed();
            return;
        }
        var inline = bind.children().stream()
                .filter(child -> !child.is(Names.BIND_2, "tag"))
                .toList();
        stream.binding().bindInline(resource(bind), clientId(), clientName(), inline, new Binding.Answers() {
            @Override
            public void bound(Bound bound) {
                extras.add(Element.build(Names.BIND_2, "bound")
                        .children(bound.answers())
                        .build());
                succeed(success, bound.session().jid(), extras, true);
            }

            @Override
            public void refused(StanzaError error, long h) {
                stream.ungranted();
                var text = error.text();
                refuse(new Refused(
                        Fault.TEMPORARY_AUTH_FAILURE,
                        "No resource can be bound: "
                                + (text == null ? error.condition().label() : text)));
                stream.proceed();
            }
        });
    }

    private void succeed(Element.Builder success, Jid jid, List<Element> extras, boolean bound) {
        stream.write(success.child("authorization-identifier", jid.toString())
                .children(extras)
                .build());
        stream.write(bound ? Offers.afterBinding(stream) : Offers.of(stream));
    }

    /// XEP-0386 §4.1: the client's tag and something of the server's, the same for the same device; null leaves it to
    /// the account.
    private @Nullable String resource(Element bind) {
        var tag = bind.childText(Names.BIND_2, "tag");
        var client = clientId();
        if (tag == null || tag.isBlank()) tag = client == null ? null : "kith";
        if (tag == null) return null;
        var start = tag.length() > MOST_TAG_CHARS ? tag.substring(0, MOST_TAG_CHARS) : tag;
        var wanted = start + "." + (client == null ? StreamHeader.id().substring(0, 8) : hash(client));
        var account = stream.account();
        var full = account == null ? null : account.withResource(wanted);
        return full == null ? null : full.resource();
    }

    private static String hash(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The stable id of the client's installation.
    private @Nullable String clientId() {
        var agent = request.child(Names.SASL_2, "user-agent");
        var id = agent == null ? null : agent.attribute("id");
        return id == null || id.isEmpty() || id.length() > MOST_ID_CHARS ? null : id;
    }

    /// What a user would call it: `Conversations on Pixel 9`.
    private @Nullable String clientName() {
        var agent = request.child(Names.SASL_2, "user-agent");
        if (agent == null) return null;
        var software = agent.childText(Names.SASL_2, "software");
        var device = agent.childText(Names.SASL_2, "device");
        if (software == null || device == null) return device == null ? software : device;
        return software + " on " + device;
    }

    private void refuse(Refused refused) {
        var failure = Element.build(Names.SASL_2, "failure")
                .child(Element.empty(Names.SASL, refused.fault().label()));
        var text = refused.text();
        if (text != null) failure.child("text", text);
        stream.write(failure.build());
        stream.refused();
    }

    private static boolean isTrue(@Nullable String value) {
        return "true".equals(value) || "1".equals(value);
    }

    private static String base64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }
}
