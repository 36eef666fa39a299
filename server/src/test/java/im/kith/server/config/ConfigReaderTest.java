package im.kith.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

    @TempDir
    Path directory;

    @Test
    void without_anything_there_are_the_documented_defaults() throws BadConfig {
        var config = ConfigReader.read(null, List.of()).config();

        assertEquals("localhost", config.domain());
        assertEquals(Path.of("./data"), config.data());
        assertEquals(new Address("127.0.0.1", 5222), config.listen().xmpp());
        assertEquals(new Address("127.0.0.1", 5223), config.listen().xmpps());
        assertEquals(new Address("127.0.0.1", 8080), config.listen().http());
        assertEquals(new Address("127.0.0.1", 8443), config.listen().https());
        assertEquals(new Address("127.0.0.1", 3478), config.listen().stun());
        assertFalse(config.auth().plainWithoutTls());
        assertEquals(Config.Mode.PHONE, config.registration().mode());
        assertEquals(Config.Provider.LOG, config.sms().provider());
        assertEquals(Duration.ofDays(90), config.inbox().keep());
        assertEquals(Config.Engine.DISK, config.store().engine());
    }

    @Test
    void the_commented_file_is_the_defaults_and_knows_every_key() throws Exception {
        var file = Path.of("..", "kith.conf");

        assertEquals(ReferenceFile.text(), Files.readString(file), "kith.conf is stale: run ./kith docs");
        assertEquals(
                ConfigReader.read(null, List.of()).config(),
                ConfigReader.read(file, List.of()).config());
    }

    @Test
    void options_win_over_the_file_and_the_last_option_over_the_others() throws Exception {
        var file = write("inbox.keep = 3 days, domain = kith.test, log.levels { im.kith = debug }");

        var config = ConfigReader.read(file, List.of("inbox.keep=1d", "inbox.keep=0"))
                .config();

        assertEquals(Duration.ZERO, config.inbox().keep());
        assertEquals("kith.test", config.domain());
        assertEquals(Map.of("im.kith", "debug"), config.log().levels());
    }

    @Test
    void any_key_can_be_set_as_an_option() throws BadConfig {
        for (var key : Keys.all()) {
            if (key.path().equals("sms.provider") || key.path().startsWith("tls.")) continue;
            var value = ConfigReader.fallback(key).unwrapped();
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                ConfigReader.read(null, List.of(key.path() + "=" + value));
            }
        }
        var config = ConfigReader.read(
                        null,
                        List.of(
                                "listen.http=[::1]:0",
                                "http.trusted-proxies=10.0.0.0/8, ::1",
                                "sms.webhook.headers=A=1,B=x=y"))
                .config();
        assertEquals(new Address("::1", 0), config.listen().http());
        assertEquals(List.of("10.0.0.0/8", "::1"), config.http().trustedProxies());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            inbox.kep = 3 days            | inbox.kep: there is no such key; did you mean inbox.keep?
            inbox.keep = soon             | inbox.keep: "soon" is not a time; allowed: a time from
            inbox.keep = 3                | inbox.keep: "3" has no unit that is known; allowed:
            inbox = 3                     | inbox: a value stands where a group should; keys: inbox.keep
            domain { a = 1 }              | domain: a group stands where a value should; allowed: a domain name
            listen.xmpp = ":1"            | listen.xmpp: ":1" has no port; allowed: host:port
            listen.stun = "3478"          | listen.stun: "3478" has no port; allowed: host:port
            listen.xmpp = "a:70000"       | listen.xmpp: port 70000 is out of range; allowed: host:port
            auth.plain-without-tls = maybe| auth.plain-without-tls: "maybe" is neither true nor false; allowed: true, false
            registration.mode = opn       | registration.mode: "opn" is none of them; allowed: phone, invite, open, closed
            sms.provider = webhook        | sms.provider: webhook needs a URL; allowed: sms.webhook.url with it, or log
            store.engine = oracle         | store.engine: "oracle" is none of them; allowed: disk
            tls.key = "a.pem"             | tls.key: stands alone; allowed: tls.certificate with it, or neither
            limits.stanza = 1 KiB         | limits.stanza: 1 KiB is out of range; allowed: a size from
            nonsense.of.mine = 1          | nonsense: there is no such key; allowed: the keys in the commented kith.conf
            """)
    void a_bad_line_is_named_with_file_and_line_and_what_is_allowed(String line, String complaint) throws Exception {
        var file = write("# a comment\n\n" + line + "\n");

        var bad = assertThrows(BadConfig.class, () -> ConfigReader.read(file, List.of()));

        assertEquals(1, bad.complaints().size(), bad::getMessage);
        var said = bad.complaints().getFirst();
        assertTrue(said.startsWith(file + ":3: " + complaint), said);
    }

    @Test
    void all_mistakes_are_named_at_once() throws Exception {
        var file = write("inbox.keep = soon\ndomian = a\n");

        var bad = assertThrows(BadConfig.class, () -> ConfigReader.read(file, List.of("store.engine=x", "what")));

        assertEquals(4, bad.complaints().size(), bad::getMessage);
    }

    @Test
    void a_file_that_cannot_be_parsed_is_named_with_its_line() throws Exception {
        var file = write("domain = a\nlisten.xmpp = 127.0.0.1:5222\n");

        var bad = assertThrows(BadConfig.class, () -> ConfigReader.read(file, List.of()));

        assertTrue(bad.getMessage().startsWith(file + ":2: "), bad.getMessage());
        assertTrue(bad.getMessage().contains("in quotes"), bad.getMessage());
    }

    @Test
    void a_missing_file_is_said_to_be_missing() {
        var bad = assertThrows(BadConfig.class, () -> ConfigReader.read(directory.resolve("no.conf"), List.of()));

        assertTrue(bad.getMessage().contains("no.conf: cannot be read: there is no such file"), bad.getMessage());
    }

    @Test
    void what_is_in_effect_is_shown_without_secrets() throws BadConfig {
        var result = ConfigReader.read(
                null,
                List.of(
                        "sms.webhook.headers=Authorization=hunter2",
                        "calls.secret=hunter2",
                        "sms.webhook.url=https://me:hunter2@sms.test/send?key=hunter2"));

        var shown = String.join("\n", result.effective());
        assertFalse(shown.contains("hunter2"), shown);
        assertTrue(shown.contains("sms.test/send"), shown);
        assertTrue(shown.contains("inbox.keep"), shown);
    }

    @Test
    void the_operators_page_is_open_to_the_world_over_https_only() throws BadConfig {
        for (var other : List.of("listen.https=", "http.url=http://chat.example.org")) {
            var bad = assertThrows(
                    BadConfig.class, () -> ConfigReader.read(null, List.of("admin.page=everywhere", other)));
            assertTrue(bad.getMessage().contains("http.url with https"), bad.getMessage());
        }
        for (var other : List.of("http.url=https://chat.example.org", "listen.https=[::]:443")) {
            var good = ConfigReader.read(null, List.of("admin.page=everywhere", other));
            assertEquals(Config.AdminPage.EVERYWHERE, good.config().adminPage());
        }
        assertEquals(
                Config.AdminPage.LOCAL,
                ConfigReader.read(null, List.of()).config().adminPage());
        assertEquals(
                Config.AdminPage.OFF,
                ConfigReader.read(null, List.of("admin.page=off")).config().adminPage());
    }

    @Test
    void https_is_listened_for_where_it_says_or_nowhere() throws BadConfig {
        var off = ConfigReader.read(null, List.of("listen.https="));
        assertNull(off.config().listen().https());
        assertTrue(
                off.effective().stream().anyMatch(line -> line.matches("listen.https +# --set.*")),
                () -> String.join("\n", off.effective()));
        var on = ConfigReader.read(null, List.of("listen.https=[::]:443"));
        assertEquals(new Address("::", 443), on.config().listen().https());
        assertTrue(on.effective().stream().anyMatch(line -> line.contains(" [::]:443 ")));
        var bad = assertThrows(BadConfig.class, () -> ConfigReader.read(null, List.of("listen.https=443")));
        assertTrue(bad.getMessage().contains("or \"\" for none"), bad.getMessage());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("test.conf"), text);
    }
}
