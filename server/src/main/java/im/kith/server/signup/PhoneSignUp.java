package im.kith.server.signup;

import im.kith.server.auth.Enrolment;
import im.kith.server.auth.PeerNetwork;
import im.kith.server.auth.ServerShelf;
import im.kith.xmpp.StreamError;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signing up by phone number: a code goes to the phone by SMS, whoever types it in gets a key for the account of that
/// number. The number's former key and sessions end there.
///
/// Nothing it answers, and no time it takes, tells whether the number has an account: both ways are the same until the
/// code was right. Thread-safe; nothing blocks.
public final class PhoneSignUp {

    /// `region`: the country of numbers without a country code, or "". The limits are those of [SmsLimits]; `text` has
    /// `{code}` and `{domain}` in it.
    public record Settings(
            String domain,
            String region,
            String text,
            Duration codeLife,
            Duration codePause,
            int codesPerNumberAndDay,
            int codesPerNetworkAndHour,
            int codesInAllPerHour) {}

    /// What asking for a code comes to.
    sealed interface Begun {
        record Sent(String id, long retryAfterSeconds) implements Begun {}

        record TooMany(long retryAfterSeconds) implements Begun {}

        /// The text could not be sent.
        record NotSent() implements Begun {}
    }

    /// What typing a code in comes to.
    sealed interface Finished {
        record SignedUp(String account, String key) implements Finished {}

        record Refused(Codes.Verdict verdict) implements Finished {}
    }

    static final StreamError FAREWELL = StreamError.of(
            StreamError.Condition.RESET,
            "this number was registered on another device: the key used here is no longer valid");

    private static final Logger LOG = LoggerFactory.getLogger(PhoneSignUp.class);
    private static final int MAX_WAITING = 100_000;

    private final Settings settings;
    private final Codes codes;
    private final SmsLimits limits;
    private final SmsSender sender;
    private final Enrolment enrolment;

    private PhoneSignUp(Settings settings, Codes codes, SmsLimits limits, SmsSender sender, Enrolment enrolment) {
        this.settings = settings;
        this.codes = codes;
        this.limits = limits;
        this.sender = sender;
        this.enrolment = enrolment;
    }

    /// Ready once the codes of before a restart are read.
    public static CompletionStage<PhoneSignUp> open(
            Settings settings, ServerShelf shelf, SmsSender sender, Enrolment enrolment, LongSupplier clockMillis) {
        var limits = new SmsLimits(
                settings.codePause,
                settings.codesPerNumberAndDay,
                settings.codesPerNetworkAndHour,
                settings.codesInAllPerHour,
                clockMillis);
        return Codes.open(shelf, settings.codeLife.toMillis(), MAX_WAITING, new SecureRandom(), clockMillis)
                .thenApply(codes -> {
                    limits.remember(codes.sentMillisByNumber(), clockMillis.getAsLong());
                    return new PhoneSignUp(settings, codes, limits, sender, enrolment);
                });
    }

    PhoneNumber number(String typed) throws PhoneNumber.NotANumber {
        return PhoneNumber.parse(typed, settings.region);
    }

    CompletionStage<Begun> begin(PhoneNumber number, PeerNetwork network) {
        long wait = limits.take(number, network);
        if (wait > 0) return CompletableFuture.completedStage(new Begun.TooMany(wait));
        return codes.make(number)
                .exceptionallyCompose(failure -> {
                    limits.giveBack(number);
                    return CompletableFuture.failedStage(failure);
                })
                .thenCompose(sent -> {
                    if (sent == null) {
                        return CompletableFuture.completedStage(new Begun.TooMany(limits.pauseSeconds()));
                    }
                    var text = settings.text.replace("{code}", sent.code()).replace("{domain}", settings.domain);
                    return sender.send(number, text).handle((_, failure) -> {
                        if (failure == null) return new Begun.Sent(sent.id(), limits.pauseSeconds());
                        LOG.warn("no SMS could be sent to {}: {}", number.masked(), failure.toString());
                        codes.withdraw(sent.id());
                        limits.giveBack(number);
                        return new Begun.NotSent();
                    });
                });
    }

    CompletionStage<Finished> finish(String id, String code, String device) {
        return codes.tryCode(id, code).thenCompose(verdict -> {
            if (!(verdict instanceof Codes.Verdict.Right right)) {
                return CompletableFuture.completedStage(new Finished.Refused(verdict));
            }
            var account = right.number().e164();
            var key = enrolment.newKey();
            return enrolment
                    .replaceWithKey(account, key, device, FAREWELL)
                    .<Finished>thenApply(_ -> {
                        limits.proved(right.number());
                        return new Finished.SignedUp(account, key);
                    })
                    .exceptionallyCompose(
                            failure -> codes.reopen(right).thenCompose(_ -> CompletableFuture.failedStage(failure)));
        });
    }
}
