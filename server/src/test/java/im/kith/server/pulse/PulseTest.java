package im.kith.server.pulse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.net.Networks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PulseTest {

    private final Pulse pulse = new Pulse();
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicLong waiting = new AtomicLong(3);
    private final Queues partitions = Queues.of("partition", "events", true, 100, lengths -> {
        lengths.accept("0", 1);
        lengths.accept("1", waiting.get());
    });
    private final PulseRoutes routes =
            new PulseRoutes(pulse, Networks.of(List.of("127.0.0.0/8", "10.0.0.0/8")), draining::get);

    @Test
    void what_was_published_stands_in_the_metrics() {
        pulse.gauge("connections", "Open connections", () -> 7, "kind", "xmpp");
        pulse.counter("messages_accepted_total", "Messages accepted", () -> 42);
        pulse.latency("keep_seconds", "From accepted to kept").record(3_000_000);
        pulse.queues(partitions);

        var text = body(get("/metrics", "127.0.0.1", Map.of()));

        assertTrue(text.contains("kith_connections{kind=\"xmpp\"} 7.0"), text);
        assertTrue(text.contains("kith_messages_accepted_total 42.0"), text);
        assertTrue(text.contains("kith_keep_seconds_bucket{le=\"0.002\"} 0"), text);
        assertTrue(text.contains("kith_keep_seconds_bucket{le=\"0.005\"} 1"), text);
        assertTrue(text.contains("kith_keep_seconds_count 1"), text);
        assertTrue(text.contains("kith_queue_waiting{queue=\"partition\"} 4.0"), text);
        assertTrue(text.contains("kith_queue_longest{queue=\"partition\"} 3.0"), text);
        assertTrue(text.contains("kith_partition_waiting{partition=\"1\"} 3.0"), text);
        assertTrue(text.contains("kith_alerts_total{queue=\"partition\"} 0.0"), text);
        assertTrue(text.contains("jvm_memory_used_bytes"), text);
    }

    @Test
    void metrics_are_for_the_configured_networks_only() {
        assertEquals(200, get("/metrics", "10.2.3.4", Map.of()).status());
        assertEquals(403, get("/metrics", "192.0.2.1", Map.of()).status());
        assertEquals(
                403,
                get("/metrics", "127.0.0.1", Map.of("x-forwarded-for", "192.0.2.1"))
                        .status());
    }

    @Test
    void a_part_in_trouble_makes_the_server_unready_but_not_dead() {
        pulse.condition("store", trouble::get);
        assertEquals(200, get("/health/ready", "192.0.2.1", Map.of()).status());

        trouble.set("no space left on device");

        assertEquals(503, get("/health/ready", "192.0.2.1", Map.of()).status());
        assertEquals(200, get("/health/live", "192.0.2.1", Map.of()).status());
        assertTrue(body(get("/health", "192.0.2.1", Map.of())).contains("no space left"));
    }

    @Test
    void a_draining_server_is_not_ready() {
        draining.set(true);

        assertEquals(503, get("/health/ready", "192.0.2.1", Map.of()).status());
    }

    @Test
    void a_queue_that_lags_is_counted_once_until_it_was_well_again() {
        pulse.queues(partitions);
        var watch = new Watch(pulse);

        watch.look(0);
        assertEquals(0, partitions.alerts().sum());
        waiting.set(101);
        watch.look(1);
        watch.look(2);
        assertEquals(1, partitions.alerts().sum());
        waiting.set(1);
        watch.look(3);
        waiting.set(500);
        watch.look(4);
        assertEquals(2, partitions.alerts().sum());
    }

    @Test
    void the_longest_of_many_queues_are_known() {
        var accounts = Queues.of("account", "stanzas", false, 10, lengths -> {
            for (int i = 0; i < 1000; i++) lengths.accept("a" + i, i);
        });

        var sample = accounts.sample();

        assertEquals(1000 * 999 / 2, sample.waiting());
        assertEquals(10, sample.longest().size());
        assertEquals(new Queues.Length("a999", 999), sample.longest().getFirst());
    }

    @Test
    void quantiles_are_the_bounds_of_their_steps() {
        var latency = new Latency();
        for (int i = 0; i < 99; i++) latency.record(900_000);
        latency.record(40_000_000);

        assertEquals(1.0, latency.quantileMillis(0.5));
        assertEquals(1.0, latency.quantileMillis(0.99));
        assertEquals(50.0, latency.quantileMillis(1));
    }

    @Test
    void a_peer_cannot_make_log_lines_of_its_own() {
        assertEquals("a\\u000ab\\u001b[31m", TextLines.oneLine("a\nb\u001b[31m"));
        assertFalse(TextLines.oneLine("a\u2028b").contains("\u2028"));
    }

    private Response get(String path, String peer, Map<String, String> headers) {
        var route = routes.routes().stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow();
        try {
            var request = new Request(
                    "GET", path, Map.of(), Map.of(), headers, new byte[0], InetAddress.getByName(peer), false);
            return route.handler().handle(request).toCompletableFuture().join();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static String body(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
