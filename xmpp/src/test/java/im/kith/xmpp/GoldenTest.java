package im.kith.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {

    @ParameterizedTest
    @MethodSource("im.kith.xmpp.Golden#names")
    void an_example_is_read_and_written_byte_for_byte(String name) {
        var wire = Golden.read(name);
        boolean isHeader = name.equals("stream-header.xml");
        var told = Recording.of(isHeader ? wire : Recording.HEADER + wire);
        var writer = new XmlWriter(64);
        if (isHeader) writer.openStream(told.headers.getFirst());
        else writer.write(told.elements.getFirst(), "jabber:client");
        assertEquals(wire, new String(writer.toBytes(), StandardCharsets.UTF_8), told.events.toString());
    }

    @Test
    void a_chat_message_means_this() {
        var message = Recording.only(Golden.read("message-chat.xml"));
        assertTrue(message.is("jabber:client", "message"));
        assertEquals("chat", message.attribute("type"));
        assertEquals("Art thou not Romeo, and a Montague?", message.childText("jabber:client", "body"));
        assertNotNull(message.child("urn:xmpp:sid:0", "origin-id"));
    }

    @Test
    void a_stanza_error_is_written_so() {
        var request = new Stanza(
                Stanza.Kind.MESSAGE,
                Jid.parse("romeo@kith.test/orchard"),
                Jid.parse("juliet@kith.test"),
                Element.build("jabber:client", "message").attribute("id", "c1").build());
        var error =
                request.error(StanzaError.of(StanzaError.Condition.SERVICE_UNAVAILABLE, "There is no such account."));
        assertEquals(Recording.only(Golden.read("message-error.xml")), error.element());
    }
}
