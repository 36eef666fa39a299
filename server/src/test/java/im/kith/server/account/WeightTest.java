package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is kept, archived and copied (XEP-0160, XEP-0313, XEP-0334, XEP-0280).
class WeightTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    chat      | a body                    | <body>hi</body>                                                        | true  | true  | true
                    normal    | a body                    | <body>hi</body>                                                        | true  | true  | true
                    headline  | a body                    | <body>news</body>                                                      | false | false | false
                    groupchat | a body                    | <body>hi</body>                                                        | false | false | false
                    error     | an error                  | <body>hi</body><error/>                                                | false | false | false
                    chat      | a chat state (XEP-0085)   | <composing xmlns='http://jabber.org/protocol/chatstates'/>             | false | false | true
                    chat      | a state with a thread     | <thread>t</thread><paused xmlns='http://jabber.org/protocol/chatstates'/> | false | false | true
                    chat      | a receipt (XEP-0184)      | <received xmlns='urn:xmpp:receipts' id='1'/>                           | true  | true  | true
                    normal    | a receipt                 | <received xmlns='urn:xmpp:receipts' id='1'/>                           | true  | true  | true
                    chat      | a marker (XEP-0333)       | <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>                    | true  | true  | true
                    chat      | no-store                  | <body>x</body><no-store xmlns='urn:xmpp:hints'/>                       | false | false | true
                    chat      | no-permanent-store        | <body>x</body><no-permanent-store xmlns='urn:xmpp:hints'/>             | true  | false | true
                    chat      | no-copy                   | <body>x</body><no-copy xmlns='urn:xmpp:hints'/>                        | true  | true  | false
                    chat      | private (XEP-0280 §9)     | <body>x</body><private xmlns='urn:xmpp:carbons:2'/>                    | true  | true  | false
                    chat      | store with a chat state   | <active xmlns='http://jabber.org/protocol/chatstates'/><store xmlns='urn:xmpp:hints'/> | true | true | true
                    chat      | nothing                   | ''                                                                     | false | false | true
                    """)
    void weighs(String type, String what, String children, boolean durable, boolean archived, boolean copied)
            throws Exception {
        var xml = "<message xmlns='jabber:client' type='" + type + "'>" + children + "</message>";
        Element element = XmlReader.parseDocument(xml.getBytes(StandardCharsets.UTF_8), XmlReader.Limits.DEFAULTS);
        var message = new Stanza(Stanza.Kind.MESSAGE, null, null, element);
        assertEquals(new Weight(durable, archived, copied), Weight.of(message));
    }
}
