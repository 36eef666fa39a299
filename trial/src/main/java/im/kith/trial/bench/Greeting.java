package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.bench.Counters.Count;
import im.kith.trial.wire.Acks;
import im.kith.trial.wire.Scram;
import im.kith.trial.wire.WireException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The steps of one connection from features to online, as answers to what the server says.
///
/// Online means: bound, and if presence is sent, an iq after it is answered.
final class Greeting {

    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";

    private enum Step {
        FEATURES,
        PROCEED,
        SASL,
        BIND,
        SESSION,
        ACKS,
        READY,
        REGISTER
    }

    private final Link link;
    private final Options options;
    private final Mode mode;
    private Step step = Step.FEATURES;
    private boolean authenticated;
    private boolean needsSession;
    private boolean offersAcks;
    private @Nullable Scram scram;

    Greeting(Link link, Options options, Mode mode) {
        this.link = link;
        this.options = options;
        this.mode = mode;
    }

    /// Takes what the server said; false if it has no use for it.
    boolean hears(Stanza stanza) {
        try {
            return take(stanza);
        } catch (WireException | IllegalArgumentException e) {
            link.fail(String.valueOf(e.getMessage()));
            return true;
        }
    }

    private boolean take(Stanza stanza) {
        switch (step) {
            case FEATURES -> {
                if (stanza.is("features")) {
                    features(stanza);
                    return true;
                }
                return false;
            }
            case PROCEED -> {
                if (!stanza.is("proceed")) {
                    throw new WireException("STARTTLS refused: " + stanza);
                }
                step = Step.FEATURES;
                link.startTls();
                return true;
            }
            case SASL -> {
                sasl(stanza);
                return true;
            }
            case BIND -> {
                result(stanza, "bind");
                bound();
                return true;
            }
            case SESSION -> {
                result(stanza, "session");
                needsSession = false;
                bound();
                return true;
            }
            case ACKS -> {
                if (stanza.is("enabled")) {
                    link.enableAcks();
                    ready();
                    return true;
                }
                if (stanza.is("failed")) {
                    throw new WireException("stream management refused");
                }
                return false;
            }
            case READY -> {
                if (stanza.is("iq") && "ready".equals(stanza.attribute("id"))) {
                    link.online();
                    return true;
                }
                return false;
            }
            case REGISTER -> {
                registered(stanza);
                return true;
            }
        }
        return false;
    }

    private void features(Stanza stanza) {
        offersAcks |= stanza.has("sm");
        if (options.tls == Options.Encryption.starttls && !link.isSecured()) {
            step = Step.PROCEED;
            link.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        } else if (authenticated) {
            needsSession = stanza.has("session") && !stanza.has("optional");
            step = Step.BIND;
            link.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>"
                    + options.resource + "</resource></bind></iq>");
        } else if (mode.registers()) {
            step = Step.REGISTER;
            link.send("<iq type='set' id='register' to='" + options.domain
                    + "'><query xmlns='jabber:iq:register'><username>" + link.name() + "</username><password>"
                    + options.password + "</password></query></iq>");
        } else {
            authenticate();
        }
    }

    private void authenticate() {
        byte[] first;
        if (options.mechanism.equals("PLAIN")) {
            first = ("\0" + link.name() + "\0" + options.password).getBytes(UTF_8);
        } else {
            var exchange = new Scram(options.mechanism, link.name(), options.password, null, null);
            scram = exchange;
            first = exchange.clientFirst();
        }
        step = Step.SASL;
        link.send("<auth xmlns='" + SASL + "' mechanism='" + options.mechanism + "'>"
                + Base64.getEncoder().encodeToString(first) + "</auth>");
    }

    private void sasl(Stanza stanza) {
        var exchange = scram;
        if (stanza.is("challenge") && exchange != null) {
            var challenge = Base64.getDecoder().decode(stanza.text());
            if (challenge.length > 1 && challenge[0] == 'v') {
                exchange.check(challenge);
                scram = null;
                link.send("<response xmlns='" + SASL + "'/>");
                return;
            }
            var answer = Base64.getEncoder().encodeToString(exchange.clientFinal(challenge));
            link.send("<response xmlns='" + SASL + "'>" + answer + "</response>");
        } else if (stanza.is("success")) {
            if (exchange != null) {
                exchange.check(Base64.getDecoder().decode(stanza.text()));
            }
            scram = null;
            authenticated = true;
            step = Step.FEATURES;
            link.restart();
        } else {
            throw new WireException("SASL: " + stanza);
        }
    }

    private static void result(Stanza stanza, String id) {
        if (!id.equals(stanza.attribute("id")) || !"result".equals(stanza.attribute("type"))) {
            throw new WireException(id + " refused: " + stanza);
        }
    }

    private void bound() {
        if (needsSession) {
            step = Step.SESSION;
            link.send("<iq type='set' id='session'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
        } else if (options.acks) {
            if (!offersAcks) {
                throw new WireException("the server offers no stream management");
            }
            step = Step.ACKS;
            link.send("<enable xmlns='" + Acks.NAMESPACE + "'/>");
        } else {
            ready();
        }
    }

    private void ready() {
        if (!mode.available()) {
            link.online();
            return;
        }
        step = Step.READY;
        link.stanza("<presence/>");
        link.stanza("<iq type='get' id='ready' to='" + options.domain + "'><ping xmlns='urn:xmpp:ping'/></iq>");
    }

    private void registered(Stanza stanza) {
        if ("result".equals(stanza.attribute("type"))) {
            link.counters().add(Count.LOGINS);
        } else if (stanza.has("conflict")) {
            link.counters().add(Count.EXISTING);
        } else {
            throw new WireException("registration refused: " + stanza);
        }
        link.online();
    }
}
