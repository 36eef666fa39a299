package im.kith.server.account;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.account.SubscriptionState.Act;
import im.kith.server.account.SubscriptionState.Also;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.XmlWriter;

/// Who may see whose presence: the server's part of RFC 6121 §3. What a stanza does is [SubscriptionState]'s to say;
/// here it is done: stanzas are sent and delivered, the roster changes, presence follows.
///
/// Every stanza sent here survives a crash until the other account has handled it, except for the unavailable and
/// available presence around it, which is made anew whenever somebody connects.
final class Subscriptions {

    static final StanzaError ROSTER_IS_FULL =
            StanzaError.of(POLICY_VIOLATION, "The roster is full at " + Roster.MAX_ITEMS + " contacts.");

    /// A request that is longer is kept without its content.
    private static final int MAX_REQUEST_BYTES = 1024;

    private Subscriptions() {}

    /// A device asks, approves, cancels or unsubscribes (§3.1.2, §3.1.5, §3.2.2, §3.3.2, §3.4.2).
    static void outbound(Act act, Stanza stanza, Self self) {
        var device = stanza.from();
        var to = stanza.to();
        if (device == null) return;
        if (to == null) {
            refuse(stanza, device, StanzaError.of(BAD_REQUEST, "Say whom: the stanza has no 'to'."), self);
            return;
        }
        if (self.owns(to)) {
            refuse(stanza, device, StanzaError.of(NOT_ALLOWED, "An account sees its own presence."), self);
            return;
        }
        var contact = to.bare();
        var roster = Roster.of(self);
        var item = roster.itemOrNew(contact);
        var step = item.state().outbound(act);
        var next = item.with(step.next());
        if (step.also() == Also.APPROVE_AHEAD) next = next.withApproved(true);
        if (step.also() == Also.REVOKE_APPROVAL) next = next.withApproved(false);
        // A request denied or given up of somebody who was never in the roster leaves nothing there to show.
        boolean shows = item.visible()
                || next.approved()
                || step.next().from()
                || step.next().pendingOut();
        if (shows && !item.visible() && !roster.hasRoom()) {
            refuse(stanza, device, ROSTER_IS_FULL, self);
            return;
        }
        // While the contact is still subscribed (§3.2.2).
        if (item.state().from() && !step.next().from()) Presence.sendUnavailable(contact, self);
        if (step.passes()) self.sendDurably(Stanza.of(Stanza.Kind.PRESENCE, self.jid(), contact, stanza.element()));
        if (shows) showIfChanged(item, next, roster);
        else if (item.state() != step.next()) roster.putHidden(next);
        if (!item.state().from() && step.next().from()) {
            Presence.sendCurrent(contact, self);
            self.admitted(contact);
        }
    }

    /// A contact asks, approves, cancels or unsubscribes (§3.1.3, §3.1.6, §3.2.3, §3.3.3).
    static void inbound(Act act, Stanza stanza, Self self) {
        var from = stanza.from();
        if (from == null || self.owns(from)) return;
        var contact = from.bare();
        var roster = Roster.of(self);
        var item = roster.itemOrNew(contact);
        var step = item.state().inbound(act, item.approved());
        var received = Stanza.of(Stanza.Kind.PRESENCE, contact, self.jid(), stanza.element());
        if (step.also() == Also.ANSWER_SUBSCRIBED) self.sendDurably(of(Act.SUBSCRIBED, contact, self));
        var next = item.with(step.next());
        if (act == Act.SUBSCRIBE && step.passes()) {
            if (!item.visible() && !roster.hasRoomForRequest()) {
                self.send(received.error(StanzaError.of(RESOURCE_CONSTRAINT, "Too many requests wait for an answer.")));
                return;
            }
            next = next.withRequest(keepable(received));
        }
        // A request goes to whoever is there, news of a subscription to who shows a roster.
        if (step.passes()) {
            for (var device : self.devices()) {
                if (act == Act.SUBSCRIBE ? device.available() : Roster.INTERESTED.test(device)) {
                    self.sendToDevice(device.jid(), received);
                }
            }
        }
        if (item.visible() && !onlyRequestsDiffer(item, next)) roster.put(next);
        else if (item.state() != step.next()) roster.putHidden(next);
        if (item.state().from() && !step.next().from()) Presence.sendUnavailable(contact, self);
        if (!item.state().from() && step.next().from()) Presence.sendCurrent(contact, self);
    }

    /// The contact leaves the roster, and with it all subscriptions (§2.5.2).
    static void end(RosterItem item, Self self) {
        leave(item, self);
        Roster.of(self).remove(item.jid());
    }

    /// The account is about to be removed: its contacts learn that nobody is there to see or to be seen.
    static void endAll(Self self) {
        for (var row : Roster.of(self).rows()) {
            if (row.getValue()[0] != 0) leave(RosterItem.decode(Roster.jidOf(row), row.getValue()), self);
        }
    }

    private static void leave(RosterItem item, Self self) {
        var state = item.state();
        if (state.to() || state.pendingOut()) self.sendDurably(of(Act.UNSUBSCRIBE, item.jid(), self));
        if (state.from()) Presence.sendUnavailable(item.jid(), self);
        if (state.from() || state.pendingIn()) self.sendDurably(of(Act.UNSUBSCRIBED, item.jid(), self));
    }

    static Stanza of(Act act, Jid to, Self self) {
        var element = Element.build(Stanza.CLIENT, "presence")
                .attribute("type", act.type)
                .build();
        return Stanza.of(Stanza.Kind.PRESENCE, self.jid(), to, element);
    }

    private static void showIfChanged(RosterItem before, RosterItem after, Roster roster) {
        if (before.visible() && onlyRequestsDiffer(before, after)) {
            if (before.state() != after.state()) roster.putHidden(after);
        } else {
            roster.put(after);
        }
    }

    /// Whether a client sees no difference: requests that are pending in are not part of an item (§2.1.2.5).
    private static boolean onlyRequestsDiffer(RosterItem before, RosterItem after) {
        var one = before.state();
        var other = after.state();
        return one.to() == other.to()
                && one.from() == other.from()
                && one.pendingOut() == other.pendingOut()
                && before.approved() == after.approved();
    }

    /// The request as it is kept for devices that come online later.
    private static Element keepable(Stanza request) {
        var element = request.element();
        if (XmlWriter.toBytes(element, "").length <= MAX_REQUEST_BYTES) return element;
        return Element.build(Stanza.CLIENT, "presence")
                .attribute("type", Act.SUBSCRIBE.type)
                .attribute("from", element.attribute("from"))
                .attribute("to", element.attribute("to"))
                .build();
    }

    private static void refuse(Stanza stanza, Jid device, StanzaError error, Self self) {
        self.sendToDevice(device, stanza.error(error));
    }
}
