package im.kith.server.signup;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import im.kith.server.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmsTest {

    private static final PhoneNumber NUMBER = new PhoneNumber("+491701234567");

    private record Received(String contentType, String authorization, String body) {}

    private final List<Received> received = new ArrayList<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private HttpServer provider;

    @BeforeEach
    void startProvider() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/sms", exchange -> {
            var headers = exchange.getRequestHeaders();
            synchronized (this) {
                received.add(new Received(
                        headers.getFirst("Content-Type"),
                        headers.getFirst("Authorization"),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(), -1);
            }
            exchange.close();
        });
        provider.start();
    }

    @AfterEach
    void stopProvider() {
        provider.stop(0);
    }

    @Test
    void the_log_is_one_json_line_per_sms_for_its_owners_eyes_only(@TempDir Path data) throws IOException {
        var console = new ByteArrayOutputStream();
        var file = data.resolve("sms.log");
        var sender = new LogSms(
                file,
                new PrintStream(console, true, StandardCharsets.UTF_8),
                InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")),
                Runnable::run);

        get(sender.send(NUMBER, "123456 is your \"code\""));
        get(sender.send(NUMBER, "654321"));

        var lines = Files.readAllLines(file);
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05Z\",\"to\":\"+491701234567\",\"text\":\"123456 is your \\\"code\\\"\"}",
                lines.getFirst());
        assertEquals(2, lines.size());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(console.toString(StandardCharsets.UTF_8).startsWith("SMS to +491701234567: 123456 is your"));
    }

    @Test
    void a_log_that_cannot_be_written_is_an_sms_that_was_not_sent(@TempDir Path data) {
        var sender = new LogSms(data.resolve("missing/sms.log"), System.out, InstantSource.system(), Runnable::run);
        assertThrows(CompletionException.class, () -> get(sender.send(NUMBER, "123456")));
    }

    @Test
    void the_webhook_posts_the_template_with_number_and_text_in_it() {
        get(webhook(Map.of("Authorization", "Bearer secret"), 0).send(NUMBER, "say \"123456\"\n"));

        var post = received.getFirst();
        assertEquals("application/json", post.contentType());
        assertEquals("Bearer secret", post.authorization());
        var body = Json.object(post.body().getBytes(StandardCharsets.UTF_8));
        assertEquals(Map.of("to", "+491701234567", "text", "say \"123456\"\n"), body);
    }

    @Test
    void a_form_is_encoded_as_forms_are() {
        var settings = new WebhookSms.Settings(
                uri(),
                "to={phone}&text={text}",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Duration.ofSeconds(60),
                0,
                Duration.ofMillis(1));
        get(new WebhookSms(settings).send(NUMBER, "a&b=c"));
        assertEquals("to=%2B491701234567&text=a%26b%3Dc", received.getFirst().body());
    }

    @Test
    void what_may_pass_is_tried_again() {
        answers.addAll(List.of(503, 429));
        get(webhook(Map.of(), 3).send(NUMBER, "123456"));
        assertEquals(3, received.size());
    }

    @Test
    void tries_end_and_what_will_not_pass_is_not_tried_again() {
        answers.addAll(List.of(500, 500, 500, 500));
        assertThrows(CompletionException.class, () -> get(webhook(Map.of(), 2).send(NUMBER, "123456")));
        assertEquals(3, received.size());

        received.clear();
        answers.clear();
        answers.add(401);
        assertThrows(CompletionException.class, () -> get(webhook(Map.of(), 2).send(NUMBER, "123456")));
        assertEquals(1, received.size());
    }

    private WebhookSms webhook(Map<String, String> headers, int retries) {
        return new WebhookSms(new WebhookSms.Settings(
                uri(),
                "{\"to\":\"{phone}\",\"text\":\"{text}\"}",
                headers,
                Duration.ofSeconds(60),
                retries,
                Duration.ofMillis(1)));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/sms");
    }
}
