package im.kith.server.signup;

import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Enrolment;
import im.kith.server.auth.PeerNetwork;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Signing up with a user name: by invitation, or in the open. Thread-safe; nothing blocks.
public final class NamedSignUp {

    /// What it comes to.
    sealed interface Result {
        /// `key` is null when a password was chosen.
        record SignedUp(String account, @Nullable String key) implements Result {}

        record BadInput(String why) implements Result {}

        record Taken() implements Result {}

        record BadInvitation() implements Result {}

        record TooMany(long retryAfterSeconds) implements Result {}
    }

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int MAX_NETWORKS = 100_000;
    private static final int INVITATION_TRIES_PER_HOUR = 30;

    private final String domain;
    private final Enrolment enrolment;
    private final Invitations invitations;
    private final Allowance accountsPerNetwork;
    private final Allowance wrongInvitations;
    private volatile BiFunction<String, String, CompletionStage<Boolean>> befriend =
            (inviter, account) -> CompletableFuture.completedStage(false);

    /// @param accountsPerNetworkAndHour for open sign-up; the server's own machine may make as many as it likes
    public NamedSignUp(
            String domain,
            Enrolment enrolment,
            Invitations invitations,
            int accountsPerNetworkAndHour,
            LongSupplier clockMillis) {
        this.domain = domain;
        this.enrolment = enrolment;
        this.invitations = invitations;
        this.accountsPerNetwork = new Allowance(accountsPerNetworkAndHour, HOUR, MAX_NETWORKS, clockMillis);
        this.wrongInvitations = new Allowance(INVITATION_TRIES_PER_HOUR, HOUR, MAX_NETWORKS, clockMillis);
    }

    CompletionStage<Result> byInvitation(
            String code, String typedName, @Nullable String password, String device, PeerNetwork network) {
        long wait = wrongInvitations.waitMillis(network.name());
        if (wait > 0) return done(new Result.TooMany(seconds(wait)));
        var bad = objection(typedName, password);
        if (bad != null) return done(bad);
        return invitations.redeem(code).thenCompose(redeemed -> {
            if (redeemed == null) {
                wrongInvitations.count(network.name());
                return done(new Result.BadInvitation());
            }
            return create(typedName, password, device)
                    .thenCompose(result -> result instanceof Result.SignedUp made
                            ? befriended(made, redeemed.inviter()).thenApply(_ -> result)
                            : invitations.restore(redeemed).thenApply(_ -> result))
                    .exceptionallyCompose(failure ->
                            invitations.restore(redeemed).thenCompose(_ -> CompletableFuture.failedStage(failure)));
        });
    }

    private CompletionStage<Boolean> befriended(Result.SignedUp made, String inviter) {
        return inviter.isEmpty()
                ? CompletableFuture.completedStage(true)
                : befriend.apply(inviter, made.account()).exceptionally(fault -> false);
    }

    /// From now on who was invited by an account becomes its contact: `how` is told the account and the new one.
    public void befriending(BiFunction<String, String, CompletionStage<Boolean>> how) {
        befriend = how;
    }

    /// Whether a code is good, to be asked before an account is made with it; counts as a try when it is not.
    CompletionStage<Boolean> isGood(String code, PeerNetwork network) {
        if (wrongInvitations.waitMillis(network.name()) > 0) return CompletableFuture.completedStage(false);
        return invitations.look(code).thenApply(known -> {
            if (known == null) wrongInvitations.count(network.name());
            return known != null;
        });
    }

    CompletionStage<Result> inTheOpen(String typedName, @Nullable String password, String device, PeerNetwork network) {
        var bad = objection(typedName, password);
        if (bad != null) return done(bad);
        if (!network.isLocal()) {
            long wait = accountsPerNetwork.waitMillis(network.name());
            if (wait > 0) return done(new Result.TooMany(seconds(wait)));
            accountsPerNetwork.count(network.name());
        }
        return create(typedName, password, device);
    }

    private CompletionStage<Result> create(String typedName, @Nullable String password, String device) {
        var account = AccountRules.name(typedName, domain).account();
        if (account == null) throw new IllegalStateException("the name was checked before");
        if (password != null) {
            return enrolment
                    .createWithPassword(account, password)
                    .thenApply(made -> made ? new Result.SignedUp(account, null) : new Result.Taken());
        }
        var key = enrolment.newKey();
        return enrolment
                .createWithKey(account, key, device)
                .thenApply(made -> made ? new Result.SignedUp(account, key) : new Result.Taken());
    }

    /// What is wrong with the input, or null.
    private @Nullable Result objection(String typedName, @Nullable String password) {
        var name = AccountRules.name(typedName, domain);
        if (name.objection() != null) return new Result.BadInput(name.objection());
        if (typedName.strip().startsWith("+")) {
            return new Result.BadInput("a name does not begin with +: that is how phone numbers begin");
        }
        var objection = password == null ? null : AccountRules.objectionToPassword(password);
        return objection == null ? null : new Result.BadInput(objection);
    }

    private static long seconds(long millis) {
        return Math.max(1, (millis + 999) / 1000);
    }

    private static CompletionStage<Result> done(Result result) {
        return CompletableFuture.completedStage(result);
    }
}
