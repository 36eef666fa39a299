package im.kith.xmpp;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An XMPP address, `local@domain/resource`, prepared and enforced (RFC 7622). Equality is by the prepared parts.
///
/// Immutable; local part and resource may be absent. A telephone number with its `+` is a local part like any other.
public final class Jid {

    private final @Nullable String local;
    private final String domain;
    private final @Nullable String resource;
    /// The whole as text, once it has been asked for. Racy on purpose: every thread makes the same.
    private @Nullable String text;

    private Jid(@Nullable String local, String domain, @Nullable String resource) {
        this.local = local;
        this.domain = domain;
        this.resource = resource;
    }

    /// The address in `text`, or null when it is not one.
    public static @Nullable Jid parse(String text) {
        int slash = text.indexOf('/');
        int bareEnd = slash < 0 ? text.length() : slash;
        int at = text.indexOf('@');
        if (at >= bareEnd) at = -1;
        var jid = of(
                at < 0 ? null : text.substring(0, at),
                text.substring(at + 1, bareEnd),
                slash < 0 ? null : text.substring(slash + 1));
        if (jid != null && jid.isWritten(text)) jid.text = text;
        return jid;
    }

    /// The address of these parts after preparation, or null when one of them is not allowed.
    public static @Nullable Jid of(@Nullable String local, String domain, @Nullable String resource) {
        String preparedLocal = null;
        if (local != null) {
            preparedLocal = JidParts.local(local);
            if (preparedLocal == null) return null;
        }
        var preparedDomain = JidParts.domain(domain);
        if (preparedDomain == null) return null;
        String preparedResource = null;
        if (resource != null) {
            preparedResource = JidParts.resource(resource);
            if (preparedResource == null) return null;
        }
        return new Jid(preparedLocal, preparedDomain, preparedResource);
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
        var prepared = JidParts.resource(other);
        return prepared == null ? null : new Jid(local, domain, prepared);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Jid that
                        && Objects.equals(local, that.local)
                        && Objects.equals(resource, that.resource)
                        && domain.equals(that.domain));
    }

    @Override
    public int hashCode() {
        int hash = domain.hashCode();
        if (local != null) hash = 31 * hash + local.hashCode();
        return resource == null ? hash : 31 * hash + resource.hashCode() + 1;
    }

    @Override
    public String toString() {
        var known = text;
        if (known == null) {
            var bare = local == null ? domain : local + "@" + domain;
            known = resource == null ? bare : bare + "/" + resource;
            text = known;
        }
        return known;
    }

    /// Whether preparation has left `written` as it was.
    private boolean isWritten(String written) {
        int bareLength = domain.length() + (local == null ? 0 : local.length() + 1);
        int length = bareLength + (resource == null ? 0 : resource.length() + 1);
        return written.length() == length
                && (local == null || written.startsWith(local))
                && written.startsWith(domain, bareLength - domain.length())
                && (resource == null || written.startsWith(resource, bareLength + 1));
    }
}
