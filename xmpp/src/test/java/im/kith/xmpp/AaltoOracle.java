package im.kith.xmpp;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Another parser's opinion of the same document.
final class AaltoOracle {

    private static final InputFactoryImpl FACTORY = new InputFactoryImpl();

    private AaltoOracle() {}

    /// The document's tree, or null when Aalto refuses it.
    static @Nullable Element parse(byte[] document) {
        try {
            return tree(FACTORY.createXMLStreamReader(new java.io.ByteArrayInputStream(document)));
        } catch (XMLStreamException | RuntimeException e) {
            return null;
        }
    }

    /// One Aalto parser for many elements of one stream, as fast as it can be: for comparison only.
    static final class Reused {
        private final AsyncXMLStreamReader<AsyncByteArrayFeeder> in = FACTORY.createAsyncForByteArray();

        Reused() {
            try {
                var header = Recording.bytes(Recording.HEADER);
                in.getInputFeeder().feedInput(header, 0, header.length);
                while (in.next() != XMLStreamConstants.START_ELEMENT) {}
            } catch (XMLStreamException e) {
                throw new IllegalStateException(e);
            }
        }

        int childCount(byte[] bytes) {
            try {
                in.getInputFeeder().feedInput(bytes, 0, bytes.length);
                var children = new ArrayList<ArrayList<Object>>();
                var tags = new ArrayList<Object[]>();
                while (true) {
                    switch (in.next()) {
                        case XMLStreamConstants.START_ELEMENT -> {
                            int count = in.getAttributeCount();
                            var attributes = new String[2 * count];
                            for (int i = 0; i < count; i++) {
                                attributes[2 * i] = in.getAttributeLocalName(i);
                                attributes[2 * i + 1] = in.getAttributeValue(i);
                            }
                            tags.add(new Object[] {in.getNamespaceURI(), in.getLocalName(), attributes});
                            children.add(new ArrayList<>(4));
                        }
                        case XMLStreamConstants.END_ELEMENT -> {
                            var tag = tags.removeLast();
                            var element = new Element(
                                    (String) tag[0],
                                    (String) tag[1],
                                    (String[]) tag[2],
                                    children.removeLast().toArray());
                            if (children.isEmpty()) return element.childCount();
                            children.getLast().add(element);
                        }
                        case XMLStreamConstants.CHARACTERS -> children.getLast().add(in.getText());
                        default -> {}
                    }
                }
            } catch (XMLStreamException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Element tree(XMLStreamReader in) throws XMLStreamException {
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open("", "", List.of()));
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT ->
                    open.push(new Open(
                            in.getNamespaceURI() == null ? "" : in.getNamespaceURI(),
                            in.getLocalName(),
                            attributes(in)));
                case XMLStreamConstants.END_ELEMENT -> {
                    var closed = open.pop();
                    open.element().children.add(closed.build());
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (open.size() > 1) open.element().addText(in.getText());
                }
                default -> {}
            }
        }
        return (Element) open.pop().children.getFirst();
    }

    private static List<String> attributes(XMLStreamReader in) {
        var attributes = new ArrayList<String>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            var namespace = in.getAttributeNamespace(i);
            var name = in.getAttributeLocalName(i);
            if (XmlPrefixes.XML.equals(namespace)) name = "xml:" + name;
            else if (namespace != null && !namespace.isEmpty()) name = "{" + namespace + "}" + name;
            attributes.add(name);
            attributes.add(in.getAttributeValue(i));
        }
        return attributes;
    }

    private static final class Open {
        final String namespace;
        final String name;
        final List<String> attributes;
        final List<Object> children = new ArrayList<>();

        Open(String namespace, String name, List<String> attributes) {
            this.namespace = namespace;
            this.name = name;
            this.attributes = attributes;
        }

        void addText(String text) {
            if (text.isEmpty()) return;
            if (!children.isEmpty() && children.getLast() instanceof String before) {
                children.set(children.size() - 1, before + text);
            } else {
                children.add(text);
            }
        }

        Element build() {
            return new Element(namespace, name, attributes.toArray(String[]::new), children.toArray());
        }
    }
}
