package im.kith.xmpp;

/// Bytes to elements, incrementally. Written next.
public final class XmlReader {
    private XmlReader() {}
}
