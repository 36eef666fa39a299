package im.kith.server.auth;

import im.kith.xmpp.Jid;
import im.kith.xmpp.ScramVerifier;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What account names and passwords may be when people choose them. Pure; an objection is words for who chose.
public final class AccountRules {

    private static final int MAX_NAME_BYTES = 256;
    private static final int MAX_PASSWORD_BYTES = 512;

    private AccountRules() {}

    /// A name as the server will know it, or why it cannot be one: exactly one is null.
    public record Name(@Nullable String account, @Nullable String objection) {}

    /// Prepares a name (RFC 7622): `Juliet` is `juliet`.
    public static Name name(String typed, String domain) {
        var local = typed.strip();
        var suffix = "@" + domain;
        if (local.endsWith(suffix)) local = local.substring(0, local.length() - suffix.length());
        if (local.isEmpty()) return new Name(null, "the name is empty");
        if (local.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return new Name(null, "the name is longer than " + MAX_NAME_BYTES + " bytes");
        }
        if (local.chars().anyMatch(c -> c <= ' ' || "\"&'/:<>@".indexOf(c) >= 0 || Character.isISOControl(c))) {
            return new Name(null, "a name has no spaces and none of \" & ' / : < > @");
        }
        var jid = Jid.of(local, domain, null);
        var account = jid == null ? null : jid.local();
        return account == null
                ? new Name(null, "the name has characters that no address may have")
                : new Name(account, null);
    }

    /// Why that cannot be a password, or null.
    public static @Nullable String objectionToPassword(String password) {
        if (password.isEmpty()) return "the password is empty";
        if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
            return "the password is longer than " + MAX_PASSWORD_BYTES + " bytes";
        }
        return ScramVerifier.prepared(password) == null
                ? "the password has control characters, or others that no password may have"
                : null;
    }
}
