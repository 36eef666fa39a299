package im.kith.server.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebAppTest {

    private static final Map<String, String> FILES = Map.of(
            "files.txt", "index.html\nsw.js\nassets/main-abc.js\n",
            "index.html", "<!doctype html>",
            "sw.js", "worker",
            "assets/main-abc.js", "plain",
            "assets/main-abc.js.br", "brotli",
            "assets/main-abc.js.gz", "gzip");

    private final WebApp app = WebApp.of(
            name -> FILES.containsKey(name)
                    ? new ByteArrayInputStream(FILES.get(name).getBytes(UTF_8))
                    : null,
            () -> "https://files.example");

    @Test
    void the_page_is_at_the_root_and_is_asked_for_each_time() {
        var page = get("/", Map.of(), Map.of());
        assertEquals(200, page.status());
        assertEquals("<!doctype html>", text(page));
        assertEquals("text/html; charset=utf-8", page.contentType());
        assertEquals("no-cache", page.headers().get("Cache-Control"));
    }

    @Test
    void a_file_with_a_hash_in_its_name_is_kept_for_good() {
        var script = get("/assets/{name}", Map.of("name", "main-abc.js"), Map.of());
        assertEquals("public, max-age=31536000, immutable", script.headers().get("Cache-Control"));
    }

    @Test
    void the_best_form_that_the_browser_takes_is_sent() {
        assertEquals("brotli", encoded("gzip, deflate, br, zstd"));
        assertEquals("gzip", encoded("gzip, deflate"));
        assertEquals("gzip", encoded("br;q=0, gzip;q=0.5"));
        assertEquals("plain", encoded("identity"));
        assertEquals("plain", encoded(null));
    }

    @Test
    void what_the_browser_has_is_not_sent_again() {
        var tag = get("/", Map.of(), Map.of()).headers().get("ETag");
        var again = get("/", Map.of(), Map.of("if-none-match", "\"other\", W/" + tag));
        assertEquals(304, again.status());
        assertEquals(0, again.body().length);
        assertEquals(
                200, get("/", Map.of(), Map.of("if-none-match", "\"other\"")).status());
    }

    @Test
    void no_script_but_ours_can_run() {
        var policy = String.valueOf(get("/", Map.of(), Map.of()).headers().get("Content-Security-Policy"));
        for (var part : new String[] {
            "default-src 'none'",
            "script-src 'self';",
            "connect-src 'self' https://files.example;",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'"
        }) {
            assertTrue(policy.contains(part), part);
        }
        assertFalse(policy.contains("unsafe"));
    }

    @Test
    void what_is_not_listed_is_not_there() {
        for (var name : new String[] {"main-abc.js.br", "../files.txt", "nothing"}) {
            assertEquals(
                    404, get("/assets/{name}", Map.of("name", name), Map.of()).status(), name);
        }
    }

    @Test
    void without_a_build_there_are_no_routes() {
        var none = WebApp.of(_ -> null, () -> "https://files.example");
        assertFalse(none.isThere());
        assertTrue(none.routes().isEmpty());
    }

    private String encoded(@Nullable String accepted) {
        return text(get(
                "/assets/{name}",
                Map.of("name", "main-abc.js"),
                accepted == null ? Map.of() : Map.of("accept-encoding", accepted)));
    }

    private static String text(Response response) {
        return new String(response.body(), UTF_8);
    }

    private Response get(String path, Map<String, String> parameters, Map<String, String> headers) {
        var route = app.routes().stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow();
        var request = new Request(
                "GET", path, parameters, Map.of(), headers, new byte[0], InetAddress.getLoopbackAddress(), false);
        return route.handler().handle(request).toCompletableFuture().join();
    }
}
