package im.kith.xmpp;

/// The qualified name of an element: namespace and local name. Two tags are equal when both are.
public record Tag(String namespace, String name) {

    @Override
    public String toString() {
        return "{" + namespace + "}" + name;
    }
}
