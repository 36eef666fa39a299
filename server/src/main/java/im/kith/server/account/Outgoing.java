package im.kith.server.account;

import im.kith.server.feature.Verdict;
import im.kith.store.Body;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What leaves an account: stanzas of its devices, and those that presence and features send in its name.
///
/// A message worth keeping is appended to the account's own log first, pending; the addressee's append settles it.
final class Outgoing {

    private static final StanzaError STUCK = StanzaError.of(
            Condition.RESOURCE_CONSTRAINT, "The server can't keep messages at the moment; try again in a while.");
    private static final StanzaError SILENT =
            StanzaError.of(Condition.SERVICE_UNAVAILABLE, "The server takes no messages.");
    private static final StanzaError ELSEWHERE =
            StanzaError.of(Condition.REMOTE_SERVER_NOT_FOUND, "This server does not talk to other servers.");

    private final Account account;
    private final Site site;
    /// Null until the first message that needs it.
    private @Nullable Recent recent;

    Outgoing(Account account) {
        this.account = account;
        this.site = account.site;
    }

    /// A stanza of one of the account's devices.
    void arrived(Device device, Stanza stanza) {
        switch (stanza.kind()) {
            case IQ -> {
                site.tally.iqs.increment();
                var passing = passing(device, stanza);
                if (passing != null) account.iqs.fromDevice(device, passing);
            }
            case PRESENCE -> {
                site.tally.presences.increment();
                var passing = passing(device, stanza);
                if (passing != null) account.presence.fromDevice(device.jid, passing, account);
            }
            case MESSAGE -> {
                var addresses = Multicast.addresses(stanza, site.server);
                if (addresses == null) message(device, stanza);
                else messages(device, stanza, addresses);
            }
        }
    }

    /// What the checks let pass of it, or null.
    private @Nullable Stanza passing(Device device, Stanza stanza) {
        if (stanza.to() == null) return stanza;
        var passing = stanza;
        for (var check : site.features.outgoing()) {
            switch (check.judge(passing, account)) {
                case Verdict.Reject reject -> {
                    refuse(device, stanza, reject.error());
                    return null;
                }
                case Verdict.Instead(var other) -> passing = other;
                case Verdict.Simple simple -> {
                    if (simple == Verdict.Simple.DROP) return null;
                }
            }
        }
        return passing;
    }

    /// The same for what is sent in the account's name: rejected is dropped.
    @Nullable
    Stanza passing(Stanza stanza) {
        var passing = stanza;
        for (var check : site.features.outgoing()) {
            var verdict = check.judge(passing, account);
            if (verdict instanceof Verdict.Instead(var other)) passing = other;
            else if (verdict != Verdict.pass()) return null;
        }
        return passing;
    }

    private void refuse(Device device, Stanza stanza, StanzaError error) {
        site.tally.refused.increment();
        boolean answer = stanza.isError() || (stanza.isIq() && !stanza.isRequest());
        if (answer) return;
        // The stream's count covers the message, so its refusal must be as durable as the message would have been.
        if (stanza.isMessage() && device.acks != null && weight(stanza).durable()) {
            account.incoming.refusal(stanza.error(error), null);
        } else {
            device.send(stanza.error(error));
        }
    }

    private Weight weight(Stanza message) {
        var to = message.to();
        return to != null && site.isOfService(to) ? Weight.ofServices(message) : Weight.of(message);
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    /// XEP-0033: one message to many is many messages.
    private void messages(Device device, Stanza stanza, Element addresses) {
        switch (Multicast.copies(stanza, addresses, site.server)) {
            case Multicast.Refused(var error) -> refuse(device, stanza, error);
            case Multicast.Copies(var messages) -> {
                for (var message : messages) message(device, message);
            }
        }
    }

    private void message(Device device, Stanza said) {
        site.tally.accepted.increment();
        var stanza = passing(device, said);
        if (stanza == null) return;
        var to = stanza.to() == null ? account.jid : stanza.to();
        if (site.ownerOf(to) == null) {
            refuse(device, stanza, to.domain().equals(site.settings.domain()) ? SILENT : ELSEWHERE);
            return;
        }
        // XEP-0359 §4: nobody but us gives ids in our name.
        var element = stanza.element().without(this::isForgedId);
        var message = stanza.to() == null || element != stanza.element()
                ? Stanza.of(Stanza.Kind.MESSAGE, stanza.from(), to, element)
                : stanza;
        var weight = weight(message);
        if (!weight.durable()) {
            passOn(device, message, weight);
            return;
        }
        if (account.isStuck() && device.acks == null) {
            // At once: what is answered in order waits for the disk too. A client with stream management sees that
            // nothing is
            // acknowledged, and keeps its message.
            site.tally.refused.increment();
            device.writeNow(XmlWriter.toBytes(stanza.error(STUCK).element(), Stanza.CLIENT));
            return;
        }
        var origin = element.child("urn:xmpp:sid:0", "origin-id");
        var originId = origin == null ? null : origin.attribute("id");
        if (originId == null) {
            keep(device, message, weight, 0);
            return;
        }
        long key = Recent.key(originId, to.bare().toString());
        if (recent == null) {
            remember(() -> keepOnce(device, message, weight, key));
        } else {
            keepOnce(device, message, weight, key);
        }
    }

    private boolean isForgedId(Element child) {
        if (!child.is("urn:xmpp:sid:0", "stanza-id")) return false;
        var by = Jid.parse(child.attribute("by", ""));
        return by != null && by.domain().equals(site.settings.domain());
    }

    /// Reads which messages were sent lately, once.
    private void remember(Runnable then) {
        if (account.lastSeq == 0) {
            recent = new Recent();
            then.run();
            return;
        }
        var sent = new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, Filed.SENT, null, Recent.LIMIT, true);
        account.pause(site.store.read(account.name, sent), entries -> {
            var known = new Recent();
            if (entries != null) for (var entry : entries) if (entry.key() != 0) known.add(entry.key());
            recent = known;
            then.run();
        });
    }

    private void keepOnce(Device device, Stanza message, Weight weight, long key) {
        var known = Objects.requireNonNull(recent);
        if (known.contains(key)) {
            site.tally.repeated.increment();
            return;
        }
        known.add(key);
        keep(device, message, weight, key);
    }

    private void keep(Device device, Stanza message, Weight weight, long key) {
        var to = Objects.requireNonNull(message.to());
        var owner = Objects.requireNonNull(site.ownerOf(to));
        long seq = account.nextSeq();
        var handover = new Handover(owner, message, new Store.Pending(account.name, seq), null);
        boolean toSelf = owner.equals(account.name);
        boolean copied = weight.copied() && !toSelf;
        var marks = Marks.begin();
        var stream = device.acks;
        if (stream != null) {
            marks.add(stream.tag, (int) stream.inbound);
            stream.recordedInbound = stream.inbound;
        }
        if (copied) {
            for (var other : account.devices.all()) {
                var theirs = other.acks;
                if (other != device && theirs != null && Carbons.wants(other) && other.feed.follows()) {
                    marks.add(theirs.tag, other.nextSlot(theirs));
                }
            }
        }
        int flags = Filed.SENT | (copied ? Filed.COPIED : 0);
        if (weight.archived() && account.archives(to)) flags |= Filed.ARCHIVED;
        var entry = account.append(
                flags, to.bare().toString(), key, marks.head(device.resource()), handover.body(), true, null);
        for (var other : account.devices.all()) {
            boolean concerns = copied && other != device && Carbons.wants(other);
            if (concerns && other.feed.follows()) {
                other.feed.send(entry.seq(), sentCarbon(entry.body(), entry.seq(), other));
            } else {
                other.feed.missed(entry.seq(), concerns);
            }
        }
        account.partition.depart(handover);
    }

    private byte[] sentCarbon(Body body, long seq, Device other) {
        return Splice.carbon(Splice.identified(body.bytes(), account.bare, seq), "sent", account.bare, other.jid);
    }

    /// What is not kept: passed on at once, with copies to the devices that want them.
    private void passOn(Device device, Stanza message, Weight weight) {
        var to = Objects.requireNonNull(message.to());
        var handover = new Handover(Objects.requireNonNull(site.ownerOf(to)), message, null, null);
        if (weight.copied() && !account.owns(to)) {
            for (var other : account.devices.all()) {
                if (other == device || !Carbons.wants(other)) continue;
                other.sendVolatile(Splice.carbon(handover.body().bytes(), "sent", account.bare, other.jid));
            }
        }
        account.partition.depart(handover);
    }

    // ---- in the account's name -------------------------------------------------------------------------------------

    /// Routes a stanza that is not kept. `device` gets the error if there is no way; null for nobody.
    void route(Stanza stanza, @Nullable Device device) {
        var to = stanza.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (owner != null) {
            account.partition.depart(new Handover(owner, stanza, null, null));
        } else if (device != null) {
            boolean here = to != null && to.domain().equals(site.settings.domain());
            refuse(device, stanza, here ? StanzaError.of(Condition.SERVICE_UNAVAILABLE) : ELSEWHERE);
        }
    }

    /// Routes an account's presence, which is written once for all who ask for it.
    void show(Broadcast presence, Jid to) {
        var said = presence.addressed(to);
        if (passing(said) == said) account.partition.depart(presence, to);
        else account.send(presence.alone(to));
    }

    /// The same for many who are sent the same, but for what the checks change.
    void routeToEach(List<Stanza> stanzas, Iterable<Jid> to, boolean fleeting) {
        var alike = new ArrayList<Jid>();
        Map<List<Element>, List<Jid>> changed = Map.of();
        for (var one : to) {
            boolean asSaid = true;
            for (var stanza : stanzas) {
                // The address is in the stanza and not in its element: enough for checks.
                var said = new Stanza(stanza.kind(), stanza.from(), one, stanza.element());
                asSaid &= passing(said) == said;
            }
            if (asSaid) {
                alike.add(one);
                continue;
            }
            if (changed.isEmpty()) changed = new LinkedHashMap<>(4);
            changed.computeIfAbsent(passing(stanzas, one), elements -> new ArrayList<>())
                    .add(one);
        }
        if (!alike.isEmpty()) account.partition.depart(broadcasts(stanzas, fleeting), alike);
        changed.forEach((elements, some) -> {
            var those = new ArrayList<Stanza>();
            for (var element : elements) {
                var kind = Objects.requireNonNull(Stanza.Kind.of(element.name()));
                those.add(new Stanza(kind, Jid.parse(element.attribute("from", "")), null, element));
            }
            if (!those.isEmpty()) account.partition.depart(broadcasts(those, fleeting), some);
        });
    }

    /// What the checks let pass of them on the way to `to`, without `to`.
    private List<Element> passing(List<Stanza> stanzas, Jid to) {
        var elements = new ArrayList<Element>(stanzas.size());
        for (var stanza : stanzas) {
            var passing = passing(stanza.withTo(to));
            if (passing != null) elements.add(passing.withTo(null).element());
        }
        return elements;
    }

    private static List<Broadcast> broadcasts(List<Stanza> stanzas, boolean fleeting) {
        var broadcasts = new ArrayList<Broadcast>(stanzas.size());
        for (var stanza : stanzas) broadcasts.add(Broadcast.ofAccount(stanza, fleeting));
        return broadcasts;
    }

    /// Sends a stanza that survives a crash until the other account has handled it.
    void errand(Stanza stanza) {
        var to = stanza.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (to == null || owner == null) return;
        long seq = account.nextSeq();
        var handover = new Handover(owner, stanza, new Store.Pending(account.name, seq), null);
        var entry = account.append(
                Filed.ERRAND, to.bare().toString(), 0, Filed.head(null, new int[0], 0), handover.body(), true, null);
        for (var device : account.devices.all()) device.feed.missed(entry.seq(), false);
        account.partition.depart(handover);
    }
}
