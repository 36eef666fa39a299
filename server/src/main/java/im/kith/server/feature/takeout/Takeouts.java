package im.kith.server.feature.takeout;

/// Links to documents with all that an account holds, as the feature sees them. Thread-safe.
public interface Takeouts {

    /// @param expiresMillis milliseconds since 1970
    record Link(String url, long expiresMillis) {}

    /// A link that is good for a while, for the account's own use.
    Link link(String account);
}
