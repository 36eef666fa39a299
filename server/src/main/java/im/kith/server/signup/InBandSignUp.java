package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.stream.InBandRegistration;
import im.kith.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/// XEP-0077: signing up with a user name and a password from any XMPP client, by the rules of [NamedSignUp] in the
/// open. Thread-safe.
public final class InBandSignUp implements InBandRegistration {

    private final NamedSignUp byName;

    public InBandSignUp(NamedSignUp byName) {
        this.byName = byName;
    }

    @Override
    public String instructions() {
        return "Choose a name and a password. A name has no spaces and does not begin with +.";
    }

    @Override
    public CompletionStage<Outcome> register(String name, String password, String peer) {
        return byName.inTheOpen(name, password, "", PeerNetwork.of(peer))
                .thenApply(result -> switch (result) {
                    case NamedSignUp.Result.SignedUp _ -> Outcome.CREATED;
                    case NamedSignUp.Result.Taken _ -> Outcome.CONFLICT;
                    case NamedSignUp.Result.BadInput _ -> Outcome.NOT_ACCEPTABLE;
                    case NamedSignUp.Result.TooMany _ -> Outcome.THROTTLED;
                    case NamedSignUp.Result.BadInvitation _ ->
                        throw new IllegalStateException("nobody was asked for an invitation");
                })
                .exceptionallyCompose(failure -> {
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof RejectedExecutionException || cause instanceof StoreException
                            ? CompletableFuture.completedStage(Outcome.UNAVAILABLE)
                            : CompletableFuture.failedStage(failure);
                });
    }
}
