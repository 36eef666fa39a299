package im.kith.server.feature.pubsub;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A service's nodes in memory: tests ask it and look at whom it told what.
final class FakeHost implements Host {

    final FakeOwner rows = new FakeOwner("pubsub.kith.test");
    final List<Stanza> sent = new ArrayList<>();
    long nowMillis = 1_767_225_600_000L;
    Limits limits = new Limits(10, 50, 10_000, 10, 2, 1_000_000);
    private int ids;

    /// Asks and answers the iq's result or error as XML; what follows the answer has happened too.
    Element ask(String from, String type, Element payload) {
        var iq = FakeOwner.iq(type, from, "pubsub.kith.test", payload);
        return switch (new Requests(this).answer(iq)) {
            case Reply.Result(var result) -> iq.result(result).element();
            case Reply.Followed(var result, var then) -> {
                then.run();
                yield iq.result(result).element();
            }
            case Reply.Failure(StanzaError error) -> iq.error(error).element();
            case Reply.Later later -> throw new AssertionError("the engine answers at once");
        };
    }

    /// Whom it told since the last time it was looked, as `address: first element of the event`.
    List<String> told() {
        var told = new ArrayList<String>();
        for (var stanza : sent) {
            var event = stanza.element().child(Names.EVENT, "event");
            var what = event == null
                    ? "a form"
                    : Objects.requireNonNull(event.firstChild()).toString();
            told.add(stanza.to() + ": "
                    + what.replace(" xmlns='" + Names.EVENT + "'", "").replace(" xmlns=\"" + Names.EVENT + "\"", ""));
        }
        sent.clear();
        return told;
    }

    @Override
    public Jid jid() {
        return FakeOwner.jid("pubsub.kith.test");
    }

    @Override
    public boolean isPersonal() {
        return false;
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Nodes nodes() {
        return new Nodes(rows.shelf("pubsub"), false);
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public String newId() {
        return "id-" + ++ids;
    }

    @Override
    public boolean isMaster(Jid entity) {
        return "root".equals(entity.local());
    }

    @Override
    public boolean mayCreate(Jid entity) {
        return !"guest".equals(entity.local());
    }

    @Override
    public boolean showsPresenceTo(Jid entity) {
        return false;
    }

    @Override
    public boolean isInGroup(Jid entity, List<String> groups) {
        return false;
    }

    @Override
    public void send(Stanza stanza) {
        sent.add(stanza);
    }

    @Override
    public void spread(Node node, Element message, Set<Jid> except) {
        throw new AssertionError("a service has no contacts");
    }
}
