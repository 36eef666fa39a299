package im.kith.server.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.auth.Authority.Verifier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class CredentialsTest {

    private static Verifier verifier(int salt, int iterations, int hash) {
        var bytes = new byte[hash];
        java.util.Arrays.fill(bytes, (byte) hash);
        return new Verifier(new byte[salt], iterations, bytes, bytes);
    }

    /// Of imported accounts salts and iterations are as another server had them (XEP-0227 §4.3).
    @Test
    void what_was_imported_is_kept_as_it_came() {
        var made = new Credentials(
                Credentials.Kind.PASSWORD, false, 1, 2, verifier(12, 10_000, 20), verifier(36, 4_096, 32), null, "");
        var read = Credentials.decode(made.encode());
        assertEquals(12, read.sha1().salt().length);
        assertEquals(10_000, read.sha1().iterations());
        assertEquals(36, read.sha256().salt().length);
        assertEquals(4_096, read.sha256().iterations());
        assertArrayEquals(made.sha256().storedKey(), read.sha256().storedKey());
        assertArrayEquals(made.encode(), read.encode());
    }
}
