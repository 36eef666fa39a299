package im.kith.server.push;

import im.kith.server.auth.ServerShelf;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// RFC 8292 (VAPID): by which a push service knows that it is this server that sends, as it was when the browser
/// subscribed. The key is made once and stays: with another one all subscriptions would be void. Thread-safe.
public final class Vapid {

    private static final String SHELF = "push";
    private static final String ROW = "vapid";
    private static final long LIFE_SECONDS = 12 * 3600;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey privateKey;
    private final String publicKey;
    private final String subject;

    private Vapid(byte[] row, String subject) throws GeneralSecurityException {
        privateKey = P256.privateKey(Arrays.copyOf(row, P256.SCALAR_BYTES));
        publicKey = BASE64.encodeToString(Arrays.copyOfRange(row, P256.SCALAR_BYTES, row.length));
        this.subject = subject;
    }

    /// `subject` is whom a push service can turn to, as a URI.
    public static CompletionStage<Vapid> open(ServerShelf shelf, String subject) {
        return shelf.row(SHELF, ROW).thenCompose(known -> {
            try {
                if (known != null) return CompletableFuture.completedStage(new Vapid(known, subject));
                var pair = P256.random(new SecureRandom());
                var row = new byte[P256.SCALAR_BYTES + P256.POINT_BYTES];
                System.arraycopy(P256.scalar(((ECPrivateKey) pair.getPrivate()).getS()), 0, row, 0, P256.SCALAR_BYTES);
                System.arraycopy(
                        P256.point((ECPublicKey) pair.getPublic()), 0, row, P256.SCALAR_BYTES, P256.POINT_BYTES);
                var made = new Vapid(row, subject);
                return shelf.put(SHELF, ROW, row).thenApply(_ -> made);
            } catch (GeneralSecurityException e) {
                return CompletableFuture.failedStage(e);
            }
        });
    }

    /// What a browser needs to subscribe (`applicationServerKey`).
    public String publicKey() {
        return publicKey;
    }

    /// The header `Authorization` of a message to this endpoint.
    String authorization(URI endpoint, long nowMillis) throws GeneralSecurityException {
        var origin = endpoint.getScheme() + "://" + endpoint.getAuthority();
        var claims = Map.of("aud", origin, "exp", nowMillis / 1000 + LIFE_SECONDS, "sub", subject);
        var token = Jwt.es256(privateKey, Map.of("typ", "JWT", "alg", "ES256"), claims);
        return "vapid t=" + token + ", k=" + publicKey;
    }
}
