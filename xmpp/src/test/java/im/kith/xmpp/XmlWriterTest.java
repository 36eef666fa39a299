package im.kith.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class XmlWriterTest {

    private static final String CLIENT = "jabber:client";

    @Test
    void a_namespace_is_declared_where_it_changes() {
        var message = Element.build(CLIENT, "message")
                .attribute("to", "juliet@kith.test")
                .child("body", "hi")
                .child(Element.build("urn:a", "a").child("b", "c").build())
                .build();
        assertEquals(
                "<message to='juliet@kith.test'><body>hi</body><a xmlns='urn:a'><b>c</b></a></message>",
                written(message, CLIENT));
        assertEquals(
                "<message xmlns='jabber:client' to='juliet@kith.test'><body>hi</body><a xmlns='urn:a'><b>c</b></a></message>",
                written(message, "jabber:server"));
    }

    @Test
    void the_stream_prefix_is_declared_only_outside_of_a_stream() {
        var error = StreamError.of(StreamError.Condition.CONFLICT).toElement();
        assertEquals(
                "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                written(error, CLIENT));
        assertEquals(
                "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
                        + "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                written(error, ""));
    }

    @Test
    void text_and_values_are_escaped() {
        var element = Element.build("", "a")
                .attribute("b", "<&>'\"\t\n\r")
                .text("<&>'\"\t\n\r")
                .build();
        assertEquals("<a b='&lt;&amp;&gt;&apos;\"&#9;&#10;&#13;'>&lt;&amp;&gt;'\"\t\n&#13;</a>", written(element, ""));
    }

    @Test
    void characters_that_xml_does_not_allow_are_replaced() {
        var element = Element.text("", "a", "\u0000\u0001x\u001f\ud800y\udc00\ufffe\uffff\ud83d\ude00");
        assertEquals("<a>\ufffd\ufffdx\ufffd\ufffdy\ufffd\ufffd\ufffd\ud83d\ude00</a>", written(element, ""));
    }

    @Test
    void attributes_of_a_namespace_get_a_prefix() {
        var element = Element.build("", "a")
                .attribute("b", "1")
                .attribute("{urn:x}b", "2")
                .attribute("{urn:y}b", "3")
                .build();
        assertEquals("<a b='1' xmlns:a1='urn:x' a1:b='2' xmlns:a2='urn:y' a2:b='3'/>", written(element, ""));
    }

    @Test
    void a_header_opens_a_stream() {
        var header = Element.build(StreamError.STREAMS, "stream")
                .attribute("from", "kith.test")
                .attribute("xmlns", "jabber:server")
                .attribute("xml:lang", "en")
                .build();
        var writer = new XmlWriter(16).openStream(header).closeStream();
        assertEquals(
                "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
                        + "xmlns:stream='http://etherx.jabber.org/streams' from='kith.test' xml:lang='en'></stream:stream>",
                new String(writer.array(), 0, writer.size(), StandardCharsets.UTF_8));
        var told = Recording.of(new String(writer.toBytes(), StandardCharsets.UTF_8));
        assertEquals("open " + header, told.events.getFirst());
        assertEquals("close", told.last());
    }

    private static String written(Element element, String around) {
        return new String(XmlWriter.toBytes(element, around), StandardCharsets.UTF_8);
    }
}
