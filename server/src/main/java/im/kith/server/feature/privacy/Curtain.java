package im.kith.server.feature.privacy;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Privacy.Thing;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;

/// What of a stanza passes between an account and somebody else, after the account's choices. Pure.
///
/// On the way out: presence and what it carries, markers, receipts and typing. On the way in: requests to a device,
/// whose answer would tell that it is there; and what the account does not get since it does not give it.
///
/// The errors are those that a device gets for who is not there, so that nobody learns that something is hidden.
final class Curtain {

    private static final String MARKERS = "urn:xmpp:chat-markers:0";
    private static final String RECEIPTS = "urn:xmpp:receipts";
    private static final String TYPING = "http://jabber.org/protocol/chatstates";
    private static final Tag LAST = new Tag("jabber:iq:last", "query");
    private static final Tag SEEN = new Tag("urn:kith:status:0", "seen");

    private static final Verdict NOT_THERE = Verdict.reject(SERVICE_UNAVAILABLE);
    private static final Verdict UNSEEN = Verdict.reject(StanzaError.of(
            NOT_ALLOWED, "You give this contact no read receipts, so they are not told that you saw their status."));
    private static final Verdict NOT_GIVEN = Verdict.reject(
            StanzaError.of(FORBIDDEN, "You hide when you were last seen from this contact, so you do not see theirs."));

    private Curtain() {}

    static Verdict judgeOutgoing(Stanza stanza, Owner owner) {
        var to = stanza.to();
        if (to == null || !Privacy.isChosen(owner) || owner.owns(to) || stanza.isError()) return Verdict.pass();
        if (isServer(to, owner)) return Verdict.pass();
        return switch (stanza.kind()) {
            case PRESENCE -> presence(stanza, to, owner);
            case MESSAGE -> message(stanza, to, true, owner);
            case IQ -> {
                var payload = stanza.payload();
                boolean asks = stanza.isRequest() && payload != null && payload.is(LAST);
                if (payload != null && stanza.isRequest() && payload.is(SEEN)) {
                    yield Privacy.shows(owner, Thing.RECEIPTS, to) ? Verdict.pass() : UNSEEN;
                }
                boolean gives = Privacy.who(owner, Thing.LAST_SEEN) == Privacy.Who.EVERYONE
                        || Privacy.shows(owner, Thing.LAST_SEEN, to);
                yield asks && !Privacy.isService(owner, to) && !gives ? NOT_GIVEN : Verdict.pass();
            }
        };
    }

    private static boolean isServer(Jid address, Owner owner) {
        return address.local() == null && address.domain().equals(owner.server().domain());
    }

    private static Verdict presence(Stanza stanza, Jid to, Owner owner) {
        // Rooms are entered by presence: that is the account's own doing.
        boolean there = Privacy.isService(owner, to) || Privacy.shows(owner, Thing.ONLINE, to);
        return switch (stanza.type()) {
            case "available" -> there ? bared(stanza, to, owner) : Verdict.drop();
            // Who was shown presence directly, before, is told its end; to others it would tell that there was one.
            case "unavailable" ->
                there || !owner.contact(to).subscribedFrom() ? bared(stanza, to, owner) : Verdict.drop();
            case "probe" -> there ? Verdict.pass() : Verdict.drop();
            default -> Verdict.pass();
        };
    }

    /// Without what `to` may not see.
    private static Verdict bared(Stanza presence, Jid to, Owner owner) {
        var element = presence.element();
        if (element.childCount() == 0) return Verdict.pass();
        boolean about = Privacy.shows(owner, Thing.ABOUT, to);
        boolean lastSeen = Privacy.showsLastSeen(owner, to);
        // That there is none passes: it is what hiding the photo tells, once.
        boolean photo = Privacy.shows(owner, Thing.PHOTO, to);
        var rest = element.without(child -> switch (child.namespace()) {
            case Stanza.CLIENT -> !about && child.name().equals("status");
            case "vcard-temp:x:update" -> !photo && !"".equals(child.childText(child.namespace(), "photo"));
            case "urn:xmpp:idle:1", "jabber:iq:last", "urn:xmpp:delay", "jabber:x:delay" -> !lastSeen;
            default -> false;
        });
        return rest == element ? Verdict.pass() : Verdict.instead(presence.with(rest));
    }

    /// Without markers, receipts and typing that are not for `other`. What holds nothing else goes nowhere.
    private static Verdict message(Stanza message, Jid other, boolean outgoing, Owner owner) {
        var element = message.element();
        boolean read = Privacy.shows(owner, Thing.RECEIPTS, other);
        boolean there = !outgoing || Privacy.shows(owner, Thing.ONLINE, other);
        if (read && there) return Verdict.pass();
        var rest = element.without(child -> switch (child.namespace()) {
            case MARKERS ->
                switch (child.name()) {
                    case "displayed", "acknowledged" -> !read;
                    case "received" -> !there;
                    default -> false;
                };
            case RECEIPTS -> !there && child.name().equals("received");
            case TYPING -> !there;
            default -> false;
        });
        if (rest == element || rest.childCount() == element.childCount()) return Verdict.pass();
        for (var child : rest.children()) if (isSubstance(child)) return Verdict.instead(message.with(rest));
        return Verdict.drop();
    }

    private static boolean isSubstance(Element child) {
        return switch (child.namespace()) {
            case "urn:xmpp:hints", "urn:xmpp:sid:0", TYPING, RECEIPTS, MARKERS -> false;
            case Stanza.CLIENT -> !child.name().equals("thread");
            default -> true;
        };
    }

    static Verdict judgeIncoming(Stanza stanza, Owner owner) {
        var from = stanza.from();
        if (from == null || !Privacy.isChosen(owner) || owner.owns(from) || stanza.isError()) return Verdict.pass();
        if (isServer(from, owner) || Privacy.isService(owner, from)) return Verdict.pass();
        boolean there = Privacy.shows(owner, Thing.ONLINE, from);
        return switch (stanza.kind()) {
            case PRESENCE -> {
                var type = stanza.type();
                boolean shows = type.equals("available") || type.equals("unavailable");
                yield shows && !there ? Verdict.drop() : Verdict.pass();
            }
            // An error would tell that the device is not there, none that it is.
            case MESSAGE ->
                !there && stanza.type().equals("groupchat") ? NOT_THERE : message(stanza, from, false, owner);
            case IQ -> !there && asksDevice(stanza) ? NOT_THERE : Verdict.pass();
        };
    }

    /// A request to one device, but for calls: a phone that rings shows that it is there.
    private static boolean asksDevice(Stanza iq) {
        var to = iq.to();
        var payload = iq.payload();
        boolean call = payload != null && payload.namespace().equals("urn:xmpp:jingle:1");
        return iq.isRequest() && to != null && to.isFull() && !call;
    }
}
