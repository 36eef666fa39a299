package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.config.BadConfig;
import im.kith.server.config.ConfigReader;
import im.kith.server.net.Network.Kind;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TranslationTest {

    private static final Map<Kind, InetSocketAddress> PLAIN =
            Map.of(Kind.HTTP, new InetSocketAddress("127.0.0.1", 8080));

    private static Map<Kind, InetSocketAddress> secure(int port) {
        return Map.of(
                Kind.HTTP,
                new InetSocketAddress("127.0.0.1", 8080),
                Kind.HTTPS,
                new InetSocketAddress("127.0.0.1", port));
    }

    private static String base(Map<Kind, InetSocketAddress> bound, String... settings) throws BadConfig {
        var all = new ArrayList<>(List.of("domain=chat.test"));
        all.addAll(List.of(settings));
        return Translation.base(ConfigReader.read(null, all).config(), bound);
    }

    @Test
    void links_begin_with_what_the_world_can_trust() throws BadConfig {
        assertEquals("https://chat.test:8443", base(secure(8443)));
        assertEquals("https://chat.test", base(secure(443)));
        assertEquals("https://xn--bcher-kva.example", base(secure(443), "domain=bücher.example"));
        assertEquals("http://127.0.0.1:8080", base(PLAIN, "listen.https="));
    }

    @Test
    void an_address_that_was_given_wins() throws BadConfig {
        assertEquals("https://files.test/kith", base(secure(443), "http.url=https://files.test/kith"));
        assertEquals("http://files.test", base(PLAIN, "http.url=http://files.test"));
    }
}
