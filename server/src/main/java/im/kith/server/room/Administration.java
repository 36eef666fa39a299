package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §8–§10, muc#admin: the lists of roles and affiliations, and changes to them. A request is carried out
/// as a whole or not at all; [Change] says what of it is allowed.
final class Administration {

    private static final int MOST_ITEMS = 200;

    private final Room room;

    Administration(Room room) {
        this.room = room;
    }

    // ---- lists -----------------------------------------------------------------------------------------------------

    @Nullable
    StanzaError list(Stanza iq, Jid from, Element query) {
        var items = query.children();
        if (items.size() != 1 || !items.getFirst().is(Muc.ADMIN, "item")) {
            return Muc.error(BAD_REQUEST, "Ask for one list, by one item.");
        }
        var item = items.getFirst();
        var affiliation = Affiliation.of(item.attribute("affiliation"));
        var role = Role.of(item.attribute("role"));
        if ((affiliation == null) == (role == null)) {
            return Muc.error(BAD_REQUEST, "Ask for an affiliation or a role.");
        }
        var answer = Element.build(Muc.ADMIN, "query");
        if (affiliation != null) {
            if (!maySee(from, affiliation)) return Muc.error(FORBIDDEN, "This list is not for you.");
            for (var person : room.affiliations.all(affiliation)) answer.child(affiliated(person, affiliation));
        } else {
            var refusal = roleListRefusal(from, role);
            if (refusal != null) return refusal;
            for (var occupant : room.occupants.all()) if (occupant.role == role) answer.child(present(occupant));
        }
        room.home.send(iq.result(answer.build()));
        return null;
    }

    private boolean maySee(Jid from, Affiliation list) {
        var own = room.affiliations.of(from);
        if (own == Affiliation.OWNER) return true;
        // A list of addresses is for who sees addresses anyhow.
        boolean open = room.configuration.isNonAnonymous();
        boolean member = own.isAtLeast(Affiliation.MEMBER);
        return switch (list) {
            case OUTCAST, NONE -> own == Affiliation.ADMIN;
            case MEMBER -> own == Affiliation.ADMIN || (open && (member || roleSeesMembers(from)));
            case ADMIN, OWNER -> open && (member || !room.occupants.of(from).isEmpty());
        };
    }

    private boolean roleSeesMembers(Jid from) {
        var roles = room.configuration.values(Setting.MEMBER_LIST);
        return room.occupants.of(from).stream().anyMatch(occupant -> roles.contains(occupant.role.label()));
    }

    private @Nullable StanzaError roleListRefusal(Jid from, @Nullable Role list) {
        if (list == null || list == Role.NONE) return Muc.error(BAD_REQUEST, "Nobody in the room is without a role.");
        boolean admin = room.affiliations.of(from).isAtLeast(Affiliation.ADMIN);
        boolean may = list == Role.MODERATOR ? admin : admin || isModerator(from);
        return may ? null : Muc.error(FORBIDDEN, "This list is not for you.");
    }

    boolean isModerator(Jid from) {
        return room.occupants.of(from).stream().anyMatch(occupant -> occupant.role == Role.MODERATOR);
    }

    private Element affiliated(Jid person, Affiliation affiliation) {
        var entry = room.affiliations.entry(person);
        var present = room.occupants.of(person);
        return Element.build(Muc.ADMIN, "item")
                .attribute("affiliation", affiliation.label())
                .attribute("jid", person.toString())
                .attribute("nick", present.isEmpty() ? entry.nick() : present.getFirst().nick)
                .attribute(
                        "role",
                        present.isEmpty() ? null : present.getFirst().role.label())
                .child("reason", entry.reason())
                .build();
    }

    private Element present(Occupant occupant) {
        return Element.build(Muc.ADMIN, "item")
                .attribute("affiliation", room.affiliationOf(occupant).label())
                .attribute("jid", occupant.device().toString())
                .attribute("nick", occupant.nick)
                .attribute("role", occupant.role.label())
                .build();
    }

    // ---- changes ---------------------------------------------------------------------------------------------------

    @Nullable
    StanzaError change(Stanza iq, Jid from, Element query) {
        var items = query.children();
        if (items.isEmpty() || items.size() > MOST_ITEMS) {
            return Muc.error(BAD_REQUEST, "A change has from 1 to " + MOST_ITEMS + " items.");
        }
        var changes = new ArrayList<Change>();
        for (var item : items) {
            switch (Change.of(item, room)) {
                case Change.Malformed(var error) -> {
                    return error;
                }
                case Change change -> {
                    var refusal = change.refusal(from, room);
                    if (refusal != null) return refuse(iq, refusal, item);
                    changes.add(change);
                }
            }
        }
        var refusal = refusal(changes);
        if (refusal != null) return refusal;
        var actor = room.occupants.at(from);
        var actorNick = actor != null ? actor.nick : null;
        var others = new ArrayList<Runnable>();
        for (var change : changes) others.addAll(carryOut(change, from, actorNick));
        room.home.send(iq.result(null));
        for (var told : others) told.run();
        return null;
    }

    /// §8.4: what can't be granted is sent back with the item that is to blame.
    private @Nullable StanzaError refuse(Stanza iq, StanzaError refusal, Element item) {
        if (refusal.condition() != Condition.NOT_ALLOWED) return refusal;
        var error = iq.error(refusal);
        var query = Element.build(Muc.ADMIN, "query").child(item).build();
        var both = Element.build(Stanza.CLIENT, "iq")
                .attribute("type", "error")
                .attribute("id", iq.id())
                .child(query)
                .children(error.element().children())
                .build();
        room.home.send(error.with(both));
        return null;
    }

    /// A room always has an owner (§10), and its lists have an end.
    private @Nullable StanzaError refusal(List<Change> changes) {
        var owners = new ArrayList<>(room.affiliations.all(Affiliation.OWNER));
        boolean touched = false;
        for (var change : changes) {
            if (!(change instanceof Change.ToAffiliation to)) continue;
            touched |= owners.remove(to.person());
            if (to.affiliation() == Affiliation.OWNER) owners.add(to.person());
        }
        if (touched && owners.isEmpty()) {
            return Muc.error(Condition.CONFLICT, "A room needs an owner; make somebody else one first.");
        }
        long more = changes.stream()
                .filter(change -> change instanceof Change.ToAffiliation to
                        && to.affiliation().isAtLeast(Affiliation.MEMBER)
                        && !room.membership.has(to.person()))
                .count();
        if (!room.membership.hasRoomFor((int) more)) return Membership.FULL;
        return room.affiliations.hasRoomFor(changes.size())
                ? null
                : Muc.error(Condition.RESOURCE_CONSTRAINT, "The room's lists are full.");
    }

    /// Does it and tells who is concerned; answers what tells the others.
    private List<Runnable> carryOut(Change change, Jid from, @Nullable String actor) {
        return switch (change) {
            case Change.ToRole to -> List.of(toRole(to, actor));
            case Change.ToAffiliation to ->
                affiliate(to.person(), to.affiliation(), to.reason(), actor, from, to.nick());
            case Change.Malformed malformed -> throw new IllegalArgumentException(malformed.toString());
        };
    }

    private Runnable toRole(Change.ToRole to, @Nullable String actor) {
        var occupant = to.occupant();
        var affiliation = room.affiliationOf(occupant);
        if (to.role() == Role.NONE) {
            return room.leaving.remove(occupant, Notice.gone(affiliation, 307).because(to.reason(), actor));
        }
        room.occupants.give(occupant, to.role());
        var notice = Notice.present(occupant.role, affiliation).because(to.reason(), actor);
        return () -> room.presences.toAll(occupant, notice);
    }

    /// Sets the affiliation of somebody, present or not.
    List<Runnable> affiliate(
            Jid person,
            Affiliation affiliation,
            @Nullable String reason,
            @Nullable String actor,
            Jid from,
            @Nullable String nick) {
        var before = room.affiliations.of(person);
        room.affiliations.set(person, affiliation, reason);
        if (nick != null && affiliation.isAtLeast(Affiliation.MEMBER) && !room.entering.isTaken(nick, person)) {
            room.affiliations.reserve(person, nick.isEmpty() ? null : nick);
        }
        var present = person.local() == null ? ofDomain(person) : room.occupants.of(person);
        var others = new ArrayList<Runnable>();
        boolean closed = room.configuration.is(Setting.MEMBERS_ONLY);
        for (var occupant : present) {
            if (affiliation == Affiliation.OUTCAST) {
                others.add(room.leaving.remove(
                        occupant, Notice.gone(affiliation, 301).because(reason, actor)));
            } else if (closed && affiliation == Affiliation.NONE) {
                others.add(room.leaving.remove(
                        occupant, Notice.gone(affiliation, 321).because(reason, actor)));
            } else {
                others.add(now(occupant, before, affiliation, reason, actor));
            }
        }
        boolean invited = closed && present.isEmpty() && before == Affiliation.NONE;
        if (invited && affiliation == Affiliation.MEMBER && room.home.isAccount(person)) {
            others.add(() -> room.invite(person, from, reason));
        }
        return others;
    }

    private Runnable now(
            Occupant occupant,
            Affiliation before,
            Affiliation affiliation,
            @Nullable String reason,
            @Nullable String actor) {
        var usual = room.membership.roleOf(affiliation);
        boolean rises = affiliation.isAtLeast(before);
        room.occupants.give(occupant, rises && occupant.role.isAtLeast(usual) ? occupant.role : usual);
        var notice = Notice.present(occupant.role, affiliation).because(reason, actor);
        return () -> room.presences.toAll(occupant, notice);
    }

    private List<Occupant> ofDomain(Jid domain) {
        return room.occupants.all().stream()
                .filter(occupant -> occupant.account.domain().equals(domain.domain())
                        && room.affiliations.of(occupant.account) == Affiliation.OUTCAST)
                .toList();
    }
}
