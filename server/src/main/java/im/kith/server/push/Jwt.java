package im.kith.server.push;

import im.kith.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/// RFC 7519: a signed token in its compact form, by which push services know who sends.
final class Jwt {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final String ES256 = "SHA256withECDSAinP1363Format";

    private static final String RS256 = "SHA256withRSA";

    private Jwt() {}

    static String es256(PrivateKey key, Map<String, ?> header, Map<String, ?> claims) throws GeneralSecurityException {
        return signed(ES256, key, header, claims);
    }

    static String rs256(PrivateKey key, Map<String, ?> header, Map<String, ?> claims) throws GeneralSecurityException {
        return signed(RS256, key, header, claims);
    }

    private static String signed(String algorithm, PrivateKey key, Map<String, ?> header, Map<String, ?> claims)
            throws GeneralSecurityException {
        var signed = encoded(header) + "." + encoded(claims);
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
    }

    private static String encoded(Map<String, ?> object) {
        return BASE64.encodeToString(Json.text(object).getBytes(StandardCharsets.UTF_8));
    }

    /// The private key (PKCS#8) in PEM text; `algorithm` is `EC` or `RSA`.
    static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
        var found = PEM.matcher(pem);
        if (!found.find()) throw new GeneralSecurityException("there is no PEM block PRIVATE KEY");
        var bytes = Base64.getMimeDecoder().decode(found.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }
}
