package im.kith.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may ask on the operators' page: only a browser that came by a link of `ctl`; for how long, and how often.
class OperatorSessionTest extends OperatorStage {

    private static final String[] ORDERS = {
        "accounts/disable", "accounts/enable", "sessions/kick", "reports/done", "invites", "invites/revoke"
    };

    private static final String[] LOOKS = {
        "session", "pulse", "accounts", "sessions", "reports", "invites", "storage", "config"
    };

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
}
