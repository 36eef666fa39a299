package im.kith.server.room;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the room is about (XEP-0045 §8.1): the last message that changed the subject, with who sent it and when. On
/// the room's shelf.
final class Subject {

    static final int MOST_BYTES = 8_192;
    private static final String KEY = "subject";

    private final Shelf shelf;
    private final Jid room;
    /// Without `to`, with its delay; null if there never was a subject.
    private @Nullable Element message;

    Subject(Shelf shelf, Jid room) {
        this.shelf = shelf;
        this.room = room;
    }

    void load() {
        var row = shelf.get(KEY);
        if (row == null) return;
        try {
            message = XmlReader.parseDocument(row, XmlReader.Limits.OWN);
        } catch (XmlException damaged) {
            throw new IllegalStateException("the subject of " + room + " is damaged", damaged);
        }
    }

    /// `said` is the message that changes it, from the occupant, without `to`.
    void change(Element said, long nowMillis) {
        var dated = said.plus(Element.build("urn:xmpp:delay", "delay")
                .attribute("from", room.toString())
                .attribute("stamp", Timestamp.of(nowMillis))
                .build());
        message = dated;
        shelf.put(KEY, XmlWriter.toBytes(dated, ""));
    }

    void clear() {
        message = null;
    }

    String text() {
        var known = message;
        var text = known == null ? null : known.childText(Stanza.CLIENT, "subject");
        return text == null ? "" : text;
    }

    /// What who enters is sent: the last change, or an empty subject from the room.
    Stanza greeting(Jid device) {
        var known = message;
        if (known == null) {
            var empty = Muc.stanza("message", "groupchat", Element.empty(Stanza.CLIENT, "subject"));
            return Stanza.of(Stanza.Kind.MESSAGE, room, device, empty);
        }
        var from = Jid.parse(known.attribute("from", ""));
        return Stanza.of(Stanza.Kind.MESSAGE, from == null ? room : from, device, known);
    }

    /// Whether a message of a room changes its subject: a subject, and neither body nor thread beside it.
    static boolean isChange(Element message) {
        if (message.child(Stanza.CLIENT, "subject") == null) return false;
        return List.of("body", "thread").stream().allMatch(name -> message.child(Stanza.CLIENT, name) == null);
    }
}
