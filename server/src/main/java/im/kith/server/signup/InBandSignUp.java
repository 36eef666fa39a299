package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.stream.InBandRegistration;
import im.kith.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// XEP-0077: signing up with a user name and a password from any XMPP client, by the rules of [NamedSignUp],
/// in the open or with an invitation (XEP-0445). Thread-safe.
public final class InBandSignUp implements InBandRegistration {

    private final NamedSignUp byName;

    private final boolean open;

    /// `open` if no invitation is needed.
    public InBandSignUp(NamedSignUp byName, boolean open) {
        this.byName = byName;
        this.open = open;
    }

    @Override
    public String instructions() {
        return "Choose a name and a password. A name has no spaces and does not begin with +.";
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public CompletionStage<Boolean> isGood(String token, String peer) {
        return byName.isGood(token, PeerNetwork.of(peer)).exceptionally(fault -> false);
    }

    @Override
    public CompletionStage<Outcome> register(String name, String password, @Nullable String token, String peer) {
        var network = PeerNetwork.of(peer);
        var made = token == null
                ? byName.inTheOpen(name, password, "", network)
                : byName.byInvitation(token, name, password, "", network);
        return made.thenApply(result -> switch (result) {
                    case NamedSignUp.Result.SignedUp _ -> Outcome.CREATED;
                    case NamedSignUp.Result.Taken _ -> Outcome.CONFLICT;
                    case NamedSignUp.Result.BadInput _ -> Outcome.NOT_ACCEPTABLE;
                    case NamedSignUp.Result.TooMany _ -> Outcome.THROTTLED;
                    case NamedSignUp.Result.BadInvitation _ -> Outcome.NOT_INVITED;
                })
                .exceptionallyCompose(failure -> {
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof RejectedExecutionException || cause instanceof StoreException
                            ? CompletableFuture.completedStage(Outcome.UNAVAILABLE)
                            : CompletableFuture.failedStage(failure);
                });
    }
}
