package im.kith.server;

import im.kith.server.config.Config;
import im.kith.server.net.Tls;
import im.kith.server.tls.Certificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;

/// A certificate and what the TLS library made of it.
record Identity(Certificate certificate, Tls tls) {

    static Identity of(Config config) throws IOException, GeneralSecurityException {
        var file = config.tls().certificate();
        var key = config.tls().key();
        var certificate = file != null && key != null
                ? Certificate.read(file, key)
                : Certificate.selfSigned(config.data().resolve("tls"), config.domain(), Instant.now());
        return new Identity(certificate, Tls.of(certificate.key(), certificate.chain(), false));
    }
}
