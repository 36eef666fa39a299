package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.room.Hats.Hat;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.DataForm.Option;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0317 §4: a room's ad-hoc commands (XEP-0050), by which its administrators make hats and give them to people.
/// Each has one stage; a form that is known may be sent without having asked for it, so no session is kept.
///
/// Errors: `item-not-found` (no such command, hat, or wearer), `forbidden`, `bad-request` (no form, a field is
/// missing, an action that is none), `not-acceptable` (no URI, title or hue that one could show), `jid-malformed`,
/// `resource-constraint` (too many hats).
final class HatCommands {

    static final String NAMESPACE = "http://jabber.org/protocol/commands";
    private static final String FORM = "urn:xmpp:hats:commands";
    private static final String TITLE = "hats#title";
    private static final String URI_FIELD = "hats#uri";
    private static final String HUE = "hats#hue";
    private static final String PERSON = "hats#jid";
    private static final int MOST_TITLE_CHARS = 100;
    private static final int MOST_URI_CHARS = 256;
    private static final int MOST_SESSION_CHARS = 64;

    /// What can be done with hats.
    enum Work {
        CREATE("create", "Create or change a hat"),
        DESTROY("destroy", "Destroy a hat"),
        ASSIGN("assign", "Give somebody a hat"),
        UNASSIGN("unassign", "Take a hat from somebody"),
        LIST("list", "List the hats"),
        LIST_ASSIGNED("list-assigned", "List who wears which hat");

        final String node;
        final String title;

        Work(String name, String title) {
            this.node = FORM + ":" + name;
            this.title = title;
        }

        static @Nullable Work of(String node) {
            for (var work : values()) if (work.node.equals(node)) return work;
            return null;
        }
    }

    private final Room room;

    HatCommands(Room room) {
        this.room = room;
    }

    // ---- who may ---------------------------------------------------------------------------------------------------

    /// Hats are given by administrators; what there is sees who is in the room, who wears it who sees who is who.
    boolean may(Jid person, Work work) {
        var affiliation = room.affiliations.of(person);
        if (affiliation.isAtLeast(Affiliation.ADMIN)) return true;
        boolean inside = affiliation.isAtLeast(Affiliation.MEMBER)
                || !room.occupants.of(person.bare()).isEmpty();
        return switch (work) {
            case LIST -> inside;
            case LIST_ASSIGNED -> inside && room.configuration.isNonAnonymous();
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> false;
        };
    }

    // ---- what arrives ----------------------------------------------------------------------------------------------

    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element command) {
        var work = Work.of(command.attribute("node", ""));
        if (!command.name().equals("command") || work == null) {
            return Muc.error(ITEM_NOT_FOUND, "This room has no such command.");
        }
        if (!may(from, work)) return Muc.error(FORBIDDEN, "This is not for you in this room.");
        var answer = new Answer(iq, work, command.attribute("sessionid", room.home.secret()));
        if (answer.session.length() > MOST_SESSION_CHARS) return bad("bad-sessionid", "That is no session of ours.");
        switch (command.attribute("action", "execute")) {
            case "cancel" -> {
                answer.give("canceled", null);
                return null;
            }
            case "execute", "complete", "next" -> {}
            case "prev" -> {
                return bad("bad-action", "There is nothing before this stage.");
            }
            default -> {
                return bad("malformed-action", "There are the actions execute, complete and cancel.");
            }
        }
        return switch (work) {
            case LIST -> list(answer);
            case LIST_ASSIGNED -> listAssigned(answer);
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> change(answer, command);
        };
    }

    private @Nullable StanzaError change(Answer answer, Element command) {
        var x = command.child(DataForm.NAMESPACE, "x");
        if (x == null) {
            answer.give("executing", form(answer.work).toElement());
            return null;
        }
        var form = DataForm.parse(x);
        boolean fits = form != null
                && form.type() == DataForm.Type.SUBMIT
                && (form.formType() == null || form.formType().equals(FORM));
        if (form == null || !fits) return bad("bad-payload", "Send the form with type='submit'.");
        var uri = form.value(URI_FIELD);
        if (uri == null || uri.isBlank()) return bad("bad-payload", "Say which hat, by " + URI_FIELD + ".");
        var refusal =
                switch (answer.work) {
                    case CREATE -> create(uri.strip(), form);
                    case DESTROY -> destroy(uri.strip());
                    default -> wear(answer.work == Work.ASSIGN, uri.strip(), form.value(PERSON));
                };
        if (refusal == null) answer.give("completed", null);
        return refusal;
    }

    /// What is answered to one request.
    private final class Answer {
        private final Stanza iq;
        private final Work work;
        private final String session;

        Answer(Stanza iq, Work work, String session) {
            this.iq = iq;
            this.work = work;
            this.session = session;
        }

        void give(String status, @Nullable Element payload) {
            var command = Element.build(NAMESPACE, "command")
                    .attribute("node", work.node)
                    .attribute("sessionid", session)
                    .attribute("status", status);
            if (status.equals("executing")) {
                command.child("actions", actions -> actions.attribute("execute", "complete")
                        .child(Element.empty(NAMESPACE, "complete")));
            }
            room.home.send(iq.result(command.child(payload).build()));
        }
    }

    private static StanzaError bad(String condition, String text) {
        return Muc.error(BAD_REQUEST, text).with(Element.empty(NAMESPACE, condition));
    }

    // ---- forms -----------------------------------------------------------------------------------------------------

    private DataForm form(Work work) {
        var form = DataForm.build(DataForm.Type.FORM, FORM)
                .title(work.title)
                .instructions("Fill in the form and submit it.");
        if (work == Work.CREATE) {
            form.field(new Field(TITLE, "text-single", "What it is called", true, List.of(), List.of()))
                    .field(new Field(URI_FIELD, "text-single", "Its URI", true, List.of(), List.of()))
                    .field(new Field(HUE, "text-single", "Its colour: an angle", false, List.of(), List.of()));
            return form.build();
        }
        if (work != Work.DESTROY) {
            form.field(new Field(PERSON, "jid-single", "Who", true, List.of(), List.of()));
        }
        var options = room.hats.all().stream()
                .map(hat -> new Option(hat.uri(), hat.title()))
                .toList();
        return form.field(new Field(URI_FIELD, "list-single", "Which hat", true, List.of(), options))
                .build();
    }

    private @Nullable StanzaError list(Answer answer) {
        var rows = new ArrayList<List<String>>();
        for (var hat : room.hats.all()) rows.add(List.of(hat.title(), hat.uri(), hue(hat)));
        answer.give("completed", table(answer.work.title, List.of(TITLE, URI_FIELD, HUE), rows));
        return null;
    }

    private @Nullable StanzaError listAssigned(Answer answer) {
        var rows = new ArrayList<List<String>>();
        for (var person : room.hats.wearers()) {
            for (var hat : room.hats.of(person)) {
                rows.add(List.of(person.toString(), hat.uri(), hat.title(), hue(hat)));
            }
        }
        answer.give("completed", table(answer.work.title, List.of(PERSON, URI_FIELD, TITLE, HUE), rows));
        return null;
    }

    private static String hue(Hat hat) {
        return Objects.requireNonNullElse(hat.hue(), "");
    }

    /// XEP-0004 §3.4; empty values are left out.
    private static Element table(String title, List<String> names, List<List<String>> rows) {
        var x = Element.build(DataForm.NAMESPACE, "x")
                .attribute("type", "result")
                .child("title", title);
        x.child("reported", reported -> {
            for (var name : names) reported.child("field", field -> field.attribute("var", name));
        });
        for (var row : rows) {
            x.child("item", item -> {
                for (int i = 0; i < names.size(); i++) {
                    var name = names.get(i);
                    var value = row.get(i);
                    if (value.isEmpty()) continue;
                    item.child("field", field -> field.attribute("var", name).child("value", value));
                }
            });
        }
        return x.build();
    }

    // ---- changes ---------------------------------------------------------------------------------------------------

    private @Nullable StanzaError create(String uri, DataForm form) {
        var title = form.value(TITLE);
        if (title == null || title.isBlank()) return bad("bad-payload", "Say what it is called, by " + TITLE + ".");
        if (title.length() > MOST_TITLE_CHARS || title.indexOf('\n') >= 0) {
            return Muc.error(NOT_ACCEPTABLE, "A title is one line of at most " + MOST_TITLE_CHARS + " characters.");
        }
        if (!isUri(uri)) {
            return Muc.error(NOT_ACCEPTABLE, "A hat has a URI of at most " + MOST_URI_CHARS + " characters.");
        }
        var hue = form.value(HUE);
        if (hue != null && hue.isBlank()) hue = null;
        if (hue != null && !isAngle(hue)) return Muc.error(NOT_ACCEPTABLE, "A hue is an angle from 0 to 360.");
        boolean made = room.hats.named(uri) == null;
        if (made && room.hats.all().size() >= Hats.MOST) {
            return Muc.error(RESOURCE_CONSTRAINT, "A room has at most " + Hats.MOST + " hats.");
        }
        room.hats.put(new Hat(uri, title.strip(), hue));
        room.announce(Muc.statuses(104), false);
        for (var person : room.hats.wearers(uri)) tell(person);
        return null;
    }

    private static boolean isUri(String text) {
        if (text.length() > MOST_URI_CHARS) return false;
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException none) {
            return false;
        }
    }

    private static boolean isAngle(String text) {
        if (!text.matches("[0-9]{1,3}([.][0-9]{1,9})?")) return false;
        return Double.parseDouble(text) <= 360;
    }

    private @Nullable StanzaError destroy(String uri) {
        if (room.hats.named(uri) == null) return noHat();
        var wearers = room.hats.wearers(uri);
        room.hats.destroy(uri);
        room.announce(Muc.statuses(104), false);
        for (var person : wearers) tell(person);
        return null;
    }

    private @Nullable StanzaError wear(boolean on, String uri, @Nullable String address) {
        if (address == null || address.isBlank()) return bad("bad-payload", "Say who, by " + PERSON + ".");
        var given = Jid.parse(address.strip());
        if (given == null || !room.home.isAccount(given)) {
            return Muc.error(JID_MALFORMED, address + " is nobody's address here.");
        }
        var person = given.bare();
        if (room.hats.named(uri) == null) return noHat();
        var worn = room.hats.of(person);
        boolean wears = worn.stream().anyMatch(hat -> hat.uri().equals(uri));
        if (!on && !wears) return Muc.error(ITEM_NOT_FOUND, person + " does not wear this hat.");
        if (on == wears) return null;
        boolean full = worn.size() >= Hats.MOST_EACH
                || (worn.isEmpty() && room.hats.wearers().size() >= Hats.MOST_WEARERS);
        if (on && full) return Muc.error(RESOURCE_CONSTRAINT, "No more hats can be given.");
        if (on) room.hats.give(person, uri);
        else room.hats.take(person, uri);
        tell(person);
        return null;
    }

    private static StanzaError noHat() {
        return Muc.error(ITEM_NOT_FOUND, "This room has no such hat.");
    }

    /// The person wears something else now: its presence says so, and in a group an event.
    private void tell(Jid person) {
        room.membership.hatted(person);
        for (var occupant : room.occupants.of(person)) {
            room.presences.toAll(occupant, Notice.present(occupant.role, room.affiliationOf(occupant)));
        }
    }
}
