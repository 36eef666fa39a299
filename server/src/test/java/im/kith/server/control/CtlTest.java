package im.kith.server.control;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Request.SessionInfo;
import im.kith.server.auth.Authority;
import im.kith.server.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CtlTest {

    private Path data = Path.of("");
    private Operating server;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        data = directory;
        server = new Operating(data);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void an_account_without_a_password_gets_a_key_that_is_shown_once() {
        var added = server.ctl("account", "add", "Juliet");
        assertEquals(0, added.exitCode(), added.err());
        var lines = added.out().lines().toList();
        assertEquals("juliet@localhost", lines.getFirst());
        var key = lines.get(1).substring("key: ".length());
        assertEquals(Authority.Outcome.GRANTED, signIn("juliet", key));
    }

    @Test
    void a_password_is_read_from_the_standard_input() {
        var added = server.ctlReading("O Romeo\nmore\n", "account", "add", "juliet", "--password-stdin");
        assertEquals(0, added.exitCode(), added.err());
        assertEquals("juliet@localhost\n", added.out());
        assertEquals(Authority.Outcome.GRANTED, signIn("juliet", "O Romeo"));

        assertEquals(
                1,
                server.ctlReading("", "account", "add", "romeo", "--password-stdin")
                        .exitCode());
    }

    @Test
    void an_account_that_exists_or_cannot_be_is_refused_with_words() {
        server.ctl("account", "add", "juliet");
        var again = server.ctl("account", "add", "juliet");
        assertEquals(1, again.exitCode());
        assertEquals("kith ctl: there is an account juliet already\n", again.err());

        var bad = server.ctl("account", "add", "two words");
        assertEquals(1, bad.exitCode());
        assertTrue(bad.err().contains("spaces"), bad.err());
    }

    @Test
    void an_import_makes_accounts_tells_bad_rows_and_can_be_run_again() throws IOException {
        var file = data.resolve("people.csv");
        Files.write(
                file,
                List.of(
                        "name,password",
                        "juliet,O Romeo",
                        "",
                        "romeo,\"love, \"\"honour\"\"\"",
                        "no password",
                        "a,b,c",
                        ",empty",
                        "nurse,",
                        "two words,x",
                        "tybalt,\"open",
                        "paris,\"p\"x",
                        "juliet,again",
                        "mercutio,Queen Mab"),
                StandardCharsets.UTF_8);

        var first = server.ctl("account", "import", file.toString());
        assertEquals(1, first.exitCode());
        assertEquals("3 created, 1 existed already, 7 bad\n", first.out());
        for (int line : new int[] {5, 6, 7, 8, 9, 10, 11}) {
            assertTrue(first.err().contains(file + ":" + line + ": "), first.err());
        }
        assertTrue(first.err().contains("100 %"), first.err());
        assertEquals(Authority.Outcome.GRANTED, signIn("juliet", "O Romeo"));
        assertEquals(Authority.Outcome.GRANTED, signIn("romeo", "love, \"honour\""));

        assertEquals(
                "0 created, 4 existed already, 7 bad\n",
                server.ctl("account", "import", file.toString()).out());
    }

    @Test
    void an_import_of_many_rows_goes_in_batches() throws IOException {
        var rows = new StringBuilder("\uFEFFname,password\r\n");
        for (int i = 0; i < 450; i++) rows.append("user").append(i).append(",secret\r\n");
        var file = data.resolve("many.csv");
        Files.writeString(file, rows);

        var imported = server.ctl("account", "import", file.toString());
        assertEquals(0, imported.exitCode(), imported.err());
        assertEquals("450 created, 0 existed already, 0 bad\n", imported.out());
        assertEquals(451, server.ctl("account", "list").out().lines().count());
    }

    @Test
    void what_is_no_file_or_not_utf_8_is_told() throws IOException {
        var missing = server.ctl("account", "import", "missing.csv");
        assertEquals(1, missing.exitCode());
        assertTrue(missing.err().contains("there is no such file"), missing.err());

        var file = data.resolve("latin1.csv");
        Files.write(file, "j\u00fcrgen,secret\nok,secret\n".getBytes(StandardCharsets.ISO_8859_1));
        var imported = server.ctl("account", "import", file.toString());
        assertEquals("1 created, 0 existed already, 1 bad\n", imported.out());
        assertTrue(imported.err().contains(":1: the line is not UTF-8"), imported.err());
    }

    @Test
    void accounts_are_listed_disabled_enabled_and_removed() {
        server.ctl("account", "add", "juliet");
        server.ctlReading("O Juliet\n", "account", "add", "romeo", "--password-stdin");

        assertEquals(0, server.ctl("account", "disable", "romeo").exitCode());
        assertEquals(Authority.Outcome.DISABLED, signIn("romeo", "O Juliet"));
        var lines = server.ctl("account", "list").out().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(1).matches("juliet +key +enabled .*"), lines.get(1));
        assertTrue(lines.get(2).matches("romeo +password +disabled .*"), lines.get(2));

        assertEquals(0, server.ctl("account", "enable", "romeo").exitCode());
        assertEquals(Authority.Outcome.GRANTED, signIn("romeo", "O Juliet"));

        assertEquals(
                "romeo removed\n",
                server.ctl("account", "remove", "romeo@localhost").out());
        assertEquals(Authority.Outcome.DENIED, signIn("romeo", "O Juliet"));
        var gone = server.ctl("account", "remove", "romeo");
        assertEquals(1, gone.exitCode());
        assertTrue(gone.err().contains("There is no account romeo"), gone.err());
    }

    @Test
    void an_account_is_shown_with_what_it_has_and_what_waits_for_it() {
        server.ctl("account", "add", "juliet");
        for (int seq = 1; seq <= 1_200; seq++) server.world.store.append("juliet", seq * 2L, 10);
        server.world.directory.taken = 2_390;
        server.uploadedBytes.put("juliet", 4_096L);

        var shown = server.ctl("account", "show", "Juliet");
        assertEquals(0, shown.exitCode(), shown.err());
        for (var line : List.of(
                "kept +1,200",
                "bytes +12,000",
                "waiting +5",
                "waitingBytes +50",
                "uploadedBytes +4,096",
                "lastSeenMillis +never")) {
            assertTrue(shown.out().lines().anyMatch(each -> each.strip().matches(line)), line + " in " + shown.out());
        }
        var json = Json.object(
                server.ctl("account", "show", "juliet", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertEquals("juliet", json == null ? null : json.get("account"));

        var nobody = server.ctl("account", "show", "romeo");
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.err().contains("There is no account romeo"), nobody.err());
    }

    @Test
    void sessions_are_listed_and_ended() {
        server.ctl("account", "add", "juliet");
        server.world.directory.sessions.put(
                "juliet",
                List.of(
                        new SessionInfo("balcony", "Pixel 9", 0, 61_000, true, true, 0, 3, 7),
                        new SessionInfo("chamber", null, 0, 0, false, false, 0, 0, 0)));

        var listed = server.ctl("session", "list").out();
        assertTrue(listed.contains("juliet   balcony   Pixel 9  1m1s"), listed);
        assertEquals(3, listed.lines().count());
        var first = listed.lines().skip(1).findFirst().orElseThrow();
        assertTrue(first.stripTrailing().matches(".* 3 +7"), "what waits, and how often it was too fast: " + first);
        assertEquals(listed, server.ctl("session", "list", "juliet").out());
        var json = Json.object(server.ctl("session", "list", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertTrue(json != null && json.get("sessions") instanceof List<?> all && all.size() == 2);

        assertEquals(
                "1 session ended\n",
                server.ctl("session", "kick", "juliet", "balcony").out());
        assertEquals(
                "1 session ended\n", server.ctl("session", "kick", "juliet").out());
        assertEquals(
                "0 sessions ended\n", server.ctl("session", "kick", "juliet").out());
    }

    @Test
    void statistics_are_for_people_and_for_scripts() {
        assertEquals(
                "numbers\n  kith_sessions  12\ntroubles\n",
                sorted(server.ctl("stats").out()));
        var json = Json.object(server.ctl("stats", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertTrue(json != null && json.containsKey("numbers"));
    }

    /// The fake's groups come in any order.
    private static String sorted(String out) {
        return out.startsWith("troubles\n") ? out.substring("troubles\n".length()) + "troubles\n" : out;
    }

    @Test
    void an_invitation_is_a_code_on_a_line_of_its_own() {
        var invited = server.ctl("invite", "--hours", "24");
        assertEquals(0, invited.exitCode(), invited.err());
        assertTrue(invited.out().matches("([a-z2-9]{4}-){3}[a-z2-9]{4}\n"), invited.out());
        assertEquals(1, server.ctl("invite", "--hours", "100000").exitCode());
    }

    @Test
    void without_a_server_it_says_so_and_how_to_start_one(@TempDir Path elsewhere) {
        var none = Operating.ctl(elsewhere, "account", "list");
        assertEquals(3, none.exitCode());
        assertTrue(none.err().contains("no server runs on the data directory"), none.err());
        assertTrue(none.err().contains("./kith serve --data"), none.err());

        var missing = Operating.ctl(elsewhere.resolve("missing"), "account", "list");
        assertEquals(3, missing.exitCode());
        assertTrue(missing.err().contains("--data DIR"), missing.err());
    }

    @Test
    void a_server_that_was_killed_is_told_apart_from_one_that_never_was() {
        server.http.stop(0);
        var gone = server.ctl("account", "list");
        assertEquals(3, gone.exitCode());
        assertTrue(gone.err().contains("does not answer at http://127.0.0.1:"), gone.err());
    }

    @Test
    void a_token_of_another_server_gets_nowhere() throws IOException {
        Files.writeString(data.resolve("ctl.token"), "another\n");
        var refused = server.ctl("account", "list");
        assertEquals(3, refused.exitCode());
        assertTrue(refused.err().contains("is not the server of"), refused.err());
    }

    @Test
    void a_disk_that_takes_no_writes_is_told() {
        server.world.store.refuse("the disk is full");
        var refused = server.ctl("account", "add", "juliet");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("the disk is full"), refused.err());
        assertEquals(0, server.ctl("account", "list").exitCode());
    }

    @Test
    void a_mistyped_command_is_exit_code_2() {
        assertEquals(2, server.ctl("acount").exitCode());
        assertEquals(2, server.ctl("account").exitCode());
        assertEquals(2, server.ctl("account", "add").exitCode());
    }

    private Authority.Outcome signIn(String account, String secret) {
        return get(server.world.authority.plain(account, secret, "192.0.2.1"));
    }
}
