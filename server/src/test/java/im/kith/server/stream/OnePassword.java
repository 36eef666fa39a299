package im.kith.server.stream;

import im.kith.server.auth.Authority;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A fake authority: every account's password is `secret`, except for the names that say otherwise.
class OnePassword implements Authority {

    static final String PASSWORD = "secret";

    @Override
    public CompletionStage<Outcome> plain(String account, String password, String peer) {
        var outcome = outcomeFor(account);
        return CompletableFuture.completedStage(
                outcome == Outcome.GRANTED && !password.equals(PASSWORD) ? Outcome.DENIED : outcome);
    }

    private static Outcome outcomeFor(String account) {
        return switch (account) {
            case "disabled" -> Outcome.DISABLED;
            case "throttled" -> Outcome.THROTTLED;
            case "unavailable" -> Outcome.UNAVAILABLE;
            case "nobody" -> Outcome.DENIED;
            default -> Outcome.GRANTED;
        };
    }

    @Override
    public CompletionStage<Verifier> verifier(String account, String mechanism) {
        return CompletableFuture.failedStage(new UnsupportedOperationException());
    }

    @Override
    public CompletionStage<Outcome> proven(String account, boolean right, String peer) {
        return CompletableFuture.completedStage(right ? outcomeFor(account) : Outcome.DENIED);
    }

    @Override
    public CompletionStage<TokenOutcome> token(
            String account,
            String clientId,
            String mechanism,
            byte[] response,
            byte[] channelBinding,
            long count,
            String peer) {
        return CompletableFuture.failedStage(new UnsupportedOperationException());
    }

    @Override
    public CompletionStage<Token> issue(
            String account, String clientId, @Nullable String clientName, String mechanism) {
        return CompletableFuture.failedStage(new UnsupportedOperationException());
    }

    @Override
    public CompletionStage<Boolean> revoke(String account, String clientId) {
        return CompletableFuture.completedStage(true);
    }
}
