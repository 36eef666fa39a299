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
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// XEP-0060 at `pubsub.<domain>`: nodes that belong to nobody's account. One tenant, at the host itself, keeps all of
/// them; what it answers and tells is on disk by then.
public final class PubsubService implements Service {

    private static final String LABEL = "pubsub";
    private static final StanzaError NOBODY =
            StanzaError.of(Condition.ITEM_NOT_FOUND, "There is nobody of that name: the service has one address.");
    private static final StanzaError BUSY = StanzaError.of(
            Condition.RESOURCE_CONSTRAINT, "The account of who made the node does not answer; try again.");
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
    private static final class Nodes implements Tenant, Place {

        private static final int MOST_WAITING = 1000;
        private static final long PATIENCE_MILLIS = 10_000;

        private final Home home;
        /// By the id of the question that was asked for it.
        private final Map<String, Waiting> waiting = new HashMap<>();

        private record Waiting(Stanza iq, Jid asked) {}

        Nodes(Home home) {
            this.home = home;
        }

        @Override
        public void awake(List<Entry> newest) {}

        @Override
        public void arrived(Stanza stanza) {
            if (stanza.isMessage()) {
                if (!stanza.isError()) new ServiceNodes(this).message(stanza);
            } else if (stanza.isRequest()) {
                var nodes = new ServiceNodes(this);
                var question = nodes.unknown(stanza);
                if (question == null) answer(stanza, nodes);
                else ask(stanza, question);
            } else if (stanza.isIq()) {
                answered(stanza);
            }
        }

        private void ask(Stanza iq, ServiceNodes.Question question) {
            if (waiting.size() >= MOST_WAITING) {
                home.refuse(iq, BUSY);
                return;
            }
            var id = home.secret();
            waiting.put(id, new Waiting(iq, question.account()));
            home.after(PATIENCE_MILLIS, () -> {
                var late = waiting.remove(id);
                if (late != null) home.refuse(late.iq, BUSY);
            });
            var asks =
                    Element.build(Stanza.CLIENT, "iq").attribute("type", "get").attribute("id", id);
            home.send(Stanza.of(
                    Stanza.Kind.IQ,
                    home.jid(),
                    question.account(),
                    asks.child(question.payload()).build()));
        }

        private void answered(Stanza iq) {
            var id = iq.id();
            var asked = id == null ? null : waiting.get(id);
            if (asked == null || !asked.asked.equals(iq.from())) return;
            waiting.remove(id);
            answer(asked.iq, new ServiceNodes(this, asked.asked, iq.isError() ? null : iq.payload()));
        }

        private void answer(Stanza iq, ServiceNodes nodes) {
            var reply = nodes.answer(iq);
            if (reply == null) home.refuse(iq, UNKNOWN);
            else answer(iq, reply);
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
            return !waiting.isEmpty();
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
