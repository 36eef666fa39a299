package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.XmlWriter;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.4, §7.5, §8.1: messages to all, private ones, and the subject. A message to all is kept in the
/// room's log before anybody hears it.
///
/// Errors: `not-acceptable` to who is not in the room, `forbidden` without voice or right, `bad-request` for a
/// groupchat message to one occupant, `item-not-found` for an occupant that is not there, `policy-violation` in
/// slow mode.
final class Speaking {

    private static final String STANZA_ID = "urn:xmpp:sid:0";
    private static final StanzaError NOT_HERE = Muc.error(NOT_ACCEPTABLE, "Only who is in the room may speak in it.");
    private static final StanzaError NO_VOICE = Muc.error(FORBIDDEN, "You have no voice in this room; ask for it.");

    /// §11.1: errors by which a device says that it can't be reached.
    private static final Set<String> UNREACHABLE = Set.of(
            "gone",
            "item-not-found",
            "jid-malformed",
            "recipient-unavailable",
            "redirect",
            "remote-server-not-found",
            "remote-server-timeout",
            "service-unavailable");

    private final Room room;
    final Invitations invitations;
    private final VoiceRequests voiceRequests;
    private final Moderation moderation;

    Speaking(Room room) {
        this.room = room;
        this.invitations = new Invitations(room);
        this.voiceRequests = new VoiceRequests(room);
        this.moderation = new Moderation(room);
    }

    @Nullable
    StanzaError arrived(Stanza message, Jid from) {
        var occupant = room.occupants.at(from);
        return arrived(message, from, occupant != null ? occupant : room.membership.speaker(from));
    }

    /// A message that was accepted before a crash, in which it was forgotten who is in the room: who was then may say
    /// what it said then.
    @Nullable
    StanzaError arrivedAgain(Stanza message, Jid from) {
        var occupant = room.occupants.at(from);
        if (occupant == null) occupant = room.membership.speaker(from);
        if (occupant == null) occupant = room.occupants.former(from, room::occupantId);
        return arrived(message, from, occupant);
    }

    private @Nullable StanzaError arrived(Stanza message, Jid from, @Nullable Occupant occupant) {
        var to = Objects.requireNonNull(message.to());
        if (message.isError()) {
            var present = room.occupants.at(from);
            if (present != null && isUnreachable(message)) room.leaving.lost(present, from);
            return null;
        }
        if (!room.exists()) return Muc.error(ITEM_NOT_FOUND, "There is no such room.");
        boolean groupchat = message.type().equals("groupchat");
        if (to.isFull()) {
            if (groupchat) return Muc.error(BAD_REQUEST, "A private message is not of type groupchat.");
            return occupant == null ? NOT_HERE : whisper(message, occupant, Objects.requireNonNull(to.resource()));
        }
        if (groupchat) return occupant == null ? NOT_HERE : say(message, occupant);
        var x = message.element().child(Muc.USER, "x");
        if (x != null) return invitations.arrived(x, from, occupant);
        if (Approvals.isAnswer(message.element())) return room.approvals.answered(message.element(), from);
        if (VoiceRequests.isOne(message.element())) {
            return occupant == null ? NOT_HERE : voiceRequests.arrived(message.element(), occupant);
        }
        return Muc.error(BAD_REQUEST, "Messages to the room are of type groupchat.");
    }

    private static boolean isUnreachable(Stanza error) {
        var condition = error.element().child(Stanza.CLIENT, "error");
        var name = condition == null ? null : condition.firstChild();
        return name != null && UNREACHABLE.contains(name.name());
    }

    // ---- to all ----------------------------------------------------------------------------------------------------

    private @Nullable StanzaError say(Stanza message, Occupant occupant) {
        if (Subject.isChange(message.element())) return changeSubject(message, occupant);
        if (!occupant.role.isAtLeast(Role.PARTICIPANT)) return NO_VOICE;
        var slow = tooSoon(occupant);
        if (slow != null) return slow;
        var said = ours(message.element(), occupant);
        var stanza = Stanza.of(Kind.MESSAGE, room.address(occupant.nick), null, said);
        if (isWorthKeeping(said)) {
            boolean shown = said.child(Stanza.CLIENT, "body") != null;
            room.tell(stanza, shown, occupant.account);
            if (said.child(Muc.RETRACTION, "retract") != null) moderation.retracted(said, occupant);
        } else {
            room.murmur(stanza);
        }
        return null;
    }

    /// Chat states and what is not to be stored are told, not kept.
    private static boolean isWorthKeeping(Element message) {
        if (message.child("urn:xmpp:hints", "no-store") != null) return false;
        if (message.child("urn:xmpp:hints", "store") != null) return true;
        for (int i = 0; i < message.childCount(); i++) {
            if (!(message.childAt(i) instanceof Element child)) continue;
            boolean trifle = child.namespace().equals("http://jabber.org/protocol/chatstates")
                    || child.namespace().equals(STANZA_ID)
                    || child.namespace().equals(Muc.OCCUPANT_ID)
                    || child.is(Stanza.CLIENT, "thread");
            if (!trifle) return true;
        }
        return false;
    }

    /// The message as the room tells it: what only the room may say is taken out, who spoke is put in (XEP-0421).
    private Element ours(Element message, Occupant occupant) {
        var said = message.without(this::isOurs);
        if (room.membership.isOn() && room.configuration.isNonAnonymous()) said = said.plus(real(occupant));
        return said.plus(Muc.occupantId(occupant.id));
    }

    /// XEP-0313: who it really was, for who gets no presence.
    private Element real(Occupant occupant) {
        return Element.build(Muc.USER, "x")
                .child("item", item -> item.attribute(
                                "affiliation", room.affiliationOf(occupant).label())
                        .attribute("jid", occupant.account.toString())
                        .attribute("role", occupant.role.label()))
                .build();
    }

    private boolean isOurs(Element child) {
        if (child.namespace().equals(Muc.OCCUPANT_ID) || child.namespace().equals(Muc.USER)) return true;
        if (!child.is(STANZA_ID, "stanza-id")) return false;
        var by = Jid.parse(child.attribute("by", ""));
        return by == null || by.domain().equals(room.jid.domain());
    }

    /// XEP-0500.
    private @Nullable StanzaError tooSoon(Occupant occupant) {
        int seconds = room.configuration.number(Setting.SLOW_MODE);
        if (seconds == 0 || occupant.role == Role.MODERATOR) return null;
        long now = room.home.nowMillis();
        long wait = occupant.spokeMillis + seconds * 1000L - now;
        if (occupant.spokeMillis != 0 && wait > 0) {
            return Muc.error(
                            POLICY_VIOLATION,
                            "This room is in slow mode: wait %d seconds between messages, %d more now."
                                    .formatted(seconds, (wait + 999) / 1000))
                    .as(StanzaError.Type.WAIT);
        }
        occupant.spokeMillis = now;
        room.membership.spoke(occupant);
        return null;
    }

    private @Nullable StanzaError changeSubject(Stanza message, Occupant occupant) {
        boolean may = occupant.role == Role.MODERATOR
                || (room.configuration.is(Setting.CHANGE_SUBJECT) && occupant.role.isAtLeast(Role.PARTICIPANT))
                || room.membership.mayEdit(occupant.account);
        if (!may) return Muc.error(FORBIDDEN, "You may not change this room's subject.");
        var said = ours(message.element(), occupant);
        if (XmlWriter.toBytes(said, Stanza.CLIENT).length > Subject.MOST_BYTES) {
            return Muc.error(NOT_ACCEPTABLE, "A subject may have " + Subject.MOST_BYTES + " bytes.");
        }
        var stanza = Stanza.of(Kind.MESSAGE, room.address(occupant.nick), null, said);
        room.subject.change(stanza.element(), room.home.nowMillis());
        room.tell(stanza, false, occupant.account);
        return null;
    }

    // ---- to one ----------------------------------------------------------------------------------------------------

    private @Nullable StanzaError whisper(Stanza message, Occupant from, String nick) {
        if (!mayWhisper(from)) return Muc.error(FORBIDDEN, "You may not send private messages in this room.");
        var present = room.occupants.named(nick);
        // From before a crash: to who was here then.
        var holder = present == null ? room.affiliations.holderOf(nick) : null;
        var absent = holder == null ? null : room.membership.absent(holder);
        var other = present != null ? present : absent;
        if (other == null && room.occupants.at(from.device()) == null) {
            other = room.occupants.formerly(nick, room::occupantId);
        }
        if (other == null) return Muc.error(ITEM_NOT_FOUND, "There is nobody of that name in the room.");
        var element = message.element().without(this::isOurs);
        var x = message.element().child(Muc.USER, "x");
        var marked = element.plus(x == null || x.firstChild() != null ? Element.empty(Muc.USER, "x") : x)
                .plus(Muc.occupantId(from.id));
        var sender = room.address(from.nick);
        boolean kept = marked.child(Stanza.CLIENT, "body") != null;
        for (var device : present == null ? List.of(other.device()) : other.devices()) {
            var stanza = Stanza.of(Kind.MESSAGE, sender, device, marked);
            if (kept) room.home.sendDurably(stanza);
            else room.home.send(stanza);
        }
        return null;
    }

    private boolean mayWhisper(Occupant from) {
        return switch (room.configuration.text(Setting.ALLOW_PRIVATE)) {
            case "none" -> false;
            case "moderators" -> from.role == Role.MODERATOR;
            case "participants" -> from.role.isAtLeast(Role.PARTICIPANT);
            default -> true;
        };
    }

    /// A private message or an invitation was refused: who sent it learns so.
    void returned(Stanza error) {
        var to = error.to();
        var from = error.from();
        if (to == null || from == null) return;
        if (to.isBare()) {
            invitations.returned(error, from);
            return;
        }
        var sender = room.occupants.named(Objects.requireNonNull(to.resource()));
        var other = room.occupants.at(from);
        if (sender == null || other == null) return;
        room.home.send(Stanza.of(Kind.MESSAGE, room.address(other.nick), sender.device(), error.element()));
    }
}
