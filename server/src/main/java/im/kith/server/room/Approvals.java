package im.kith.server.room;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §9.9: who wants to become a member of a room whose administrators approve that. They are sent a form, which
/// waits for them; the first answer counts.
///
/// ```
/// shelf "room.asking": who asks → the wanted nickname, or nothing
/// ```
///
/// Errors: `forbidden` (no administrator), `item-not-found` (nobody asks, any more), `resource-constraint` (too many
/// ask).
final class Approvals {

    static final String SHELF = "room.asking";

    private static final int MOST_ASKING = 200;
    private static final String ALLOW = "muc#register_allow";
    private static final String NICK = "muc#register_roomnick";
    private static final String PERSON = "muc#jid";

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
        shelf.put(key, (nick == null ? "" : nick).getBytes(StandardCharsets.UTF_8));
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
            return Muc.error(FORBIDDEN, "Only administrators let people in.");
        }
        var form = form(message);
        if (form == null || form.type() != DataForm.Type.SUBMIT) return null;
        var value = form.value(PERSON);
        var person = value == null ? null : Jid.parse(value);
        var row = person == null ? null : shelf.get(person.bare().toString());
        if (person == null || row == null) return Muc.error(ITEM_NOT_FOUND, "This person does not wait any more.");
        boolean allowed = Boolean.TRUE.equals(form.isTrue(ALLOW));
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
        var nick = new String(row, StandardCharsets.UTF_8);
        if (!nick.isEmpty() && !room.entering.isTaken(nick, person)) room.affiliations.reserve(person, nick);
        room.invite(person.bare(), from, null);
        return null;
    }
}
