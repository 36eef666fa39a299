package im.kith.server.http;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/// Takes a request's body piece by piece, as it arrives: for bodies that are too large for memory.
///
/// Called on the connection's event loop and must not block. One piece is under way at a time: the next comes when the
/// stage of the one before is complete, and meanwhile the peer is not read for long. A failed stage ends the
/// connection with a 500 problem; [#abandoned] follows.
public interface Intake {

    /// The bytes are valid until the stage is complete.
    CompletionStage<Void> take(ByteBuffer bytes);

    /// The body is complete.
    CompletionStage<Response> end();

    /// The peer is gone, or something failed: there will be no more. Not called after [#end].
    void abandoned();

    /// What a route says to a request whose body has not been read.
    sealed interface Opening {

        /// The body is not wanted.
        record Refused(Response response) implements Opening {}

        record Accepted(Intake intake) implements Opening {}
    }

    /// What answers requests with large bodies. The request it gets has an empty body.
    @FunctionalInterface
    interface Opener {
        CompletionStage<Opening> open(Request head);
    }
}
