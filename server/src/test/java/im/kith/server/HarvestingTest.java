package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.Village.Phone;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody finds out who has an account here: what a stranger is answered for somebody who is there, for somebody who is
/// away and for nobody at all is the same (XEP-0030 §8, XEP-0054 §3.3, XEP-0313 §7.1, RFC 6121 §8.5.1).
class HarvestingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<iq type='get' id='1' to='%s'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
                "<iq type='get' id='1' to='%s'><query xmlns='http://jabber.org/protocol/disco#info' node='x'/></iq>",
                "<iq type='get' id='1' to='%s'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
                "<iq type='get' id='1' to='%s'><query xmlns='http://jabber.org/protocol/disco#items' node='x'/></iq>",
                "<iq type='get' id='1' to='%s'><vCard xmlns='vcard-temp'/></iq>",
                "<iq type='set' id='1' to='%s'><vCard xmlns='vcard-temp'><FN>x</FN></vCard></iq>",
                "<iq type='set' id='1' to='%s'><query xmlns='urn:xmpp:mam:2'/></iq>",
                "<iq type='get' id='1' to='%s'><metadata xmlns='urn:xmpp:mam:2'/></iq>",
                "<iq type='get' id='1' to='%s'><prefs xmlns='urn:xmpp:mam:2'/></iq>",
                "<iq type='get' id='1' to='%s'><query xmlns='urn:example:unknown'/></iq>",
                "<iq type='set' id='1' to='%s'><command xmlns='http://jabber.org/protocol/commands' node='x'/></iq>",
                "<iq type='get' id='1' to='%s'><blocklist xmlns='urn:xmpp:blocking'/></iq>",
                "<iq type='get' id='1' to='%s'><query xmlns='jabber:iq:private'><x xmlns='y'/></query></iq>",
                "<iq type='get' id='1' to='%s/tomb'><ping xmlns='urn:xmpp:ping'/></iq>",
                "<presence to='%s' type='probe'/>",
                "<presence to='%s' type='unsubscribe'/>",
                "<presence to='%s' type='unavailable'/>",
                "<presence to='%s'/>",
                "<message to='%s' type='headline'><body>x</body></message>",
                "<message to='%s' type='error'><body>x</body></message>"
            })
    void a_stranger_is_answered_the_same_for_everybody_and_nobody(String words) {
        var village = WholeServer.village();
        var mallory = village.phone("mallory", "phone");
        village.phone("alice", "phone");
        village.phone("bob", "phone").leaves();
        var nobody = answers(mallory, words, "nobody");
        assertEquals(nobody, answers(mallory, words, "alice"), "somebody who is there");
        assertEquals(nobody, answers(mallory, words, "bob"), "somebody who is away");
    }

    private static List<String> answers(Phone mallory, String words, String name) {
        mallory.takes();
        mallory.sends(words.formatted(name + "@sim.test"));
        return mallory.takes().stream()
                .map(stanza -> stanza.toString().replace(name, "NAME"))
                .toList();
    }
}
