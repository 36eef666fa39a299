package im.kith.server.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.kith.server.auth.AuthorityWorld;
import im.kith.server.http.Request;
import im.kith.server.http.Route;
import im.kith.server.signup.Invitations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/// The operators' routes behind the JDK's own little HTTP server, and the `ctl` command as a shell would run it.
final class Operating implements AutoCloseable {

    record Outcome(int exitCode, String out, String err) {}

    final AuthorityWorld world = new AuthorityWorld();
    final Path data;
    final ControlAccess access;
    final HttpServer http;
    final Map<String, Long> uploadedBytes = new HashMap<>();
    private final List<Route> routes;

    Operating(Path data) throws IOException {
        this.data = data;
        this.access = ControlAccess.create(data);
        this.routes = new ControlRoutes(
                        access,
                        "localhost",
                        world.store,
                        world.directory,
                        world.enrolment(),
                        new Invitations(world.shelf, () -> world.nowMillis),
                        account -> CompletableFuture.completedStage(uploadedBytes.getOrDefault(account, 0L)),
                        () -> Map.of("numbers", Map.of("kith_sessions", 12), "troubles", Map.of()))
                .routes();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::handle);
        http.start();
        access.announce(http.getAddress());
    }

    private void handle(HttpExchange exchange) throws IOException {
        var query = new HashMap<String, String>();
        var raw = exchange.getRequestURI().getRawQuery();
        for (var pair : raw == null ? new String[0] : raw.split("&")) {
            var parts = pair.split("=", 2);
            query.put(parts[0], java.net.URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        var headers = new HashMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        var request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                Map.of(),
                query,
                headers,
                exchange.getRequestBody().readAllBytes(),
                exchange.getRemoteAddress().getAddress(),
                false);
        var route = routes.stream()
                .filter(each ->
                        each.method().equals(request.method()) && each.path().equals(request.path()))
                .findFirst();
        var response = route.isEmpty()
                ? im.kith.server.http.Response.problem(404, "Not found", "no route")
                : AuthorityWorld.get(route.get().handler().handle(request));
        exchange.sendResponseHeaders(response.status(), response.body().length);
        exchange.getResponseBody().write(response.body());
        exchange.close();
    }

    /// Runs `kith ctl --data DATA words…`.
    Outcome ctl(String... words) {
        return ctl(data, words);
    }

    static Outcome ctl(Path data, String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = new CommandLine(new Ctl());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        var all = new String[words.length + 2];
        all[0] = "--data";
        all[1] = data.toString();
        System.arraycopy(words, 0, all, 2, words.length);
        int exitCode = line.execute(all);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    /// Runs it with something on the standard input.
    Outcome ctlReading(String input, String... words) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return ctl(words);
        } finally {
            System.setIn(before);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        world.close();
        try {
            access.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
