package im.kith.xmpp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A reader's handler that keeps what it is told, as lines.
class Recording implements XmlReader.Handler {

    static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

    final List<Element> headers = new ArrayList<>();
    final List<Element> elements = new ArrayList<>();
    final List<String> events = new ArrayList<>();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// What a reader with these limits tells when fed these bytes, cut into pieces of `pieceBytes`.
    static Recording of(byte[] bytes, int pieceBytes, XmlReader.Limits limits) {
        var recording = new Recording();
        var reader = new XmlReader(limits, recording);
        for (int i = 0; i < bytes.length; i += pieceBytes) {
            // Each piece in an array of its own that is spoilt afterwards: the reader must not hold on to it.
            var piece = java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + pieceBytes));
            reader.feed(piece, 0, piece.length);
            java.util.Arrays.fill(piece, (byte) '!');
        }
        return recording;
    }

    static Recording of(String text) {
        return of(bytes(text), Math.max(1, bytes(text).length), XmlReader.Limits.DEFAULTS);
    }

    /// The first child of a client's stream that holds `xml`.
    static Element only(String xml) {
        var recording = of(HEADER + xml);
        if (recording.elements.size() != 1) throw new AssertionError(recording.events);
        return recording.elements.getFirst();
    }

    @Override
    public void streamOpened(Element header) {
        headers.add(header);
        events.add("open " + header);
    }

    @Override
    public void element(Element element) {
        elements.add(element);
        events.add("element " + element);
    }

    @Override
    public void streamClosed() {
        events.add("close");
    }

    @Override
    public void failed(StreamError error) {
        events.add("failed " + error.condition().label());
    }

    /// The last thing told, or `otherwise`.
    String last(String otherwise) {
        return events.isEmpty() ? otherwise : events.getLast();
    }

    String last() {
        return events.getLast();
    }
}
