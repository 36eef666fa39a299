package im.kith.server.feature.pubsub;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;

/// The world of a pub-sub service with an address of its own, as [ServiceNodes] needs it.
public interface Place {

    /// The service's address.
    Jid jid();

    long nowMillis();

    /// A string that nobody can guess.
    String newId();

    /// Where nodes and items are kept, in memory.
    Shelf shelf();

    /// Whether the address is an account's of this server: accounts may create nodes.
    boolean isAccount(Jid address);

    void send(Stanza stanza);
}
