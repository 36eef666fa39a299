package im.kith.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7622, its examples (§3.5) first.
class JidTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "juliet@example.com|juliet|example.com|",
                "juliet@example.com/foo|juliet|example.com|foo",
                "juliet@example.com/foo bar|juliet|example.com|foo bar",
                "juliet@example.com/foo@bar|juliet|example.com|foo@bar",
                "foo\\20bar@example.com|foo\\20bar|example.com|",
                "fussball@example.com|fussball|example.com|",
                "fu\u00DFball@example.com|fu\u00DFball|example.com|",
                "\u03C0@example.com|\u03C0|example.com|",
                "\u03A3@example.com/foo|\u03C3|example.com|foo",
                "\u03C3@example.com/foo|\u03C3|example.com|foo",
                "\u03C2@example.com/foo|\u03C2|example.com|foo",
                "king@example.com/\u265A|king|example.com|\u265A",
                "example.com||example.com|",
                "example.com/foobar||example.com|foobar",
                "a.example.com/b@example.net||a.example.com|b@example.net",
                // Not in the RFC
                "+491701234567@localhost|+491701234567|localhost|",
                "Juliet@Example.COM/Balcony|juliet|example.com|Balcony",
                "juliet@example.com.|juliet|example.com|",
                "a/b/c||a|b/c",
                "a@b/ü|a|b|ü",
                "e\u0301@b/e\u0301|\u00E9|b|\u00E9",
                "\uFF21\uFF22@example.com|ab|example.com|",
                "B\u00FCcher@B\u00FCcher.example|b\u00FCcher|b\u00FCcher.example|",
                "xn--bcher-kva.example||b\u00FCcher.example|",
                "XN--BCHER-KVA.example||b\u00FCcher.example|",
                "\u4F8B\u3048.\u30C6\u30B9\u30C8||\u4F8B\u3048.\u30C6\u30B9\u30C8|",
                "\u05D0\u05D1@\u05D0\u05D1.com|\u05D0\u05D1|\u05D0\u05D1.com|",
                "b\u00FCcher.example.||b\u00FCcher.example|",
                "192.0.2.1||192.0.2.1|",
                "[::1]||[::1]|",
                "a@[2001:DB8::8]/x|a|[2001:db8::8]|x",
                "[1:2:3:4:5:6:7:8]||[1:2:3:4:5:6:7:8]|",
                "[::ffff:192.0.2.1]||[::ffff:192.0.2.1]|",
                "[1::]||[1::]|",
            })
    void addresses_are_prepared(String text, String local, String domain, String resource) {
        var jid = Jid.parse(text);
        assertNotNull(jid);
        assertEquals(local, jid.local());
        assertEquals(domain, jid.domain());
        assertEquals(resource, jid.resource());
        assertEquals(jid, Jid.parse(jid.toString()), "preparing twice changes nothing");
        assertEquals(
                (local == null ? "" : local + "@") + domain + (resource == null ? "" : "/" + resource), jid.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"juliet\"@example.com",
                "foo bar@example.com",
                "juliet@example.com/ foo",
                "@example.com/",
                "henry\u2163@example.com",
                "\u265A@example.com",
                "juliet@",
                "/foobar",
                // Not in the RFC
                "",
                "@",
                "/",
                "@/",
                "@example.com",
                "juliet@example.com/",
                "a@b@c",
                "a&b@c",
                "a'b@c",
                "a:b@c",
                "a<b@c",
                "a>b@c",
                "a\u0000@c",
                "a\u007F@c",
                "a@b/\u0007",
                "a@b/\u007F",
                "a@b/\u0085",
                "a@b/\u200D",
                "a@b/\u3000x",
                "a@b/\uD800",
                "\uFF20@example.com",
                "a\u200D@example.com",
                "\u05D0a@example.com",
                "a@b c",
                "a@b_c",
                "a@.",
                "a@.b",
                "a@b..c",
                "a@b..",
                "a@-b",
                "a@b-",
                "a@ab--cd",
                "xn--a",
                "xn--zzzzzz.com",
                "\u2603.net",
                "\u0300a.com",
                "a\uFF0Fb",
                "\u10A0",
                "a\uFF3Fb",
                "\u00FC..de",
                "\u00FC-.de",
                "[",
                "[]",
                "[::1",
                "::1",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1:2:3:4:5:6:7::8:9]",
                "[1::2::3]",
                "[12345::]",
                "[g::]",
                "[::256.1.1.1]",
                "[fe80::1%eth0]",
            })
    void what_is_no_address_is_refused(String text) {
        assertNull(Jid.parse(text));
    }

    @ParameterizedTest
    @ValueSource(chars = {'x', '\u00FC', '\u20AC'})
    void a_part_has_at_most_1023_bytes(char c) {
        int most = 1023 / String.valueOf(c).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        var longest = String.valueOf(c).repeat(most);
        assertNotNull(Jid.of("a", "b", longest));
        assertNull(Jid.of("a", "b", longest + c));
        if (c == '\u20AC') return;
        assertNotNull(Jid.of(longest, "b", null));
        assertNull(Jid.of(longest + c, "b", null));
        assertNull(Jid.of(null, "b".repeat(64), null));
        var longDomain = "b".repeat(63) + ".b".repeat(480);
        assertNotNull(Jid.of(null, longDomain, null));
        assertNotNull(Jid.of(null, longDomain + ".", null));
        assertNull(Jid.of(null, longDomain + ".b", null));
    }

    @Test
    void equality_is_by_prepared_parts() {
        var jid = jid("Juliet@Example.com/Balcony");
        assertEquals(jid, jid("juliet@example.com/Balcony"));
        assertEquals(jid.hashCode(), jid("juliet@example.com/Balcony").hashCode());
        assertNotEquals(jid, jid("juliet@example.com/balcony"));
        assertNotEquals(jid, jid("juliet@example.com"));
        assertNotEquals(jid("example.com"), jid("example.com/example.com"));
    }

    @Test
    void an_address_loses_and_gains_its_resource() {
        var full = jid("juliet@example.com/balcony");
        assertTrue(full.isFull());
        assertEquals(jid("juliet@example.com"), full.bare());
        assertTrue(full.bare().isBare());
        assertFalse(full.isBare());
        assertSame(full.bare().getClass(), Jid.class);
        assertEquals(full, full.bare().withResource("balcony"));
        assertNull(full.withResource(""));
    }

    @Property(tries = 5_000)
    void anything_is_an_address_or_refused(@ForAll String text) {
        var jid = Jid.parse(text);
        if (jid != null) assertEquals(jid, Jid.parse(jid.toString()));
    }

    private static Jid jid(String text) {
        var jid = Jid.parse(text);
        if (jid == null) throw new AssertionError(text);
        return jid;
    }
}
