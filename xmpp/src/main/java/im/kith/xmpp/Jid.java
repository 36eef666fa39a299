package im.kith.xmpp;

import org.jspecify.annotations.Nullable;

/// An XMPP address, `local@domain/resource`, prepared and enforced (RFC 7622). Equality is by the prepared parts.
///
/// Immutable; local part and resource may be absent.
public final class Jid {

    private final @Nullable String local;
    private final String domain;
    private final @Nullable String resource;

    private Jid(@Nullable String local, String domain, @Nullable String resource) {
        this.local = local;
        this.domain = domain;
        this.resource = resource;
    }

    /// The address in `text`, or null when it is not one.
    public static @Nullable Jid parse(String text) {
        int slash = text.indexOf('/');
        var resource = slash < 0 ? null : text.substring(slash + 1);
        var bare = slash < 0 ? text : text.substring(0, slash);
        int at = bare.indexOf('@');
        var local = at < 0 ? null : bare.substring(0, at);
        return of(local, bare.substring(at + 1), resource);
    }

    /// The address of these parts after preparation, or null when one of them is not allowed.
    public static @Nullable Jid of(@Nullable String local, String domain, @Nullable String resource) {
        if (domain.isEmpty() || (local != null && local.isEmpty()) || (resource != null && resource.isEmpty())) {
            return null;
        }
        return new Jid(
                local == null ? null : local.toLowerCase(java.util.Locale.ROOT),
                domain.toLowerCase(java.util.Locale.ROOT),
                resource);
    }

    public @Nullable String local() {
        return local;
    }

    public String domain() {
        return domain;
    }

    public @Nullable String resource() {
        return resource;
    }

    public boolean isBare() {
        return resource == null;
    }

    public boolean isFull() {
        return resource != null;
    }

    /// This address without its resource.
    public Jid bare() {
        return resource == null ? this : new Jid(local, domain, null);
    }

    /// This address's bare form with another resource, or null when that is not allowed.
    public @Nullable Jid withResource(String other) {
        return of(local, domain, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Jid that
                        && domain.equals(that.domain)
                        && java.util.Objects.equals(local, that.local)
                        && java.util.Objects.equals(resource, that.resource));
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(local, domain, resource);
    }

    @Override
    public String toString() {
        var text = local == null ? domain : local + "@" + domain;
        return resource == null ? text : text + "/" + resource;
    }
}
