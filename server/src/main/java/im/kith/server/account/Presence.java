package im.kith.server.account;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.account.SubscriptionState.Act;
import im.kith.server.feature.Owner.DeviceView;
import im.kith.server.feature.Privacy;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is there, and who is told (RFC 6121 §4). One per account that is in memory; it holds a single reference, null
/// unless a device has sent directed presence. What the devices' presence *is*, the account keeps ([Self#setPresence]).
///
/// **How the account calls it**, on its own thread; whatever is sent goes through [Self]:
///
/// - [#fromDevice] for *every* presence stanza of a device, subscription requests and errors included, after the
///   outgoing checks. `from` is the device's full JID; `to` is whatever the client wrote, perhaps nothing.
/// - [#fromContact] for *every* presence stanza that reaches the account from elsewhere, to its bare or to a full JID,
///   after the incoming checks.
/// - [#deviceGone] when a device's session ends for good (not while it may still be resumed), *before* the device
///   leaves [Self#devices]. Also for a device that never was available.
/// - [#deviceBack] when a device goes on with a stream that was restored from the log, once it is among the devices
///   again with its old presence.
/// - [Subscriptions#endAll] before the account is removed.
/// - [Self#send], [Self#sendToEach] and [Self#sendDurably] must run the outgoing checks too and drop silently what they
///   reject: that is how a blocked contact sees nothing. They keep their order, towards one contact, between each
/// other.
/// - [Self#devices] must not change while a call runs, except that [Self#setPresence] shows in the next list.
/// - For an account that does not exist, [#fromNowhere] says what answers a presence stanza.
final class Presence {

    /// Addresses beyond the roster to which one device may have shown itself.
    static final int MAX_DIRECTED = 500;

    /// A device may have missed what was sent to it this long before it was last heard.
    private static final long UNSURE_MILLIS = 600_000;

    private static final Element UNAVAILABLE = Element.build(Stanza.CLIENT, "presence")
            .attribute("type", "unavailable")
            .build();
    private static final Element PROBE =
            Element.build(Stanza.CLIENT, "presence").attribute("type", "probe").build();

    /// By device: whom it has sent available presence directly, and who therefore must learn when it goes (§4.6.3).
    private @Nullable Map<Jid, Set<Jid>> directed;

    /// A presence stanza of the device.
    void fromDevice(Jid device, Stanza presence, Self self) {
        var type = presence.element().attribute("type");
        var to = presence.to();
        if (type == null) {
            if (to == null) available(device, presence, self);
            else directedAvailable(device, to, presence, self);
            return;
        }
        switch (type) {
            case "unavailable" -> {
                if (to == null) unavailable(device, presence.element(), true, self);
                else directedUnavailable(device, to, presence, self);
            }
            case "subscribe", "subscribed", "unsubscribe", "unsubscribed" ->
                Subscriptions.outbound(Objects.requireNonNull(Act.of(type)), presence, self);
            case "probe" -> {
                if (to == null) refuse(device, presence, "Say whom: the probe has no 'to'.", self);
                else if (self.owns(to)) answerProbe(presence, device, true, self);
                else self.send(presence);
            }
            case "error" -> {
                if (to != null) route(to, presence, self);
            }
            default -> refuse(device, presence, "There is no presence of type '" + type + "'.", self);
        }
    }

    /// A presence stanza that somebody else sent to the account or to one of its devices.
    void fromContact(Stanza presence, Self self) {
        var from = presence.from();
        if (from == null) return;
        var type = presence.element().attribute("type");
        var act = type == null ? null : Act.of(type);
        if (act != null) {
            Subscriptions.inbound(act, presence, self);
        } else if ("probe".equals(type)) {
            answerProbe(presence, from, true, self);
        } else if (type == null || type.equals("unavailable") || type.equals("error")) {
            var to = presence.to();
            noticed(presence);
            deliver(to == null ? self.jid() : to, presence, self);
        } else {
            self.send(presence.error(StanzaError.of(BAD_REQUEST, "There is no presence of type '" + type + "'.")));
        }
    }

    /// A device of somebody who has appeared asks all its contacts. Who is away does not answer: if it is not in
    /// memory, it is not even asked.
    void probedByAll(Stanza probe, Self self) {
        var from = probe.from();
        if (from != null) answerProbe(probe, from, false, self);
    }

    /// Whether the stanza says that a device is there, or that it is not: the next one makes it stale.
    static boolean isNews(Stanza presence) {
        var type = presence.element().attribute("type");
        return type == null || type.equals("unavailable");
    }

    /// Presence of somebody else goes to the devices. Who has left is not told that a device leaves.
    void noticed(Stanza presence) {
        var from = presence.from();
        if (from != null && presence.element().attribute("type") != null) forget(presence.to(), from);
    }

    /// The device's session has ended without a word (§4.5.1).
    void deviceGone(Jid device, Self self) {
        unavailable(device, UNAVAILABLE, false, self);
    }

    /// The device goes on with a stream that has outlived the process, or its own time. Others may not know any more
    /// that it is there; it has missed whose presence changed, and perhaps what changed in the roster since
    /// `seenMillis`.
    void deviceBack(Jid device, long seenMillis, Self self) {
        for (var view : self.devices()) {
            if (!view.jid().equals(device)) continue;
            if (Roster.INTERESTED.test(view)) {
                for (var change : Roster.of(self).changesAfterMillis(seenMillis - UNSURE_MILLIS)) {
                    self.pushToDevices(change, other -> other.jid().equals(device));
                }
            }
            var presence = view.presence();
            if (presence == null) continue;
            announce(device, presence, true, contact -> true, self);
            self.appeared(device, null, presence);
        }
    }

    /// What answers a presence stanza to an account that does not exist (§4.3.2, §8.5.1): null for nothing.
    static @Nullable Stanza fromNowhere(Stanza presence) {
        var from = presence.from();
        var to = presence.to();
        if (from == null || to == null || !"probe".equals(presence.type())) return null;
        return Stanza.of(
                Kind.PRESENCE,
                to.bare(),
                from,
                Element.build(Stanza.CLIENT, "presence")
                        .attribute("type", Act.UNSUBSCRIBED.type)
                        .build());
    }

    /// Sends the contact the presence of every available device.
    static void sendCurrent(Jid contact, Self self) {
        for (var device : self.devices()) {
            var presence = device.presence();
            if (presence != null) self.send(Stanza.of(Kind.PRESENCE, device.jid(), contact, presence));
        }
    }

    /// Tells the contact that every available device is gone.
    static void sendUnavailable(Jid contact, Self self) {
        for (var device : self.devices()) {
            if (device.available()) self.send(Stanza.of(Kind.PRESENCE, device.jid(), contact, UNAVAILABLE));
        }
    }

    /// Initial presence (§4.2.2) and later changes (§4.4.2).
    private static void available(Jid device, Stanza presence, Self self) {
        int priority = priority(presence.element());
        if (priority == INVALID) {
            refuse(device, presence, "A priority is a whole number from -128 to 127.", self);
            return;
        }
        var before = shown(device, self.devices());
        var shaped = self.shaped(Capabilities.carriedOver(before, presence.element()));
        self.setPresence(device, shaped, priority);
        self.sendToDevice(device, Stanza.of(Kind.PRESENCE, device, self.jid(), shaped));
        announce(device, shaped, before == null, contact -> true, self);
        self.appeared(device, before, shaped);
    }

    /// Sends again what the features shape otherwise by now: the hash of the photo, to who may see it.
    static void showAgain(Self self) {
        for (var device : self.devices()) {
            var before = device.presence();
            if (before == null) continue;
            var shaped = self.shaped(before);
            if (shaped.equals(before)) continue;
            self.setPresence(device.jid(), shaped, device.priority());
            self.sendToDevice(device.jid(), Stanza.of(Kind.PRESENCE, device.jid(), self.jid(), shaped));
            announce(device.jid(), shaped, false, contact -> Privacy.shows(self, Privacy.Thing.PHOTO, contact), self);
        }
    }

    private static @Nullable Element shown(Jid device, List<DeviceView> devices) {
        for (var view : devices) if (view.jid().equals(device)) return view.presence();
        return null;
    }

    /// Shows the device's presence to who may see it; if `anew`, shows the device all that it may see.
    private static void announce(Jid device, Element presence, boolean anew, Predicate<Jid> whom, Self self) {
        var own = Stanza.of(Kind.PRESENCE, device, self.jid(), presence);
        boolean alone = true;
        for (var other : self.devices()) {
            var shown = other.presence();
            if (shown == null || other.jid().equals(device)) continue;
            alone = false;
            self.sendToDevice(other.jid(), own);
            if (anew) self.sendToDevice(device, Stanza.of(Kind.PRESENCE, other.jid(), device, shown));
        }
        var roster = Roster.of(self);
        if (roster.isEmpty()) return;
        // Other devices know the contacts' presence already: then the answers come to this device alone.
        var prober = alone ? self.jid() : device;
        var watching = new ArrayList<Jid>();
        var watched = new ArrayList<Jid>();
        var both = new ArrayList<Jid>();
        for (var row : roster.rows()) {
            int flags = RosterItem.flags(row.getValue());
            if ((flags & (RosterItem.FROM | RosterItem.TO | RosterItem.PENDING_IN)) == 0) continue;
            var contact = Roster.jidOf(row);
            boolean from = (flags & RosterItem.FROM) != 0;
            boolean to = anew && (flags & RosterItem.TO) != 0;
            if (from && whom.test(contact)) (to ? both : watching).add(contact);
            else if (to) watched.add(contact);
            if (anew && (flags & RosterItem.PENDING_IN) != 0) showRequest(contact, row.getValue(), device, self);
        }
        // Who is away is unavailable to the device anyhow, and need not be loaded to say so.
        var shown = Stanza.of(Kind.PRESENCE, device, null, presence);
        var probe = Stanza.of(Kind.PRESENCE, prober, null, PROBE);
        self.sendToEach(List.of(shown, probe), both, true);
        self.sendToEach(List.of(shown), watching, true);
        self.sendToEach(List.of(probe), watched, true);
    }

    private static void showRequest(Jid contact, byte[] row, Jid device, Self self) {
        var request = RosterItem.decode(contact, row).request();
        if (request == null) return;
        var stanza = Stanza.of(Kind.PRESENCE, contact, self.jid(), request);
        // Its sender may have been blocked since.
        if (self.admits(stanza)) self.sendToDevice(device, stanza);
    }

    /// The device is not available any more (§4.5.2). `said` if it told so itself, and so gets its own word back.
    private void unavailable(Jid device, Element presence, boolean said, Self self) {
        var shownTo = directed == null ? null : directed.remove(device);
        if (directed != null && directed.isEmpty()) directed = null;
        var devices = self.devices();
        boolean was = isAvailable(device, devices);
        if (!was && shownTo == null) return;
        var roster = Roster.of(self);
        if (was) {
            self.setPresence(device, null, 0);
            var own = Stanza.of(Kind.PRESENCE, device, self.jid(), presence);
            for (var other : devices) {
                if (other.jid().equals(device) ? said : other.available()) self.sendToDevice(other.jid(), own);
            }
            var leaving = Stanza.of(Kind.PRESENCE, device, null, presence);
            self.sendToEach(List.of(leaving), roster.watching(), true);
        }
        if (shownTo == null) return;
        for (var to : shownTo) {
            boolean told = was && (self.owns(to) || (roster.flags(to) & RosterItem.FROM) != 0);
            if (!told) route(to, Stanza.of(Kind.PRESENCE, device, to, presence), self);
        }
    }

    private void directedAvailable(Jid device, Jid to, Stanza presence, Self self) {
        if (priority(presence.element()) == INVALID) {
            refuse(device, presence, "A priority is a whole number from -128 to 127.", self);
            return;
        }
        if (directed == null) directed = new HashMap<>(2);
        var shownTo = directed.computeIfAbsent(device, first -> new HashSet<>(2));
        if (shownTo.size() >= MAX_DIRECTED && !shownTo.contains(to)) {
            var error = StanzaError.of(RESOURCE_CONSTRAINT, "A device shows itself to " + MAX_DIRECTED + " at most.");
            self.sendToDevice(device, presence.error(error));
            return;
        }
        shownTo.add(to);
        route(to, presence.with(self.shaped(presence.element())), self);
    }

    private void directedUnavailable(Jid device, Jid to, Stanza presence, Self self) {
        forget(device, to);
        route(to, presence, self);
    }

    /// The device has not shown itself to `to` any more.
    private void forget(@Nullable Jid device, Jid to) {
        if (directed == null || device == null) return;
        var shownTo = directed.get(device);
        if (shownTo == null || !shownTo.remove(to) || !shownTo.isEmpty()) return;
        directed.remove(device);
        if (directed.isEmpty()) directed = null;
    }

    /// Answers a probe (§4.3.2) of `prober`, whether a contact, somebody to whom a device has shown itself, or a device
    /// of this account.
    ///
    /// To who may not see it, the account is away ([Privacy]).
    private void answerProbe(Stanza probe, Jid prober, boolean evenIfAway, Self self) {
        boolean own = self.owns(prober);
        var to = probe.to();
        var resource = to != null && to.isFull() ? to : null;
        if (!own && (Roster.of(self).flags(prober) & RosterItem.FROM) == 0) {
            if (resource == null || !isShownTo(resource, prober)) {
                // Not kept over a crash: whoever probes again is told again.
                self.send(Subscriptions.of(Act.UNSUBSCRIBED, prober.bare(), self));
                return;
            }
        }
        boolean answered = false;
        boolean hides = !own && !Privacy.shows(self, Privacy.Thing.ONLINE, prober);
        for (var device : hides ? List.<DeviceView>of() : self.devices()) {
            var presence = device.presence();
            if (presence == null || (resource != null && !resource.equals(device.jid()))) continue;
            answered = true;
            if (own) deliver(prober, Stanza.of(Kind.PRESENCE, device.jid(), prober, presence), self);
            else self.show(device.jid(), prober);
        }
        var silent = resource == null ? self.jid() : resource;
        if (answered || !evenIfAway) return;
        var away = Stanza.of(Kind.PRESENCE, silent, prober, UNAVAILABLE);
        if (hides) self.sendUnchecked(away);
        else route(prober, away, self);
    }

    private boolean isShownTo(Jid device, Jid contact) {
        var shownTo = directed == null ? null : directed.get(device);
        return shownTo != null && (shownTo.contains(contact) || shownTo.contains(contact.bare()));
    }

    private static void route(Jid to, Stanza presence, Self self) {
        if (self.owns(to)) deliver(to, presence, self);
        else self.send(presence);
    }

    /// To the one device that is meant, available or not, or to all that are available (§8.5.2, §8.5.3).
    private static void deliver(Jid to, Stanza presence, Self self) {
        if (to.isFull()) {
            self.sendToDevice(to, presence);
            return;
        }
        for (var device : self.devices()) {
            if (device.available()) self.sendToDevice(device.jid(), presence);
        }
    }

    private static boolean isAvailable(Jid device, List<DeviceView> devices) {
        for (var view : devices) {
            if (view.available() && view.jid().equals(device)) return true;
        }
        return false;
    }

    private static final int INVALID = Integer.MIN_VALUE;

    /// The priority that the presence states (§4.7.2.3), 0 if none, [#INVALID] if it is not one number in range.
    private static int priority(Element presence) {
        int found = INVALID;
        for (int i = 0; i < presence.childCount(); i++) {
            if (!(presence.childAt(i) instanceof Element child) || !child.is(Stanza.CLIENT, "priority")) continue;
            if (found != INVALID) return INVALID;
            found = number(child.text());
            if (found == INVALID) return INVALID;
        }
        return found == INVALID ? 0 : found;
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text.strip());
            return number >= -128 && number <= 127 ? number : INVALID;
        } catch (NumberFormatException e) {
            return INVALID;
        }
    }

    private static void refuse(Jid device, Stanza presence, String why, Self self) {
        self.sendToDevice(device, presence.error(StanzaError.of(BAD_REQUEST, why)));
    }
}
