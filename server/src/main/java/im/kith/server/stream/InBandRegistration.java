package im.kith.server.stream;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
        /// The invitation was used meanwhile.
        NOT_INVITED,
        UNAVAILABLE
    }

    /// What the client's user is told to fill in.
    String instructions();

    /// Whether somebody without an invitation may register.
    boolean isOpen();

    /// XEP-0445: whether the invitation with this token is good now.
    CompletionStage<Boolean> isGood(String token, String peer);

    /// Makes the account; `name` is a prepared local part, `token` that of an invitation, or null.
    CompletionStage<Outcome> register(String name, String password, @Nullable String token, String peer);
}
