package im.kith.server.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLEventWriter;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.StartElement;
import org.jspecify.annotations.Nullable;

/// The `<user/>` elements of a XEP-0227 document, one by one, each as a document of its own and without its messages,
/// which [MessageDocuments] has. A document may be larger than memory. What it refers to (DTDs, entities, XInclude) is
/// not followed.
final class UserDocuments implements AutoCloseable {

    /// One of them, and what it is called.
    @SuppressWarnings("ArrayRecordComponent") // made once, sent once
    record Document(MessageDocuments.User key, byte[] document) {}

    private static final QName HOST = new QName("urn:xmpp:pie:0", "host");
    private static final QName USER = new QName("urn:xmpp:pie:0", "user");
    private static final QName ARCHIVE = new QName("urn:xmpp:pie:0#mam", "archive");
    private static final QName INCLUDE = new QName("http://www.w3.org/2001/XInclude", "include");
    private static final QName OFFLINE = new QName("urn:xmpp:pie:0", "offline-messages");

    private final XMLEventReader events;
    private final XMLOutputFactory outputs;
    private final Map<String, Integer> leftOut = new TreeMap<>();
    private String host = "";

    UserDocuments(InputStream in) throws IOException {
        var inputs = XMLInputFactory.newDefaultFactory();
        inputs.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        inputs.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        inputs.setProperty(XMLInputFactory.IS_COALESCING, true);
        outputs = XMLOutputFactory.newDefaultFactory();
        outputs.setProperty(XMLOutputFactory.IS_REPAIRING_NAMESPACES, true);
        try {
            events = inputs.createXMLEventReader(in);
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// The next user, or null at the end.
    @Nullable
    Document next() throws IOException {
        try {
            while (events.hasNext()) {
                var event = events.nextEvent();
                if (!event.isStartElement()) continue;
                var start = event.asStartElement();
                if (start.getName().equals(INCLUDE)) leftOut.merge("XInclude", 1, Integer::sum);
                if (start.getName().equals(HOST)) host = MessageDocuments.attribute(start, "jid");
                if (start.getName().equals(USER)) {
                    var key = new MessageDocuments.User(host, MessageDocuments.attribute(start, "name"));
                    return new Document(key, user(start));
                }
            }
            return null;
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private byte[] user(StartElement start) throws XMLStreamException {
        var bytes = new ByteArrayOutputStream();
        XMLEventWriter out = outputs.createXMLEventWriter(bytes, "UTF-8");
        out.add(start);
        int depth = 1;
        while (depth > 0) {
            var event = events.nextEvent();
            if (event.isStartElement()) {
                var name = event.asStartElement().getName();
                if (name.equals(ARCHIVE) || name.equals(OFFLINE)) {
                    skip();
                    continue;
                }
                depth++;
            } else if (event.isEndElement()) {
                depth--;
            } else if (event.isCharacters() && event.asCharacters().isWhiteSpace() && depth == 1) {
                continue;
            } else if (!event.isCharacters()) {
                continue;
            }
            out.add(event);
        }
        out.flush();
        out.close();
        return bytes.toByteArray();
    }

    private void skip() throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            var event = events.nextEvent();
            if (event.isStartElement()) depth++;
            else if (event.isEndElement()) depth--;
        }
    }

    /// What was not handed out, and how often it was there.
    Map<String, Integer> leftOut() {
        return leftOut;
    }

    @Override
    public void close() throws IOException {
        try {
            events.close();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
