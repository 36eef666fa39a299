package im.kith.server.signup;

import static im.kith.server.auth.AuthorityWorld.get;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The registration's routes over memory, with a phone that keeps every SMS.
final class Registering implements SmsSender, AutoCloseable {

    record Sms(String to, String text) {}

    record Answer(int status, Map<String, Object> body, Map<String, String> headers) {
        String string(String name) {
            return String.valueOf(body.get(name));
        }
    }

    final AuthorityWorld world = new AuthorityWorld();
    final List<Sms> sent = new ArrayList<>();
    final Invitations invitations = new Invitations(world.shelf, () -> world.nowMillis);
    boolean providerIsDown;
    String peer = "192.0.2.1";
    private RegistrationRoutes.Mode mode;
    private List<Route> routes;

    Registering(RegistrationRoutes.Mode mode) {
        this.mode = mode;
        this.routes = open();
    }

    /// Everything but the data is new.
    void restart() {
        routes = open();
    }

    void mode(RegistrationRoutes.Mode other) {
        mode = other;
        restart();
    }

    private List<Route> open() {
        var authority = world.open();
        var byPhone = get(PhoneSignUp.open(
                new PhoneSignUp.Settings(
                        "localhost",
                        "",
                        "{code} is your code for {domain}",
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(60),
                        6,
                        30,
                        100),
                world.shelf,
                this,
                authority.enrolment(),
                () -> world.nowMillis));
        var byName = new NamedSignUp("localhost", authority.enrolment(), invitations, 3, () -> world.nowMillis);
        return new RegistrationRoutes(mode, "localhost", byPhone, byName).routes();
    }

    @Override
    public CompletionStage<Void> send(PhoneNumber to, String text) {
        if (providerIsDown) return CompletableFuture.failedStage(new java.io.IOException("down"));
        sent.add(new Sms(to.e164(), text));
        return CompletableFuture.completedStage(null);
    }

    Answer begin(String phone) {
        return post("{\"phone\":" + Json.text(phone) + "}");
    }

    Answer verify(String id, String code) {
        return call(1, Map.of("id", id), "{\"code\":\"" + code + "\",\"device\":\"Pixel 9\"}");
    }

    Answer post(String body) {
        return call(0, Map.of(), body);
    }

    /// The code of the last SMS.
    String code() {
        return sent.getLast().text().substring(0, 6);
    }

    /// A code that is not the one of the last SMS.
    String wrongCode() {
        return code().equals("000000") ? "000001" : "000000";
    }

    private Answer call(int route, Map<String, String> parameters, String body) {
        var request = new Request(
                "POST",
                "/",
                parameters,
                Map.of(),
                Map.of("content-type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8),
                InetAddress.ofLiteral(peer),
                false);
        Response response = get(routes.get(route).handler().handle(request));
        var json = Json.object(response.body());
        if (json == null) throw new AssertionError("no JSON: " + response);
        return new Answer(response.status(), json, response.headers());
    }

    @Override
    public void close() {
        world.close();
    }
}
