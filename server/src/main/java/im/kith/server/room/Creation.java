package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A group made by one request, with its settings and its first members (docs/protocol/groups.md).
///
/// Errors: `conflict` (there is a room at this address), `bad-request` (no name), `not-acceptable` (a setting that
/// can't be), `jid-malformed` (a member is nobody's address), `resource-constraint` (too many members).
final class Creation {

    private final Room room;

    Creation(Room room) {
        this.room = room;
    }

    private record First(Affiliation affiliation, @Nullable String nick) {}

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element create) {
        if (room.exists() || room.isEnding()) {
            boolean again = room.membership.isOn() && room.affiliations.of(from) == Affiliation.OWNER;
            if (!again || room.isEnding()) {
                return Muc.error(CONFLICT, "There is a room at this address; make up another one.");
            }
            room.home.send(iq.result(null));
            return null;
        }
        var name = create.childText(Membership.NAMESPACE, "name");
        if (name == null || name.isBlank()) return Muc.error(BAD_REQUEST, "A group needs a name.");
        var configuration = configuration(create, name);
        if (configuration == null || !configuration.is(Setting.LASTING)) {
            return Muc.error(NOT_ACCEPTABLE, "A setting holds what it may not.");
        }
        var refusal = room.membership.refusal(configuration);
        if (refusal != null) return refusal;
        var first = new LinkedHashMap<Jid, First>();
        var wrong = read(create, from, first);
        if (wrong != null) return wrong;
        if (first.size() >= Membership.LIMIT) return Membership.FULL;
        room.found(configuration, from.bare());
        room.membership.happened("created", "name", name);
        first.forEach((person, as) -> {
            room.affiliations.set(person, as.affiliation(), null);
            if (as.nick() != null && !room.entering.isTaken(as.nick(), person)) {
                room.affiliations.reserve(person, as.nick());
            }
        });
        room.home.send(iq.result(null));
        room.membership.tell();
        for (var person : first.keySet()) room.invite(person, from, null);
        room.changed();
        return null;
    }

    private static @Nullable Configuration configuration(Element create, String name) {
        var description = create.childText(Membership.NAMESPACE, "description");
        var usual = DataForm.build(DataForm.Type.SUBMIT, Muc.ROOM_CONFIG)
                .field(Setting.LASTING.field, "1")
                .field(Setting.PERSISTENT.field, "1")
                .field(Setting.PUBLIC.field, "0")
                .field(Setting.MEMBERS_ONLY.field, "1")
                .field(Setting.WHOIS.field, "anyone")
                .field(Setting.MAX_USERS.field, Integer.toString(Membership.LIMIT))
                .field(Setting.NAME.field, name)
                .field(Setting.DESCRIPTION.field, description == null ? "" : description)
                .build();
        var x = create.child(DataForm.NAMESPACE, "x");
        if (x == null) return Configuration.INITIAL.with(usual);
        var form = DataForm.parse(x);
        boolean fits = form != null
                && form.type() == DataForm.Type.SUBMIT
                && (form.formType() == null || form.formType().equals(Muc.ROOM_CONFIG));
        var made = fits ? Configuration.INITIAL.with(usual) : null;
        if (made == null || form == null) return null;
        if (!Boolean.TRUE.equals(form.isTrue(Setting.ANNOUNCES.field))) return made.with(form);
        var quiet = made.with(DataForm.build(DataForm.Type.SUBMIT, Muc.ROOM_CONFIG)
                .field(Setting.WHOIS.field, "moderators")
                .field(Setting.POST.field, "admins")
                .field(Setting.ALLOW_PRIVATE.field, "moderators")
                .field(Setting.PRESENCE_BROADCAST.field, "moderator")
                .build());
        return quiet == null ? null : quiet.with(form);
    }

    private @Nullable StanzaError read(Element create, Jid from, Map<Jid, First> first) {
        for (var child : create.children()) {
            if (!child.is(Membership.NAMESPACE, "member")) continue;
            var person = Jid.parse(child.attribute("jid", ""));
            var affiliation = Affiliation.of(child.attribute("affiliation", "member"));
            if (person == null || !room.home.isAccount(person)) {
                return Muc.error(JID_MALFORMED, child.attribute("jid", "") + " is nobody's address here.");
            }
            if (affiliation == null || !affiliation.isAtLeast(Affiliation.MEMBER)) {
                return Muc.error(BAD_REQUEST, "One is a member, an admin or an owner.");
            }
            var nick = Muc.nickname(room.jid, child.attribute("nick"));
            if (!person.bare().equals(from.bare())) first.put(person.bare(), new First(affiliation, nick));
        }
        return null;
    }
}
