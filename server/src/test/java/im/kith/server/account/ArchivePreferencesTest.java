package im.kith.server.account;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivePreferencesTest {

    private static final String MAM = "urn:xmpp:mam:2";

    private final FakeOwner juliet = new FakeOwner("juliet@capulet.lit");

    @Test
    void without_preferences_everything_is_archived() {
        assertTrue(archives("stranger@example.org", false));
        assertEquals(prefs("always", List.of(), List.of()), Replies.payload(ask("get", Element.empty(MAM, "prefs"))));
    }

    /// XEP-0441 §2.1.1 and §2.3.
    @ParameterizedTest
    @CsvSource({
        // default, always,          never,           peer,            in roster, archived
        "always,     ,                ,                a@example.org,   false, true",
        "never,      ,                ,                a@example.org,   true,  false",
        "roster,     ,                ,                a@example.org/x, true,  true",
        "roster,     ,                ,                a@example.org,   false, false",
        "never,      a@example.org,   ,                a@example.org/x, false, true",
        "never,      a@example.org,   ,                b@example.org,   false, false",
        "always,     ,                a@example.org,   a@example.org/x, true,  false",
        "never,      a@example.org/x, ,                a@example.org/x, false, true",
        "never,      a@example.org/x, ,                a@example.org/y, false, false",
        "never,      a@example.org/x, ,                a@example.org,   false, false",
        "always,     a@example.org/x, a@example.org,   a@example.org/x, false, true",
        "roster,     ,                a@example.org,   a@example.org,   true,  false",
    })
    void the_lists_win_over_the_default_and_a_full_address_over_its_bare_one(
            String byDefault, String always, String never, String peer, boolean inRoster, boolean archived) {
        set(prefs(byDefault, always == null ? List.of() : List.of(always), never == null ? List.of() : List.of(never)));

        assertEquals(archived, archives(peer, inRoster));
    }

    @Test
    void what_was_set_is_answered_and_kept() {
        var wanted = prefs("roster", List.of("romeo@montague.lit"), List.of("montague@montague.lit"));

        assertEquals(wanted, Replies.payload(set(wanted)));
        assertEquals(wanted, Replies.payload(ask("get", Element.empty(MAM, "prefs"))));
    }

    @Test
    void new_preferences_replace_the_old_ones() {
        set(prefs("never", List.of("romeo@montague.lit"), List.of()));
        set(prefs("never", List.of(), List.of()));

        assertFalse(archives("romeo@montague.lit", true));
    }

    @Test
    void an_address_called_default_is_an_address() {
        set(prefs("always", List.of(), List.of("default")));

        assertFalse(archives("default", false));
        assertTrue(archives("romeo@montague.lit", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sometimes", "ALWAYS", ""})
    void another_default_is_refused(String byDefault) {
        assertEquals(
                Condition.BAD_REQUEST,
                Replies.error(set(prefs(byDefault, List.of(), List.of()))).condition());
        assertTrue(juliet.shelf("archive").all().isEmpty());
    }

    @Test
    void no_default_no_address_or_too_many_addresses_are_refused() {
        assertEquals(
                Condition.BAD_REQUEST,
                Replies.error(set(Element.empty(MAM, "prefs"))).condition());
        assertEquals(
                Condition.JID_MALFORMED,
                Replies.error(set(prefs("always", List.of("@"), List.of()))).condition());
        assertEquals(
                Condition.BAD_REQUEST,
                Replies.error(set(prefs("always", List.of("a@b.c"), List.of("a@b.c"))))
                        .condition());
        var many = java.util.stream.IntStream.range(0, 501)
                .mapToObj(i -> "u" + i + "@example.org")
                .toList();
        assertEquals(
                Condition.NOT_ACCEPTABLE,
                Replies.error(set(prefs("always", many, List.of()))).condition());
    }

    private boolean archives(String peer, boolean inRoster) {
        return ArchivePreferences.archives(juliet.shelf("archive"), jid(peer), bare -> {
            assertNotNull(bare);
            assertTrue(bare.isBare());
            return inRoster;
        });
    }

    private Reply set(Element prefs) {
        return ask("set", prefs);
    }

    private Reply ask(String type, Element payload) {
        return Replies.ask(
                new ArchivePreferences(), OWN, FakeOwner.iq(type, "juliet@capulet.lit/balcony", null, payload), juliet);
    }

    private static Element prefs(String byDefault, List<String> always, List<String> never) {
        return Element.build(MAM, "prefs")
                .attribute("default", byDefault)
                .child("always", list -> always.forEach(jid -> list.child("jid", jid)))
                .child("never", list -> never.forEach(jid -> list.child("jid", jid)))
                .build();
    }
}
