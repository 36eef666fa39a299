package im.kith.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The operators' page as a browser meets it: requests go to its routes, cookies are kept, the clock is a test's.
abstract class OperatorStage {

    final AuthorityWorld world = new AuthorityWorld();
    Path data = Path.of("");

    @BeforeEach
    void choose(@TempDir Path directory) {
        data = directory;
    }

    @AfterEach
    void close() {
        world.close();
    }

    /// A browser with its cookie, on a page.
    final class Browser {
        final List<Route> routes;
        String peer = "127.0.0.1";
        final Map<String, String> headers = new HashMap<>(Map.of("host", "localhost:8080"));

        @Nullable
        String origin = "http://localhost:8080";

        @Nullable
        String cookie;

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
                    InetAddress.ofLiteral(peer),
                    false);
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
                    InetAddress.getLoopbackAddress(),
                    false);
            var route = routes.stream()
                    .filter(each -> each.path().equals("/ctl/admin/link"))
                    .findFirst()
                    .orElseThrow();
            var answer = object(AuthorityWorld.get(route.handler().handle(request)));
            return String.valueOf(answer.get("link"));
        }
    }

    Browser browser(OperatorAccess.Place place, String url) {
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

    Browser local() {
        return browser(OperatorAccess.Place.LOCAL, "");
    }

    static String code(String link) {
        return "{\"code\":\"" + link.substring(link.indexOf('#') + 1) + "\"}";
    }

    static Map<String, Object> object(Response response) {
        var object = Json.object(response.body());
        if (object == null) throw new AssertionError("no JSON: " + new String(response.body(), StandardCharsets.UTF_8));
        return object;
    }

    String token() {
        try {
            return Files.readString(data.resolve("ctl.token")).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
