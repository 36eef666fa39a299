package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.pubsub.Pep;
import im.kith.server.feature.stories.Stories;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XEP-0501 and docs/protocol/status.md as plays: Juliet's stories, her contacts Romeo and Paris, and Tybalt.
class StoriesPlayTest {

    private static final String NODE = "urn:xmpp:pubsub-social-feed:stories:0";
    private static final long DAY_MILLIS = 86_400_000;

    private final Pep pep = new Pep();
    private final Town town = new Town(new Choices(), pep, new Stories(pep));
    private final Citizen juliet = town.account("juliet@verona.it");
    private final Gadget balcony = juliet.device("balcony");
    private final Gadget orchard = town.account("romeo@verona.it").device("orchard");
    private final Gadget tomb = town.account("paris@verona.it").device("tomb");
    private final Gadget street = town.account("tybalt@verona.it").device("street");

    @BeforeEach
    void everybody_is_online() {
        juliet.knows("romeo@verona.it", BOTH).knows("paris@verona.it", BOTH);
        for (var gadget : List.of(balcony, orchard, tomb, street)) gadget.online();
    }

    private void tells(String id) {
        assertEquals(
                "result", asks(balcony, "set", null, """
                <pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='%s'><item id='%s'>
                  <entry xmlns='http://www.w3.org/2005/Atom'><title>Verona</title></entry>
                </item></publish></pubsub>""".formatted(NODE, id)).attribute("type"));
    }

    private Element asks(Gadget who, String type, @Nullable String to, String payload) {
        who.ignoresWhatItGot();
        var address = to == null ? "" : " to='" + to + "'";
        who.sends("<iq type='%s' id='q'%s>%s</iq>".formatted(type, address, payload));
        return who.takes().getFirst();
    }

    private int reads(Gadget who) {
        var to = who == balcony ? null : "juliet@verona.it";
        var answer = asks(
                who,
                "get",
                to,
                "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='%s'/></pubsub>".formatted(NODE));
        if (answer.attribute("type", "").equals("error")) return -1;
        return Objects.requireNonNull(
                        Objects.requireNonNull(answer.firstChild()).firstChild())
                .childCount();
    }

    private String sees(Gadget who, String id) {
        var answer = asks(who, "set", "juliet@verona.it", "<seen xmlns='urn:kith:status:0' id='%s'/>".formatted(id));
        var error = answer.child(Stanza.CLIENT, "error");
        return error == null
                ? answer.attribute("type", "")
                : Objects.requireNonNull(error.firstChild()).name();
    }

    private Element viewers(String id) {
        return asks(balcony, "get", null, "<viewers xmlns='urn:kith:status:0' id='%s'/>".formatted(id));
    }

    private void chooses(Gadget who, String what, String rest) {
        asks(
                who,
                "set",
                null,
                "<privacy xmlns='urn:kith:privacy:0'><show what='%s' %s</show></privacy>".formatted(what, rest));
    }

    @Test
    void a_story_is_gone_after_a_day_for_everybody() {
        tells("s1");
        town.nowMillis += DAY_MILLIS / 2;
        tells("s2");
        assertEquals(2, reads(orchard));
        town.nowMillis += DAY_MILLIS / 2;
        assertEquals(2, reads(orchard));
        town.nowMillis += 1;
        assertEquals(1, reads(orchard));
        assertEquals("item-not-found", sees(orchard, "s1"));
        town.nowMillis += DAY_MILLIS / 2;
        assertEquals(0, reads(balcony));
        assertTrue(
                juliet.hot.get("pubsub").keySet().stream().noneMatch(key -> key.contains("s1") || key.contains("s2")));
    }

    @Test
    void no_configuration_makes_it_last_longer() {
        asks(balcony, "set", null, """
                <pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='%s'><item id='s1'>
                  <entry xmlns='http://www.w3.org/2005/Atom'/></item></publish>
                  <publish-options><x xmlns='jabber:x:data' type='submit'>
                    <field var='FORM_TYPE' type='hidden'>
                      <value>http://jabber.org/protocol/pubsub#publish-options</value></field>
                    <field var='pubsub#item_expire'><value>max</value></field>
                  </x></publish-options></pubsub>""".formatted(NODE));
        assertEquals(1, reads(balcony));
        town.nowMillis += DAY_MILLIS + 1;
        assertEquals(0, reads(balcony));
    }

    @ParameterizedTest
    @CsvSource({
        "who='contacts'>,                                                       1,  1, -1",
        "who='contacts-except'><contact jid='paris@verona.it'/>,                1, -1, -1",
        "who='only'><contact jid='paris@verona.it'/>,                          -1,  1, -1",
        "who='nobody'>,                                                        -1, -1, -1",
    })
    void who_sees_it_is_the_owners_choice(String choice, int toRomeo, int toParis, int toTybalt) {
        tells("s1");
        chooses(balcony, "status", choice);
        assertEquals(toRomeo, reads(orchard));
        assertEquals(toParis, reads(tomb));
        assertEquals(toTybalt, reads(street));
        assertEquals(toRomeo > 0 ? "result" : "item-not-found", sees(orchard, "s1"));
        assertEquals("service-unavailable", sees(street, "s1"));
    }

    @Test
    void the_owner_learns_who_has_seen_it_once_each() {
        tells("s1");
        tells("s1 more");
        assertEquals("result", sees(orchard, "s1"));
        assertEquals("result", sees(orchard, "s1"));
        assertEquals("result", sees(tomb, "s1 more"));
        assertEquals(Town.xml("""
                <iq type='result' id='q' to='juliet@verona.it/balcony'>
                  <viewers xmlns='urn:kith:status:0' id='s1'>
                    <viewer jid='romeo@verona.it' stamp='1970-01-01T00:00:01.000Z'/>
                  </viewers></iq>"""), viewers("s1"));
    }

    @Test
    void a_device_that_asked_is_told_of_more() {
        tells("s1");
        viewers("s1");
        sees(tomb, "s1");
        balcony.gets("""
                <iq type='set' id='push' to='juliet@verona.it/balcony'>
                  <viewers xmlns='urn:kith:status:0' id='s1'>
                    <viewer jid='paris@verona.it' stamp='1970-01-01T00:00:01.000Z'/>
                  </viewers></iq>""");
    }

    @Test
    void who_gives_no_read_receipts_is_on_no_list_and_has_none() {
        tells("s1");
        chooses(orchard, "receipts", "who='nobody'>");
        assertEquals("not-allowed", sees(orchard, "s1"));
        chooses(balcony, "receipts", "who='contacts-except'><contact jid='paris@verona.it'/>");
        assertEquals("result", sees(tomb, "s1"));
        assertEquals(0, Objects.requireNonNull(viewers("s1").firstChild()).childCount());
    }

    @Test
    void nobody_else_is_told_who_saw_it() {
        assertNull(town.features.answer(Scope.OTHERS, Ask.GET, new Tag("urn:kith:status:0", "viewers")));
    }

    @Test
    void the_list_goes_with_the_story() {
        tells("s1");
        sees(orchard, "s1");
        town.nowMillis += DAY_MILLIS + 1;
        tells("s2");
        sees(orchard, "s2");
        assertEquals(1, juliet.hot.get("stories").size());
    }
}
