package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A few accounts in memory that exchange stanzas: the stage for plays about rosters, subscriptions and presence.
///
/// Each account is the real [Presence], [Subscriptions] and [RosterFeature] (and whatever features the town has) on a
/// fake [Self]. What an account sends is delivered once the event is over, as the real one's is once it is kept.
final class Town {

    final Features features;
    final List<Stanza> lost = new ArrayList<>();
    final List<Stanza> durable = new ArrayList<>();
    long nowMillis = 1_000;

    private final Map<Jid, Citizen> citizens = new LinkedHashMap<>();
    private final ArrayDeque<Stanza> underWay = new ArrayDeque<>();

    Town(Feature... more) {
        var all = new ArrayList<Feature>();
        all.add(new RosterFeature());
        all.addAll(Arrays.asList(more));
        features = Features.of(all);
    }

    Citizen account(String jid) {
        var citizen = new Citizen(jid(jid));
        citizens.put(citizen.jid, citizen);
        return citizen;
    }

    static Jid jid(String text) {
        return Objects.requireNonNull(Jid.parse(text), text);
    }

    /// The element of this XML, in `jabber:client` unless it says otherwise; white space between elements is no text.
    static Element xml(String xml) {
        var text = xml.strip().replaceAll(">\\s+<", "><").replaceFirst("^<(\\w+)", "<$1 xmlns='jabber:client'");
        try {
            return XmlReader.parseDocument(
                    text.getBytes(java.nio.charset.StandardCharsets.UTF_8), XmlReader.Limits.DEFAULTS);
        } catch (XmlException e) {
            throw new AssertionError(xml, e);
        }
    }

    static Stanza stanza(String xml) {
        var element = xml(xml);
        var from = element.attribute("from");
        var to = element.attribute("to");
        return new Stanza(
                Objects.requireNonNull(Stanza.Kind.of(element.name())),
                from == null ? null : jid(from),
                to == null ? null : jid(to),
                element);
    }

    /// A stanza from another server, or from nobody.
    void arrives(String xml) {
        underWay.add(stanza(xml));
        settle();
    }

    void settle() {
        while (!underWay.isEmpty()) {
            var stanza = underWay.remove();
            var citizen = citizens.get(Objects.requireNonNull(stanza.to()).bare());
            if (citizen == null) lost.add(stanza);
            else citizen.receive(stanza);
        }
    }

    /// What went to addresses outside of the town since the last look.
    void leaves(String... stanzas) {
        same("the town", lost.stream().map(Stanza::element).toList(), stanzas);
        lost.clear();
    }

    private static void same(String who, List<Element> got, String... wanted) {
        var expected = Arrays.stream(wanted).map(Town::xml).toList();
        if (!expected.equals(got)) assertEquals(lines(expected), lines(got), who);
    }

    private static String lines(List<Element> elements) {
        return String.join("\n", elements.stream().map(Element::toString).toList());
    }

    /// A device of an account, with what it was sent and has not looked at.
    final class Gadget {
        final Jid jid;
        private final Citizen owner;
        private final List<Element> inbox = new ArrayList<>();
        private final Set<String> interests = new HashSet<>();
        private @Nullable Element presence;
        private int priority;

        private Gadget(Citizen owner, String resource) {
            this.owner = owner;
            jid = Objects.requireNonNull(owner.jid.withResource(resource));
        }

        Gadget sends(String xml) {
            owner.fromDevice(this, stanza(xml).withFrom(jid));
            settle();
            return this;
        }

        /// All that it was sent since the last look, in this order.
        Gadget gets(String... stanzas) {
            same(jid.toString(), inbox, stanzas);
            inbox.clear();
            return this;
        }

        /// Type and condition of the errors among what it got since the last look.
        List<String> errors() {
            var errors = inbox.stream()
                    .map(element -> element.child(Stanza.CLIENT, "error"))
                    .filter(Objects::nonNull)
                    .map(error -> error.attribute("type") + " "
                            + Objects.requireNonNull(error.firstChild()).name())
                    .toList();
            inbox.clear();
            return errors;
        }

        List<Element> takes() {
            var taken = List.copyOf(inbox);
            inbox.clear();
            return taken;
        }

        boolean isAvailable() {
            return presence != null;
        }

        Gadget getsNothing() {
            return gets();
        }

        Gadget ignoresWhatItGot() {
            inbox.clear();
            return this;
        }

        /// Initial presence, of no interest to the play.
        Gadget online() {
            sends("<presence/>");
            citizens.values().forEach(citizen -> citizen.gadgets.forEach(Gadget::ignoresWhatItGot));
            lost.clear();
            return this;
        }

        /// Asks for the roster, and so for pushes.
        Gadget interested() {
            sends("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
            return ignoresWhatItGot();
        }

        void vanishes() {
            owner.presence.deviceGone(jid, owner);
            owner.gadgets.remove(this);
            settle();
        }
    }

    final class Citizen implements Self {
        final Jid jid;
        final Presence presence = new Presence();
        final List<Gadget> gadgets = new ArrayList<>();
        final Map<String, TreeMap<String, byte[]>> hot = new TreeMap<>();
        long lastSeenMillis;

        private Citizen(Jid jid) {
            this.jid = jid;
        }

        Gadget device(String resource) {
            var gadget = new Gadget(this, resource);
            gadgets.add(gadget);
            return gadget;
        }

        /// The roster as anybody would see it: one line per item, sorted.
        String shownRoster() {
            return lines(
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

        private void fromDevice(Gadget device, Stanza said) {
            var stanza = said;
            for (var check :
                    stanza.to() == null ? List.<im.kith.server.feature.Manifest.Check>of() : features.outgoing()) {
                switch (check.judge(stanza, this)) {
                    case Verdict.Simple simple -> {
                        if (simple == Verdict.Simple.DROP) return;
                    }
                    case Verdict.Instead(var other) -> stanza = other;
                    case Verdict.Reject(var error) -> {
                        if (!stanza.isError())
                            device.inbox.add(stanza.error(error).element());
                        return;
                    }
                }
            }
            switch (stanza.kind()) {
                case PRESENCE -> presence.fromDevice(device.jid, stanza, this);
                case MESSAGE -> underWay.add(stanza);
                case IQ -> {
                    if (stanza.to() != null && !owns(stanza.to()) && stanza.to().local() != null) underWay.add(stanza);
                    else answer(stanza, device);
                }
            }
        }

        private void answer(Stanza iq, @Nullable Gadget device) {
            var payload = Objects.requireNonNull(iq.payload());
            var ask = iq.type().equals("set") ? Ask.SET : Ask.GET;
            var scope = device == null ? Scope.OTHERS : iq.to() == null || owns(iq.to()) ? Scope.OWN : Scope.SERVER;
            var answer = Objects.requireNonNull(features.answer(scope, ask, payload.tag()), "nobody answers " + iq);
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
                case Reply.Later(var later) ->
                    reply(iq, later.toCompletableFuture().join(), device);
            }
        }

        private void give(Stanza stanza, @Nullable Gadget device) {
            if (device == null) underWay.add(stanza);
            else device.inbox.add(stanza.element());
        }

        private void receive(Stanza arrived) {
            var stanza = arrived;
            for (var check : features.incoming()) {
                switch (check.judge(stanza, this)) {
                    case Verdict.Simple simple -> {
                        if (simple == Verdict.Simple.DROP) return;
                    }
                    case Verdict.Instead(var other) -> stanza = other;
                    case Verdict.Reject(var error) -> {
                        if (!stanza.isError()) underWay.add(stanza.error(error));
                        return;
                    }
                }
            }
            var to = Objects.requireNonNull(stanza.to());
            var hearer = stanza.isMessage() ? features.hearer(stanza) : null;
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
            for (var check : features.outgoing()) {
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
            for (var shaper : features.shapers()) shaped = shaper.shape(shaped, this);
            return shaped;
        }

        @Override
        public boolean admits(Stanza stanza) {
            return features.incoming().stream().allMatch(check -> check.judge(stanza, this) == Verdict.Simple.PASS);
        }

        @Override
        public void sendDurably(Stanza stanza) {
            durable.add(stanza);
            send(stanza);
        }

        @Override
        public void setPresence(Jid device, @Nullable Element presence, int priority) {
            for (var gadget : gadgets) {
                if (!gadget.jid.equals(device)) continue;
                gadget.presence = presence;
                gadget.priority = priority;
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
            return nowMillis;
        }

        @Override
        public boolean owns(@Nullable Jid address) {
            return address != null && address.bare().equals(jid);
        }

        @Override
        public Shelf shelf(String name) {
            var rows = hot.computeIfAbsent(name, shelf -> new TreeMap<>());
            return new Shelf() {
                @Override
                public byte @Nullable [] get(String key) {
                    return rows.get(key);
                }

                @Override
                public void put(String key, byte[] value) {
                    rows.put(key, value);
                }

                @Override
                public void remove(String key) {
                    rows.remove(key);
                }

                @Override
                public SortedMap<String, byte[]> all() {
                    return Collections.unmodifiableSortedMap(rows);
                }
            };
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
            return gadgets.stream()
                    .map(one -> new DeviceView(
                            one.jid, one.presence != null, one.priority, true, one.interests, 0, one.presence))
                    .toList();
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
            gadgets.stream().filter(one -> one.jid.equals(device)).forEach(one -> one.interests.add(topic));
        }

        @Override
        public void sendUnchecked(Stanza stanza) {
            underWay.add(stanza);
        }

        @Override
        public void send(Stanza stanza) {
            var passing = passing(stanza);
            if (passing != null) underWay.add(passing);
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
}
