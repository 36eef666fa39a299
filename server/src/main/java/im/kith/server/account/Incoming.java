package im.kith.server.account;

import im.kith.server.feature.Verdict;
import im.kith.store.Body;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import im.kith.xmpp.XmlWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What comes to an account from others (or from itself): checks, who gets it, and the log.
final class Incoming {

    private static final Tag ITEMS = new Tag("http://jabber.org/protocol/disco#items", "query");
    private static final Tag ROSTER = new Tag(Roster.NAMESPACE, "query");
    private static final Tag LAST = new Tag("jabber:iq:last", "query");
    private static final StanzaError NOBODY =
            StanzaError.of(Condition.SERVICE_UNAVAILABLE, "There is nobody of that name here.");
    private static final StanzaError FULL =
            StanzaError.of(Condition.SERVICE_UNAVAILABLE, "The inbox is full until its owner reads it.");

    private final Account account;
    private final Site site;

    Incoming(Account account) {
        this.account = account;
        this.site = account.site;
    }

    void arrived(Handover handover) {
        account.touch();
        handle(handover);
    }

    private void handle(Handover handover) {
        var pending = handover.pending;
        if (pending != null && account.isRepeated(pending)) return;
        var stanza = handover.stanza;
        if (handover.answers != null) {
            refusal(stanza, handover.answers);
            return;
        }
        if (!account.exists()) {
            forNobody(handover);
            return;
        }
        var passing = passing(handover);
        if (passing != null) take(passing);
    }

    /// §8.5.1. What says nothing that somebody would have to get is answered as it is for an account that there is, so
    /// that nobody finds out which there are (XEP-0030 §8, XEP-0054 §3.3).
    private void forNobody(Handover handover) {
        var stanza = handover.stanza;
        if (stanza.isPresence() || asksForItems(stanza)) {
            account.settle(handover);
            answerForNobody(stanza);
        } else if (stanza.isMessage() && stanza.type().equals("headline")) {
            account.settle(handover);
        } else {
            bounce(handover, stanza.isIq() ? StanzaError.of(refusal(stanza)) : NOBODY);
        }
    }

    /// As strangers are refused by an account that there is.
    private static Condition refusal(Stanza iq) {
        var payload = iq.payload();
        var to = iq.to();
        if (payload == null || to == null) return Condition.SERVICE_UNAVAILABLE;
        boolean forbidden = to.isBare()
                ? payload.is(ROSTER) || (payload.is(LAST) && iq.type().equals("get"))
                : payload.is(LAST);
        return forbidden ? Condition.FORBIDDEN : Condition.SERVICE_UNAVAILABLE;
    }

    private void take(Handover handover) {
        var stanza = handover.stanza;
        switch (stanza.kind()) {
            case MESSAGE -> {
                var hearer = site.features.hearer(stanza);
                if (hearer == null) {
                    message(handover);
                } else {
                    account.settle(handover);
                    hearer.hear(stanza, account);
                }
            }
            case PRESENCE -> {
                account.settle(handover);
                account.presence.fromContact(stanza, account);
            }
            case IQ -> account.iqs.fromOthers(stanza);
        }
    }

    /// A copy of what goes to many. What is for devices only keeps nobody in memory.
    void overheard(Broadcast broadcast, Jid to) {
        if (!broadcast.fleeting) account.touch();
        if (to.isBare() || !account.exists() || broadcast.isForOne()) {
            boolean asItIs = account.exists()
                    && (broadcast.isNews() || broadcast.isProbe())
                    && passesAsItIs(broadcast.addressed(to));
            if (!asItIs) handle(new Handover(account.name, broadcast.alone(to), null, null));
            else if (broadcast.isNews()) show(broadcast, to);
            else account.presence.probedByAll(broadcast.addressed(to), account);
            return;
        }
        var device = account.devices.at(to);
        if (device == null) {
            handle(new Handover(account.name, broadcast.alone(to), null, null));
            return;
        }
        // Who does not want what a room says does not get it; nobody is told.
        if ((broadcast.filed && device.groups) || !admits(broadcast.addressed(to))) return;
        if (broadcast.isNews()) show(broadcast, to);
        else if (broadcast.stanza.isPresence()) account.presence.fromContact(broadcast.alone(to), account);
        else device.sendVolatile(broadcast.copy(to));
    }

    /// Presence to one device or to all that are available, as [Presence#fromContact] gives it.
    private void show(Broadcast broadcast, Jid to) {
        var presence = broadcast.addressed(to);
        account.presence.noticed(presence);
        byte[] copy = null;
        for (var device : account.devices.all()) {
            if (to.isFull() ? !device.jid.equals(to) : !device.isAvailable()) continue;
            if (copy == null) copy = broadcast.copy(to);
            device.send(presence, copy);
        }
    }

    /// Whether all checks let the stanza pass, and none changes it.
    private boolean passesAsItIs(Stanza stanza) {
        for (var check : site.features.incoming()) {
            if (check.judge(stanza, account) != Verdict.pass()) return false;
        }
        return true;
    }

    /// What the checks let pass of it, or null.
    private @Nullable Handover passing(Handover handover) {
        var passing = handover;
        for (var check : site.features.incoming()) {
            switch (check.judge(passing.stanza, account)) {
                case Verdict.Reject reject -> {
                    bounce(handover, reject.error());
                    return null;
                }
                case Verdict.Instead(var other) -> passing = new Handover(handover.to, other, handover.pending, null);
                case Verdict.Simple simple -> {
                    if (simple == Verdict.Simple.DROP) {
                        account.settle(handover);
                        return null;
                    }
                }
            }
        }
        return passing;
    }

    /// Whether the checks let the stanza pass, asked without consequences.
    boolean admits(Stanza stanza) {
        for (var check : site.features.incoming()) {
            var verdict = check.judge(stanza, account);
            if (verdict != Verdict.pass() && !(verdict instanceof Verdict.Instead)) return false;
        }
        return true;
    }

    /// Answers with an error unless the stanza is itself an answer (RFC 6120 §8.3.1). If it was acknowledged to its
    /// sender, the error takes the place of the delivery and is as durable.
    private void bounce(Handover handover, StanzaError error) {
        var stanza = handover.stanza;
        var pending = handover.pending;
        if (pending == null || !stanza.isMessage() || stanza.isError()) {
            account.settle(handover);
            bounce(stanza, error);
            return;
        }
        site.tally.refused.increment();
        account.partition.depart(new Handover(pending.owner(), stanza.error(error), pending));
    }

    void bounce(Stanza stanza, StanzaError error) {
        if (stanza.isError() || (stanza.isIq() && !stanza.isRequest())) return;
        var from = stanza.from();
        var owner = from == null ? null : site.ownerOf(from);
        if (owner == null) return;
        site.tally.refused.increment();
        account.partition.depart(new Handover(owner, stanza.error(error), null, null));
    }

    /// The error for a message that one of our devices sent: for that device, and kept until it has it.
    void refusal(Stanza error, Store.@Nullable Pending answers) {
        var to = error.to();
        var device = to == null ? null : account.devices.at(to);
        if (device == null && answers != null && to != null && account.devices.isAwaited(to.resource())) {
            // After a crash, before the device has come back.
            var head = Filed.head(to.resource(), new int[0], 0);
            var body = new Body(XmlWriter.toBytes(error.element(), Stanza.CLIENT));
            var entry = account.append(Filed.INCOMING | Filed.REFUSAL, account.bare, 0, head, body, false, answers);
            for (var other : account.devices.all()) other.feed.missed(entry.seq(), false);
            return;
        }
        if (device == null || device.acks == null) {
            if (answers != null) account.partition.turn().commit.settle(answers.owner(), answers.seq());
            if (device != null) device.send(error);
            return;
        }
        var stream = device.acks;
        var marks = Marks.begin();
        boolean connected = device.link != null;
        if (connected) marks.add(stream.tag, device.nextSlot(stream));
        var body = new Body(XmlWriter.toBytes(error.element(), Stanza.CLIENT));
        var entry = account.append(
                Filed.INCOMING | Filed.REFUSAL, account.bare, 0, marks.head(device.resource()), body, false, answers);
        for (var other : account.devices.all()) {
            if (other != device) other.feed.missed(entry.seq(), false);
            else if (device.feed.follows()) device.feed.send(entry.seq(), body.bytes());
            else if (connected) device.feed.sendEarly(entry.seq(), body.bytes());
            else device.feed.missed(entry.seq(), true);
        }
    }

    /// XEP-0030 §8: who is not here has no items, as who is here has none for strangers.
    private static boolean asksForItems(Stanza stanza) {
        var payload = stanza.payload();
        return stanza.isRequest()
                && payload != null
                && payload.is(ITEMS)
                && stanza.type().equals("get");
    }

    private static Element noItems(Stanza iq) {
        var node = Objects.requireNonNull(iq.payload()).attribute("node");
        return Element.build(ITEMS).attribute("node", node).build();
    }

    private void answerForNobody(Stanza stanza) {
        // XEP-0030 §8: the same as what a stranger is answered for an account that there is.
        var answer = stanza.isPresence() ? Presence.fromNowhere(stanza) : stanza.result(noItems(stanza));
        var to = answer == null ? null : answer.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (answer == null || owner == null) return;
        account.partition.depart(new Handover(owner, answer, null, null));
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    private void message(Handover handover) {
        var message = handover.stanza;
        var to = Objects.requireNonNull(message.to());
        var weight = Weight.of(message);
        var match = to.isFull() ? account.devices.at(to) : null;
        switch (Delivery.of(message.type(), to.isFull(), match != null, anyone(), weight.durable())) {
            case DEVICE -> deliver(handover, weight, match);
            case ALL, KEEP -> deliver(handover, weight, null);
            case ERROR -> bounce(handover, StanzaError.of(Condition.SERVICE_UNAVAILABLE));
            case IGNORE -> account.settle(handover);
        }
    }

    private boolean anyone() {
        for (var device : account.devices.all()) if (device.takesMessages()) return true;
        return false;
    }

    /// @param only the one device it is addressed to, or null for the account
    private void deliver(Handover handover, Weight weight, @Nullable Device only) {
        var message = handover.stanza;
        var from = Objects.requireNonNull(message.from());
        // XEP-0280 §6.1: what comes from a room goes to who is in it.
        boolean copied = weight.copied() && only != null && !account.owns(from) && !site.isOfService(from);
        if (!weight.durable()) {
            account.settle(handover);
            for (var device : account.devices.all()) {
                if (gets(device, only)) device.sendVolatile(handover.body().bytes());
                else if (copied && Carbons.wants(device)) {
                    device.sendVolatile(Splice.carbon(handover.body().bytes(), "received", account.bare, device.jid));
                }
            }
            return;
        }
        if (!account.devices.cursors.hasRoom()) {
            bounce(handover, FULL);
            return;
        }
        keep(handover, weight, only, copied);
    }

    private static boolean gets(Device device, @Nullable Device only) {
        return only == null ? device.takesMessages() : device == only;
    }

    private void keep(Handover handover, Weight weight, @Nullable Device only, boolean copied) {
        var from = Objects.requireNonNull(handover.stanza.from()).bare();
        var devices = account.devices.all();
        var marks = Marks.begin();
        for (var device : devices) {
            var stream = device.acks;
            if (stream == null) continue;
            boolean live = gets(device, only)
                    ? device.feed.follows() || (only != null && device.link != null)
                    : copied && Carbons.wants(device) && device.feed.follows();
            if (live) marks.add(stream.tag, device.nextSlot(stream));
        }
        int flags = Filed.INCOMING | (copied ? Filed.COPIED : 0);
        if (weight.archived() && account.archives(from)) flags |= Filed.ARCHIVED;
        var resource = only == null ? null : only.resource();
        var entry = account.append(
                flags, from.toString(), 0, marks.head(resource), handover.body(), false, handover.pending);
        account.devices.cursors.arrived();
        byte[] rendered = null;
        for (var device : devices) {
            boolean gets = gets(device, only);
            boolean copy = !gets && copied && Carbons.wants(device);
            boolean follows = device.feed.follows();
            if ((gets || copy) && (follows || (gets && only != null && device.link != null))) {
                if (rendered == null)
                    rendered = Splice.identified(handover.body().bytes(), account.bare, entry.seq());
                var bytes = copy ? Splice.carbon(rendered, "received", account.bare, device.jid) : rendered;
                if (follows) device.feed.send(entry.seq(), bytes);
                else device.feed.sendEarly(entry.seq(), bytes);
            } else {
                device.feed.missed(entry.seq(), gets || copy);
            }
        }
        for (var notice : site.features.notices()) notice.kept(handover.stanza, account);
    }
}
