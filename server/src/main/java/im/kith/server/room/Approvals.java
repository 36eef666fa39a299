package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §9.9: who wants to become a member of a room whose administrators approve that. They are sent a form,
/// which waits for them; the first answer counts.
///
/// ```
/// shelf "room.asking": who asks → the wanted nickname or nothing, newline, when (milliseconds since 1970)
/// ```
///
/// An administrator may also ask who waits, and answer by an iq (docs/protocol/groups.md).
///
/// Errors: `forbidden` (no administrator), `item-not-found` (nobody asks, any more), `bad-request` (no answer),
/// `resource-constraint` (too many ask, or the group is full).
final class Approvals {

    static final String SHELF = "room.asking";

    private static final int MOST_ASKING = 200;
    private static final String ALLOW = "muc#register_allow";
    private static final String NICK = "muc#register_roomnick";
    private static final String PERSON = "muc#jid";

    private static final StanzaError ADMINS_ONLY = Muc.error(FORBIDDEN, "Only administrators let people in.");

    private final Room room;
    private final Shelf shelf;

    Approvals(Room room, Shelf shelf) {
        this.room = room;
        this.shelf = shelf;
    }

    /// Whether one has to be approved here.
    boolean areNeeded() {
        return room.configuration.is(Setting.APPROVE);
    }

    /// The person wants in; asked again, nothing happens.
    @Nullable
    StanzaError ask(Jid person, @Nullable String nick) {
        var key = person.bare().toString();
        if (shelf.get(key) != null) return null;
        if (shelf.all().size() >= MOST_ASKING) {
            return Muc.error(RESOURCE_CONSTRAINT, "Too many people wait to be let in; try again later.");
        }
        var row = (nick == null ? "" : nick) + "\n" + room.home.nowMillis();
        shelf.put(key, row.getBytes(StandardCharsets.UTF_8));
        var form = DataForm.build(DataForm.Type.FORM, Muc.REGISTER)
                .title("Registration request")
                .instructions(key + " wants to become a member.")
                .field(new Field(PERSON, "jid-single", "Who", false, List.of(key), List.of()))
                .field(new Field(
                        NICK,
                        "text-single",
                        "Wanted nickname",
                        false,
                        nick == null ? List.of() : List.of(nick),
                        List.of()))
                .field(new Field(ALLOW, "boolean", "Let in?", false, List.of("0"), List.of()))
                .build()
                .toElement();
        var admins = new ArrayList<>(room.affiliations.all(Affiliation.OWNER));
        admins.addAll(room.affiliations.all(Affiliation.ADMIN));
        for (var admin : admins) {
            var message = Element.build(Stanza.CLIENT, "message")
                    .attribute("id", room.home.secret())
                    .child(form)
                    .build();
            room.home.sendDurably(Stanza.of(Kind.MESSAGE, room.jid, admin, message));
        }
        return null;
    }

    static boolean isAnswer(Element message) {
        var form = form(message);
        return form != null && Muc.REGISTER.equals(form.formType());
    }

    private static @Nullable DataForm form(Element message) {
        var x = message.child(DataForm.NAMESPACE, "x");
        return x == null ? null : DataForm.parse(x);
    }

    /// An administrator's answer.
    @Nullable
    StanzaError answered(Element message, Jid from) {
        if (!room.affiliations.of(from).isAtLeast(Affiliation.ADMIN)) {
            return ADMINS_ONLY;
        }
        var form = form(message);
        if (form == null || form.type() != DataForm.Type.SUBMIT) return null;
        var value = form.value(PERSON);
        return decide(value, Boolean.TRUE.equals(form.isTrue(ALLOW)), from);
    }

    // ---- by iq -----------------------------------------------------------------------------------------------------

    /// Who waits, the one who has waited longest first.
    @Nullable
    StanzaError list(Stanza iq, Jid from) {
        if (!room.affiliations.of(from).isAtLeast(Affiliation.ADMIN)) return ADMINS_ONLY;
        var waiting = new ArrayList<Map.Entry<String, Row>>();
        shelf.all().forEach((person, row) -> waiting.add(Map.entry(person, Row.decoded(row))));
        waiting.sort(Comparator.comparingLong(one -> one.getValue().sinceMillis()));
        var answer = Element.build(Membership.NAMESPACE, "requests");
        for (var one : waiting) {
            var row = one.getValue();
            answer.child("request", request -> request.attribute("jid", one.getKey())
                    .attribute("nick", row.nick().isEmpty() ? null : row.nick())
                    .attribute("since", row.sinceMillis() == 0 ? null : Timestamp.of(row.sinceMillis())));
        }
        room.home.send(iq.result(answer.build()));
        return null;
    }

    /// `<answer jid='…' allow='1'/>`
    @Nullable
    StanzaError answered(Stanza iq, Jid from, Element answer) {
        if (!room.affiliations.of(from).isAtLeast(Affiliation.ADMIN)) return ADMINS_ONLY;
        var allow = answer.attribute("allow", "");
        boolean yes = allow.equals("1") || allow.equals("true");
        if (!yes && !allow.equals("0") && !allow.equals("false")) {
            return Muc.error(BAD_REQUEST, "Say allow='1' or allow='0'.");
        }
        var refusal = decide(answer.attribute("jid"), yes, from);
        if (refusal == null) room.home.send(iq.result(null));
        return refusal;
    }

    private @Nullable StanzaError decide(@Nullable String address, boolean allowed, Jid from) {
        var person = address == null ? null : Jid.parse(address);
        var found = person == null ? null : shelf.get(person.bare().toString());
        if (person == null || found == null) return Muc.error(ITEM_NOT_FOUND, "This person does not wait any more.");
        if (allowed && !room.membership.hasRoomFor(1)) return Membership.FULL;
        shelf.remove(person.bare().toString());
        if (!allowed) {
            var declined = Element.build(Stanza.CLIENT, "message")
                    .attribute("id", room.home.secret())
                    .child(Element.empty(Membership.NAMESPACE, "declined"))
                    .build();
            room.home.sendDurably(Stanza.of(Kind.MESSAGE, room.jid, person.bare(), declined));
            return null;
        }
        if (room.affiliations.of(person) != Affiliation.NONE) return null;
        room.affiliations.set(person, Affiliation.MEMBER, null);
        var nick = Row.decoded(found).nick();
        if (!nick.isEmpty() && !room.entering.isTaken(nick, person)) room.affiliations.reserve(person, nick);
        room.invite(person.bare(), from, null);
        return null;
    }

    private record Row(String nick, long sinceMillis) {

        static Row decoded(byte[] row) {
            var parts = new String(row, StandardCharsets.UTF_8).split("\n", 2);
            return new Row(parts[0], parts.length == 1 ? 0 : Long.parseLong(parts[1]));
        }
    }
}
