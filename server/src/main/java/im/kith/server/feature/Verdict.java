package im.kith.server.feature;

import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;

/// What a check says of a stanza. The core, never the feature, knows that errors are not answered with errors.
public sealed interface Verdict {

    enum Simple implements Verdict {
        PASS,
        /// Silently.
        DROP
    }

    record Reject(StanzaError error) implements Verdict {}

    /// It passes as this: with less in it, from and to the same.
    record Instead(Stanza stanza) implements Verdict {}

    static Verdict pass() {
        return Simple.PASS;
    }

    static Verdict drop() {
        return Simple.DROP;
    }

    static Verdict instead(Stanza stanza) {
        return new Instead(stanza);
    }

    static Verdict reject(StanzaError.Condition condition) {
        return new Reject(StanzaError.of(condition));
    }

    static Verdict reject(StanzaError error) {
        return new Reject(error);
    }
}
