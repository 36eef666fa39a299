package im.kith.server.pubsub;

import im.kith.server.account.Home;
import im.kith.server.account.Service;
import im.kith.server.account.Tenant;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.pubsub.Place;
import im.kith.server.feature.pubsub.ServiceNodes;
import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0060 at `pubsub.<domain>`: nodes that belong to nobody's account. One tenant, at the host itself, keeps all of
/// them; what it answers and tells is on disk by then.
public final class PubsubService implements Service {

    private static final String LABEL = "pubsub";
    private static final StanzaError NOBODY =
            StanzaError.of(Condition.ITEM_NOT_FOUND, "There is nobody of that name: the service has one address.");
    private static final StanzaError UNKNOWN = StanzaError.of(Condition.SERVICE_UNAVAILABLE);

    @Override
    public Manifest manifest() {
        return Manifest.of("pubsub").hosting(LABEL, "Publish-Subscribe").build();
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public List<String> hotShelves() {
        return List.of(ServiceNodes.SHELF);
    }

    @Override
    public Tenant tenant(@Nullable String local, Home home) {
        return local == null ? new Nodes(home) : new Nobody(home);
    }

    /// The service itself.
    private record Nodes(Home home) implements Tenant, Place {

        @Override
        public void awake(List<Entry> newest) {}

        @Override
        public void arrived(Stanza stanza) {
            var nodes = new ServiceNodes(this);
            if (stanza.isMessage()) {
                if (!stanza.isError()) nodes.message(stanza);
            } else if (stanza.isRequest()) {
                var reply = nodes.answer(stanza);
                if (reply == null) home.refuse(stanza, UNKNOWN);
                else answer(stanza, reply);
            }
        }

        private void answer(Stanza iq, Reply reply) {
            switch (reply) {
                case Reply.Result(var payload) -> home.send(iq.result(payload));
                case Reply.Failure(var error) -> home.refuse(iq, error);
                case Reply.Followed(var payload, var then) -> {
                    home.send(iq.result(payload));
                    then.run();
                }
                case Reply.Later later -> throw new IllegalStateException("the nodes are in memory: " + later);
            }
        }

        @Override
        public boolean isNeeded() {
            return false;
        }

        @Override
        public Jid jid() {
            return home.jid();
        }

        @Override
        public long nowMillis() {
            return home.nowMillis();
        }

        @Override
        public String newId() {
            return home.secret();
        }

        @Override
        public Shelf shelf() {
            return home.shelf(ServiceNodes.SHELF);
        }

        @Override
        public boolean isAccount(Jid address) {
            return home.isAccount(address);
        }

        @Override
        public void send(Stanza stanza) {
            home.send(stanza);
        }
    }

    /// Any other address at the host.
    private record Nobody(Home home) implements Tenant {

        @Override
        public void awake(List<Entry> newest) {}

        @Override
        public void arrived(Stanza stanza) {
            if (stanza.isMessage() || stanza.isRequest()) home.refuse(stanza, NOBODY);
        }

        @Override
        public boolean isNeeded() {
            return false;
        }
    }
}
