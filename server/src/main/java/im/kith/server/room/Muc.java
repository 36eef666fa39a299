package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import org.jspecify.annotations.Nullable;

/// The words of XEP-0045: its namespaces, and the elements that are made in several places.
final class Muc {

    static final String NAMESPACE = "http://jabber.org/protocol/muc";
    static final String USER = NAMESPACE + "#user";
    static final String ADMIN = NAMESPACE + "#admin";
    static final String OWNER = NAMESPACE + "#owner";
    static final String REQUEST = NAMESPACE + "#request";
    static final String REGISTER = NAMESPACE + "#register";
    static final String ROOM_CONFIG = NAMESPACE + "#roomconfig";
    static final String ROOM_INFO = NAMESPACE + "#roominfo";
    static final String STABLE_ID = NAMESPACE + "#stable_id";
    static final String SELF_PING = NAMESPACE + "#self-ping-optimization";
    static final String OCCUPANT_ID = "urn:xmpp:occupant-id:0";
    static final String INFO = "http://jabber.org/protocol/disco#info";
    static final String ITEMS = "http://jabber.org/protocol/disco#items";
    static final String PING = "urn:xmpp:ping";
    static final String ARCHIVE = "urn:xmpp:mam:2";
    static final String REGISTRATION = "jabber:iq:register";
    static final String VCARD = "vcard-temp";
    static final String MODERATION = "urn:xmpp:message-moderate:1";
    static final String RETRACTION = "urn:xmpp:message-retract:1";
    static final String DIRECT_INVITATION = "jabber:x:conference";

    private static final int MOST_NICK_CHARS = 200;

    private Muc() {}

    static StanzaError error(Condition condition, String text) {
        return StanzaError.of(condition, text);
    }

    /// The nickname as it is written in addresses, or null when it can be none.
    static @Nullable String nickname(Jid room, @Nullable String wanted) {
        if (wanted == null || wanted.isBlank() || wanted.length() > MOST_NICK_CHARS) return null;
        var address = room.withResource(wanted);
        var nick = address == null ? null : address.resource();
        return nick == null || nick.isBlank() ? null : nick;
    }

    /// `<presence/>` or `<message/>` of that type around one child.
    static Element stanza(String name, @Nullable String type, Element child) {
        return Element.build(Stanza.CLIENT, name)
                .attribute("type", type)
                .child(child)
                .build();
    }

    static Element occupantId(String id) {
        return Element.build(OCCUPANT_ID, "occupant-id").attribute("id", id).build();
    }

    /// An `<x/>` of muc#user that holds nothing but status codes.
    static Element statuses(int... codes) {
        var x = Element.build(USER, "x");
        for (int code : codes) x.child(status(code));
        return x.build();
    }

    static Element status(int code) {
        return Element.build(USER, "status")
                .attribute("code", Integer.toString(code))
                .build();
    }
}
