package im.kith.trial.play;

import im.kith.trial.wire.Xml;

/// Some seconds after a client without XEP-0198 was sent something, the server asks by a ping whether it is there, and
/// wants an answer. How far a play is by then is the machine's affair, so no play hears of it.
final class LifeSign {

    private LifeSign() {}

    /// Whether the server of this domain asks for one.
    static boolean isWanted(Xml stanza, String domain) {
        return stanza.name().equals("iq")
                && stanza.attributeOr("type", "").equals("get")
                && stanza.attributeOr("from", "").equals(domain)
                && stanza.child("ping", "urn:xmpp:ping") != null;
    }

    static String of(Xml ping) {
        return "<iq type='result' to='" + Xml.escape(ping.attributeOr("from", "")) + "' id='"
                + Xml.escape(ping.attributeOr("id", "")) + "'/>";
    }
}
