package im.kith.server.auth;

import im.kith.server.auth.Authority.Verifier;
import im.kith.xmpp.ScramHash;
import im.kith.xmpp.ScramVerifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the server keeps of an account's secret: the row `login` of the shelf `credentials`. Never the secret itself.
///
/// ```text
/// of imported credentials, whose salts and iterations are as they came, version 2: after the times, of each
/// iterations (4) | length of salt (1) | salt | stored key | server key, and then the name
///
/// version 1 | kind (0 password, 1 key) | flags (1 disabled) | created ms (8) | changed ms (8) | iterations (4)
/// | salt (16) | SHA-1 stored key (20) | SHA-1 server key (20)
/// | salt (16) | SHA-256 stored key (32) | SHA-256 server key (32)
/// | key's hash (32, kind 1 only) | device name (UTF-8, 2 bytes of length before it)
/// ```
///
/// A *key* is random and long, so one HMAC under the SHA-256 salt hides it as well as any slow hash: a PLAIN login
/// with it costs microseconds. A typed *password* has only the slow SCRAM verifiers. Immutable.
public record Credentials(
        Kind kind,
        boolean disabled,
        long createdMillis,
        long changedMillis,
        Verifier sha1,
        Verifier sha256,
        byte @Nullable [] keyHash,
        String device) {

    public static final String SHELF = "credentials";
    public static final String ROW = "login";

    /// RFC 5802 §5.1 asks for at least this many rounds.
    public static final int MIN_ITERATIONS = 4096;

    private static final int VERSION = 1;
    private static final int IMPORTED = 2;
    private static final int SALT_BYTES = 16;
    private static final int DISABLED = 1;
    private static final int MAX_DEVICE_CHARS = 64;

    /// Whether the secret was typed by a person or made by the server.
    public enum Kind {
        PASSWORD,
        KEY
    }

    /// Slow: derives everything from the secret (about 2.3 ms of CPU at 4,096 rounds).
    static Credentials of(
            Kind kind, String secret, String device, int iterations, SecureRandom random, long nowMillis) {
        var salt1 = randomBytes(random, SALT_BYTES);
        var salt256 = randomBytes(random, SALT_BYTES);
        return new Credentials(
                kind,
                false,
                nowMillis,
                nowMillis,
                derived(ScramHash.SHA_1, secret, salt1, iterations),
                derived(ScramHash.SHA_256, secret, salt256, iterations),
                kind == Kind.KEY ? keyHash(salt256, secret) : null,
                legible(device));
    }

    private static Verifier derived(ScramHash hash, String secret, byte[] salt, int iterations) {
        var verifier = ScramVerifier.derive(hash, secret, salt, iterations);
        if (verifier == null) throw new IllegalArgumentException("no password: it was to be checked before");
        return new Verifier(salt, iterations, verifier.storedKey(), verifier.serverKey());
    }

    /// What stands in for an account that does not exist: always the same for the same name and `secret`, matched by
    /// no password, and not to be told from the real thing by what SCRAM shows of it (salt, iterations).
    static Credentials fake(String account, byte[] secret, int iterations) {
        var sha1 = fakeVerifier(ScramHash.SHA_1, account, secret, iterations);
        var sha256 = fakeVerifier(ScramHash.SHA_256, account, secret, iterations);
        return new Credentials(Kind.PASSWORD, false, 0, 0, sha1, sha256, null, "");
    }

    private static Verifier fakeVerifier(ScramHash hash, String account, byte[] secret, int iterations) {
        var name = account.getBytes(StandardCharsets.UTF_8);
        var seed = Hmac.sha256(secret, ascii(hash.mechanism()), new byte[1], name);
        return new Verifier(
                Arrays.copyOf(seed, SALT_BYTES),
                iterations,
                Arrays.copyOf(Hmac.sha256(seed, ascii("stored")), hash.bytes()),
                Arrays.copyOf(Hmac.sha256(seed, ascii("server")), hash.bytes()));
    }

    /// Whether `secret` is this account's key; microseconds. False for every password.
    boolean isKey(String secret) {
        return keyHash != null && MessageDigest.isEqual(keyHash, keyHash(sha256.salt(), secret));
    }

    /// Whether `secret` is this account's key or password; slow.
    boolean matches(String secret) {
        return ScramVerifier.of(
                        ScramHash.SHA_256, sha256.salt(), sha256.iterations(), sha256.storedKey(), sha256.serverKey())
                .accepts(secret);
    }

    Verifier verifier(String mechanism) {
        return switch (mechanism) {
            case "SCRAM-SHA-1" -> sha1;
            case "SCRAM-SHA-256" -> sha256;
            default -> throw new IllegalArgumentException("no verifier for " + mechanism);
        };
    }

    /// Names this secret without telling anything of it: what was derived from an older secret is void.
    byte[] fingerprint() {
        return Arrays.copyOf(Hmac.sha256(sha256.storedKey(), ascii("fingerprint")), 8);
    }

    public Credentials withDisabled(boolean now) {
        return new Credentials(kind, now, createdMillis, changedMillis, sha1, sha256, keyHash, device);
    }

    /// These credentials as the successors of `former`: the account is as old as it was, and barred if it was.
    Credentials succeeding(Credentials former) {
        return new Credentials(
                kind, former.disabled, former.createdMillis, changedMillis, sha1, sha256, keyHash, device);
    }

    private static byte[] keyHash(byte[] salt, String key) {
        return Hmac.sha256(salt, key.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] encode() {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            boolean usual = sha1.iterations() == sha256.iterations()
                    && sha1.salt().length == SALT_BYTES
                    && sha256.salt().length == SALT_BYTES;
            out.writeByte(usual ? VERSION : IMPORTED);
            out.writeByte(kind == Kind.KEY ? 1 : 0);
            out.writeByte(disabled ? DISABLED : 0);
            out.writeLong(createdMillis);
            out.writeLong(changedMillis);
            if (usual) {
                out.writeInt(sha256.iterations());
                write(out, sha1);
                write(out, sha256);
            } else {
                writeAsItCame(out, sha1);
                writeAsItCame(out, sha256);
            }
            if (keyHash != null) out.write(keyHash);
            out.writeUTF(device);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// @throws IllegalArgumentException when the row is none that this version writes
    public static Credentials decode(byte[] row) {
        try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readUnsignedByte();
            if (version != VERSION && version != IMPORTED)
                throw new IllegalArgumentException("credentials of unknown version " + version);
            var kind = in.readUnsignedByte() == 1 ? Kind.KEY : Kind.PASSWORD;
            boolean disabled = (in.readUnsignedByte() & DISABLED) != 0;
            long created = in.readLong();
            long changed = in.readLong();
            boolean usual = version == VERSION;
            int iterations = usual ? in.readInt() : 0;
            var sha1 = usual ? readVerifier(in, ScramHash.SHA_1, iterations) : readAsItCame(in, ScramHash.SHA_1);
            var sha256 = usual ? readVerifier(in, ScramHash.SHA_256, iterations) : readAsItCame(in, ScramHash.SHA_256);
            var keyHash = kind == Kind.KEY ? read(in, ScramHash.SHA_256.bytes()) : null;
            return new Credentials(kind, disabled, created, changed, sha1, sha256, keyHash, in.readUTF());
        } catch (IOException e) {
            throw new IllegalArgumentException("credentials are cut short", e);
        }
    }

    private static void write(DataOutputStream out, Verifier verifier) throws IOException {
        out.write(verifier.salt());
        out.write(verifier.storedKey());
        out.write(verifier.serverKey());
    }

    private static Verifier readVerifier(DataInputStream in, ScramHash hash, int iterations) throws IOException {
        return new Verifier(read(in, SALT_BYTES), iterations, read(in, hash.bytes()), read(in, hash.bytes()));
    }

    private static void writeAsItCame(DataOutputStream out, Verifier verifier) throws IOException {
        out.writeInt(verifier.iterations());
        out.writeByte(verifier.salt().length);
        write(out, verifier);
    }

    private static Verifier readAsItCame(DataInputStream in, ScramHash hash) throws IOException {
        int iterations = in.readInt();
        var salt = read(in, in.readUnsignedByte());
        return new Verifier(salt, iterations, read(in, hash.bytes()), read(in, hash.bytes()));
    }

    private static byte[] read(DataInputStream in, int count) throws IOException {
        var bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }

    private static byte[] randomBytes(SecureRandom random, int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A device's name as an operator may see it: one short line.
    private static String legible(String name) {
        var line = name.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_DEVICE_CHARS)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        return line.toString().strip();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
