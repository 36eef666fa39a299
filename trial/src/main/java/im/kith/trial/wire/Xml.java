package im.kith.trial.wire;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// One element as a tree of values with its namespaces resolved: what trials look at and compare.
///
/// An attribute's key is its plain name, `xml:lang` for that one, or `{namespace}name` for other prefixed ones.
/// Immutable.
public record Xml(String namespace, String name, Map<String, String> attributes, List<Node> nodes) implements Node {

    private static final String CONTEXT =
            "<context xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    private static final XMLInputFactory FACTORY = factory();

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /// Parses one element as it stands inside a client's stream: the default namespace is `jabber:client`.
    ///
    /// @throws IllegalArgumentException if it is not well-formed
    public static Xml parse(String element) {
        try {
            var reader = FACTORY.createXMLStreamReader(new StringReader(CONTEXT + element + "</context>"));
            reader.nextTag();
            reader.nextTag();
            return read(reader);
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("not well-formed: " + element, e);
        }
    }

    private static Xml read(XMLStreamReader reader) throws XMLStreamException {
        var attributes = new TreeMap<String, String>();
        for (var i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(key(reader, i), reader.getAttributeValue(i));
        }
        var namespace = reader.getNamespaceURI() == null ? "" : reader.getNamespaceURI();
        var name = reader.getLocalName();
        var nodes = new ArrayList<Node>();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> nodes.add(read(reader));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> nodes.add(new Text(reader.getText()));
                case XMLStreamConstants.END_ELEMENT -> {
                    return new Xml(namespace, name, attributes, List.copyOf(nodes));
                }
                default -> {}
            }
        }
    }

    private static String key(XMLStreamReader reader, int index) {
        var namespace = reader.getAttributeNamespace(index);
        var name = reader.getAttributeLocalName(index);
        if (namespace == null || namespace.isEmpty()) {
            return name;
        }
        return "http://www.w3.org/XML/1998/namespace".equals(namespace) ? "xml:" + name : "{" + namespace + "}" + name;
    }

    public boolean is(String name, String namespace) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /// Message, presence or iq: what XEP-0198 counts.
    public boolean isStanza() {
        return namespace.equals("jabber:client")
                && (name.equals("message") || name.equals("presence") || name.equals("iq"));
    }

    public @Nullable String attribute(String key) {
        return attributes.get(key);
    }

    public String attributeOr(String key, String absent) {
        return attributes.getOrDefault(key, absent);
    }

    public Stream<Xml> children() {
        return nodes.stream().filter(Xml.class::isInstance).map(Xml.class::cast);
    }

    public @Nullable Xml child(String name, String namespace) {
        return children().filter(child -> child.is(name, namespace)).findFirst().orElse(null);
    }

    /// The first child with the name, in the namespace of this element.
    public @Nullable Xml child(String name) {
        return child(name, namespace);
    }

    /// The first element with the name at any depth, itself included.
    public @Nullable Xml find(String name) {
        if (this.name.equals(name)) {
            return this;
        }
        return children()
                .map(child -> child.find(name))
                .filter(found -> found != null)
                .findFirst()
                .orElse(null);
    }

    public String text() {
        var text = new StringBuilder();
        for (var node : nodes) {
            if (node instanceof Text(String value)) {
                text.append(value);
            }
        }
        return text.toString();
    }

    /// The text of the named child, or nothing.
    public String textOf(String child) {
        var found = child(child);
        return found == null ? "" : found.text();
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        write(out, "jabber:client");
        return out.toString();
    }

    private void write(StringBuilder out, String context) {
        out.append('<').append(name);
        if (!namespace.equals(context)) {
            out.append(" xmlns='").append(escape(namespace)).append('\'');
        }
        attributes.forEach((key, value) ->
                out.append(' ').append(key).append("='").append(escape(value)).append('\''));
        if (nodes.isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (var node : nodes) {
            switch (node) {
                case Xml child -> child.write(out, namespace);
                case Text(String value) -> out.append(escape(value));
            }
        }
        out.append("</").append(name).append('>');
    }

    /// Makes text safe between tags and in attributes.
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }

    /// Characters between tags.
    public record Text(String value) implements Node {}
}
