package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// XEP-0317: hats are made and given by administrators, by ad-hoc commands, and shown by the room alone.
class HatsTest extends Hall {

    private static final String TEACHER = "http://tech.example.edu/hats#Teacher";
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

    private static void command(Phone phone, String node, String... fields) {
        var form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append("<field var='hats#")
                    .append(fields[i])
                    .append("'><value>")
                    .append(fields[i + 1])
                    .append("</value></field>");
        }
        var x = fields.length == 0
                ? ""
                : "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
                        + "<value>urn:xmpp:hats:commands</value></field>" + form + "</x>";
        phone.sends("<iq type='set' id='hat' to='" + ROOM + "'><command xmlns='http://jabber.org/protocol/commands'"
                + " action='execute' node='urn:xmpp:hats:commands:" + node + "'>" + x + "</command></iq>");
    }

    private void teacherExists() {
        command(crone, "create", "title", "Teacher", "uri", TEACHER, "hue", "327.255249");
        quiet();
    }

    private static Element answer(Phone phone) {
        var iq = phone.takes(stanza -> stanza.name().equals("iq")).getFirst();
        assertEquals("result", iq.attribute("type"), iq::toString);
        return Objects.requireNonNull(iq.firstChild());
    }

    /// The rows of a command's table, values in the order of its columns.
    private static List<String> rows(Phone phone, String node) {
        phone.takes();
        command(phone, node);
        var x = Objects.requireNonNull(answer(phone).child(DataForm.NAMESPACE, "x"));
        return x.children().stream()
                .filter(child -> child.name().equals("item"))
                .map(item -> item.children().stream()
                        .map(field -> field.childText(DataForm.NAMESPACE, "value"))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /// What the newest presence of the nickname wears, as this device saw it.
    private static String worn(Phone phone, String nick) {
        var presences = phone.takes(stanza ->
                stanza.name().equals("presence") && stanza.attribute("from", "").equals(ROOM + "/" + nick));
        var hats = presences.getLast().child(Hats.NAMESPACE, "hats");
        return hats == null
                ? "nothing"
                : hats.children().stream()
                        .map(hat -> hat.attribute("title") + " " + hat.attribute("uri") + " " + hat.attribute("hue"))
                        .collect(Collectors.joining(", "));
    }

    @Test
    void an_administrator_makes_a_hat_and_gives_it_and_all_see_it() {
        allIn();
        command(crone, "create", "title", "Teacher", "uri", TEACHER, "hue", "327.255249");
        assertEquals("completed", answer(crone).attribute("status"));
        assertTrue(hag.gets().toString().contains("104"), "the configuration changed");
        command(crone, "assign", "jid", "hag66@sim.test", "uri", TEACHER);
        assertEquals("Teacher " + TEACHER + " 327.255249", worn(wiccarocks, "thirdwitch"));
        assertEquals("Teacher " + TEACHER + " 327.255249", worn(hag, "thirdwitch"));
        assertEquals(List.of("Teacher " + TEACHER + " 327.255249"), rows(crone, "list"));
        assertEquals(List.of("hag66@sim.test " + TEACHER + " Teacher 327.255249"), rows(crone, "list-assigned"));
    }

    @Test
    void a_hat_is_worn_at_the_next_entry_and_after_a_crash() {
        allIn();
        teacherExists();
        configure("persistentroom", "1");
        command(crone, "assign", "jid", "hag66@sim.test", "uri", TEACHER);
        village.crashes();
        for (var phone : List.of(crone, hag)) phone.connects().sends("<presence/>");
        quiet();
        hag.sends(enters("thirdwitch"));
        assertEquals("Teacher " + TEACHER + " 327.255249", worn(hag, "thirdwitch"));
    }

    @Test
    void a_hat_is_taken_and_destroyed() {
        allIn();
        teacherExists();
        command(crone, "assign", "jid", "hag66@sim.test", "uri", TEACHER);
        command(crone, "unassign", "jid", "hag66@sim.test", "uri", TEACHER);
        assertEquals("nothing", worn(wiccarocks, "thirdwitch"));
        command(crone, "assign", "jid", "hag66@sim.test", "uri", TEACHER);
        command(crone, "destroy", "uri", TEACHER);
        assertEquals("nothing", worn(wiccarocks, "thirdwitch"));
        assertEquals(List.of(), rows(crone, "list"));
        assertEquals(List.of(), rows(crone, "list-assigned"));
    }

    @Test
    void a_hat_that_is_changed_is_shown_anew() {
        allIn();
        teacherExists();
        command(crone, "assign", "jid", "hag66@sim.test", "uri", TEACHER);
        quiet();
        command(crone, "create", "title", "Professor", "uri", TEACHER);
        assertEquals("Professor " + TEACHER + " null", worn(wiccarocks, "thirdwitch"));
    }

    @Test
    void nobody_wears_a_hat_that_it_was_not_given() {
        allIn();
        hag.sends("<presence to='" + ROOM + "/thirdwitch'><hats xmlns='urn:xmpp:hats:0'><hat title='King' uri='x:y'/>"
                + "</hats></presence>");
        assertEquals("nothing", worn(wiccarocks, "thirdwitch"));
    }

    @Test
    void the_form_is_given_to_who_asks_for_it() {
        allIn();
        teacherExists();
        command(crone, "assign");
        var command = answer(crone);
        assertEquals("executing", command.attribute("status"));
        var form =
                Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(command.child(DataForm.NAMESPACE, "x"))));
        assertEquals("urn:xmpp:hats:commands", form.formType());
        assertEquals(
                TEACHER,
                Objects.requireNonNull(form.field("hats#uri"))
                        .options()
                        .getFirst()
                        .value());
    }

    @Test
    void others_than_administrators_may_not() {
        allIn();
        teacherExists();
        for (var node : List.of("create", "destroy", "assign", "unassign", "list-assigned")) {
            hag.takes();
            command(hag, node, "uri", TEACHER, "title", "Teacher", "jid", "hag66@sim.test");
            assertEquals("auth forbidden", hag.error(), node);
        }
        assertEquals(List.of("Teacher " + TEACHER + " 327.255249"), rows(hag, "list"));
        var stranger = village.phone("stranger", "x");
        command(stranger, "list");
        assertEquals("auth forbidden", stranger.error());
    }

    @Test
    void what_can_not_be_is_refused_with_a_reason() {
        allIn();
        teacherExists();
        String[][] cases = {
            {"cancel item-not-found", "steal", "uri", TEACHER},
            {"modify bad-request", "create", "title", "No URI"},
            {"modify bad-request", "create", "uri", "x:y"},
            {"modify not-acceptable", "create", "title", "T", "uri", "not a URI"},
            {"modify not-acceptable", "create", "title", "T".repeat(101), "uri", "x:y"},
            {"modify not-acceptable", "create", "title", "T", "uri", "x:y", "hue", "361"},
            {"modify not-acceptable", "create", "title", "T", "uri", "x:y", "hue", "NaN"},
            {"cancel item-not-found", "destroy", "uri", "x:y"},
            {"cancel item-not-found", "assign", "uri", "x:y", "jid", "hag66@sim.test"},
            {"modify bad-request", "assign", "uri", TEACHER},
            {"modify jid-malformed", "assign", "uri", TEACHER, "jid", "a@b@c"},
            {"modify jid-malformed", "assign", "uri", TEACHER, "jid", "hag66@elsewhere.test"},
            {"cancel item-not-found", "unassign", "uri", TEACHER, "jid", "hag66@sim.test"},
        };
        for (var each : cases) {
            crone.takes();
            command(crone, each[1], java.util.Arrays.copyOfRange(each, 2, each.length));
            assertEquals(each[0], crone.error(), String.join(" ", each));
        }
        assertEquals(1, rows(crone, "list").size());
    }

    @Test
    void hats_have_an_end() {
        allIn();
        for (int i = 0; i < Hats.MOST; i++) command(crone, "create", "title", "T", "uri", "x:" + i);
        crone.takes();
        command(crone, "create", "title", "T", "uri", "x:more");
        assertEquals("wait resource-constraint", crone.error());
        for (int i = 0; i < Hats.MOST_EACH; i++) command(crone, "assign", "jid", "hag66@sim.test", "uri", "x:" + i);
        crone.takes();
        command(crone, "assign", "jid", "hag66@sim.test", "uri", "x:20");
        assertEquals("wait resource-constraint", crone.error());
    }

    @Test
    void disco_tells_of_hats_and_of_the_commands_that_one_may_run() {
        allIn();
        var before = answer(crone, ROOM, INFO);
        assertTrue(features(before).contains(Hats.NAMESPACE));
        assertNull(hash(before));
        teacherExists();
        var one = hash(answer(crone, ROOM, INFO));
        command(crone, "create", "title", "Host", "uri", "x:host");
        assertNotEquals(one, hash(answer(crone, ROOM, INFO)));
        var items =
                "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>";
        assertEquals(6, answer(crone, ROOM, items).childCount());
        assertEquals(
                List.of("urn:xmpp:hats:commands:list"),
                answer(hag, ROOM, items).children().stream()
                        .map(item -> item.attribute("node", ""))
                        .toList());
        var node = "<query xmlns='http://jabber.org/protocol/disco#info' node='urn:xmpp:hats:commands:create'/>";
        assertTrue(answer(crone, ROOM, node).toString().contains("command-node"));
        ask(hag, ROOM, node);
        assertEquals("auth forbidden", hag.error());
    }

    private static @org.jspecify.annotations.Nullable String hash(Element info) {
        for (var child : info.children()) {
            var form = child.is(DataForm.NAMESPACE, "x") ? DataForm.parse(child) : null;
            if (form != null && Muc.ROOM_INFO.equals(form.formType())) return form.value("hats#hash");
        }
        throw new AssertionError("no muc#roominfo in " + info);
    }

    @Test
    void in_a_group_members_devices_hear_of_it_and_who_leaves_leaves_its_hats() {
        var group = "school@groups.sim.test";
        var alice = village.member("alice", "phone");
        var bob = village.member("bob", "phone");
        alice.sends("<iq type='set' id='c' to='" + group + "'><create xmlns='urn:kith:groups:0'><name>School</name>"
                + "<member jid='bob@sim.test'/></create></iq>");
        alice.sends(hatOn(group, "create", "<field var='hats#title'><value>Teacher</value></field>"));
        bob.takes();
        alice.sends(hatOn(group, "assign", "<field var='hats#jid'><value>bob@sim.test</value></field>"));
        var event = Objects.requireNonNull(bob.gets().child(Membership.NAMESPACE, "event"));
        assertEquals(
                payload("<event xmlns='urn:kith:groups:0' kind='hats' by='alice@sim.test' jid='bob@sim.test'>"
                        + "<hats xmlns='urn:xmpp:hats:0'><hat title='Teacher' uri='x:t'/></hats></event>"),
                event);
        bob.sends("<iq type='set' id='l' to='" + group + "'><query xmlns='jabber:iq:register'><remove/></query></iq>");
        alice.takes();
        alice.sends(hatOn(group, "list-assigned", ""));
        var x = Objects.requireNonNull(
                Objects.requireNonNull(alice.gets().firstChild()).child(DataForm.NAMESPACE, "x"));
        assertTrue(x.children().stream().noneMatch(child -> child.name().equals("item")), x::toString);
    }

    private static Element payload(String xml) {
        return Objects.requireNonNull(Village.xml("<iq>" + xml + "</iq>").firstChild());
    }

    private static String hatOn(String group, String node, String fields) {
        return "<iq type='set' id='h' to='" + group + "'><command xmlns='http://jabber.org/protocol/commands'"
                + " node='urn:xmpp:hats:commands:" + node + "'><x xmlns='jabber:x:data' type='submit'>"
                + "<field var='hats#uri'><value>x:t</value></field>" + fields + "</x></command></iq>";
    }
}
