package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §10, muc#owner: the configuration of a new room or an old one, and its end. For owners only.
final class Ownership {

    private static final String OWNERS = "muc#roomconfig_roomowners";
    private static final String ADMINS = "muc#roomconfig_roomadmins";
    private static final int MOST_LISTED = 200;
    private static final Set<String> EDITABLE = Set.of(Setting.NAME.field, Setting.DESCRIPTION.field);

    private final Room room;
    private final Administration administration;

    Ownership(Room room) {
        this.room = room;
        this.administration = new Administration(room);
    }

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element query, boolean set) {
        boolean edits = set && isEdit(query) && room.membership.mayEdit(from);
        if (room.affiliations.of(from) != Affiliation.OWNER && !edits) {
            return Muc.error(FORBIDDEN, "Only owners configure a room.");
        }
        if (!set) {
            if (query.childCount() > 0) return Muc.error(BAD_REQUEST, "Ask for the form by an empty query.");
            var form = room.configuration.form(room.jid.toString(), people());
            room.home.send(iq.result(
                    Element.build(Muc.OWNER, "query").child(form.toElement()).build()));
            return null;
        }
        var destroy = query.child(Muc.OWNER, "destroy");
        if (destroy != null) return destroy(iq, from, destroy);
        var x = query.child(DataForm.NAMESPACE, "x");
        var form = x == null ? null : DataForm.parse(x);
        if (form == null) return Muc.error(BAD_REQUEST, "Send the form, filled in, or say to destroy the room.");
        return switch (form.type()) {
            case CANCEL -> cancel(iq);
            case SUBMIT -> submit(iq, from, form);
            case FORM, RESULT -> Muc.error(BAD_REQUEST, "The form is to be of type submit or cancel.");
        };
    }

    /// Whether a form changes nothing but what a group's `edit` is about.
    private static boolean isEdit(Element query) {
        var x = query.child(DataForm.NAMESPACE, "x");
        var form = x == null ? null : DataForm.parse(x);
        if (form == null || form.type() != DataForm.Type.SUBMIT) return false;
        return form.fields().stream()
                .allMatch(field -> EDITABLE.contains(String.valueOf(field.name()))
                        || String.valueOf(field.name()).equals("FORM_TYPE"));
    }

    private List<Field> people() {
        return List.of(
                new Field(ADMINS, "jid-multi", "Administrators", false, addresses(Affiliation.ADMIN), List.of()),
                new Field(OWNERS, "jid-multi", "Owners", false, addresses(Affiliation.OWNER), List.of()));
    }

    private List<String> addresses(Affiliation affiliation) {
        return room.affiliations.all(affiliation).stream()
                .limit(MOST_LISTED)
                .map(Jid::toString)
                .toList();
    }

    /// §10.1.3: a new room ends, an old one stays as it is.
    private @Nullable StanzaError cancel(Stanza iq) {
        room.home.send(iq.result(null));
        if (room.isLocked()) {
            room.leaving.all(Notice.destroyed(Element.empty(Muc.USER, "destroy")));
            room.end();
        }
        return null;
    }

    private @Nullable StanzaError submit(Stanza iq, Jid from, DataForm form) {
        if (form.formType() != null && !Muc.ROOM_CONFIG.equals(form.formType())) {
            return Muc.error(BAD_REQUEST, "The form's FORM_TYPE is " + Muc.ROOM_CONFIG + ".");
        }
        var before = room.configuration;
        var now = before.with(form);
        if (now == null) return Muc.error(NOT_ACCEPTABLE, "A field holds what it may not, or the password is missing.");
        var refusal = room.membership.refusal(now);
        if (refusal != null) return refusal;
        var owners = people(form, OWNERS);
        var admins = people(form, ADMINS);
        if (owners == null || admins == null) return Muc.error(NOT_ACCEPTABLE, "A person's address is malformed.");
        if (form.field(OWNERS) != null && owners.isEmpty()) {
            return Muc.error(CONFLICT, "A room needs an owner.");
        }
        var persons = new ArrayList<Runnable>();
        boolean begins = now.is(Setting.LASTING) && !before.is(Setting.LASTING);
        room.configure(now);
        if (begins) room.membership.begins();
        else events(before, now);
        var former = room.affiliations.all(Affiliation.OWNER);
        if (form.field(OWNERS) != null) reaffiliate(owners, Affiliation.OWNER, Affiliation.ADMIN, from, persons);
        // §10.2: who was an owner stays an administrator, though the form's other list does not know it yet.
        admins.addAll(former);
        admins.removeAll(room.affiliations.all(Affiliation.OWNER));
        if (form.field(ADMINS) != null) reaffiliate(admins, Affiliation.ADMIN, Affiliation.MEMBER, from, persons);
        room.home.send(iq.result(null));
        for (var told : persons) told.run();
        if (room.isLocked()) {
            room.unlock();
            return null;
        }
        tell(before, now);
        if (!before.text(Setting.POST).equals(now.text(Setting.POST))) giveVoice();
        if (now.is(Setting.MEMBERS_ONLY) && !before.is(Setting.MEMBERS_ONLY)) removeStrangers();
        room.changed();
        return null;
    }

    private static @Nullable Set<Jid> people(DataForm form, String name) {
        var people = new LinkedHashSet<Jid>();
        var field = form.field(name);
        if (field == null) return people;
        for (var value : field.values()) {
            if (value.isBlank()) continue;
            var person = Jid.parse(value.strip());
            if (person == null || person.local() == null) return null;
            people.add(person.bare());
        }
        return people;
    }

    /// The people of this affiliation are these, from now on; who was one before has the affiliation `after` now.
    private void reaffiliate(
            Set<Jid> people, Affiliation affiliation, Affiliation after, Jid from, List<Runnable> told) {
        for (var person : room.affiliations.all(affiliation)) {
            if (people.contains(person)) continue;
            told.addAll(administration.affiliate(person, after, null, null, from, null));
        }
        for (var person : people) {
            if (room.affiliations.of(person) == affiliation || !room.affiliations.hasRoomFor(1)) continue;
            told.addAll(administration.affiliate(person, affiliation, null, null, from, null));
        }
    }

    /// §10.2.1: what the change means to who is in the room.
    private void tell(Configuration before, Configuration now) {
        var codes = new ArrayList<Integer>();
        if (now.is(Setting.LOGGED) != before.is(Setting.LOGGED)) codes.add(now.is(Setting.LOGGED) ? 170 : 171);
        if (now.isNonAnonymous() != before.isNonAnonymous()) codes.add(now.isNonAnonymous() ? 172 : 173);
        if (codes.isEmpty() || !sameBut(before, now)) codes.add(104);
        room.announce(Muc.statuses(codes.stream().mapToInt(Integer::intValue).toArray()), false);
    }

    /// Whether nothing else has changed but what has a code of its own.
    private static boolean sameBut(Configuration before, Configuration now) {
        for (var setting : Setting.values()) {
            if (setting == Setting.LOGGED || setting == Setting.WHOIS) continue;
            if (!before.values(setting).equals(now.values(setting))) return false;
        }
        return true;
    }

    /// §10.2: a room that becomes members-only keeps its members only.
    private void removeStrangers() {
        for (var occupant : room.occupants.all()) {
            var affiliation = room.affiliationOf(occupant);
            if (affiliation.isAtLeast(Affiliation.MEMBER)) continue;
            room.leaving.remove(occupant, Notice.gone(affiliation, 322)).run();
        }
    }

    /// What a group's members are told of the change.
    private void events(Configuration before, Configuration now) {
        for (var setting : Setting.values()) {
            if (setting == Setting.PASSWORD || before.values(setting).equals(now.values(setting))) continue;
            switch (setting) {
                case NAME -> room.membership.happened("name", "value", now.text(setting));
                case DESCRIPTION -> room.membership.happened("description", "value", now.text(setting));
                default -> room.membership.changed(setting.field, now.text(setting));
            }
        }
    }

    /// Who may write is another question now: occupants have the voice that follows from it.
    private void giveVoice() {
        for (var occupant : room.occupants.all()) {
            var affiliation = room.affiliationOf(occupant);
            var role = room.membership.roleOf(affiliation);
            if (occupant.role == role || affiliation != Affiliation.MEMBER) continue;
            room.occupants.give(occupant, role);
            room.presences.toAll(occupant, Notice.present(role, affiliation));
        }
    }

    private @Nullable StanzaError destroy(Stanza iq, Jid from, Element destroy) {
        var alternative = destroy.attribute("jid");
        if (alternative != null && Jid.parse(alternative) == null) {
            return StanzaError.of(StanzaError.Condition.JID_MALFORMED);
        }
        var told = Element.build(Muc.USER, "destroy")
                .attribute("jid", alternative)
                .child("password", destroy.childText(Muc.OWNER, "password"))
                .child("reason", destroy.childText(Muc.OWNER, "reason"))
                .build();
        room.leaving.all(Notice.destroyed(told));
        room.home.send(iq.result(null));
        if (room.membership.isOn()) room.dissolve(from);
        else room.end();
        return null;
    }
}
