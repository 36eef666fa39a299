package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the stream layer tells an account. Events of one session are handled in the order in which they were added to
/// the [Inlet].
public sealed interface Event {

    /// A signed-in connection wants a resource. `resource` is what the client asked for, null to choose one.
    /// `deviceId` is the stable id of the device (XEP-0388 user-agent id), null for a client without one.
    /// `inline` are the features to enable at once (XEP-0386), as they came.
    record Bind(
            String account,
            @Nullable String resource,
            @Nullable String deviceId,
            @Nullable String deviceName,
            List<Element> inline,
            Set<Trait> traits,
            Link link)
            implements Event {}

    /// A signed-in connection wants to continue the stream `streamId`, of which it has handled `h` stanzas.
    record Resume(String account, String streamId, long h, Link link) implements Event {}

    /// A stanza arrived. `from` is stamped with the session's full JID. `to` is null if absent.
    record Arrived(Session session, Stanza stanza) implements Event {}

    /// A stanza whose `to` is no JID arrived; it is answered with `jid-malformed`.
    record Malformed(Session session, Stanza stanza) implements Event {}

    /// Another top-level element arrived: XEP-0198 `enable`, `r`, `a`; XEP-0352 `active`, `inactive`.
    record Nonza(Session session, Element element) implements Event {}

    /// The connection takes bytes again after [Link#writable] was false.
    record Writable(Session session) implements Event {}

    /// The client ended its stream properly, after which it does not come back to it. Answered by [Link#close] once
    /// all that came before it is kept.
    record Closed(Session session) implements Event {}

    /// The connection is gone.
    record Gone(Session session) implements Event {}

    /// What the heart may want to know of a connection.
    enum Trait {
        /// Bytes travel encrypted.
        SECURE,
        /// RFC 7395.
        WEBSOCKET,
        /// Bound by XEP-0386: it asks the archive for what came before.
        CATCHES_UP
    }
}
