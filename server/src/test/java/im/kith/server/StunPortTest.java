package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.config.BadConfig;
import im.kith.server.config.Config;
import im.kith.server.config.ConfigReader;
import im.kith.server.feature.calls.Relay;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The port of STUN: what the operator is told when it is taken, and when clients are told of it.
@NullUnmarked
class StunPortTest {

    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 3478);
    private static final InetSocketAddress EVERYWHERE = new InetSocketAddress(InetAddress.ofLiteral("::"), 13_478);

    private static Config config(String... settings) throws BadConfig {
        var all = new ArrayList<>(List.of(
                "domain=kith.test",
                "listen.xmpp=127.0.0.1:0",
                "listen.xmpps=127.0.0.1:0",
                "listen.http=127.0.0.1:0",
                "listen.https="));
        all.addAll(List.of(settings));
        return ConfigReader.read(null, all).config();
    }

    @Test
    void a_port_that_is_taken_is_named_with_what_to_do() throws Exception {
        try (var other = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            int port = other.getLocalPort();
            var complaints = Ports.complaints(config("listen.stun=127.0.0.1:" + port));
            assertEquals(1, complaints.size(), complaints::toString);
            var complaint = complaints.getFirst();
            assertTrue(complaint.startsWith("Port " + port + " on 127.0.0.1 is taken by process "), complaint);
            assertTrue(complaint.contains("--set listen.stun=127.0.0.1:"), complaint);
            assertTrue(complaint.endsWith("say coturn:  ./kith serve --set listen.stun="), complaint);
        }
        assertEquals(List.of(), Ports.complaints(config("listen.stun=127.0.0.1:0")));
        assertEquals(List.of(), Ports.complaints(config("listen.stun=")));
    }

    @Test
    void who_holds_a_port_is_found_while_they_open_and_close_other_files(@TempDir Path directory) throws Exception {
        var ends = new AtomicBoolean();
        var file = Files.writeString(directory.resolve("file"), "x");
        // Descriptors before the socket's, which are free again: those that are looked at first.
        var before = new ArrayList<InputStream>();
        for (int i = 0; i < 8; i++) before.add(Files.newInputStream(file));
        try (var other = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var threads = Executors.newSingleThreadExecutor()) {
            for (var each : before) each.close();
            var busy = threads.submit(() -> {
                while (!ends.get()) Files.readString(file);
                return true;
            });
            try {
                for (int i = 0; i < 100; i++) {
                    var holder = PortHolder.ofUdp(other.getLocalPort());
                    assertTrue(holder.orElse("nobody").startsWith("process "), holder::toString);
                }
            } finally {
                ends.set(true);
            }
            assertTrue(busy.get());
        }
    }

    @Test
    void ours_is_listed_after_the_operators() throws BadConfig {
        var own = new Relay("stun", "kith.test", 3478, "udp");
        assertEquals(List.of(own), Translation.calls(config(), HERE).relays());
        var turn = new Relay("turn", "a.lit", 3478, "udp");
        assertEquals(
                List.of(turn, own),
                Translation.calls(config("calls.relays=turn:a.lit"), HERE).relays());
        assertEquals(
                List.of(turn),
                Translation.calls(config("calls.relays=turn:a.lit"), null).relays());
        assertEquals(
                List.of(own),
                Translation.calls(config("calls.relays=stun:kith.test"), HERE).relays());
    }

    @Test
    void nobody_is_told_of_a_server_that_only_this_machine_can_reach() throws BadConfig {
        for (var open : List.of("listen.xmpp=[::]:0", "listen.https=[::]:0", "http.url=https://chat.kith.test")) {
            assertEquals(List.of(), Translation.calls(config(open), HERE).relays(), open);
            assertEquals(1, Translation.calls(config(open), EVERYWHERE).relays().size(), open);
        }
    }

    @Test
    void a_domain_of_other_letters_is_told_as_dns_has_it() throws BadConfig {
        var relays = Translation.calls(config("domain=bücher.example"), HERE).relays();
        assertEquals("xn--bcher-kva.example", relays.getFirst().host());
    }
}
