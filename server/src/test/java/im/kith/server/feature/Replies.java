package im.kith.server.feature;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a feature answered, read by tests.
public final class Replies {

    private Replies() {}

    /// Routes the request as the server does and answers what the feature said; fails when nobody answers.
    public static Reply ask(Feature feature, Manifest.Scope scope, Stanza iq, Owner owner) {
        var ask = iq.type().equals("set") ? Manifest.Ask.SET : Manifest.Ask.GET;
        var payload = Objects.requireNonNull(iq.payload());
        var answer = Features.of(java.util.List.of(feature)).answer(scope, ask, payload.tag());
        return Objects.requireNonNull(answer, "nobody answers " + iq).handler().answer(iq, owner);
    }

    /// The result's payload, after waiting for a late reply.
    public static @Nullable Element payload(Reply reply) {
        return assertInstanceOf(Reply.Result.class, settled(reply)).payload();
    }

    /// The error, after waiting for a late reply.
    public static StanzaError error(Reply reply) {
        return assertInstanceOf(Reply.Failure.class, settled(reply)).error();
    }

    private static Reply settled(Reply reply) {
        return reply instanceof Reply.Later(var later)
                ? settled(later.toCompletableFuture().join())
                : reply;
    }
}
