package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.charset.StandardCharsets;

/// XML in tests, as specifications print it: white space between elements does not count.
public final class Xml {

    private Xml() {}

    public static Element xml(String text) {
        return parse(text.replaceAll(">\\s+<", "><").strip().getBytes(StandardCharsets.UTF_8));
    }

    /// What was written for the wire inside a `jabber:client` stream.
    public static Element stanza(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        return parse(
                text.replaceFirst("^<([a-z]+)", "<$1 xmlns='jabber:client'").getBytes(StandardCharsets.UTF_8));
    }

    private static Element parse(byte[] bytes) {
        try {
            return XmlReader.parseDocument(bytes, XmlReader.Limits.DEFAULTS);
        } catch (XmlException e) {
            throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
        }
    }
}
