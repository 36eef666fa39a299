package im.kith.trial.wire;

import org.jspecify.annotations.Nullable;

/// Who signs in, and how.
///
/// @param resource what to ask for when binding; null lets the server choose
/// @param acks whether to enable XEP-0198 with resumption
public record Login(
        String username,
        String password,
        @Nullable String resource,
        Transport transport,
        String mechanism,
        boolean acks) {

    /// `-Dkith.trial.mechanism` is for servers that lack this one.
    public static final String DEFAULT_MECHANISM = System.getProperty("kith.trial.mechanism", "SCRAM-SHA-256");

    public static Login of(String username, String password) {
        return new Login(username, password, null, Transport.TCP, DEFAULT_MECHANISM, true);
    }

    public Login resource(@Nullable String resource) {
        return new Login(username, password, resource, transport, mechanism, acks);
    }

    public Login transport(Transport transport) {
        return new Login(username, password, resource, transport, mechanism, acks);
    }

    public Login mechanism(String mechanism) {
        return new Login(username, password, resource, transport, mechanism, acks);
    }

    public Login acks(boolean acks) {
        return new Login(username, password, resource, transport, mechanism, acks);
    }

    public Login password(String password) {
        return new Login(username, password, resource, transport, mechanism, acks);
    }

    @Override
    public String toString() {
        return username + (resource == null ? "" : "/" + resource) + " by " + mechanism + " over " + transport;
    }
}
