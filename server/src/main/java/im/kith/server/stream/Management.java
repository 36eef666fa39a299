package im.kith.server.stream;

import im.kith.server.account.Bound;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;

/// The answers of XEP-0198 that are given before a device is bound.
final class Management {

    private Management() {}

    static Element resumed(Bound bound) {
        return Element.build(Names.MANAGEMENT, "resumed")
                .attribute("previd", bound.streamId())
                .attribute("h", Long.toString(bound.h()))
                .build();
    }

    /// `h` is left out when it is negative.
    static Element failed(StanzaError.Condition condition, long h) {
        return Element.build(Names.MANAGEMENT, "failed")
                .attribute("h", h < 0 ? null : Long.toString(h))
                .child(Element.empty(Names.STANZAS, condition.label()))
                .build();
    }
}
