package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_AUTHORIZED;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0488: tokens in links by which people come into a room who are not known yet. A spent one is remembered for a
/// while, so that who comes with it learns why it is of no use.
///
/// ```
/// shelf "room.links": token → issuer, newline, good until (millis), newline, how many more may come (-1: no limit)
/// ```
///
/// Errors: `forbidden` (may not invite), `item-not-found` (no such token, or not one's own), `bad-request` (a limit
/// that is no number), `resource-constraint` (too many links), `not-authorized` with `<expired-token/>` (a token is
/// spent).
final class InviteLinks {

    static final String NAMESPACE = "urn:xmpp:muc-token-invite:0";
    static final String SHELF = "room.links";

    private static final int MOST_LINKS = 100;
    private static final long LONGEST_SECONDS = 365 * 86_400L;
    private static final int MOST_USES = 10_000;
    private static final long REMEMBERED_MILLIS = 30 * 86_400_000L;
    private static final StanzaError NO_LINK =
            Muc.error(ITEM_NOT_FOUND, "There is no such link, or it is not for you to revoke.");

    private record Link(String issuer, long untilMillis, int left) {

        byte[] encoded() {
            return (issuer + "\n" + untilMillis + "\n" + left).getBytes(StandardCharsets.UTF_8);
        }

        static Link decoded(byte[] row) {
            var parts = new String(row, StandardCharsets.UTF_8).split("\n", 3);
            return new Link(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
        }

        boolean isGood(long nowMillis) {
            return left != 0 && nowMillis < untilMillis;
        }
    }

    private final Room room;
    private final Shelf shelf;

    InviteLinks(Room room, Shelf shelf) {
        this.room = room;
        this.shelf = shelf;
    }

    // ---- issuing ---------------------------------------------------------------------------------------------------

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element payload, boolean set) {
        if (!mayInvite(from)) return Muc.error(FORBIDDEN, "You may not invite people to this room.");
        return switch (payload.name()) {
            case "request" -> set ? issue(iq, from, payload) : unknown();
            case "revoke" -> set ? revoke(iq, from, payload.text().strip()) : unknown();
            case "tokens" -> {
                if (!set) list(iq, from);
                yield set ? unknown() : null;
            }
            default -> unknown();
        };
    }

    private static StanzaError unknown() {
        return Muc.error(BAD_REQUEST, "One requests a token, revokes one, or asks for the tokens.");
    }

    private boolean mayInvite(Jid person) {
        var affiliation = room.affiliations.of(person);
        return affiliation.isAtLeast(Affiliation.ADMIN)
                || (affiliation == Affiliation.MEMBER && room.configuration.is(Setting.ALLOW_INVITES));
    }

    private @Nullable StanzaError issue(Stanza iq, Jid from, Element request) {
        long now = room.home.nowMillis();
        prune(now);
        if (shelf.all().size() >= MOST_LINKS) {
            return Muc.error(RESOURCE_CONSTRAINT, "A room has up to " + MOST_LINKS + " links; revoke some.");
        }
        long seconds = number(request.attribute("delay"), LONGEST_SECONDS);
        long uses = number(request.attribute("counter"), MOST_USES);
        if (seconds < 0 || uses < 0) return Muc.error(BAD_REQUEST, "delay and counter are numbers from 1 upwards.");
        boolean counted = request.attribute("counter") != null;
        var link = new Link(from.bare().toString(), now + seconds * 1000, counted ? (int) uses : -1);
        var token = room.home.secret();
        shelf.put(token, link.encoded());
        room.home.send(iq.result(told(token, link, now)));
        return null;
    }

    /// From 1 up to `most`, which is what nothing and too much mean; -1 if it is none.
    private static long number(@Nullable String text, long most) {
        if (text == null) return most;
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) return -1;
        long number = Long.parseLong(text);
        return number == 0 ? -1 : Math.min(number, most);
    }

    private static Element told(String token, Link link, long nowMillis) {
        return Element.build(NAMESPACE, "token")
                .attribute("delay", Long.toString(Math.max(0, (link.untilMillis() - nowMillis + 999) / 1000)))
                .attribute("counter", link.left() < 0 ? null : Integer.toString(link.left()))
                .text(token)
                .build();
    }

    private void list(Stanza iq, Jid from) {
        long now = room.home.nowMillis();
        var list = Element.build(NAMESPACE, "tokens");
        shelf.all().forEach((token, row) -> {
            var link = Link.decoded(row);
            if (link.isGood(now) && mayRevoke(from, link)) list.child(told(token, link, now));
        });
        room.home.send(iq.result(list.build()));
    }

    private boolean mayRevoke(Jid person, Link link) {
        return room.affiliations.of(person).isAtLeast(Affiliation.ADMIN)
                || link.issuer().equals(person.bare().toString());
    }

    private @Nullable StanzaError revoke(Stanza iq, Jid from, String token) {
        var link = link(token);
        if (link == null || !link.isGood(room.home.nowMillis()) || !mayRevoke(from, link)) return NO_LINK;
        shelf.put(token, new Link(link.issuer(), 0, link.left()).encoded());
        room.home.send(iq.result(null));
        return null;
    }

    private @Nullable Link link(String token) {
        var row = shelf.get(token);
        return row == null ? null : Link.decoded(row);
    }

    /// Forgets what was spent long ago, and the oldest of it if there is too much.
    private void prune(long nowMillis) {
        for (var token : List.copyOf(shelf.all().keySet())) {
            var link = Objects.requireNonNull(link(token));
            boolean old = link.untilMillis() > 0 && nowMillis - link.untilMillis() > REMEMBERED_MILLIS;
            if (old || (!link.isGood(nowMillis) && shelf.all().size() >= MOST_LINKS)) shelf.remove(token);
        }
    }

    // ---- using -----------------------------------------------------------------------------------------------------

    /// Whether the room has, or had, a link with this token.
    boolean knows(@Nullable String token) {
        return token != null && shelf.get(token) != null;
    }

    /// Why nobody can come in with this token, or null.
    @Nullable
    StanzaError refusal(@Nullable String token) {
        var link = token == null ? null : link(token);
        if (link == null) return spent("This link is not valid; ask for another one.");
        if (link.left() == 0) return spent("This link was used up; ask for another one.");
        if (link.untilMillis() == 0) return spent("This link was revoked; ask for another one.");
        return link.isGood(room.home.nowMillis()) ? null : spent("This link is too old; ask for another one.");
    }

    private static StanzaError spent(String text) {
        return Muc.error(NOT_AUTHORIZED, text).with(Element.empty(NAMESPACE, "expired-token"));
    }

    /// One more has come in with it.
    void use(String token) {
        var link = link(token);
        if (link == null || link.left() <= 0) return;
        shelf.put(token, new Link(link.issuer(), link.untilMillis(), link.left() - 1).encoded());
    }
}
