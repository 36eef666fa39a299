package im.kith.trial.play;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// Signing up with a phone number over HTTP, and the SMS as it lies in the server's log.
public final class SignUp {

    private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");

    private final World world;
    private final HttpClient http = HttpClient.newHttpClient();

    public SignUp(World world) {
        this.world = world;
    }

    /// An HTTP answer, its body as a JSON object.
    public record Reply(int status, String type, Map<String, Object> json) {

        public String text(String name) {
            var value = json.get(name);
            return value == null ? "" : value.toString();
        }
    }

    /// Asks for a code; if it is too early for the next one, again when it is time.
    public Reply asks(String phone) {
        var reply = post("/v1/registration", Map.of("phone", phone));
        for (var tries = 0; reply.status() == 429 && tries < 5; tries++) {
            await(Duration.ofMillis(1100));
            reply = post("/v1/registration", Map.of("phone", phone));
        }
        return reply;
    }

    private static void await(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Reply verifies(String id, String code) {
        return post("/v1/registration/" + id + "/verify", Map.of("code", code, "device", "Pixel 9"));
    }

    /// Both steps; the user signs in with the key.
    public User completes(String name, String phone) {
        var asked = asks(phone);
        if (asked.status() != 202) {
            throw new AssertionError("no registration: " + asked);
        }
        var verified = verifies(asked.text("id"), lastCode(phone));
        if (verified.status() != 200) {
            throw new AssertionError("not verified: " + verified);
        }
        var jid = verified.text("jid");
        return world.user(name, jid.substring(0, jid.indexOf('@')), verified.text("key"));
    }

    /// The code in the last SMS to the number.
    public String lastCode(String phone) {
        var process = world.process();
        if (process == null) {
            throw new IllegalStateException("the SMS log of a server elsewhere cannot be read");
        }
        var code = "";
        try {
            for (var line : Files.readAllLines(process.data().resolve("sms.log"))) {
                var sms = JSON.std.mapFrom(line);
                var match = CODE.matcher(String.valueOf(sms.get("text")));
                if (phone.equals(sms.get("to")) && match.find()) {
                    code = match.group(1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (code.isEmpty()) {
            throw new AssertionError("no SMS to " + phone);
        }
        return code;
    }

    private Reply post(String path, Map<String, String> body) {
        var endpoint = world.endpoint();
        try {
            var text = JSON.std.asString(body);
            world.dialogue().add("somebody", "→", "POST " + path + " " + text);
            var request = HttpRequest.newBuilder(
                            URI.create("http://" + endpoint.host() + ":" + endpoint.httpPort() + path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(text))
                    .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            world.dialogue().add("somebody", "←", answer.statusCode() + " " + answer.body());
            var json = answer.body().isBlank() ? Map.<String, Object>of() : JSON.std.mapFrom(answer.body());
            return new Reply(
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(""),
                    json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
