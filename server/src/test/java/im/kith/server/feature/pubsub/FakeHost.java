package im.kith.server.feature.pubsub;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A service's nodes in memory, or Juliet's: tests ask it and look at whom it told what.
final class FakeHost implements Host {

    final FakeOwner rows = new FakeOwner("pubsub.kith.test");
    final List<Stanza> sent = new ArrayList<>();
    long nowMillis = 1_767_225_600_000L;
    Limits limits = new Limits(10, 50, 10_000, 10, 2, 1_000_000);
    boolean personal;
    /// Who gets Juliet's presence, and who is in which group of her roster.
    final Set<String> watchers = new HashSet<>();
    final Map<String, String> groups = new HashMap<>();
    /// What went to her contacts and devices.
    final List<String> spread = new ArrayList<>();
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
        return FakeOwner.jid(personal ? "juliet@kith.test" : "pubsub.kith.test");
    }

    @Override
    public boolean isPersonal() {
        return personal;
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Nodes nodes() {
        return new Nodes(rows.shelf("pubsub"), personal);
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
        return (personal ? "juliet" : "root").equals(entity.local());
    }

    @Override
    public boolean mayCreate(Jid entity) {
        return personal ? isMaster(entity) : !"guest".equals(entity.local());
    }

    @Override
    public boolean showsPresenceTo(Node node, Jid entity) {
        return watchers.contains(String.valueOf(entity.local()));
    }

    @Override
    public boolean isInGroup(Node node, Jid entity, List<String> allowed) {
        return allowed.contains(String.valueOf(groups.get(entity.local())));
    }

    @Override
    public void send(Stanza stanza) {
        sent.add(stanza);
    }

    @Override
    public void spread(Node node, Element message, Set<Jid> except) {
        if (!personal) throw new AssertionError("a service has no contacts");
        spread.add(node.name + " but not to " + except);
    }
}
