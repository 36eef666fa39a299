package im.kith.server.portable;

import im.kith.server.account.Request;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import org.jspecify.annotations.Nullable;

/// Reads archived messages of an account that moves here: XEP-0313 results, as XEP-0227 §4.1.6 has them.
///
/// `account` is what it is here; where it was, its address had another host, which is replaced in what it wrote and
/// got. The ids that the other archive gave are void here.
record Past(@Nullable Jid account, String host) {

    private static final String MAM = "urn:xmpp:mam:2";
    private static final String FORWARD = "urn:xmpp:forward:0";
    private static final String DELAY = "urn:xmpp:delay";
    private static final String STANZA_ID = "urn:xmpp:sid:0";

    /// The message, or null if the element holds none of this account's.
    Request.@Nullable PastMessage message(Element result) {
        var here = account;
        var forwarded = result.is(MAM, "result") ? result.child(FORWARD, "forwarded") : null;
        var delay = forwarded == null ? null : forwarded.child(DELAY, "delay");
        var stamp = delay == null ? null : Timestamp.parse(delay.attribute("stamp", ""));
        var message = forwarded == null ? null : forwarded.child(Stanza.CLIENT, "message");
        if (here == null || stamp == null || message == null) return null;
        var type = message.attribute("type", "normal");
        if (type.equals("groupchat") || type.equals("error")) return null;
        var there = Jid.of(here.local(), host, null);
        var from = moved(message.attribute("from"), there, here);
        var to = moved(message.attribute("to"), there, here);
        boolean sent = from == null || from.bare().equals(here);
        if (!sent && to != null && !to.bare().equals(here)) return null;
        var other = sent ? to : from;
        var peer = other == null ? here : other;
        var own = String.valueOf(there);
        var kept = message.with("from", from == null ? null : from.toString())
                .with("to", to == null ? null : to.toString())
                .without(child -> child.is(STANZA_ID, "stanza-id")
                        && (own.equals(child.attribute("by")) || here.toString().equals(child.attribute("by"))));
        return new Request.PastMessage(stamp.toEpochMilli(), peer.bare(), kept);
    }

    private static @Nullable Jid moved(@Nullable String address, @Nullable Jid there, Jid here) {
        var jid = address == null ? null : Jid.parse(address);
        if (jid == null || !jid.bare().equals(there)) return jid;
        return jid.resource() == null ? here : here.withResource(jid.resource());
    }
}
