package im.kith.server.feature.vcard;

import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.FakePublications;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VCardTest {

    private static final Element EMPTY = xml("<vCard xmlns='vcard-temp'/>");
    private static final Element CARD = xml("""
            <vCard xmlns='vcard-temp'>
              <FN>Juliet Capulet</FN>
              <N><FAMILY>Capulet</FAMILY><GIVEN>Juliet</GIVEN></N>
            </vCard>""");

    private final FakeOwner juliet = new FakeOwner("juliet@capulet.lit");
    private final FakePublications publications = new FakePublications();
    private final VCard feature = new VCard(300, publications, new Avatars(publications), owner -> {});

    @Test
    void a_card_is_read_by_its_owner_and_by_others() {
        assertNull(Replies.payload(own("set", CARD)));

        assertEquals(CARD, Replies.payload(own("get", EMPTY)));
        assertEquals(CARD, Replies.payload(others("get", EMPTY)));
    }

    @Test
    void without_a_card_the_owner_sees_an_empty_one_and_others_nobody() {
        assertEquals(EMPTY, Replies.payload(own("get", EMPTY)));
        assertEquals(
                Condition.SERVICE_UNAVAILABLE,
                Replies.error(others("get", EMPTY)).condition());
    }

    @Test
    void an_empty_card_removes_the_card() {
        own("set", CARD);

        assertNull(Replies.payload(own("set", EMPTY)));

        assertEquals(EMPTY, Replies.payload(own("get", EMPTY)));
    }

    @Test
    void a_large_card_is_refused_and_the_old_one_stays() {
        own("set", CARD);
        var photo = xml("<vCard xmlns='vcard-temp'><PHOTO><BINVAL>" + "A".repeat(400) + "</BINVAL></PHOTO></vCard>");

        assertEquals(Condition.NOT_ACCEPTABLE, Replies.error(own("set", photo)).condition());

        assertEquals(CARD, Replies.payload(own("get", EMPTY)));
    }

    @ParameterizedTest
    @CsvSource({
        "romeo@capulet.lit, set, true",
        "nobody@capulet.lit, set, true",
        "romeo@capulet.lit, get, false",
        "juliet@capulet.lit, set, false",
        "capulet.lit, set, false",
        "ball@groups.capulet.lit, set, false",
        "romeo@capulet.lit/orchard, set, false"
    })
    void nobody_sets_somebody_elses_card(String to, String type, boolean refused) { // §3.2
        var iq = FakeOwner.iq(type, "juliet@capulet.lit/balcony", to, CARD);
        var verdict = feature.manifest().outgoing().getFirst().judge(iq, juliet);
        assertEquals(refused, verdict instanceof Verdict.Reject(var error) && error.condition() == Condition.FORBIDDEN);
        assertEquals(!refused, verdict == Verdict.pass());
    }

    private Reply own(String type, Element payload) {
        return Replies.ask(feature, OWN, FakeOwner.iq(type, "juliet@capulet.lit/balcony", null, payload), juliet);
    }

    private Reply others(String type, Element payload) {
        return Replies.ask(
                feature,
                OTHERS,
                FakeOwner.iq(type, "romeo@montague.lit/orchard", "juliet@capulet.lit", payload),
                juliet);
    }
}
