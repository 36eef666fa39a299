package im.kith.server.stream;

import static im.kith.xmpp.StreamError.Condition.INVALID_FROM;
import static im.kith.xmpp.StreamError.Condition.SYSTEM_SHUTDOWN;
import static im.kith.xmpp.StreamError.Condition.UNSUPPORTED_STANZA_TYPE;

import im.kith.server.account.Bound;
import im.kith.server.account.Event;
import im.kith.server.account.Link;
import im.kith.server.account.Session;
import im.kith.server.net.Connection;
import im.kith.server.net.Conversation;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A bound device's connection: stanzas in, stanzas out. Small, since there is one for each that does nothing.
///
/// Made when the client asks to be bound; until the account answers, [Negotiation] still hears the connection.
final class ClientLink implements Link, Conversation {

    private final Reception reception;
    private final Connection connection;
    /// The stream's language when it is not the server's, to be told to whom a stanza goes (RFC 6120 §4.7.4).
    private final @Nullable String language;

    /// Until bound.
    private @Nullable Negotiation before;
    private Binding.@Nullable Answers answers;

    private @Nullable Session session;
    private boolean managed;
    private boolean gone;

    ClientLink(Negotiation before, Binding.Answers answers) {
        this.reception = before.reception;
        this.connection = before.connection;
        this.before = before;
        this.answers = answers;
        var language = before.language();
        this.language = language == null || language.equals("en") ? null : language;
    }

    // What the account says; any thread.

    @Override
    public void bound(Bound bound) {
        connection.post(() -> take(bound));
    }

    @Override
    public void bindRefused(StanzaError error) {
        connection.post(() -> refuse(error, -1));
    }

    @Override
    public void resumeRefused(StanzaError error, long h) {
        connection.post(() -> refuse(error, h));
    }

    @Override
    public void send(List<byte[]> elements, int consumed, boolean urgent) {
        connection.send(elements, consumed, urgent);
    }

    @Override
    public void close(@Nullable StreamError error) {
        connection.post(() -> end(error));
    }

    @Override
    public boolean writable() {
        return connection.writable();
    }

    @Override
    public int timesSlowed() {
        return connection.timesSlowed();
    }

    private void take(Bound bound) {
        var negotiation = before;
        var words = answers;
        if (negotiation == null || words == null) return;
        session = bound.session();
        before = null;
        answers = null;
        if (negotiation.isOver()) {
            // The client left while the account made room for it.
            goneFor(bound.session());
            return;
        }
        words.bound(bound);
        negotiation.handOver(this);
    }

    private void refuse(StanzaError error, long h) {
        var negotiation = before;
        var words = answers;
        if (negotiation == null || words == null || negotiation.isOver()) return;
        before = null;
        answers = null;
        words.refused(error, h);
    }

    // What the client says; on the event loop.

    @Override
    public void opened(Element header) {
        end(StreamError.of(StreamError.Condition.BAD_FORMAT, "The stream is open already."));
    }

    @Override
    public void element(Element element) {
        var session = session();
        if (!element.namespace().equals(Stanza.CLIENT)) {
            nonza(session, element);
            return;
        }
        var kind = Stanza.Kind.of(element.name());
        if (kind == null) {
            end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
            return;
        }
        if (kind == Stanza.Kind.IQ && !managed && isLegacySession(element)) {
            write(new Stanza(kind, null, null, element).result(null).element());
            return;
        }
        stanza(session, kind, element);
    }

    private void stanza(Session session, Stanza.Kind kind, Element element) {
        var jid = session.jid();
        var stated = element.attribute("from");
        if (stated != null && !isMine(stated, jid)) {
            end(StreamError.of(INVALID_FROM, "You are " + jid + "."));
            return;
        }
        var stamped = element.with("from", jid.toString());
        if (language != null && kind != Stanza.Kind.IQ && element.attribute("xml:lang") == null) {
            stamped = stamped.with("xml:lang", language);
        }
        connection.arrived();
        var to = element.attribute("to");
        var target = to == null ? null : Jid.parse(to);
        var stanza = new Stanza(kind, jid, target, stamped);
        reception.tell(
                to != null && target == null
                        ? new Event.Malformed(session, stanza)
                        : new Event.Arrived(session, stanza));
    }

    /// RFC 6120 §8.1.2.1: the full address or the bare one.
    private static boolean isMine(String stated, Jid jid) {
        var from = Jid.parse(stated);
        return from != null && (from.isBare() ? from.equals(jid.bare()) : from.equals(jid));
    }

    /// RFC 3921 §3 asked for it, RFC 6121 does not: a no-op.
    private static boolean isLegacySession(Element iq) {
        return "set".equals(iq.attribute("type")) && iq.has(Names.SESSION_REQUEST);
    }

    private void nonza(Session session, Element element) {
        switch (element.namespace()) {
            case Names.MANAGEMENT -> {
                switch (element.name()) {
                    case "enable", "r", "a" -> {
                        managed = true;
                        reception.tell(new Event.Nonza(session, element));
                    }
                    case "resume" -> write(Management.failed(StanzaError.Condition.UNEXPECTED_REQUEST, -1));
                    default -> end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
                }
            }
            case Names.CLIENT_STATE -> {
                switch (element.name()) {
                    case "active", "inactive" -> reception.tell(new Event.Nonza(session, element));
                    default -> end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
                }
            }
            default -> end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
        }
    }

    @Override
    public void closed() {
        reception.tell(new Event.Closed(session()));
    }

    @Override
    public void failed(StreamError error) {
        end(error);
    }

    @Override
    public void drained() {
        reception.tell(new Event.Writable(session()));
    }

    @Override
    public void expired() {}

    @Override
    public void drain() {
        connection.finishWhenAnswered(
                XmlWriter.toBytes(StreamError.of(SYSTEM_SHUTDOWN).toElement(), Stanza.CLIENT),
                StreamHeader.end(connection.isWebSocket()));
    }

    @Override
    public void gone() {
        goneFor(session());
    }

    private void goneFor(Session session) {
        if (gone) return;
        gone = true;
        reception.tell(new Event.Gone(session));
    }

    private void end(@Nullable StreamError error) {
        var negotiation = before;
        if (negotiation != null) {
            negotiation.end(error);
            return;
        }
        if (error != null) write(error.toElement());
        connection.finish(StreamHeader.end(connection.isWebSocket()));
    }

    private void write(Element element) {
        connection.write(XmlWriter.toBytes(element, Stanza.CLIENT));
    }

    private Session session() {
        var bound = session;
        if (bound == null) throw new IllegalStateException("not bound");
        return bound;
    }
}
