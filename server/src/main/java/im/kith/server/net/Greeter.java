package im.kith.server.net;

/// One event loop's share of the layer above: it takes new connections and learns when a turn of the loop ends. Used on
/// its loop's thread only.
public interface Greeter {

    /// A connection was accepted: whose words are heard on it.
    Conversation greet(Connection connection);

    /// Everything that this turn of the loop read has been told; what was collected can be handed on in one go.
    void turnEnds();
}
