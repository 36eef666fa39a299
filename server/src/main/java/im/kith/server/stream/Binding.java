package im.kith.server.stream;

import im.kith.server.account.Bound;
import im.kith.server.account.Event;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From a signed-in client to a device: resource binding (RFC 6120 §7), or the stream before resumed (XEP-0198 §5).
final class Binding {

    private final Negotiation stream;

    Binding(Negotiation stream) {
        this.stream = stream;
    }

    /// Whether `element` was the wish for one of the two.
    boolean handle(Element element) {
        if (element.is(Names.RESUME)) {
            resume(element);
            return true;
        }
        if (!element.is(Stanza.CLIENT, "iq") || !"set".equals(element.attribute("type"))) return false;
        var bind = element.child(Names.BIND_REQUEST);
        if (bind == null) return false;
        bind(element, bind);
        return true;
    }

    private void bind(Element iq, Element bind) {
        var resource = bind.childText(Names.BIND, "resource");
        if (resource != null && resource.isEmpty()) resource = null;
        if (resource != null) {
            var full = account().withResource(resource);
            if (full == null) {
                refuse(iq, StanzaError.of(StanzaError.Condition.BAD_REQUEST, "This resource is not allowed."));
                return;
            }
            resource = full.resource();
        }
        bind(resource, null, null, List.of(), traits(), new Answers() {
            @Override
            public void bound(Bound bound) {
                stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq)
                        .result(Element.build(Names.BIND_REQUEST)
                                .child("jid", bound.session().jid().toString())
                                .build())
                        .element());
            }

            @Override
            public void refused(StanzaError error, long h) {
                refuse(iq, error);
                stream.proceed();
            }
        });
    }

    private void refuse(Element iq, StanzaError error) {
        stream.write(new Stanza(Stanza.Kind.IQ, null, null, iq).error(error).element());
    }

    private void resume(Element resume) {
        resume(resume, new Answers() {
            @Override
            public void bound(Bound bound) {
                stream.write(Management.resumed(bound));
            }

            @Override
            public void refused(StanzaError error, long handled) {
                stream.write(Management.failed(error.condition(), handled));
                stream.proceed();
            }
        });
    }

    /// Asks the account for a device as XEP-0386 has it; elements wait until one of the answers.
    void bindInline(
            @Nullable String resource,
            @Nullable String deviceId,
            @Nullable String deviceName,
            List<Element> inline,
            Answers answers) {
        var traits = traits();
        traits.add(Event.Trait.CATCHES_UP);
        bind(resource, deviceId, deviceName, inline, traits, answers);
    }

    private void bind(
            @Nullable String resource,
            @Nullable String deviceId,
            @Nullable String deviceName,
            List<Element> inline,
            Set<Event.Trait> traits,
            Answers answers) {
        stream.pause();
        var link = new ClientLink(stream, answers);
        stream.reception.tell(new Event.Bind(local(), resource, deviceId, deviceName, inline, traits, link));
    }

    /// Asks the account to go on with the stream that `resume` names.
    void resume(Element resume, Answers answers) {
        stream.pause();
        var id = resume.attribute("previd");
        long h = handled(resume.attribute("h"));
        if (id == null || h < 0) {
            answers.refused(StanzaError.of(StanzaError.Condition.BAD_REQUEST), -1);
            return;
        }
        stream.reception.tell(new Event.Resume(local(), id, h, new ClientLink(stream, answers)));
    }

    /// A counter of XEP-0198, or -1 when it is none.
    static long handled(@Nullable String h) {
        if (h == null || h.isEmpty() || h.length() > 10) return -1;
        try {
            long value = Long.parseLong(h);
            return value <= 0xffffffffL ? value : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Set<Event.Trait> traits() {
        var traits = EnumSet.noneOf(Event.Trait.class);
        if (stream.connection.isSecure()) traits.add(Event.Trait.SECURE);
        if (stream.connection.isWebSocket()) traits.add(Event.Trait.WEBSOCKET);
        return traits;
    }

    private Jid account() {
        var account = stream.account();
        if (account == null) throw new IllegalStateException("nobody has signed in");
        return account;
    }

    private String local() {
        var local = account().local();
        if (local == null) throw new IllegalStateException("an account without a name");
        return local;
    }

    /// How the client learns what became of its wish. Both on the event loop.
    interface Answers {
        /// Tells the client; then [ClientLink] takes over.
        void bound(Bound bound);

        /// `h` as in [im.kith.server.account.Link#resumeRefused]. Elements wait until [Negotiation#proceed].
        void refused(StanzaError error, long h);
    }
}
