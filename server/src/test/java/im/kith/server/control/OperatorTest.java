package im.kith.server.control;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.reports.ReportBook;
import im.kith.server.signup.Invitations;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operators' page from the network's side: who may ask, from where, for how long, how often; and what is answered.
class OperatorTest {

    private static final String[] ORDERS = {
        "accounts/disable", "accounts/enable", "sessions/kick", "reports/done", "invites", "invites/revoke"
    };
    private static final String[] LOOKS = {
        "session", "pulse", "accounts", "sessions", "reports", "invites", "storage", "config"
    };

    private final AuthorityWorld world = new AuthorityWorld();
    private Path data = Path.of("");

    @BeforeEach
    void choose(@TempDir Path directory) {
        data = directory;
    }

    @AfterEach
    void close() {
        world.close();
    }

    /// A browser with its cookie, on a page.
    private final class Browser {
        private final List<Route> routes;
        private String peer = "127.0.0.1";
        private final Map<String, String> headers = new HashMap<>(Map.of("host", "localhost:8080"));
        private @Nullable String origin = "http://localhost:8080";
        private @Nullable String cookie;

        Browser(List<Route> routes) {
            this.routes = routes;
        }

        Response get(String path) {
            return ask("GET", path, "");
        }

        Response post(String path, String body) {
            return ask("POST", path, body);
        }

        Response ask(String method, String target, String body) {
            var path = target.replaceFirst("\\?.*", "");
            var query = new HashMap<String, String>();
            for (var pair :
                    target.contains("?") ? target.substring(path.length() + 1).split("&") : new String[0])
                query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
            var all = new HashMap<>(headers);
            if (origin != null && !method.equals("GET")) all.put("origin", origin);
            if (cookie != null) all.put("cookie", "theme=dark; " + cookie);
            var request = new Request(
                    method,
                    path,
                    Map.of(),
                    query,
                    all,
                    body.getBytes(StandardCharsets.UTF_8),
                    InetAddress.ofLiteral(peer));
            var route = routes.stream()
                    .filter(each -> each.method().equals(method) && each.path().equals(path))
                    .findFirst()
                    .orElseThrow();
            var response = AuthorityWorld.get(route.handler().handle(request));
            var set = response.headers().get("Set-Cookie");
            if (set != null) cookie = set.substring(0, set.indexOf(';'));
            return response;
        }

        Browser signedIn() {
            assertEquals(200, post("/admin/api/session", code(link())).status());
            return this;
        }

        /// Made by `ctl`.
        String link() {
            var request = new Request(
                    "POST",
                    "/ctl/admin/link",
                    Map.of(),
                    Map.of(),
                    Map.of("authorization", "Bearer " + token()),
                    "{}".getBytes(StandardCharsets.UTF_8),
                    InetAddress.getLoopbackAddress());
            var route = routes.stream()
                    .filter(each -> each.path().equals("/ctl/admin/link"))
                    .findFirst()
                    .orElseThrow();
            var answer = object(AuthorityWorld.get(route.handler().handle(request)));
            return String.valueOf(answer.get("link"));
        }
    }

    private Browser browser(OperatorAccess.Place place, String url) {
        try {
            var sessions = new OperatorSessions(() -> world.nowMillis);
            var access = new OperatorAccess(place, url, sessions, () -> world.nowMillis);
            var reports = new ReportBook("localhost", () -> world.nowMillis, List::of);
            reports.use(world.shelf, world.directory);
            var parts = new OperatorRoutes.Parts(
                    "localhost",
                    world.store,
                    world.directory,
                    world.enrolment(),
                    new Invitations(world.shelf, () -> world.nowMillis),
                    reports,
                    _ -> CompletableFuture.completedStage(Response.of(200, "text/html", "the page")),
                    () -> url.isEmpty() ? "http://localhost:8080" : url,
                    Map.of("domain", "localhost"),
                    () -> Map.of("numbers", Map.of()),
                    new StoredBytes(data, () -> world.nowMillis)::look,
                    List.of(Map.of("key", "domain", "value", "\"localhost\"", "origin", "")));
            return new Browser(new OperatorRoutes(access, sessions, ControlAccess.create(data), parts).routes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Browser local() {
        return browser(OperatorAccess.Place.LOCAL, "");
    }

    private static String code(String link) {
        return "{\"code\":\"" + link.substring(link.indexOf('#') + 1) + "\"}";
    }

    private static Map<String, Object> object(Response response) {
        var object = Json.object(response.body());
        if (object == null) throw new AssertionError("no JSON: " + new String(response.body(), StandardCharsets.UTF_8));
        return object;
    }

    private String token() {
        try {
            return Files.readString(data.resolve("ctl.token")).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- who may ask -----------------------------------------------------------------------------------------------

    @Test
    void without_a_session_nothing_is_told_and_nothing_is_done() {
        var stranger = local();
        for (var look : LOOKS)
            assertEquals(401, stranger.get("/admin/api/" + look).status(), look);
        for (var order : ORDERS)
            assertEquals(401, stranger.post("/admin/api/" + order, "{}").status(), order);
        stranger.cookie = OperatorAccess.COOKIE + "=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (var look : LOOKS)
            assertEquals(401, stranger.get("/admin/api/" + look).status(), look);
    }

    @Test
    void a_link_signs_one_browser_in_once() {
        var browser = local();
        var code = code(browser.link());
        var answer = browser.post("/admin/api/session", code);
        assertEquals(200, answer.status());
        var cookie = String.valueOf(answer.headers().get("Set-Cookie"));
        for (var part : new String[] {"; HttpOnly", "; SameSite=Strict", "; Path=/admin", "; Max-Age=28800"})
            assertTrue(cookie.contains(part), cookie);
        assertFalse(cookie.contains("Secure"), "a browser would not take it from http");
        for (var look : LOOKS)
            assertEquals(200, browser.get("/admin/api/" + look).status(), look);

        var second = new Browser(browser.routes);
        assertEquals(403, second.post("/admin/api/session", code).status());
        assertNull(second.cookie);
    }

    @Test
    void a_link_is_good_for_five_minutes_and_the_newest_ones_only() {
        var browser = local();
        var late = code(browser.link());
        world.passes(Duration.ofMinutes(5));
        assertEquals(403, browser.post("/admin/api/session", late).status());

        var first = code(browser.link());
        for (int i = 0; i < OperatorSessions.MOST_LINKS; i++) browser.link();
        assertEquals(403, browser.post("/admin/api/session", first).status());
    }

    @Test
    void a_session_ends_when_it_is_not_used_when_it_is_old_and_when_it_is_ended() {
        var idle = local().signedIn();
        world.passes(Duration.ofMinutes(29));
        assertEquals(200, idle.get("/admin/api/session").status());
        world.passes(Duration.ofMinutes(29));
        assertEquals(200, idle.get("/admin/api/pulse").status(), "what the page asks by itself …");
        world.passes(Duration.ofMinutes(1));
        assertEquals(401, idle.get("/admin/api/session").status(), "… does not keep it");

        var old = local().signedIn();
        for (int i = 0; i < 8 * 60 / 20 - 1; i++) {
            world.passes(Duration.ofMinutes(20));
            assertEquals(200, old.get("/admin/api/session").status());
        }
        world.passes(Duration.ofMinutes(20));
        assertEquals(401, old.get("/admin/api/session").status());

        var ended = local().signedIn();
        var cookie = ended.cookie;
        assertEquals(200, ended.ask("DELETE", "/admin/api/session", "").status());
        assertNotEquals(cookie, ended.cookie);
        ended.cookie = cookie;
        assertEquals(401, ended.get("/admin/api/session").status());
    }

    @Test
    void pages_of_other_origins_are_refused_whatever_they_bring() {
        var browser = local().signedIn();
        for (var foreign : new String[] {
            "http://evil.example", "http://localhost:8081", "http://localhost.evil.example:8080", "null", "https://x"
        }) {
            browser.origin = foreign;
            for (var order : ORDERS)
                assertEquals(
                        403,
                        browser.post("/admin/api/" + order, "{\"hours\":1}").status(),
                        foreign);
        }
        browser.origin = null;
        assertEquals(403, browser.post("/admin/api/invites", "{\"hours\":1}").status(), "no origin at all");
        browser.headers.put("sec-fetch-site", "cross-site");
        assertEquals(403, browser.get("/admin/api/config").status());
        browser.headers.put("sec-fetch-site", "same-site");
        assertEquals(403, browser.get("/admin/api/config").status());
        browser.headers.put("sec-fetch-site", "same-origin");
        browser.origin = "http://localhost:8080";
        assertEquals(201, browser.post("/admin/api/invites", "{\"hours\":1}").status());
    }

    @Test
    void wrong_links_are_slowed_down_but_not_for_good() {
        var browser = local();
        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 8; i++)
            statuses.add(browser.post("/admin/api/session", "{\"code\":\"guess" + i + "\"}")
                    .status());
        assertEquals(List.of(403, 403, 403, 403, 403, 403, 429, 429), statuses);
        var right = code(browser.link());
        assertEquals(429, browser.post("/admin/api/session", right).status(), "and a right one waits, too");
        world.passes(Duration.ofMinutes(1));
        assertEquals(200, browser.post("/admin/api/session", right).status());
    }

    @Test
    void a_session_that_asks_too_often_waits() {
        var browser = local().signedIn();
        for (int i = 0; i < OperatorSessions.REQUESTS_PER_WINDOW; i++)
            assertEquals(200, browser.get("/admin/api/pulse").status());
        assertEquals(429, browser.get("/admin/api/pulse").status());
        world.passes(OperatorSessions.WINDOW);
        assertEquals(200, browser.get("/admin/api/pulse").status());
    }

    @Test
    void few_are_signed_in_at_a_time_and_ctl_signs_all_of_them_out() {
        var first = local().signedIn();
        var all = new ArrayList<Browser>();
        for (int i = 0; i < OperatorSessions.MOST_SESSIONS; i++) all.add(new Browser(first.routes).signedIn());
        assertEquals(401, first.get("/admin/api/session").status());
        assertEquals(200, all.getLast().get("/admin/api/session").status());

        var end = new Browser(first.routes);
        end.headers.put("authorization", "Bearer " + token());
        end.headers.remove("host");
        end.origin = null;
        assertEquals(
                OperatorSessions.MOST_SESSIONS,
                object(end.post("/ctl/admin/end", "{}")).get("ended"));
        assertEquals(401, all.getLast().get("/admin/api/session").status());
    }

    // ---- from where ------------------------------------------------------------------------------------------------

    @Test
    void the_usual_page_is_for_this_machine_only() {
        var here = local().signedIn();
        assertEquals(200, here.get("/admin").status());

        here.peer = "192.0.2.7";
        hidden(here);
        here.peer = "::1";
        here.headers.put("host", "[::1]:8080");
        assertEquals(200, here.get("/admin").status());
        here.headers.put("x-forwarded-for", "127.0.0.1");
        hidden(here);
        here.headers.remove("x-forwarded-for");
        for (var host : new String[] {"chat.example.org", "localhost.evil.example", "evil.example:8080", ""}) {
            here.headers.put("host", host);
            hidden(here);
        }
    }

    private void hidden(Browser browser) {
        assertEquals(404, browser.get("/admin").status());
        assertEquals(404, browser.get("/admin/api/session").status());
        assertEquals(404, browser.post("/admin/api/session", "{\"code\":\"x\"}").status());
        assertEquals(404, browser.post("/admin/api/accounts/disable", "{}").status());
    }

    @Test
    void a_page_that_is_off_is_off_and_ctl_says_so() {
        var off = browser(OperatorAccess.Place.OFF, "");
        hidden(off);
        off.headers.put("authorization", "Bearer " + token());
        off.headers.remove("host");
        off.origin = null;
        var answer = off.post("/ctl/admin/link", "{}");
        assertEquals(403, answer.status());
        assertTrue(String.valueOf(object(answer).get("detail")).contains("admin.page"));
    }

    @Test
    void everywhere_means_through_the_proxy_with_a_secure_cookie() {
        var proxied = browser(OperatorAccess.Place.EVERYWHERE, "https://chat.example.org");
        proxied.peer = "192.0.2.7";
        proxied.headers.put("host", "127.0.0.1:8080");
        proxied.headers.put("x-forwarded-for", "192.0.2.7");
        proxied.origin = "https://chat.example.org";
        var link = proxied.link();
        assertTrue(link.startsWith("https://chat.example.org/admin#"), link);
        var answer = proxied.post("/admin/api/session", code(link));
        assertTrue(String.valueOf(answer.headers().get("Set-Cookie")).endsWith("; Secure"));
        assertEquals(200, proxied.get("/admin/api/session").status());
        proxied.origin = "http://chat.example.org";
        assertEquals(403, proxied.post("/admin/api/invites", "{\"hours\":1}").status());
    }

    // ---- what is answered ------------------------------------------------------------------------------------------

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
