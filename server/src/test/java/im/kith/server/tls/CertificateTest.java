package im.kith.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void a_self_signed_one_is_for_the_domain_and_signed_by_its_own_key() throws Exception {
        var certificate = Certificate.make("kith.test", NOW).chain().getFirst();

        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(java.util.Date.from(NOW));
        var names = certificate.getSubjectAlternativeNames().stream()
                .filter(name -> name.getFirst().equals(2))
                .map(name -> name.get(1))
                .toList();
        assertEquals(java.util.List.of("kith.test", "*.kith.test"), names);
        assertEquals("CN=kith.test", certificate.getSubjectX500Principal().getName());
        assertEquals(java.util.List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
    }

    @Test
    void it_is_made_once_and_only_its_owner_can_read_the_key() throws Exception {
        var first = Certificate.selfSigned(directory.resolve("tls"), "kith.test", NOW);
        var second = Certificate.selfSigned(directory.resolve("tls"), "kith.test", NOW.plus(Duration.ofDays(30)));

        assertEquals(first.chain(), second.chain());
        assertEquals(first.key(), second.key());
        var permissions = Files.getPosixFilePermissions(directory.resolve("tls/kith.test.key"));
        assertEquals("rw-------", PosixFilePermissions.toString(permissions));
    }

    @Test
    void one_that_is_over_is_made_anew() throws Exception {
        var first = Certificate.selfSigned(directory, "kith.test", NOW);
        var second = Certificate.selfSigned(directory, "kith.test", NOW.plus(Duration.ofDays(4000)));

        assertNotEquals(first.chain(), second.chain());
    }

    @Test
    void a_key_of_another_certificate_is_refused() throws Exception {
        Certificate.selfSigned(directory, "a.test", NOW);
        Certificate.selfSigned(directory, "b.test", NOW);

        var bad = assertThrows(
                IOException.class,
                () -> Certificate.read(directory.resolve("a.test.crt"), directory.resolve("b.test.key")));

        assertTrue(bad.getMessage().contains("b.test.key is not the key of"), bad.getMessage());
    }

    @Test
    void a_file_that_is_none_is_named() throws Exception {
        var none = Files.writeString(directory.resolve("none.pem"), "hello");

        var bad = assertThrows(IOException.class, () -> Certificate.read(none, none));
        assertTrue(bad.getMessage().contains("none.pem holds no certificate"), bad.getMessage());
        var missing = directory.resolve("missing.pem");
        bad = assertThrows(IOException.class, () -> Certificate.read(missing, missing));
        assertTrue(bad.getMessage().contains("there is no such file"), bad.getMessage());
    }
}
