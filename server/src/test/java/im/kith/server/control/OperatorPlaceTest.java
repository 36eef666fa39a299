package im.kith.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// From where the operators' page is to be had: elsewhere there is none.
class OperatorPlaceTest extends OperatorStage {

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

    private static void hidden(Browser browser) {
        assertEquals(404, browser.get("/admin").status());
        assertEquals(404, browser.get("/admin/api/session").status());
        assertEquals(404, browser.post("/admin/api/session", "{\"code\":\"x\"}").status());
        assertEquals(404, browser.post("/admin/api/accounts/disable", "{}").status());
    }
}
