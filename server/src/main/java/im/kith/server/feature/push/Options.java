package im.kith.server.feature.push;

import im.kith.xmpp.Element;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The publish options of a push service (XEP-0357 §5), kept as their XML and never looked into: they hold its secret.
final class Options {

    private Options() {}

    static @Nullable Element read(String xml) {
        if (xml.isEmpty()) return null;
        try {
            return XmlReader.parseDocument(xml.getBytes(StandardCharsets.UTF_8), XmlReader.Limits.OWN);
        } catch (XmlException damaged) {
            throw new IllegalStateException("the options of a push service can't be read", damaged);
        }
    }
}
