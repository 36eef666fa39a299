package im.kith.server.admin;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.FakeOwner.jid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Request.SessionInfo;
import im.kith.server.feature.Command;
import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Verdict;
import im.kith.server.feature.admin.Admin;
import im.kith.server.feature.admin.Administration.Listed;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0050 and XEP-0133, from the administrator's request to what has changed.
@NullUnmarked
class AdministrationTest extends Globe {

    @Test
    void an_administrator_adds_a_user_who_can_sign_in() {
        var asked = begin("add-user");
        assertEquals("executing", asked.attribute("status"));
        assertEquals("complete", asked.child(Command.NAMESPACE, "actions").attribute("execute"));
        var fields = DataForm.parse(asked.child(DataForm.NAMESPACE, "x"));
        assertTrue(fields.field("accountjid").isRequired());
        assertEquals("text-private", fields.field("password-verify").type());
        var done = Replies.payload(submit(
                "add-user",
                form().field("accountjid", "romeo@shakespeare.lit")
                        .field("password", "R0m30")
                        .field("password-verify", "R0m30")));
        assertEquals("completed", done.attribute("status"));
        assertNotNull(get(world.enrolment().credentials("romeo")));
    }

    @ParameterizedTest
    @CsvSource({
        "juliet@shakespeare.lit, R0m30, R0m30, CONFLICT",
        "'',                     R0m30, R0m30, BAD_REQUEST",
    })
    void what_the_form_lacks_and_who_is_there_already_is_an_error(
            String jid, String password, String again, Condition condition) { // XEP-0133 §5
        var error = Replies.error(submit(
                "add-user",
                form().field("accountjid", jid).field("password", password).field("password-verify", again)));
        assertEquals(condition, error.condition());
    }

    @ParameterizedTest
    @CsvSource({
        "romeo@shakespeare.lit,  R0m30, other, The two passwords are not the same.",
        "romeo@elsewhere.lit,    R0m30, R0m30, That is no address of this server.",
        "@@,                     R0m30, R0m30, That is no address.",
        "romeo@shakespeare.lit,  '',    '',    An account needs a password.",
    })
    void what_cannot_be_added_fails_with_a_note(String jid, String password, String again, String note) {
        var form = form().field("accountjid", jid).field("password", password).field("password-verify", again);
        assertEquals(note, failure(submit("add-user", form)), "XEP-0050 §3.6");
        assertNull(get(world.enrolment().credentials("romeo")));
    }

    @Test
    void a_user_is_disabled_and_enabled_and_deleted() {
        Replies.payload(submit("disable-user", form().field("accountjids", "juliet@shakespeare.lit")));
        assertTrue(get(world.enrolment().credentials("juliet")).disabled());
        var disabled = shown(Replies.payload(submit("get-disabled-users-list", form().field("max_items", "25"))));
        assertEquals(
                List.of("juliet@shakespeare.lit"),
                disabled.field("disableduserjids").values());
        assertEquals("1", shown(begin("get-disabled-users-num")).value("disabledusersnum"));
        Replies.payload(submit("reenable-user", form().field("accountjids", "juliet@shakespeare.lit")));
        assertFalse(get(world.enrolment().credentials("juliet")).disabled());
        Replies.payload(
                submit("delete-user", form().field("accountjids", "juliet@shakespeare.lit", "iago@shakespeare.lit")));
        assertNull(get(world.enrolment().credentials("juliet")));
        assertNull(get(world.enrolment().credentials("iago")));
    }

    @Test
    void one_account_that_is_none_spares_all() {
        failure(submit("delete-user", form().field("accountjids", "juliet@shakespeare.lit", "nobody@shakespeare.lit")));
        assertNotNull(get(world.enrolment().credentials("juliet")));
    }

    @Test
    void sessions_end_one_or_all() {
        world.directory.sessions.put("juliet", List.of(session("balcony", true), session("chamber", false)));
        Replies.payload(submit("end-user-session", form().field("accountjids", "juliet@shakespeare.lit/balcony")));
        assertEquals(1, world.directory.sessions.get("juliet").size());
        Replies.payload(submit("end-user-session", form().field("accountjids", "juliet@shakespeare.lit")));
        assertEquals(0, world.directory.sessions.get("juliet").size());
    }

    private static SessionInfo session(String resource, boolean active) {
        return new SessionInfo(resource, null, 0, 0, true, active, 0, 0, 0);
    }

    @Test
    void users_are_counted_and_listed() {
        world.directory.sessions.put("juliet", List.of(session("balcony", true)));
        world.directory.sessions.put("iago", List.of(session("venice", false)));
        assertEquals("3", shown(begin("get-registered-users-num")).value("registeredusersnum"));
        assertEquals("2", shown(begin("get-online-users-num")).value("onlineusersnum"));
        assertEquals("1", shown(begin("get-active-users-num")).value("activeusersnum"));
        assertEquals("1", shown(begin("get-idle-users-num")).value("idleusersnum"));
        var all = shown(Replies.payload(submit("get-registered-users-list", form().field("max_items", "2"))));
        assertEquals(2, all.field("registereduserjids").values().size());
        var online = shown(Replies.payload(submit("get-online-users-list", form().field("max_items", "none"))));
        assertEquals(
                List.of("iago@shakespeare.lit", "juliet@shakespeare.lit"),
                online.field("onlineuserjids").values());
    }

    @Test
    void announcements_reach_who_is_online_or_everybody() {
        world.directory.sessions.put("juliet", List.of(session("balcony", true)));
        Replies.payload(submit("announce", form().field("announcement", "Attention!", "Two lines.")));
        assertEquals(1, world.directory.delivered.size());
        assertEquals(
                "Attention!\nTwo lines.",
                world.directory.delivered.getFirst().element().childText("jabber:client", "body"));
        Replies.payload(submit("announce-all", form().field("announcement", "All!")));
        assertEquals(4, world.directory.delivered.size());
    }

    @Test
    void texts_are_remembered() {
        Replies.payload(submit("set-welcome", form().field("welcome", "Hello", "there")));
        var again = DataForm.parse(begin("set-welcome").child(DataForm.NAMESPACE, "x"));
        assertEquals(List.of("Hello", "there"), again.field("welcome").values());
        Replies.payload(submit(
                "add-user", form().field("accountjid", "romeo@shakespeare.lit").field("password", "R0m30")));
        assertEquals(
                "romeo@shakespeare.lit",
                world.directory.delivered.getFirst().to().toString());
        begin("delete-welcome");
        assertEquals("", get(administration.text("welcome")));
    }

    private void comesOnline(FakeOwner owner) {
        for (var manifest : features.manifests()) {
            for (var watcher : manifest.watchers()) {
                watcher.appeared(owner.jid.withResource("x"), null, Element.empty("jabber:client", "presence"), owner);
            }
        }
    }

    private List<String> told() {
        return world.directory.delivered.stream()
                .map(message -> message.to() + " " + message.element().childText("jabber:client", "body"))
                .toList();
    }

    @Test
    void the_message_of_the_day_is_told_to_who_comes_online_once() { // XEP-0133 §4.24
        Replies.payload(submit("set-motd", form().field("motd", "Much ado", "about nothing")));
        assertEquals(List.of(), told(), "nobody is online");
        comesOnline(iago);
        comesOnline(iago);
        assertEquals(List.of("iago@shakespeare.lit Much ado\nabout nothing"), told());
        begin("delete-motd");
        comesOnline(bard);
        assertEquals(1, told().size());
    }

    @Test
    void an_edited_message_of_the_day_is_told_to_who_has_not_had_it() { // XEP-0133 §4.25
        Replies.payload(submit("set-motd", form().field("motd", "Much adu")));
        comesOnline(iago);
        Replies.payload(submit("edit-motd", form().field("motd", "Much ado")));
        comesOnline(iago);
        comesOnline(bard);
        assertEquals(List.of("iago@shakespeare.lit Much adu", "bard@shakespeare.lit Much ado"), told());
        assertEquals(
                List.of("Much ado"),
                DataForm.parse(begin("edit-motd").child(DataForm.NAMESPACE, "x"))
                        .field("motd")
                        .values());
    }

    @Test
    void who_is_online_when_it_is_set_is_told_at_once_and_not_again() {
        world.directory.sessions.put("iago", List.of(session("venice", true)));
        Replies.payload(submit("set-motd", form().field("motd", "Much ado")));
        var message = world.directory.delivered.getFirst();
        for (var manifest : features.manifests()) {
            for (var notice : manifest.notices()) notice.kept(message, iago);
        }
        comesOnline(iago);
        assertEquals(List.of("iago@shakespeare.lit Much ado"), told());
    }

    @Test
    void the_list_of_administrators_changes_and_survives() {
        assertEquals(Condition.FORBIDDEN, refusalOf(iago));
        Replies.payload(submit("edit-admin", form().field("adminjids", "iago@shakespeare.lit")));
        assertTrue(administration.isAdministrator(jid("iago@shakespeare.lit")));
        assertTrue(administration.isAdministrator(jid("bard@shakespeare.lit")), "the configuration's stay");
        var again = new ServerAdministration("shakespeare.lit", List.of());
        get(again.use(new ServerAdministration.Parts(
                world.store, world.directory, world.enrolment(), world.shelf, delay -> {})));
        assertTrue(again.isAdministrator(jid("iago@shakespeare.lit")));
    }

    private Condition refusalOf(FakeOwner who) {
        return Replies.error(ask(who, "set", command(ADMIN + "add-user", null, null, null)))
                .condition();
    }

    @Test
    void others_neither_see_nor_run_them() {
        assertEquals(Condition.FORBIDDEN, refusalOf(iago));
        var nodes = Element.build("http://jabber.org/protocol/disco#items", "query")
                .attribute("node", Command.NAMESPACE)
                .build();
        assertEquals(0, Replies.payload(ask(iago, "get", nodes)).children().size());
        assertTrue(Replies.payload(ask(bard, "get", nodes)).children().size() > 20);
        var info = Element.build("http://jabber.org/protocol/disco#info", "query")
                .attribute("node", ADMIN + "add-user")
                .build();
        assertEquals(Condition.FORBIDDEN, Replies.error(ask(iago, "get", info)).condition());
        var identity = Replies.payload(ask(bard, "get", info)).firstChild();
        assertEquals("automation", identity.attribute("category"));
        assertEquals("command-node", identity.attribute("type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prev", "next"})
    void a_stage_has_its_actions(String action) {
        var session = begin("add-user").attribute("sessionid");
        var error = Replies.error(ask(
                bard,
                "set",
                command(ADMIN + "add-user", session, action, form().build().toElement())));
        assertEquals(Condition.BAD_REQUEST, error.condition());
        assertEquals("bad-action", error.application().name());
    }

    @Test
    void what_is_wrong_with_a_request_is_said() {
        var session = begin("add-user").attribute("sessionid");
        assertEquals("malformed-action", application(ADMIN + "add-user", session, "dance", null));
        assertEquals("bad-sessionid", application(ADMIN + "add-user", "made-up", null, null));
        assertEquals("bad-sessionid", application(ADMIN + "delete-user", session, null, null));
        assertEquals("bad-payload", application(ADMIN + "add-user", session, "complete", null));
        assertEquals(
                "bad-payload",
                application(
                        ADMIN + "add-user", session, "complete", form().build().toElement()));
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask(bard, "set", command("no-such", null, null, null)))
                        .condition());
        assertEquals(
                Condition.FEATURE_NOT_IMPLEMENTED,
                Replies.error(ask(bard, "set", command(ADMIN + "rumble", null, null, null)))
                        .condition());
    }

    private String application(String node, String session, @Nullable String action, @Nullable Element payload) {
        return Replies.error(ask(bard, "set", command(node, session, action, payload)))
                .application()
                .name();
    }

    @Test
    void a_session_that_is_over_is_over() {
        var session = begin("add-user").attribute("sessionid");
        var canceled = Replies.payload(ask(bard, "set", command(ADMIN + "add-user", session, "cancel", null)));
        assertEquals("canceled", canceled.attribute("status"));
        var error = Replies.error(ask(bard, "set", command(ADMIN + "add-user", session, "complete", null)));
        assertEquals(Condition.NOT_ALLOWED, error.condition());
        assertEquals("session-expired", error.application().name());
    }

    @Test
    void a_restart_is_a_shut_down_that_asks_to_be_started_anew() throws InterruptedException {
        Replies.payload(submit("restart", form().field("delay", "0")));
        assertEquals(75, shutDowns.poll(30, TimeUnit.SECONDS));
        Replies.payload(submit("shutdown", form().field("delay", "0")));
        assertEquals(0, shutDowns.poll(30, TimeUnit.SECONDS));
    }

    private Verdict judged(boolean incoming, String other) {
        var admin = new Admin(administration).manifest();
        var check = (incoming ? admin.incoming() : admin.outgoing()).getFirst();
        var message = Element.build(Stanza.CLIENT, "message").build();
        var juliet = new FakeOwner("juliet@shakespeare.lit");
        return check.judge(
                Stanza.of(
                        Stanza.Kind.MESSAGE,
                        incoming ? jid(other) : juliet.jid,
                        incoming ? juliet.jid : jid(other),
                        message),
                juliet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iago@shakespeare.lit", "iago@shakespeare.lit/camp"})
    void who_is_on_the_blacklist_talks_to_nobody(String iago) {
        assertEquals(Verdict.pass(), judged(true, iago));
        Replies.payload(submit("edit-blacklist", form().field("blacklistjids", "iago@shakespeare.lit", "venice.lit")));
        for (var incoming : List.of(true, false)) {
            assertEquals(
                    Condition.FORBIDDEN,
                    ((Verdict.Reject) judged(incoming, iago)).error().condition());
            assertEquals(
                    Condition.FORBIDDEN,
                    ((Verdict.Reject) judged(incoming, "othello@venice.lit"))
                            .error()
                            .condition());
            assertEquals(Verdict.pass(), judged(incoming, "romeo@shakespeare.lit"));
            assertEquals(Verdict.pass(), judged(incoming, "shakespeare.lit"));
        }
        var shown = DataForm.parse(begin("edit-blacklist").child(DataForm.NAMESPACE, "x"));
        assertEquals(
                List.of("iago@shakespeare.lit", "venice.lit"),
                shown.field("blacklistjids").values());
        var again = new ServerAdministration("shakespeare.lit", List.of());
        get(again.use(new ServerAdministration.Parts(
                world.store, world.directory, world.enrolment(), world.shelf, code -> {})));
        assertTrue(again.isBlacklisted(jid("iago@shakespeare.lit")));
        Replies.payload(submit("edit-blacklist", form()));
        assertEquals(Verdict.pass(), judged(true, iago));
    }

    @Test
    void an_administrator_does_not_get_on_the_blacklist() {
        failure(submit("edit-blacklist", form().field("blacklistjids", "bard@shakespeare.lit")));
        assertEquals(List.of(), administration.listed(Listed.BLACK));
    }

    @Test
    void the_whitelist_is_kept() {
        Replies.payload(submit("edit-whitelist", form().field("whitelistjids", "venice.lit")));
        var shown = DataForm.parse(begin("edit-whitelist").child(DataForm.NAMESPACE, "x"));
        assertEquals(List.of("venice.lit"), shown.field("whitelistjids").values());
    }

    @Test
    void administrators_are_not_deleted_by_administrators() {
        var error = Replies.error(submit("delete-user", form().field("accountjids", "bard@shakespeare.lit")));
        assertEquals(Condition.NOT_ALLOWED, error.condition());
    }
}
