package im.kith.trial.bench;

/// What the connections do once they are online. Called by the loop's thread only.
interface Mode {

    /// Whether the loop opens connections by itself, up to its target.
    default boolean connects() {
        return true;
    }

    /// Whether connections send presence when they are bound.
    default boolean available() {
        return true;
    }

    /// Whether connections register instead of signing in.
    default boolean registers() {
        return false;
    }

    default void online(Link link) {}

    /// A stanza that the sign-in had no use for.
    default void stanza(Link link, Stanza stanza) {}

    /// The server's count of acknowledged stanzas has moved.
    default void acknowledged(Link link) {}

    default void closed(Link link) {}

    default void tick(long nowNanos) {}
}
