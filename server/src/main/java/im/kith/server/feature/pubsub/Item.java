package im.kith.server.feature.pubsub;

import im.kith.xmpp.Element;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Something published at a node, as it is kept. The payload is read only when it is asked for.
///
/// ```
/// row: order (8 bytes) · milliseconds since 1970 (8) · length of the publisher's address (2) · publisher · payload
/// ```
///
/// @param order grows with every publication at the node
/// @param publisher the full JID that published it
record Item(String id, long order, long millis, String publisher, byte[] content) {

    private static final int FIXED = 18;

    static Item of(String id, long order, long millis, String publisher, @Nullable Element payload) {
        return new Item(id, order, millis, publisher, payload == null ? new byte[0] : XmlWriter.toBytes(payload, ""));
    }

    static Item decode(String id, byte[] row) {
        var in = ByteBuffer.wrap(row);
        long order = in.getLong();
        long millis = in.getLong();
        int length = in.getShort() & 0xffff;
        var publisher = new String(row, FIXED, length, StandardCharsets.UTF_8);
        return new Item(id, order, millis, publisher, Arrays.copyOfRange(row, FIXED + length, row.length));
    }

    static long order(byte[] row) {
        return ByteBuffer.wrap(row).getLong();
    }

    static long millis(byte[] row) {
        return ByteBuffer.wrap(row).getLong(8);
    }

    byte[] encode() {
        var from = publisher.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED + from.length + content.length)
                .putLong(order)
                .putLong(millis)
                .putShort((short) from.length)
                .put(from)
                .put(content)
                .array();
    }

    @Nullable
    Element payload() {
        if (content.length == 0) return null;
        try {
            return XmlReader.parseDocument(content, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new IllegalStateException("the item " + id + " cannot be read", e);
        }
    }

    /// `<item/>` as it is retrieved or notified of.
    Element toElement(String namespace, boolean withPayload, boolean withPublisher) {
        return Element.build(namespace, "item")
                .attribute("id", id)
                .attribute("publisher", withPublisher ? publisher : null)
                .child(withPayload ? payload() : null)
                .build();
    }
}
