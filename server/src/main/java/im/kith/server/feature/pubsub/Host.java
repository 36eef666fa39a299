package im.kith.server.feature.pubsub;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Set;

/// Where nodes live: an account (XEP-0163), or a service with an address of its own. What the engine knows of the
/// world.
interface Host {

    /// What one place may hold, against those who would fill it.
    ///
    /// @param subscriptions per node
    /// @param bytes of all rows together
    record Limits(int nodes, int items, int payloadBytes, int subscriptions, int ownSubscriptions, long bytes) {}

    Jid jid();

    /// An account's nodes: they are made by publishing, and contacts are told without asking.
    boolean isPersonal();

    Limits limits();

    Nodes nodes();

    long nowMillis();

    /// A string nobody can guess.
    String newId();

    /// Whether `entity` owns every node here, whatever the node says: the account itself, a service's operators.
    boolean isMaster(Jid entity);

    boolean mayCreate(Jid entity);

    /// Whether `entity` gets the presence of the account, at a service of who made the node.
    boolean showsPresenceTo(Node node, Jid entity);

    /// Whether the account has chosen not to show `entity` what is published at that node: then it is as if it was not
    /// there.
    default boolean hides(String node, Jid entity) {
        return false;
    }

    /// What `entity` may see of an element that holds items of the node.
    default Element shown(String node, Element element, Jid entity) {
        return element;
    }

    /// The same for groups of the roster.
    boolean isInGroup(Node node, Jid entity, List<String> groups);

    void send(Stanza stanza);

    /// Tells an account's own devices and contacts who want to know and may (XEP-0163 §4), but `except` those bare
    /// JIDs.
    void spread(Node node, Element message, Set<Jid> except);
}
