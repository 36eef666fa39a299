package im.kith.server.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLEventWriter;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.StartElement;
import org.jspecify.annotations.Nullable;

/// The messages of a XEP-0227 document, in parts that fit into a request: of each user the archive, then what waits for
/// it (a log is written in the order of time). A document may be larger than memory, but for what waits. What it refers
/// to is not followed.
final class MessageDocuments implements AutoCloseable {

    /// Whom something belongs to, as the document calls them.
    record User(String host, String name) {}

    /// `<archive/>` or `<offline-messages/>`, with some of its children.
    @SuppressWarnings("ArrayRecordComponent") // made once, sent once
    record Part(User user, byte[] document) {}

    private static final int MESSAGES = 100;
    private static final int BYTES = 1 << 20;
    private static final String NAMESPACE = "urn:xmpp:pie:0";
    private static final QName HOST = new QName(NAMESPACE, "host");
    private static final QName USER = new QName(NAMESPACE, "user");
    private static final QName ARCHIVE = new QName(NAMESPACE + "#mam", "archive");
    private static final QName OFFLINE = new QName(NAMESPACE, "offline-messages");

    private final XMLEventReader events;
    private final XMLOutputFactory outputs = XMLOutputFactory.newDefaultFactory();
    private final XMLEventFactory factory = XMLEventFactory.newDefaultFactory();
    private final ArrayDeque<Part> waiting = new ArrayDeque<>();
    private User user = new User("", "");
    private boolean inArchive;

    MessageDocuments(InputStream in) throws IOException {
        var inputs = XMLInputFactory.newDefaultFactory();
        inputs.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        inputs.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        inputs.setProperty(XMLInputFactory.IS_COALESCING, true);
        outputs.setProperty(XMLOutputFactory.IS_REPAIRING_NAMESPACES, true);
        try {
            events = inputs.createXMLEventReader(in);
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static String attribute(StartElement start, String name) {
        var value = start.getAttributeByName(new QName(name));
        return value == null ? "" : value.getValue();
    }

    /// The next part, or null at the end.
    @Nullable
    Part next() throws IOException {
        try {
            while (true) {
                if (inArchive) {
                    var part = part(ARCHIVE);
                    if (part != null) return part;
                }
                if (!events.hasNext()) return waiting.poll();
                var event = events.nextEvent();
                if (event.isStartElement()) begin(event.asStartElement());
                boolean over =
                        event.isEndElement() && event.asEndElement().getName().equals(USER);
                if (over && !waiting.isEmpty()) return waiting.remove();
            }
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void begin(StartElement start) throws XMLStreamException {
        var name = start.getName();
        if (name.equals(HOST)) {
            user = new User(attribute(start, "jid"), "");
        } else if (name.equals(USER)) {
            user = new User(user.host, attribute(start, "name"));
        } else if (name.equals(ARCHIVE)) {
            inArchive = true;
        } else if (name.equals(OFFLINE)) {
            for (var part = part(OFFLINE); part != null; part = part(OFFLINE)) waiting.add(part);
        }
    }

    /// The next children of an element whose start was read, or null once its end is.
    private @Nullable Part part(QName around) throws XMLStreamException {
        var bytes = new ByteArrayOutputStream();
        XMLEventWriter out = outputs.createXMLEventWriter(bytes, "UTF-8");
        out.add(factory.createStartElement("", around.getNamespaceURI(), around.getLocalPart()));
        out.add(factory.createNamespace(around.getNamespaceURI()));
        int depth = 0;
        int count = 0;
        while (count < MESSAGES && bytes.size() < BYTES) {
            if (depth == 0 && events.peek().isEndElement()) break;
            var event = events.nextEvent();
            if (event.isStartElement()) depth++;
            boolean content = event.isStartElement() || event.isEndElement() || event.isCharacters();
            if (content && (depth > 0 || !event.isCharacters())) out.add(event);
            if (event.isEndElement() && --depth == 0) {
                count++;
                out.flush();
            }
        }
        out.add(factory.createEndElement("", around.getNamespaceURI(), around.getLocalPart()));
        out.flush();
        out.close();
        if (count > 0) return new Part(user, bytes.toByteArray());
        events.nextEvent();
        inArchive = false;
        return null;
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
