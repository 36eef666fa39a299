package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The answer to an iq: a result, an error, or later. It is sent once all that the handler wrote is kept.
public sealed interface Reply {

    record Result(@Nullable Element payload) implements Reply {}

    /// A result and what comes after it on the wire: `then` runs on the owner's thread, in the same event, as soon as
    /// the result was handed to the asking device. Not within [Later].
    record Followed(@Nullable Element payload, Runnable then) implements Reply {}

    record Failure(StanzaError error) implements Reply {}

    /// May complete on any thread; must not touch the owner. A failed stage is answered with `resource-constraint`
    /// (wait).
    record Later(CompletionStage<Reply> reply) implements Reply {}

    static Reply empty() {
        return new Result(null);
    }

    static Reply result(Element payload) {
        return new Result(payload);
    }

    static Reply followed(@Nullable Element payload, Runnable then) {
        return new Followed(payload, then);
    }

    static Reply error(StanzaError.Condition condition) {
        return new Failure(StanzaError.of(condition));
    }

    static Reply error(StanzaError.Condition condition, String text) {
        return new Failure(StanzaError.of(condition, text));
    }

    static Reply error(StanzaError error) {
        return new Failure(error);
    }

    static Reply later(CompletionStage<Reply> reply) {
        return new Later(reply);
    }
}
