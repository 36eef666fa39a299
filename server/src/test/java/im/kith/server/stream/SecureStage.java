package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.net.Tls;
import im.kith.server.tls.Certificate;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.io.TempDir;

/// A server with a certificate, and clients that trust whatever certificate they get.
@NullUnmarked
abstract class SecureStage extends EndpointStage {

    @TempDir
    Path directory;

    void start(boolean jdk) throws Exception {
        start(jdk, false);
    }

    void start(boolean jdk, boolean plainWithoutTls) throws Exception {
        var certificate = Certificate.selfSigned(directory, "kith.test", Instant.now());
        start(
                Settings.of("kith.test").listening(LOOPBACK, LOOPBACK, null).plainWithoutTls(plainWithoutTls),
                Tls.of(certificate.key(), certificate.chain(), jdk),
                List.of(ACKS),
                List.of());
    }

    static SSLSocket secured(Socket socket) throws Exception {
        return (SSLSocket) trusting().getSocketFactory().createSocket(socket, "kith.test", socket.getPort(), true);
    }

    /// Another connection to the server that runs.
    Wire secured() throws Exception {
        var wire = connect();
        wire.open();
        wire.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        assertEquals("proceed", wire.next().name());
        var socket = secured(wire.socket());
        socket.startHandshake();
        wire.over(socket);
        return wire;
    }

    /// Starts a server and connects to it with TLS, before the stream.
    Wire secured(boolean jdk) throws Exception {
        start(jdk);
        return secured();
    }

    static byte[] bindingData(Wire wire, String type) throws Exception {
        var session = (ExtendedSSLSession) ((SSLSocket) wire.socket()).getSession();
        return type.equals("tls-exporter")
                ? session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32)
                : MessageDigest.getInstance("SHA-256").digest(session.getPeerCertificates()[0].getEncoded());
    }

    private static SSLContext trusting() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        return context;
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }
}
