package im.kith.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.Command;
import im.kith.server.feature.Replies;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0133 §4, command by command: what its form asks for, and of which it answers what at once.
@NullUnmarked
class CommandFormsTest extends Globe {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        add-user                  | accountjid jid-single !, password text-private, password-verify text-private, email text-single, given_name text-single, surname text-single
        delete-user               | accountjids jid-multi !
        disable-user              | accountjids jid-multi !
        reenable-user             | accountjids jid-multi !
        end-user-session          | accountjids jid-multi !
        change-user-password      | accountjid jid-single !, password text-private !
        get-user-roster           | accountjids jid-multi !
        get-user-lastlogin        | accountjids jid-multi !
        user-stats                | accountjid jid-single, accountjids jid-multi
        edit-blacklist            | blacklistjids jid-multi
        edit-whitelist            | whitelistjids jid-multi
        get-registered-users-list | max_items list-single
        get-disabled-users-list   | max_items list-single
        get-online-users-list     | max_items list-single
        get-active-users          | max_items list-single
        get-idle-users            | max_items list-single
        announce                  | announcement text-multi !
        set-motd                  | motd text-multi !
        edit-motd                 | motd text-multi !
        set-welcome               | welcome text-multi !
        edit-admin                | adminjids jid-multi
        restart                   | delay list-single, announcement text-multi
        shutdown                  | delay list-single, announcement text-multi
        """)
    void a_command_asks_for_what_it_needs(String node, String fields) {
        var asked = begin(node);
        assertEquals("executing", asked.attribute("status"));
        assertEquals(ADMIN + node, asked.attribute("node"));
        assertNotNull(asked.attribute("sessionid"));
        assertEquals("en", asked.attribute("xml:lang"), "XEP-0050 §3.7");
        assertEquals("complete", asked.child(Command.NAMESPACE, "actions").attribute("execute"));
        var form = DataForm.parse(asked.child(DataForm.NAMESPACE, "x"));
        assertEquals(DataForm.Type.FORM, form.type());
        assertEquals("http://jabber.org/protocol/admin", form.formType());
        assertEquals(
                fields,
                form.fields().stream()
                        .filter(field -> !"FORM_TYPE".equals(field.name()))
                        .map(field -> field.name() + " " + field.type() + (field.isRequired() ? " !" : ""))
                        .collect(Collectors.joining(", ")));
    }

    @ParameterizedTest
    @CsvSource({
        "get-registered-users-num, registeredusersnum, 3",
        "get-disabled-users-num, disabledusersnum, 0",
        "get-online-users-num, onlineusersnum, 0",
        "get-active-users-num, activeusersnum, 0",
        "get-idle-users-num, idleusersnum, 0"
    })
    void a_number_is_told_at_once(String node, String field, String number) {
        assertEquals(number, shown(begin(node)).value(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete-motd", "delete-welcome"})
    void what_needs_no_form_is_done_at_once(String node) {
        assertEquals("completed", begin(node).attribute("status"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete-user",
                "disable-user",
                "reenable-user",
                "end-user-session",
                "change-user-password",
                "get-user-roster",
                "get-user-lastlogin",
                "user-stats"
            })
    void an_account_that_is_none_is_not_found(String node) {
        for (var address : new String[] {"nobody@shakespeare.lit", "juliet@elsewhere.lit"}) {
            var form = form().field("accountjid", address)
                    .field("accountjids", address)
                    .field("password", "n3w-passw0rd");
            assertEquals("There is no such account.", failure(submit(node, form)), "XEP-0050 §3.6");
        }
    }

    @Test
    void what_an_account_is_can_be_asked_for() {
        var form = form().field("accountjids", "juliet@shakespeare.lit").field("accountjid", "juliet@shakespeare.lit");
        var roster = Replies.payload(submit("get-user-roster", form)).child(DataForm.NAMESPACE, "x");
        assertNotNull(roster.child("jabber:iq:roster", "query"));
        assertEquals(
                "juliet@shakespeare.lit",
                shown(Replies.payload(submit("get-user-lastlogin", form))).value("accountjids"));
        assertNotNull(shown(Replies.payload(submit("user-stats", form))).value("rostersize"));
    }

    @Test
    void every_session_has_an_id_of_its_own() { // XEP-0050 §3.3
        var ids = new HashSet<String>();
        for (int i = 0; i < 10; i++) assertTrue(ids.add(begin("add-user").attribute("sessionid")));
    }

    @Test
    void who_may_not_is_told_so_for_good() { // XEP-0050 §4.4
        var refused = Replies.error(ask(iago, "set", command(ADMIN + "add-user", null, null, null)));
        assertEquals(Condition.FORBIDDEN, refused.condition());
        assertEquals(StanzaError.Type.CANCEL, refused.type());
    }

    @Test
    void a_session_is_one_persons() { // XEP-0050 §3.3
        administration.setAdministrators(java.util.List.of(iago.jid));
        var session = begin("add-user").attribute("sessionid");
        var refused = Replies.error(ask(iago, "set", command(ADMIN + "add-user", session, "cancel", null)));
        assertEquals("bad-sessionid", refused.application().name());
    }

    @Test
    void a_command_that_is_done_is_over() { // XEP-0050 §3.3
        var session = begin("delete-motd").attribute("sessionid");
        var refused = Replies.error(ask(bard, "set", command(ADMIN + "delete-motd", session, null, null)));
        assertEquals("session-expired", refused.application().name());
        assertEquals(Condition.NOT_ALLOWED, refused.condition());
    }

    @Test
    void a_form_that_is_cancelled_is_one_that_is_submitted() { // XEP-0050 §3.5.1
        var session = begin("announce").attribute("sessionid");
        var cancelled = DataForm.build(DataForm.Type.CANCEL, "http://jabber.org/protocol/admin")
                .build()
                .toElement();
        var refused = Replies.error(ask(bard, "set", command(ADMIN + "announce", session, "complete", cancelled)));
        assertEquals("bad-payload", refused.application().name());
        assertNull(refused.uri());
    }
}
