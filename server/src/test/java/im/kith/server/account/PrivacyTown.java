package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.disco.Contacts;
import im.kith.server.feature.disco.Disco;
import im.kith.server.feature.last.LastActivity;
import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.pubsub.Pep;
import im.kith.server.feature.vcard.Avatars;
import im.kith.server.feature.vcard.VCard;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/// The people of the plays about privacy: Juliet hides something from Paris, who is a contact of hers like Romeo;
/// Tybalt is a stranger.
class PrivacyTown {

    final Town town = town();
    final Citizen juliet = account("juliet").knows("romeo@verona.it", BOTH);
    final Citizen romeo = account("romeo").knows("juliet@verona.it", BOTH);
    final Citizen paris = account("paris").knows("juliet@verona.it", BOTH);
    final Gadget balcony = juliet.device("balcony");
    final Gadget orchard = romeo.device("orchard");
    final Gadget tomb = paris.device("tomb");
    final Gadget street = account("tybalt").device("street");

    static Town town() {
        var pep = new Pep();
        var avatars = new Avatars(pep);
        var card = new VCard(pep, avatars, owner -> {});
        var last = new LastActivity(0);
        var disco = new Disco("Kith", List.of(last.manifest(), pep.manifest()), Contacts.NONE, pep);
        return new Town(new Choices(), last, pep, avatars, card, disco);
    }

    Citizen account(String name) {
        return town.account(name + "@verona.it");
    }

    @BeforeEach
    void everybody_is_online() {
        juliet.knows("paris@verona.it", BOTH);
        for (var gadget : List.of(balcony, orchard, tomb, street)) gadget.online();
    }

    List<Element> juliet(String what, String who, String... listed) {
        var contacts = new StringBuilder();
        for (var one : listed) contacts.append("<contact jid='%s@verona.it'/>".formatted(one));
        balcony.sends("""
                <iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'>
                  <show what='%s' who='%s'>%s</show>
                </privacy></iq>""".formatted(what, who, contacts));
        var got = balcony.takes();
        assertEquals("result", got.getFirst().attribute("type"), got::toString);
        return got.subList(1, got.size());
    }

    void forget() {
        for (var gadget : List.of(balcony, orchard, tomb, street)) gadget.ignoresWhatItGot();
    }

    Element asks(Gadget who, String to, String payload) {
        who.ignoresWhatItGot();
        who.sends("<iq type='get' id='q' to='%s'>%s</iq>".formatted(to, payload));
        var got = who.takes();
        assertEquals(1, got.size(), got::toString);
        return got.getFirst();
    }

    static String error(Element answer) {
        var error = answer.child(Stanza.CLIENT, "error");
        if (error == null) throw new AssertionError(answer);
        return java.util.Objects.requireNonNull(error.firstChild()).name();
    }
}
