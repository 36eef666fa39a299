package im.kith.server.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// XEP-0484: the tokens of one client. `current` is the one it uses, `fresh` one it was given and has not used yet
/// (§5, "Implementation notes": two slots are enough).
///
/// ```text
/// version 1 | fingerprint of the credentials (8) | current | fresh
/// slot: 0, or 1 | token | mechanism | issued ms (8) | expires ms (8) | last count (8)
/// ```
///
/// The token is kept as it is, since the HT mechanisms prove knowledge of it by an HMAC under it: a hash of it would
/// do as the secret just as well. It is random, good for one client, for a limited time and until the account's
/// password or key changes (`fingerprint`), which is what bounds the harm of a stolen data directory. Immutable.
record TokenSlots(
        byte[] fingerprint,
        @Nullable Slot current,
        @Nullable Slot fresh) {

    static final String SHELF = "tokens";

    private static final int VERSION = 1;
    private static final int FINGERPRINT_BYTES = 8;
    private static final byte[] INITIATOR = "Initiator".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESPONDER = "Responder".getBytes(StandardCharsets.US_ASCII);

    /// One token; `lastCount` is the highest counter that came with it, -1 before the first.
    record Slot(String token, String mechanism, long issuedMillis, long expiresMillis, long lastCount) {

        byte[] proof(byte[] role, byte[] channelBinding) {
            var key = token.getBytes(StandardCharsets.US_ASCII);
            return mechanism.startsWith("HT-SHA-512-")
                    ? Hmac.sha512(key, role, channelBinding)
                    : Hmac.sha256(key, role, channelBinding);
        }

        Slot counted(long count) {
            return count < 0 ? this : new Slot(token, mechanism, issuedMillis, expiresMillis, count);
        }
    }

    /// A right token: what to keep from now on, what proves the server to the client, and when the token was issued.
    record Use(TokenSlots after, byte[] serverProof, long issuedMillis) {}

    static TokenSlots none(byte[] fingerprint) {
        return new TokenSlots(fingerprint, null, null);
    }

    boolean belongsTo(Credentials credentials) {
        return MessageDigest.isEqual(fingerprint, credentials.fingerprint());
    }

    /// The slots with a new token, which replaces one that was never used.
    TokenSlots with(Slot issued) {
        return new TokenSlots(fingerprint, current, issued);
    }

    long newestIssueMillis() {
        return fresh != null ? fresh.issuedMillis : current != null ? current.issuedMillis : 0;
    }

    /// The token that `response` proves, or null when it proves none that is good now. `count` is -1 when the client
    /// sent none; otherwise it must be higher than any before (a replay of early data is not).
    @Nullable
    Use use(String mechanism, byte[] response, byte[] channelBinding, long count, long nowMillis) {
        if (isProvenBy(fresh, mechanism, response, channelBinding, count, nowMillis)) {
            var used = java.util.Objects.requireNonNull(fresh);
            var after = new TokenSlots(fingerprint, used.counted(count), null);
            return new Use(after, used.proof(RESPONDER, channelBinding), used.issuedMillis);
        }
        if (isProvenBy(current, mechanism, response, channelBinding, count, nowMillis)) {
            var used = java.util.Objects.requireNonNull(current);
            var after = count < 0 ? this : new TokenSlots(fingerprint, used.counted(count), fresh);
            return new Use(after, used.proof(RESPONDER, channelBinding), used.issuedMillis);
        }
        return null;
    }

    private static boolean isProvenBy(
            @Nullable Slot slot, String mechanism, byte[] response, byte[] binding, long count, long nowMillis) {
        if (slot == null) return false;
        boolean right = MessageDigest.isEqual(slot.proof(INITIATOR, binding), response);
        return right
                && slot.mechanism.equals(mechanism)
                && nowMillis < slot.expiresMillis
                && (count < 0 || count > slot.lastCount);
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream(160);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.write(fingerprint);
            write(out, current);
            write(out, fresh);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// @throws IllegalArgumentException when the row is none that this version writes
    static TokenSlots decode(byte[] row) {
        try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) throw new IllegalArgumentException("tokens of unknown version " + version);
            var fingerprint = new byte[FINGERPRINT_BYTES];
            in.readFully(fingerprint);
            return new TokenSlots(fingerprint, read(in), read(in));
        } catch (IOException e) {
            throw new IllegalArgumentException("tokens are cut short", e);
        }
    }

    private static void write(DataOutputStream out, @Nullable Slot slot) throws IOException {
        out.writeBoolean(slot != null);
        if (slot == null) return;
        out.writeUTF(slot.token);
        out.writeUTF(slot.mechanism);
        out.writeLong(slot.issuedMillis);
        out.writeLong(slot.expiresMillis);
        out.writeLong(slot.lastCount);
    }

    private static @Nullable Slot read(DataInputStream in) throws IOException {
        if (!in.readBoolean()) return null;
        return new Slot(in.readUTF(), in.readUTF(), in.readLong(), in.readLong(), in.readLong());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenSlots that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }
}
