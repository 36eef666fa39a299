package im.kith.server.stream;

import im.kith.server.auth.Authority;
import im.kith.xmpp.ScramHash;
import im.kith.xmpp.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/// A fake authority: every account's password is `secret`, except for the names that say otherwise.
@NullUnmarked
public class OnePassword implements Authority {

    static final String PASSWORD = "secret";

    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger serial = new AtomicInteger();

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
        var hash = ScramHash.of(mechanism);
        var text = ScramVerifier.derive(hash, PASSWORD, "salty salt".getBytes(StandardCharsets.UTF_8), 4096)
                .encode();
        var parts = text.split("[$:]", -1);
        var decoder = Base64.getDecoder();
        // Later, and on another thread.
        return CompletableFuture.supplyAsync(
                () -> new Verifier(decoder.decode(parts[2]), 4096, decoder.decode(parts[3]), decoder.decode(parts[4])));
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
        var token = tokens.get(account + "/" + clientId + "/" + mechanism);
        if (token == null || !MessageDigest.isEqual(hmac(token, "Initiator", channelBinding), response)) {
            return CompletableFuture.completedStage(new TokenOutcome(Outcome.DENIED, null, false));
        }
        return CompletableFuture.completedStage(
                new TokenOutcome(Outcome.GRANTED, hmac(token, "Responder", channelBinding), count == 7));
    }

    static byte[] hmac(String token, String label, byte[] binding) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(label.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(binding);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletionStage<Token> issue(
            String account, String clientId, @Nullable String clientName, String mechanism) {
        var token = "token-" + serial.incrementAndGet();
        tokens.put(account + "/" + clientId + "/" + mechanism, token);
        return CompletableFuture.supplyAsync(() -> new Token(token, 1_600_000_000_000L));
    }

    @Override
    public CompletionStage<Boolean> revoke(String account, String clientId) {
        return CompletableFuture.completedStage(
                tokens.keySet().removeIf(key -> key.startsWith(account + "/" + clientId + "/")));
    }
}
