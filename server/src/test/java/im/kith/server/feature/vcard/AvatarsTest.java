package im.kith.server.feature.vcard;

import static im.kith.server.feature.FakeOwner.iq;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.FakePublications;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Replies;
import im.kith.xmpp.Element;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvatarsTest {

    /// The SHA-1 of `picture`, whose base64 is the next.
    private static final String HASH = "0e66b49d04a43c19bcb2e13a53aff5d174f610fc";

    private static final String PICTURE = "cGljdHVyZQ==";
    private static final String METADATA = "urn:xmpp:avatar:metadata";
    private static final String DATA = "urn:xmpp:avatar:data";

    private final FakePublications publications = new FakePublications();
    private final Avatars avatars = new Avatars(publications);
    private final VCard cards = new VCard(1000, publications, avatars, owner -> {});
    private final FakeOwner juliet = new FakeOwner("juliet@capulet.lit");

    private void publishes() {
        publications.says(DATA, HASH, xml("<data xmlns='" + DATA + "'>" + PICTURE + "</data>"), juliet);
        publications.says(
                METADATA,
                HASH,
                xml("<metadata xmlns='" + METADATA + "'><info id='" + HASH
                        + "' bytes='7' type='image/png'/></metadata>"),
                juliet);
    }

    private Element card(String from) {
        var scope = from.startsWith("juliet") ? Scope.OWN : Scope.OTHERS;
        var answer = Replies.ask(
                cards, scope, iq("get", from, "juliet@capulet.lit", Element.empty("vcard-temp", "vCard")), juliet);
        return Objects.requireNonNull(Replies.payload(answer));
    }

    private Element shown(String presence) {
        var shaper = avatars.manifest().shapers().getFirst();
        return shaper.shape(xml("<presence xmlns='jabber:client'>" + presence + "</presence>"), juliet);
    }

    @Test
    void a_published_picture_is_in_the_card_and_its_hash_in_presence() {
        publishes();

        assertEquals(
                xml("<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>" + PICTURE
                        + "</BINVAL></PHOTO></vCard>"),
                card("romeo@montague.lit/orchard"));
        assertEquals(
                xml("<presence xmlns='jabber:client'><x xmlns='vcard-temp:x:update'><photo>" + HASH
                        + "</photo></x></presence>"),
                shown(""));
    }

    /// XEP-0398 §4: an empty photo is left alone, all else gets the hash.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <x xmlns='vcard-temp:x:update'/>                     | true
        <x xmlns='vcard-temp:x:update'><photo/></x>          | false
        <x xmlns='vcard-temp:x:update'><photo>old</photo></x> | true
        """)
    void presence_carries_the_hash_unless_the_client_shows_no_picture(String said, boolean replaced) {
        publishes();
        var expected = replaced ? "<x xmlns='vcard-temp:x:update'><photo>" + HASH + "</photo></x>" : said;

        assertEquals(xml("<presence xmlns='jabber:client'>" + expected + "</presence>"), shown(said));
    }

    @Test
    void a_picture_in_the_card_is_published() {
        var set = xml("<vCard xmlns='vcard-temp'><FN>Juliet</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>" + PICTURE
                + "</BINVAL></PHOTO></vCard>");
        Replies.payload(Replies.ask(cards, Scope.OWN, iq("set", "juliet@capulet.lit/b", null, set), juliet));

        assertEquals(
                xml("<metadata xmlns='" + METADATA + "'><info bytes='7' id='" + HASH
                        + "' type='image/png'/></metadata>"),
                publications.item(juliet, METADATA, HASH));
        assertEquals(
                PICTURE,
                Objects.requireNonNull(publications.item(juliet, DATA, HASH)).text());
        assertEquals(set, card("juliet@capulet.lit/b"));
        assertEquals(
                xml("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Juliet</text></fn></vcard>"),
                publications.item(juliet, VCard4.NODE, VCard4.ITEM));
    }

    @Test
    void a_closed_picture_stays_out_of_the_card() {
        publishes();
        publications.isClosed = true;

        var answer = Replies.ask(
                cards,
                Scope.OTHERS,
                iq("get", "iago@venice.lit/x", "juliet@capulet.lit", Element.empty("vcard-temp", "vCard")),
                juliet);

        assertEquals("service-unavailable", Replies.error(answer).condition().label());
    }

    @Test
    void a_picture_that_is_taken_back_is_gone_everywhere() {
        publishes();
        publications.says(METADATA, "2", Element.empty(METADATA, "metadata"), juliet);

        assertNull(card("juliet@capulet.lit/b").firstChild());
        assertEquals(
                xml("<presence xmlns='jabber:client'><status>here</status></presence>"),
                shown("<status>here</status>"));
    }

    @Test
    void a_published_vcard4_becomes_the_card() {
        publications.says(
                VCard4.NODE,
                "current",
                xml("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Juliet</text></fn>"
                        + "<n><surname>Capulet</surname><given>Juliet</given></n>"
                        + "<email><parameters/><text>j@capulet.lit</text></email></vcard>"),
                juliet);

        assertEquals(
                xml("<vCard xmlns='vcard-temp'><FN>Juliet</FN><N><FAMILY>Capulet</FAMILY><GIVEN>Juliet</GIVEN></N>"
                        + "<EMAIL><USERID>j@capulet.lit</USERID></EMAIL></vCard>"),
                card("romeo@montague.lit/orchard"));
    }
}
