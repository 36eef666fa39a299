package im.kith.server.control;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.Json;
import im.kith.server.http.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the operators' page tells and does for who may ask.
class OperatorAnswersTest extends OperatorStage {

    @Test
    void accounts_are_found_by_a_part_of_their_name_page_by_page() {
        for (var name : new String[] {"juliet", "romeo", "+491701234567", "+491701234568"})
            get(world.enrolment().createWithKey(name, world.enrolment().newKey(), "Pixel"));
        var browser = local().signedIn();
        assertEquals(List.of("juliet"), names(browser.get("/admin/api/accounts?q=JUL")));
        assertEquals(
                List.of("+491701234567", "+491701234568"), names(browser.get("/admin/api/accounts?q=+49 170 12345")));
        assertEquals(List.of(), names(browser.get("/admin/api/accounts?q=nobody")));

        var first = browser.get("/admin/api/accounts?q=&limit=3");
        assertEquals(3, names(first).size());
        var rest = browser.get(
                "/admin/api/accounts?q=&limit=3&after=" + object(first).get("next"));
        assertEquals(1, names(rest).size());
        assertNull(object(rest).get("next"));
    }

    private static List<Object> names(Response response) {
        var accounts = Json.objects(object(response), "accounts");
        var names = new ArrayList<>();
        if (accounts != null) for (var each : accounts) names.add(each.get("account"));
        return names;
    }

    @Test
    void an_account_is_disabled_and_enabled_and_unknown_ones_are_none() {
        get(world.enrolment().createWithKey("juliet", world.enrolment().newKey(), ""));
        var browser = local().signedIn();
        assertEquals(
                200,
                browser.post("/admin/api/accounts/disable", "{\"name\":\"juliet\"}")
                        .status());
        assertTrue(disabled("juliet"));
        assertEquals(
                200,
                browser.post("/admin/api/accounts/enable", "{\"name\":\"juliet\"}")
                        .status());
        assertFalse(disabled("juliet"));
        assertEquals(
                404,
                browser.post("/admin/api/accounts/disable", "{\"name\":\"tybalt\"}")
                        .status());
        assertEquals(400, browser.post("/admin/api/accounts/disable", "[]").status());
    }

    private boolean disabled(String account) {
        var credentials = get(world.enrolment().credentials(account));
        return credentials != null && credentials.disabled();
    }

    @Test
    void an_invitation_is_made_listed_without_its_code_and_taken_back() {
        var browser = local().signedIn();
        var made = object(browser.post("/admin/api/invites", "{\"hours\":24}"));
        assertEquals("http://localhost:8080/invite/" + made.get("code"), made.get("link"));
        var text = new String(browser.get("/admin/api/invites").body(), StandardCharsets.UTF_8);
        assertFalse(text.contains(String.valueOf(made.get("code"))));
        var list = Json.objects(object(browser.get("/admin/api/invites")), "invites");
        if (list == null) throw new AssertionError(text);
        assertEquals(1, list.size());
        var id = "{\"id\":\"" + list.getFirst().get("id") + "\"}";
        assertEquals(200, browser.post("/admin/api/invites/revoke", id).status());
        assertEquals(404, browser.post("/admin/api/invites/revoke", id).status());
        assertEquals(400, browser.post("/admin/api/invites", "{\"hours\":0}").status());
    }

    @Test
    void the_disk_is_counted_by_directory() throws IOException {
        Files.createDirectories(data.resolve("log"));
        Files.write(data.resolve("log/1"), new byte[1000]);
        Files.write(data.resolve("log/2"), new byte[500]);
        var browser = local().signedIn();
        var storage = object(browser.get("/admin/api/storage"));
        assertEquals("[{name=log, bytes=1500, files=2}]", String.valueOf(storage.get("parts")));
        assertTrue(((Number) storage.getOrDefault("freeBytes", 0)).longValue() > 0);
    }
}
