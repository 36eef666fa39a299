package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §7.2, §7.6, §7.7: presence of a device to the room: who may come in and under which name, what it is
/// then told in which order, and what becomes of presence of who is in already.
///
/// Errors: `jid-malformed` without a nickname, `not-authorized` (password), `registration-required` (members only),
/// `forbidden` (banned), `conflict` (nickname), `service-unavailable` (full), `item-not-found` (locked),
/// `not-acceptable` (a nickname of nothing but space).
final class Entering {

    private static final int MOST_NICK_CHARS = 200;
    /// Administrators get in beyond the limit, up to so many.
    private static final int ROOM_FOR_ADMINS = 20;

    private final Room room;

    Entering(Room room) {
        this.room = room;
    }

    /// Available presence of a device.
    @Nullable
    StanzaError arrived(Stanza presence, Jid device) {
        var to = presence.to();
        var nick = to == null ? null : to.resource();
        var x = presence.element().child(Muc.NAMESPACE, "x");
        var occupant = room.occupants.at(device);
        if (nick == null) return Muc.error(Condition.JID_MALFORMED, "Say under which nickname, as the resource.");
        if (occupant != null) {
            if (!occupant.nick.equals(nick) && (x == null || !room.membership.has(device)))
                return rename(occupant, device, nick, presence.element());
            return x == null ? change(occupant, device, presence.element()) : enterAgain(occupant, device, presence, x);
        }
        if (x == null) {
            outOfStep(device, nick);
            return null;
        }
        return enter(presence, device, nick, x);
    }

    /// §7.2.17: who believes to be in the room but is not is told so; it did not say that it wants in.
    private void outOfStep(Jid device, String nick) {
        var item = Element.build(Muc.USER, "x").child("item", one -> one.attribute(
                        "affiliation", room.affiliations.of(device).label())
                .attribute("role", Role.NONE.label()));
        for (int code : new int[] {110, 307, 333}) item.child(Muc.status(code));
        room.home.send(Stanza.of(
                Kind.PRESENCE, room.address(nick), device, Muc.stanza("presence", "unavailable", item.build())));
    }

    private @Nullable StanzaError enter(Stanza presence, Jid device, String wanted, Element x) {
        var history = x.child(Muc.NAMESPACE, "history");
        var wish = History.Wish.of(history, room.home.nowMillis());
        if (wish == null) return Muc.error(Condition.BAD_REQUEST, "The limits of the history are malformed.");
        if (room.isEnding()) return Muc.error(Condition.ITEM_NOT_FOUND, "This group is gone.");
        // A member of a group has its nickname.
        var member = room.exists() ? room.membership.speaker(device) : null;
        var nick = member == null ? wanted : member.nick;
        var wrong = unfit(nick);
        if (wrong != null) return wrong;
        boolean created = !room.exists();
        if (!created) {
            var refusal = refusal(device, nick, x.childText(Muc.NAMESPACE, "password"));
            if (refusal != null) return refusal;
            welcomeByLink(device, nick, x.childText(Muc.NAMESPACE, "password"));
        } else {
            room.create(device.bare());
        }
        var before = room.occupants.all();
        var occupant = room.occupants.named(nick);
        var affiliation = room.affiliations.of(device);
        if (occupant == null) {
            var role = room.membership.roleOf(affiliation);
            occupant = new Occupant(nick, device, room.occupantId(device.bare()), role);
        }
        occupant.shows(device, presence.element());
        room.occupants.add(occupant, device);
        room.presences.of(before, occupant, device);
        var notice = Notice.present(occupant.role, affiliation, codes(created, !nick.equals(wanted)))
                .answering(presence.id());
        room.presences.toOthers(occupant, notice);
        welcome(occupant, device, notice, wish);
        room.changed();
        return null;
    }

    /// XEP-0488 §4: who comes by a link becomes a member.
    private void welcomeByLink(Jid device, String nick, @Nullable String token) {
        if (token == null || room.affiliations.of(device) != Affiliation.NONE || !room.links.knows(token)) return;
        room.links.use(token);
        room.affiliations.set(device, Affiliation.MEMBER, null);
        if (room.membership.isOn()) room.affiliations.reserve(device, nick);
    }

    private int[] codes(boolean created, boolean renamed) {
        var codes = new ArrayList<Integer>();
        if (room.configuration.isNonAnonymous()) codes.add(100);
        if (room.configuration.is(Setting.LOGGED)) codes.add(170);
        if (created) codes.add(201);
        if (renamed) codes.add(210);
        return codes.stream().mapToInt(Integer::intValue).toArray();
    }

    /// §7.1: self-presence, history, subject; live messages follow.
    private void welcome(Occupant occupant, Jid device, Notice notice, History.Wish wish) {
        room.presences.toOwn(occupant, device, notice);
        room.presences.picture(room.picture.hash(), device);
        var most = room.configuration.number(Setting.HISTORY);
        var seen = room.history.wanted(wish, most, device, room.membership.hiddenUpTo(device));
        room.home.replay(seen, device);
        room.home.send(room.subject.greeting(device));
    }

    /// §7.2.2: a device that says again that it enters has lost what it was told.
    private @Nullable StanzaError enterAgain(Occupant occupant, Jid device, Stanza presence, Element x) {
        var wish = History.Wish.of(x.child(Muc.NAMESPACE, "history"), room.home.nowMillis());
        if (wish == null) return Muc.error(Condition.BAD_REQUEST, "The limits of the history are malformed.");
        occupant.shows(device, presence.element());
        room.presences.of(room.occupants.all(), occupant, device);
        var notice = Notice.present(occupant.role, room.affiliationOf(occupant), codes(false, false));
        welcome(occupant, device, notice.answering(presence.id()), wish);
        return null;
    }

    /// §7.7: another availability.
    private @Nullable StanzaError change(Occupant occupant, Jid device, Element presence) {
        occupant.shows(device, presence);
        var notice = Notice.present(occupant.role, room.affiliationOf(occupant));
        room.presences.toAll(occupant, notice.answering(presence.attribute("id")));
        return null;
    }

    /// §7.6: the old name goes with code 303, the new one comes.
    private @Nullable StanzaError rename(Occupant occupant, Jid device, String nick, Element presence) {
        var wrong = unfit(nick);
        if (wrong != null) return wrong;
        if (isTaken(nick, device)) return taken(nick);
        var other = room.occupants.named(nick);
        if (other != null) return taken(nick);
        var affiliation = room.affiliationOf(occupant);
        room.presences.toAll(occupant, Notice.renamed(occupant.role, affiliation, nick));
        occupant.shows(device, presence);
        room.occupants.rename(occupant, nick);
        if (room.membership.has(device)) room.affiliations.reserve(device, nick);
        var notice = Notice.present(occupant.role, affiliation);
        room.presences.toAll(occupant, notice.answering(presence.attribute("id")));
        return null;
    }

    private static @Nullable StanzaError unfit(String nick) {
        if (nick.isBlank()) return Muc.error(Condition.NOT_ACCEPTABLE, "A nickname needs more than spaces.");
        return nick.length() > MOST_NICK_CHARS
                ? Muc.error(Condition.NOT_ACCEPTABLE, "A nickname has up to " + MOST_NICK_CHARS + " characters.")
                : null;
    }

    private static StanzaError taken(String nick) {
        return Muc.error(Condition.CONFLICT, "The nickname " + nick + " is somebody else's; take another one.");
    }

    /// Whether somebody else is here under this name, or has reserved it.
    boolean isTaken(String nick, Jid person) {
        var present = room.occupants.named(nick);
        if (present != null && !present.account.equals(person.bare())) return true;
        var holder = room.affiliations.holderOf(nick);
        return holder != null && !holder.equals(person.bare());
    }

    private @Nullable StanzaError refusal(Jid device, String nick, @Nullable String password) {
        var configuration = room.configuration;
        var affiliation = room.affiliations.of(device);
        if (room.isLocked() && affiliation != Affiliation.OWNER) {
            return Muc.error(Condition.ITEM_NOT_FOUND, "This room is being set up; try again in a while.");
        }
        if (affiliation == Affiliation.OUTCAST) return Muc.error(Condition.FORBIDDEN, "You are banned from this room.");
        // XEP-0488: a link's token stands in for a password.
        boolean byLink = affiliation == Affiliation.NONE && room.links.knows(password);
        if (byLink) {
            var spent = room.links.refusal(password);
            if (spent != null) return spent;
            if (!room.membership.hasRoomFor(1)) return Membership.FULL;
            if (room.approvals.areNeeded()) {
                var tooMany = room.approvals.ask(device, nick);
                return tooMany != null
                        ? tooMany
                        : Muc.error(
                                Condition.REGISTRATION_REQUIRED, "The administrators have been asked to let you in.");
            }
        } else if (configuration.is(Setting.MEMBERS_ONLY) && !affiliation.isAtLeast(Affiliation.MEMBER)) {
            return Muc.error(Condition.REGISTRATION_REQUIRED, "Only members may enter this room.");
        }
        if (!byLink
                && configuration.is(Setting.PASSWORD_PROTECTED)
                && !matches(configuration.text(Setting.PASSWORD), password)) {
            return Muc.error(Condition.NOT_AUTHORIZED, "This room needs its password.");
        }
        if (isTaken(nick, device)) return taken(nick);
        int most = configuration.number(Setting.MAX_USERS);
        int limit = affiliation.isAtLeast(Affiliation.ADMIN) ? most + ROOM_FOR_ADMINS : most;
        if (room.occupants.named(nick) == null && room.occupants.size() >= limit) {
            // XEP-0045 §7.2.9: somebody may leave.
            return Muc.error(Condition.SERVICE_UNAVAILABLE, "The room is full: it takes " + most + " people.")
                    .as(StanzaError.Type.WAIT);
        }
        return null;
    }

    private static boolean matches(String secret, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
