package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import org.jspecify.annotations.Nullable;

/// What a room's presence stanza says about an occupant beside its presence (XEP-0045 §15.6.2): an `<item/>`, status
/// codes, and more where it applies. `codes` are for all, `ownCodes` for the occupant itself besides 110.
///
/// @param type null, or `unavailable`
/// @param role none for who is leaving
/// @param nick the new nickname, when it changes
/// @param actor the nickname of who did it
/// @param destroy `<destroy/>`, when the room ends
/// @param ownId the id of the presence that this answers, for the device that sent it
record Notice(
        @Nullable String type,
        Role role,
        Affiliation affiliation,
        @Nullable String nick,
        @Nullable String actor,
        @Nullable String reason,
        int[] codes,
        int[] ownCodes,
        @Nullable Element destroy,
        @Nullable String ownId) {

    private static final int[] NONE = {};
    private static final int SELF = 110;

    /// The occupant is there, as it is.
    static Notice present(Role role, Affiliation affiliation, int... ownCodes) {
        return new Notice(null, role, affiliation, null, null, null, NONE, ownCodes, null, null);
    }

    /// The occupant leaves, for the reason that the codes tell.
    static Notice gone(Affiliation affiliation, int... codes) {
        return new Notice("unavailable", Role.NONE, affiliation, null, null, null, codes, NONE, null, null);
    }

    /// The occupant leaves since the room does.
    static Notice destroyed(Element destroy) {
        return new Notice("unavailable", Role.NONE, Affiliation.NONE, null, null, null, NONE, NONE, destroy, null);
    }

    /// The old nickname goes, the same occupant comes under the new one.
    static Notice renamed(Role role, Affiliation affiliation, String nick) {
        return new Notice("unavailable", role, affiliation, nick, null, null, new int[] {303}, NONE, null, null);
    }

    Notice because(@Nullable String why, @Nullable String by) {
        return new Notice(type, role, affiliation, nick, by, why, codes, ownCodes, destroy, ownId);
    }

    Notice answering(@Nullable String id) {
        return new Notice(type, role, affiliation, nick, actor, reason, codes, ownCodes, destroy, id);
    }

    /// The `<x/>`, with the real address if it may be seen.
    Element x(@Nullable Jid real, boolean self) {
        var x = Element.build(Muc.USER, "x");
        x.child("item", item -> {
            item.attribute("affiliation", affiliation.label())
                    .attribute("role", role.label())
                    .attribute("jid", real == null ? null : real.toString())
                    .attribute("nick", nick);
            if (actor != null) item.child("actor", one -> one.attribute("nick", actor));
            item.child("reason", reason);
        });
        x.child(destroy);
        for (int code : codes) x.child(Muc.status(code));
        if (self) {
            for (int code : ownCodes) x.child(Muc.status(code));
            x.child(Muc.status(SELF));
        }
        return x.build();
    }
}
