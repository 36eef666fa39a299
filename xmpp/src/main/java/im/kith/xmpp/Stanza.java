package im.kith.xmpp;

import org.jspecify.annotations.Nullable;

/// One message, presence or iq (RFC 6120 §8): its element, and the addressing attributes already parsed.
///
/// Immutable. `from` and `to` always agree with the element's attributes.
public final class Stanza {

    public static final String CLIENT = "jabber:client";

    /// The three kinds of stanza.
    public enum Kind {
        MESSAGE("message"),
        PRESENCE("presence"),
        IQ("iq");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /// The kind of a `jabber:client` element of that name, or null when it is no stanza.
        public static @Nullable Kind of(String name) {
            return switch (name) {
                case "message" -> MESSAGE;
                case "presence" -> PRESENCE;
                case "iq" -> IQ;
                default -> null;
            };
        }
    }

    private final Kind kind;
    private final @Nullable Jid from;
    private final @Nullable Jid to;
    private final Element element;

    public Stanza(Kind kind, @Nullable Jid from, @Nullable Jid to, Element element) {
        this.kind = kind;
        this.from = from;
        this.to = to;
        this.element = element;
    }

    /// The stanza with these addresses: the element's `from` and `to` are set to them.
    public static Stanza of(Kind kind, @Nullable Jid from, @Nullable Jid to, Element element) {
        return new Stanza(
                kind,
                from,
                to,
                element.with("from", from == null ? null : from.toString())
                        .with("to", to == null ? null : to.toString()));
    }

    public Kind kind() {
        return kind;
    }

    public boolean isMessage() {
        return kind == Kind.MESSAGE;
    }

    public boolean isPresence() {
        return kind == Kind.PRESENCE;
    }

    public boolean isIq() {
        return kind == Kind.IQ;
    }

    public @Nullable Jid from() {
        return from;
    }

    public @Nullable Jid to() {
        return to;
    }

    public Element element() {
        return element;
    }

    public @Nullable String id() {
        return element.attribute("id");
    }

    /// The `type` attribute; the default of the kind when absent (`normal`, `available`; RFC 6121 §5.2.2, §4.7.1).
    public String type() {
        return element.attribute("type", kind == Kind.MESSAGE ? "normal" : kind == Kind.PRESENCE ? "available" : "");
    }

    public boolean isError() {
        return "error".equals(element.attribute("type"));
    }

    /// An iq that asks (`get` or `set`), and so must be answered.
    public boolean isRequest() {
        if (kind != Kind.IQ) return false;
        var type = type();
        return type.equals("get") || type.equals("set");
    }

    /// The iq's payload, or null.
    public @Nullable Element payload() {
        return element.firstChild();
    }

    public Stanza withFrom(@Nullable Jid other) {
        return of(kind, other, to, element);
    }

    public Stanza withTo(@Nullable Jid other) {
        return of(kind, from, other, element);
    }

    /// The same addresses around another element (whose addresses are set).
    public Stanza with(Element other) {
        return of(kind, from, to, other);
    }

    /// The iq result that answers this request; a null payload answers empty.
    public Stanza result(@Nullable Element payload) {
        return of(
                Kind.IQ,
                to,
                from,
                Element.build(CLIENT, "iq")
                        .attribute("type", "result")
                        .attribute("id", id())
                        .child(payload)
                        .build());
    }

    /// The error stanza that answers this one. Never call it for a stanza that is itself an error (RFC 6120 §8.3.1).
    public Stanza error(StanzaError error) {
        var builder =
                Element.build(CLIENT, kind.label()).attribute("type", "error").attribute("id", id());
        return of(kind, to, from, builder.child(error.toElement()).build());
    }

    @Override
    public String toString() {
        return element.toString();
    }
}
