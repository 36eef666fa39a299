package im.kith.server.account;

/// Collects what arrived in one turn of an event loop and hands each partition its share in one message, at [#flush].
public interface Inlet {

    /// Queues the event. The caller sees to it that [#flush] follows at the end of the loop's turn.
    void add(Event event);

    void flush();
}
