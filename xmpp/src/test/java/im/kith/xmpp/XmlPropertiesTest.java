package im.kith.xmpp;

import static im.kith.xmpp.Recording.HEADER;
import static im.kith.xmpp.Recording.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

class XmlPropertiesTest {

    private static final XmlReader.Limits LIMITS = XmlReader.Limits.DEFAULTS;

    @Property
    void what_is_written_is_read_again(@ForAll long seed) throws XmlException {
        var element = new Documents(seed).element();
        assertEquals(element, XmlReader.parseDocument(XmlWriter.toBytes(element, ""), LIMITS));
        var told =
                Recording.of(HEADER + new String(XmlWriter.toBytes(element, "jabber:client"), StandardCharsets.UTF_8));
        assertEquals(element, told.elements.getFirst(), told.events.toString());
    }

    @Property
    void what_is_written_means_the_same_to_aalto(@ForAll long seed) {
        var element = new Documents(seed).element();
        var bytes = XmlWriter.toBytes(element, "");
        var other = AaltoOracle.parse(bytes);
        assertNotNull(other, () -> new String(bytes, StandardCharsets.UTF_8));
        assertEquals(element, other);
    }

    @Property
    void many_elements_in_one_buffer_are_the_same_bytes(@ForAll long seed) {
        var documents = new Documents(seed);
        var writer = new XmlWriter(1);
        var apart = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            var element = documents.element();
            writer.write(element, "jabber:client");
            apart.append(new String(XmlWriter.toBytes(element, "jabber:client"), StandardCharsets.UTF_8));
        }
        assertEquals(apart.toString(), new String(writer.toBytes(), StandardCharsets.UTF_8));
    }

    @Property(tries = 5000)
    void a_document_is_read_as_aalto_reads_it(@ForAll long seed) {
        var document = new Documents(seed).document();
        assertEquals(AaltoOracle.parse(bytes(document)), parse(bytes(document)), document);
    }

    @Property
    void any_split_tells_the_same(@ForAll long seed) {
        var documents = new Documents(seed);
        // The end of the last tag, whatever is wrong in it.
        var stream = bytes(HEADER + documents.document() + documents.document() + documents.document()
                + "</stream:stream>" + "\">'>\">");
        var whole = Recording.of(stream, stream.length, LIMITS);
        for (int piece = 1; piece <= 9; piece++) {
            assertEquals(whole.events, Recording.of(stream, piece, LIMITS).events);
        }
        var told = new Recording();
        var reader = new XmlReader(LIMITS, told);
        var random = new Random(seed);
        for (int i = 0; i < stream.length; ) {
            int length = Math.min(stream.length - i, random.nextInt(120));
            reader.feed(Arrays.copyOfRange(stream, i, i + length), 0, length);
            i += length;
        }
        assertEquals(whole.events, told.events);
    }

    static @Nullable Element parse(byte[] document) {
        try {
            return XmlReader.parseDocument(document, LIMITS);
        } catch (XmlException e) {
            return null;
        }
    }
}
