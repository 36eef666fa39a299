package im.kith.trial.wire;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The data that ties a SASL exchange to its TLS connection: RFC 5929 §4 and RFC 9266.
final class ChannelBinding {

    private ChannelBinding() {}

    static byte @Nullable [] of(SSLSocket socket, String kind) throws IOException, GeneralSecurityException {
        return switch (kind) {
            case "tls-server-end-point" ->
                endPoint((X509Certificate) socket.getSession().getPeerCertificates()[0]);
            case "tls-exporter" ->
                ((ExtendedSSLSession) socket.getSession())
                        .exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
            default -> null;
        };
    }

    private static byte[] endPoint(X509Certificate certificate) throws GeneralSecurityException {
        var signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        var hash = signature.contains("384") ? "SHA-384" : signature.contains("512") ? "SHA-512" : "SHA-256";
        return MessageDigest.getInstance(hash).digest(certificate.getEncoded());
    }
}
