package im.kith.server.stream;

import java.util.concurrent.CompletionStage;

/// XEP-0077: who makes accounts that a client asks for before it signs in. Thread-safe.
public interface InBandRegistration {

    enum Outcome {
        CREATED,
        /// The name is taken.
        CONFLICT,
        /// The name or the password is not one that this server accepts.
        NOT_ACCEPTABLE,
        /// Too many from this address; try later.
        THROTTLED,
        UNAVAILABLE
    }

    /// What the client's user is told to fill in.
    String instructions();

    /// Makes the account; `name` is a prepared local part.
    CompletionStage<Outcome> register(String name, String password, String peer);
}
