package im.kith.server.feature.ping;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Manifest.Handler;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Tag;
import java.util.Objects;

/// XEP-0199: XMPP Ping. The server answers for itself and, to who gets its presence, for every account. To others it
/// would tell that there is one.
public final class Ping implements Feature {

    private static final Tag PING = new Tag("urn:xmpp:ping", "ping");

    @Override
    public Manifest manifest() {
        Handler pong = (iq, owner) -> Reply.empty();
        return Manifest.of("ping")
                .implementing("XEP-0199", "2.0.1")
                .advertising(PING.namespace())
                .answering(OWN, GET, PING, pong)
                .answering(
                        OTHERS,
                        GET,
                        PING,
                        (iq, owner) ->
                                owner.contact(Objects.requireNonNull(iq.from())).subscribedFrom()
                                        ? Reply.empty()
                                        : Reply.error(SERVICE_UNAVAILABLE))
                .answering(SERVER, GET, PING, pong)
                .build();
    }
}
