package im.kith.server.account;

import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Check;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.MemoryShelf;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An account of a [Town]: the features it is made of, on shelves in memory, with its devices.
final class Citizen implements Self {

    final Town town;
    final Jid jid;
    final Presence presence = new Presence();
    final List<Gadget> gadgets = new ArrayList<>();
    final Map<String, TreeMap<String, byte[]>> hot = new TreeMap<>();
    long lastSeenMillis;

    Citizen(Town town, Jid jid) {
        this.town = town;
        this.jid = jid;
    }

    Gadget device(String resource) {
        var gadget = new Gadget(this, resource);
        gadgets.add(gadget);
        return gadget;
    }

    /// The roster as anybody would see it: one line per item, sorted.
    String shownRoster() {
        return Town.lines(
                Roster.of(this).items().stream().map(RosterItem::toElement).toList());
    }

    /// Puts a contact in this state, with no word about it to anybody.
    Citizen knows(String contact, SubscriptionState state) {
        boolean visible = state != SubscriptionState.NONE_PENDING_IN;
        Roster.of(this).putHidden(new RosterItem(Town.jid(contact), state, visible, false, "", List.of(), 1, null));
        return this;
    }

    SubscriptionState stateOf(String contact) {
        return Roster.of(this).itemOrNew(Town.jid(contact)).state();
    }

    @Override
    public void show(Jid device, Jid to) {
        for (var view : devices()) {
            var shown = view.presence();
            if (shown != null && view.jid().equals(device)) {
                send(Stanza.of(Stanza.Kind.PRESENCE, device, to, shown));
            }
        }
    }

    void fromDevice(Gadget device, Stanza said) {
        var stanza = said;
        for (var check : stanza.to() == null ? List.<Check>of() : town.features.outgoing()) {
            switch (check.judge(stanza, this)) {
                case Verdict.Simple simple -> {
                    if (simple == Verdict.Simple.DROP) return;
                }
                case Verdict.Instead(var other) -> stanza = other;
                case Verdict.Reject(var error) -> {
                    if (!stanza.isError()) device.get(stanza.error(error).element());
                    return;
                }
            }
        }
        switch (stanza.kind()) {
            case PRESENCE -> presence.fromDevice(device.jid, stanza, this);
            case MESSAGE -> town.carries(stanza);
            case IQ -> {
                if (stanza.to() != null && !owns(stanza.to()) && stanza.to().local() != null) town.carries(stanza);
                else answer(stanza, device);
            }
        }
    }

    private void answer(Stanza iq, @Nullable Gadget device) {
        var payload = Objects.requireNonNull(iq.payload());
        var ask = iq.type().equals("set") ? Ask.SET : Ask.GET;
        var scope = device == null ? Scope.OTHERS : iq.to() == null || owns(iq.to()) ? Scope.OWN : Scope.SERVER;
        var answer = Objects.requireNonNull(town.features.answer(scope, ask, payload.tag()), "nobody answers " + iq);
        reply(iq, answer.handler().answer(iq, this), device);
    }

    private void reply(Stanza iq, Reply reply, @Nullable Gadget device) {
        switch (reply) {
            case Reply.Result(var payload) -> give(iq.result(payload), device);
            case Reply.Failure(var error) -> give(iq.error(error), device);
            case Reply.Followed(var payload, var then) -> {
                give(iq.result(payload), device);
                then.run();
            }
            case Reply.Later(var later) -> reply(iq, later.toCompletableFuture().join(), device);
        }
    }

    private void give(Stanza stanza, @Nullable Gadget device) {
        if (device == null) town.carries(stanza);
        else device.get(stanza.element());
    }

    void receive(Stanza arrived) {
        var stanza = arrived;
        for (var check : town.features.incoming()) {
            switch (check.judge(stanza, this)) {
                case Verdict.Simple simple -> {
                    if (simple == Verdict.Simple.DROP) return;
                }
                case Verdict.Instead(var other) -> stanza = other;
                case Verdict.Reject(var error) -> {
                    if (!stanza.isError()) town.carries(stanza.error(error));
                    return;
                }
            }
        }
        var to = Objects.requireNonNull(stanza.to());
        var hearer = stanza.isMessage() ? town.features.hearer(stanza) : null;
        if (hearer != null) hearer.hear(stanza, this);
        else if (stanza.isPresence()) presence.fromContact(stanza, this);
        else if (stanza.isRequest() && to.isBare()) answer(stanza, null);
        else give(stanza, to);
    }

    private void give(Stanza stanza, Jid to) {
        gadgets.stream().filter(one -> to.isBare() || one.jid.equals(to)).forEach(one -> give(stanza, one));
    }

    private @Nullable Stanza passing(Stanza said) {
        var stanza = said;
        for (var check : town.features.outgoing()) {
            var verdict = check.judge(stanza, this);
            if (verdict instanceof Verdict.Instead(var other)) stanza = other;
            else if (verdict != Verdict.Simple.PASS) return null;
        }
        return stanza;
    }

    @Override
    public void sendToDevice(Jid device, Stanza stanza) {
        gadgets.stream().filter(one -> one.jid.equals(device)).forEach(one -> give(stanza, one));
    }

    @Override
    public Element shaped(Element shown) {
        var shaped = shown;
        for (var shaper : town.features.shapers()) shaped = shaper.shape(shaped, this);
        return shaped;
    }

    @Override
    public boolean admits(Stanza stanza) {
        return town.features.incoming().stream().allMatch(check -> check.judge(stanza, this) == Verdict.Simple.PASS);
    }

    @Override
    public void sendDurably(Stanza stanza) {
        town.durable.add(stanza);
        send(stanza);
    }

    @Override
    public void setPresence(Jid device, @Nullable Element presence, int priority) {
        for (var gadget : gadgets) {
            if (gadget.jid.equals(device)) gadget.shows(presence, priority);
        }
    }

    @Override
    public Jid jid() {
        return jid;
    }

    @Override
    public Jid server() {
        return Town.jid(jid.domain());
    }

    @Override
    public long nowMillis() {
        return town.nowMillis;
    }

    @Override
    public boolean owns(@Nullable Jid address) {
        return address != null && address.bare().equals(jid);
    }

    @Override
    public Shelf shelf(String name) {
        return new MemoryShelf(hot.computeIfAbsent(name, shelf -> new TreeMap<>()));
    }

    @Override
    public CompletionStage<byte @Nullable []> coldRow(String shelf, String key) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public CompletionStage<SortedMap<String, byte[]>> coldShelf(String shelf) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public void putCold(String shelf, String key, byte @Nullable [] value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Owner.Contact contact(Jid contact) {
        return Roster.contact(shelf(Roster.SHELF), contact);
    }

    @Override
    public List<DeviceView> devices() {
        return gadgets.stream().map(Gadget::view).toList();
    }

    @Override
    public void pushToDevices(Element payload, Predicate<DeviceView> which) {
        for (var view : devices()) {
            if (!which.test(view)) continue;
            var push = Element.build(Stanza.CLIENT, "iq")
                    .attribute("type", "set")
                    .attribute("id", "push")
                    .child(payload)
                    .build();
            sendToDevice(view.jid(), Stanza.of(Stanza.Kind.IQ, null, view.jid(), push));
        }
    }

    @Override
    public void interest(Jid device, String topic) {
        gadgets.stream().filter(one -> one.jid.equals(device)).forEach(one -> one.interestedIn(topic));
    }

    @Override
    public void sendUnchecked(Stanza stanza) {
        town.carries(stanza);
    }

    @Override
    public void send(Stanza stanza) {
        var passing = passing(stanza);
        if (passing != null) town.carries(passing);
    }

    @Override
    public void remove(StreamError farewell) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long lastSeenMillis() {
        return lastSeenMillis;
    }
}
