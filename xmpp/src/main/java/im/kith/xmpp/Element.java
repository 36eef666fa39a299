package im.kith.xmpp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An XML element as an immutable value: qualified name, attributes, and children that are elements or text.
///
/// Attributes without a namespace are named plainly (`to`), `xml:lang` is named `xml:lang`, and the rare others
/// `{namespace}name`. Namespace declarations are not attributes: [XmlWriter] declares what it needs.
/// Text is unescaped. Instances are made by [XmlReader] or by a [Builder].
public final class Element {

    private static final String[] NO_ATTRIBUTES = {};
    private static final Object[] NO_CHILDREN = {};

    private final String namespace;
    private final String name;
    /// Name, value, name, value.
    private final String[] attributes;
    /// Each an [Element] or a [String].
    private final Object[] children;

    Element(String namespace, String name, String[] attributes, Object[] children) {
        this.namespace = namespace;
        this.name = name;
        this.attributes = attributes;
        this.children = children;
    }

    public static Builder build(String namespace, String name) {
        return new Builder(namespace, name);
    }

    public static Builder build(Tag tag) {
        return new Builder(tag.namespace(), tag.name());
    }

    /// An element without attributes or children.
    public static Element empty(String namespace, String name) {
        return new Element(namespace, name, NO_ATTRIBUTES, NO_CHILDREN);
    }

    public static Element empty(Tag tag) {
        return empty(tag.namespace(), tag.name());
    }

    /// An element that holds nothing but `text`.
    public static Element text(String namespace, String name, String text) {
        return new Element(namespace, name, NO_ATTRIBUTES, text.isEmpty() ? NO_CHILDREN : new Object[] {text});
    }

    public String namespace() {
        return namespace;
    }

    public String name() {
        return name;
    }

    public Tag tag() {
        return new Tag(namespace, name);
    }

    public boolean is(Tag tag) {
        return name.equals(tag.name()) && namespace.equals(tag.namespace());
    }

    public boolean is(String namespace, String name) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /// The attribute's value, or null when the element does not carry it.
    public @Nullable String attribute(String attribute) {
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i].equals(attribute)) return attributes[i + 1];
        }
        return null;
    }

    public String attribute(String attribute, String otherwise) {
        var value = attribute(attribute);
        return value == null ? otherwise : value;
    }

    /// How many attributes there are; [#attributeName] and [#attributeValue] take 0 to this minus 1.
    public int attributeCount() {
        return attributes.length / 2;
    }

    public String attributeName(int index) {
        return attributes[2 * index];
    }

    public String attributeValue(int index) {
        return attributes[2 * index + 1];
    }

    /// How many children (elements and runs of text) there are.
    public int childCount() {
        return children.length;
    }

    /// The child at `index`: an [Element] or a [String].
    public Object childAt(int index) {
        return children[index];
    }

    /// The child elements in document order, without text.
    public List<Element> children() {
        if (children.length == 0) return List.of();
        var list = new ArrayList<Element>(children.length);
        for (var child : children) {
            if (child instanceof Element element) list.add(element);
        }
        return list;
    }

    /// The first child element, or null.
    public @Nullable Element firstChild() {
        for (var child : children) {
            if (child instanceof Element element) return element;
        }
        return null;
    }

    /// The first child of that name, or null.
    public @Nullable Element child(Tag tag) {
        return child(tag.namespace(), tag.name());
    }

    public @Nullable Element child(String namespace, String name) {
        for (var child : children) {
            if (child instanceof Element element && element.is(namespace, name)) return element;
        }
        return null;
    }

    public boolean has(Tag tag) {
        return child(tag) != null;
    }

    /// The element's own text, its runs joined; "" when there is none.
    public String text() {
        if (children.length == 0) return "";
        if (children.length == 1) return children[0] instanceof String text ? text : "";
        var text = new StringBuilder();
        for (var child : children) {
            if (child instanceof String run) text.append(run);
        }
        return text.toString();
    }

    /// The text of the first child of that name, or null when there is no such child.
    public @Nullable String childText(String namespace, String name) {
        var child = child(namespace, name);
        return child == null ? null : child.text();
    }

    /// This element with one attribute set; null removes it.
    public Element with(String attribute, @Nullable String value) {
        int at = -1;
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i].equals(attribute)) at = i;
        }
        if (at >= 0) {
            if (value != null) {
                if (attributes[at + 1].equals(value)) return this;
                var changed = attributes.clone();
                changed[at + 1] = value;
                return new Element(namespace, name, changed, children);
            }
            var fewer = new String[attributes.length - 2];
            System.arraycopy(attributes, 0, fewer, 0, at);
            System.arraycopy(attributes, at + 2, fewer, at, fewer.length - at);
            return new Element(namespace, name, fewer, children);
        }
        if (value == null) return this;
        var more = Arrays.copyOf(attributes, attributes.length + 2);
        more[attributes.length] = attribute;
        more[attributes.length + 1] = value;
        return new Element(namespace, name, more, children);
    }

    /// This element with one more child at its end.
    public Element plus(Element child) {
        var more = Arrays.copyOf(children, children.length + 1);
        more[children.length] = child;
        return new Element(namespace, name, attributes, more);
    }

    /// This element without the children for which `unwanted` answers true.
    public Element without(java.util.function.Predicate<Element> unwanted) {
        boolean found = false;
        for (var child : children) {
            if (child instanceof Element element && unwanted.test(element)) found = true;
        }
        if (!found) return this;
        var kept = new ArrayList<Object>(children.length);
        for (var child : children) {
            if (!(child instanceof Element element && unwanted.test(element))) kept.add(child);
        }
        return new Element(namespace, name, attributes, kept.toArray());
    }

    /// The same attributes and children under another namespace, for itself and for the descendants that share it.
    public Element inNamespace(String other) {
        if (namespace.equals(other)) return this;
        var moved = children.clone();
        for (int i = 0; i < moved.length; i++) {
            if (moved[i] instanceof Element element && element.namespace.equals(namespace)) {
                moved[i] = element.inNamespace(other);
            }
        }
        return new Element(other, name, attributes, moved);
    }

    /// Equal name, equal attributes in any order, equal children in the same order.
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) return true;
        if (!(other instanceof Element that)) return false;
        if (!name.equals(that.name) || !namespace.equals(that.namespace)) return false;
        if (attributes.length != that.attributes.length) return false;
        for (int i = 0; i < attributes.length; i += 2) {
            if (!attributes[i + 1].equals(that.attribute(attributes[i]))) return false;
        }
        return Arrays.equals(children, that.children);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * namespace.hashCode() + name.hashCode()) + Arrays.hashCode(children);
    }

    /// The element as XML, all namespaces declared: for logs of tests, not for the wire.
    @Override
    public String toString() {
        return XmlWriter.toString(this);
    }

    /// Collects attributes and children; not thread-safe.
    public static final class Builder {
        private final String namespace;
        private final String name;
        private final List<String> attributes = new ArrayList<>(4);
        private final List<Object> children = new ArrayList<>(4);

        private Builder(String namespace, String name) {
            this.namespace = namespace;
            this.name = name;
        }

        /// Adds an attribute; a null value adds nothing. The name must not have been added before.
        public Builder attribute(String attribute, @Nullable String value) {
            if (value != null) {
                attributes.add(attribute);
                attributes.add(value);
            }
            return this;
        }

        /// Adds a child; null adds nothing.
        public Builder child(@Nullable Element child) {
            if (child != null) children.add(child);
            return this;
        }

        /// Adds a child in the same namespace, shaped by `shape`.
        public Builder child(String name, Consumer<Builder> shape) {
            var builder = new Builder(namespace, name);
            shape.accept(builder);
            return child(builder.build());
        }

        /// Adds a child in the same namespace that holds nothing but `text`; a null text adds nothing.
        public Builder child(String name, @Nullable String text) {
            return text == null ? this : child(Element.text(namespace, name, text));
        }

        public Builder children(Iterable<Element> elements) {
            for (var element : elements) children.add(element);
            return this;
        }

        public Builder text(String text) {
            if (!text.isEmpty()) children.add(text);
            return this;
        }

        public Element build() {
            return new Element(
                    namespace,
                    name,
                    attributes.isEmpty() ? NO_ATTRIBUTES : attributes.toArray(String[]::new),
                    children.isEmpty() ? NO_CHILDREN : children.toArray());
        }
    }
}
