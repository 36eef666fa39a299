package im.kith.xmpp;

import static im.kith.xmpp.Recording.HEADER;
import static im.kith.xmpp.Recording.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class XmlReaderTest {

    private static final String CLIENT = "jabber:client";

    @Test
    void a_stream_is_a_header_elements_and_an_end() {
        var told = Recording.of("<?xml version='1.0' encoding='utf-8'?>\n<stream:stream to='kith.test' xml:lang='de' "
                + "version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
                + "<presence/> <message to='juliet@kith.test'><body>Art thou not Romeo?</body></message>\n"
                + "</stream:stream>");
        assertEquals(
                List.of(
                        "open "
                                + Element.build(StreamError.STREAMS, "stream")
                                        .attribute("to", "kith.test")
                                        .attribute("xml:lang", "de")
                                        .attribute("version", "1.0")
                                        .attribute("xmlns", CLIENT)
                                        .build(),
                        "element " + Element.empty(CLIENT, "presence"),
                        "element "
                                + Element.build(CLIENT, "message")
                                        .attribute("to", "juliet@kith.test")
                                        .child("body", "Art thou not Romeo?")
                                        .build(),
                        "close"),
                told.events);
    }

    @Test
    void the_header_tells_its_default_namespace() {
        var told = new ArrayList<Element>();
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording() {
            @Override
            public void streamOpened(Element header) {
                told.add(header);
            }
        });
        feed(reader, HEADER);
        assertEquals(CLIENT, told.getFirst().attribute("xmlns"));
        reader.reset();
        feed(reader, "<s:stream xmlns:s='http://etherx.jabber.org/streams'>");
        assertNull(told.getLast().attribute("xmlns"));
        assertTrue(told.getLast().is(StreamError.STREAMS, "stream"));
    }

    @Test
    void prefixes_are_resolved_wherever_they_are_declared() {
        assertEquals(
                Element.build(CLIENT, "message").child("body", "hi").build(),
                Recording.only("<c:message xmlns:c='jabber:client'><c:body>hi</c:body></c:message>"));
        assertEquals(
                Element.build(CLIENT, "iq")
                        .child(Element.build("urn:a", "a")
                                .child(Element.empty("", "b"))
                                .build())
                        .build(),
                Recording.only("<iq><a xmlns='urn:a'><b xmlns=''/></a></iq>"));
        assertEquals(
                Element.empty(StreamError.STREAMS, "features"), Recording.only("<stream:features></stream:features>"));
        var redeclared = Recording.only("<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>");
        assertEquals("urn:2", redeclared.children().get(0).namespace());
        assertEquals("urn:1", redeclared.children().get(1).namespace());
    }

    @Test
    void a_prefix_of_one_stanza_is_gone_in_the_next() {
        var told = Recording.of(HEADER + "<message xmlns:p='urn:p'><p:x/></message><message><p:x/></message>");
        assertEquals("failed bad-namespace-prefix", told.last());
        assertEquals(1, told.elements.size());
    }

    @Test
    void attributes_are_normalised_and_named() {
        var element = Recording.only(
                "<iq a='x&amp;y&#x20AC;' b=\"it's\tone\r\ntwo\nthree\" xml:lang='de' xmlns:p='urn:p' p:q='1' c='é\"' d = '&#10;'/>");
        assertEquals("x&y€", element.attribute("a"));
        assertEquals("it's one two three", element.attribute("b"));
        assertEquals("de", element.attribute("xml:lang"));
        assertEquals("1", element.attribute("{urn:p}q"));
        assertEquals("é\"", element.attribute("c"));
        assertEquals("\n", element.attribute("d"));
        assertEquals(6, element.attributeCount());
    }

    @Test
    void text_is_unescaped_and_joined() {
        assertEquals(
                "a<b & 'c' \"d\" >\u20ac\ud83d\ude00\n\n<raw/>]]end",
                Recording.only(
                                "<body>a&lt;b &amp; &apos;c&apos; &quot;d&quot; &gt;€&#x1F600;\r\n\r<![CDATA[<raw/>]]]]>end</body>"
                                        .replace("]]]]>end", "]]>]]end"))
                        .text());
        var joined = Recording.only("<body><![CDATA[]]>a<![CDATA[b]]]]><![CDATA[>c]]>d</body>");
        assertEquals(1, joined.childCount());
        assertEquals("ab]]>cd", joined.text());
        assertEquals(0, Recording.only("<body><![CDATA[]]></body>").childCount());
    }

    @Test
    void well_known_names_are_the_same_strings() {
        var element = Recording.only("<message type='chat'><body xmlns='urn:xmpp:sid:0'/></message>");
        assertSame("message", element.name());
        assertSame("chat", element.attribute("type"));
        assertSame("urn:xmpp:sid:0", element.children().getFirst().namespace());
    }

    @Test
    void names_may_hold_any_letters() {
        assertEquals("größe", Recording.only("<größe></größe>").name());
        assertEquals(
                "𐐀x",
                Recording.only("<𐐀x 名='1'><p:é xmlns:p='urn:p'></p:é></𐐀x>").name());
    }

    @Test
    void an_idle_reader_holds_nothing_and_knows_it() {
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording());
        assertTrue(reader.isIdle());
        assertTrue(reader.holdsNothing());
        for (var piece : List.of("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'", "><", "a", "><b")) {
            feed(reader, piece);
            assertFalse(reader.isIdle());
        }
        feed(reader, "/></a> ");
        assertTrue(reader.isIdle());
        assertTrue(reader.holdsNothing());
        feed(reader, "<message><body>" + "x".repeat(100_000) + "</body></message><presence/>\n");
        assertTrue(reader.holdsNothing());
        feed(reader, "</stream:");
        assertFalse(reader.holdsNothing());
        feed(reader, "stream>");
        assertTrue(reader.holdsNothing());
        reader.reset();
        feed(reader, HEADER + "<a><b");
        reader.close();
        assertTrue(reader.holdsNothing());
    }

    @Test
    void what_a_handler_throws_closes_the_reader() {
        var told = new ArrayList<Element>();
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording() {
            @Override
            public void element(Element element) {
                told.add(element);
                throw new IllegalStateException("a handler's mistake");
            }
        });
        assertThrows(IllegalStateException.class, () -> feed(reader, HEADER + "<a/><b/><c"));
        feed(reader, "/><d/>");
        assertEquals(1, told.size());
        assertTrue(reader.holdsNothing());
    }

    @Test
    void a_reset_within_a_callback_begins_a_new_stream() {
        var told = new Recording();
        var unread = new ArrayList<Integer>();
        var readers = new ArrayList<XmlReader>();
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new XmlReader.Handler() {
            @Override
            public void streamOpened(Element header) {
                told.streamOpened(header);
            }

            @Override
            public void element(Element element) {
                told.element(element);
                unread.add(readers.getFirst().unread());
                if (element.name().equals("auth")) readers.getFirst().reset();
            }

            @Override
            public void streamClosed() {
                told.streamClosed();
            }

            @Override
            public void failed(StreamError error) {
                told.failed(error);
            }
        });
        readers.add(reader);
        feed(reader, HEADER + "<auth/>\n<?xml version='1.0'?>" + HEADER + "<message/>");
        assertEquals(4, told.events.size(), told.events.toString());
        assertEquals(List.of(bytes("<?xml version='1.0'?>" + HEADER + "<message/>").length, 0), unread);
    }

    @Test
    void a_closed_reader_tells_nothing_more() {
        var told = new Recording();
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, told);
        feed(reader, HEADER);
        reader.close();
        feed(reader, "<message/></stream:stream>");
        assertEquals(1, told.events.size());
    }

    @Test
    void white_space_between_elements_is_told() {
        int[] told = {0};
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording() {
            @Override
            public void whitespace() {
                told[0]++;
            }
        });
        feed(reader, HEADER);
        feed(reader, " \n");
        feed(reader, "<a> </a>");
        assertEquals(1, told[0]);
    }

    @Test
    void buffers_of_all_kinds_are_read() {
        for (boolean isDirect : new boolean[] {false, true}) {
            var told = new Recording();
            var reader = new XmlReader(XmlReader.Limits.DEFAULTS, told);
            var text = bytes("....." + HEADER + "<message><body>" + "x".repeat(40_000) + "</body></message>");
            var buffer = isDirect ? ByteBuffer.allocateDirect(text.length) : ByteBuffer.allocate(text.length);
            buffer.put(text).flip().position(5);
            reader.feed(buffer);
            assertFalse(buffer.hasRemaining());
            assertEquals(
                    40_000,
                    told.elements.getFirst().children().getFirst().text().length());
        }
    }

    @Test
    void feeding_from_within_a_callback_is_a_mistake() {
        var readers = new ArrayList<XmlReader>();
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording() {
            @Override
            public void streamOpened(Element header) {
                feed(readers.getFirst(), "<a/>");
            }
        });
        readers.add(reader);
        assertThrows(IllegalStateException.class, () -> feed(reader, HEADER));
    }

    @Test
    void a_websocket_message_is_one_element() throws XmlException {
        var open = XmlReader.parseDocument(
                bytes("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='kith.test' version='1.0' />\n"),
                XmlReader.Limits.DEFAULTS);
        assertTrue(open.is("urn:ietf:params:xml:ns:xmpp-framing", "open"));
        for (var refused :
                List.of("", " <a/>", "<a/><b/>", "<a>", "<a/>x", "<?xml version='1.0'?>", "<!-- --><a/>", "</a>")) {
            assertThrows(
                    XmlException.class,
                    () -> XmlReader.parseDocument(bytes(refused), XmlReader.Limits.DEFAULTS),
                    refused);
        }
    }

    static void feed(XmlReader reader, String text) {
        var bytes = bytes(text);
        reader.feed(bytes, 0, bytes.length);
    }
}
