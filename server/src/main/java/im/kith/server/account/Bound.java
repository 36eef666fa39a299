package im.kith.server.account;

import im.kith.xmpp.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the stream layer learns when a session exists.
///
/// `streamId` is the XEP-0198 resumption id if stream management is on, else null; `h` is the number of stanzas handled
/// so far (0 for a new session). `resumed` says which of the two it was. `answers` are elements for the body of
/// XEP-0386 `<bound/>`, as the features asked for inline were enabled.
public record Bound(
        Session session, boolean resumed, @Nullable String streamId, long h, List<Element> answers) {}
