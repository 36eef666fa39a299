package im.kith.server;

import static im.kith.server.PrivacyStage.APPEARING;
import static im.kith.server.PrivacyStage.BALCONY;
import static im.kith.server.PrivacyStage.INFO;
import static im.kith.server.PrivacyStage.ITEMS;
import static im.kith.server.PrivacyStage.JULIET;
import static im.kith.server.PrivacyStage.MARKERS;
import static im.kith.server.PrivacyStage.NODES;
import static im.kith.server.PrivacyStage.ROOM;
import static im.kith.server.PrivacyStage.acquaint;
import static im.kith.server.PrivacyStage.answers;
import static im.kith.server.PrivacyStage.appears;
import static im.kith.server.PrivacyStage.bare;
import static im.kith.server.PrivacyStage.owner;
import static im.kith.server.PrivacyStage.pubsub;
import static im.kith.server.PrivacyStage.set;

import im.kith.server.PrivacyStage.Asker;
import im.kith.server.PrivacyStage.Choice;
import im.kith.server.PrivacyStage.Thing;
import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Juliet, somebody who looks, and a room in which they meet: she hides one thing, or has nothing to hide, and the eye
/// does all that somebody can do to find it out. What it saw is kept by the path on which it came.
final class PrivacyPlay {

    private final Thing thing;

    /// Null in the play in which there is nothing to hide.
    private final @Nullable Choice choice;

    final Village village = WholeServer.village();
    final Phone juliet = village.phone("juliet", "balcony");
    final Phone eye;
    final Map<String, List<String>> seen = new LinkedHashMap<>();

    PrivacyPlay(Thing thing, @Nullable Choice choice, Asker asker) {
        this.thing = thing;
        this.choice = choice;
        eye = village.phone(asker.account, "eye");
        appears(eye);
        acquaint(juliet, eye, asker);
        eye.sends("<presence to='" + ROOM + "/eye'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        set(
                eye,
                ROOM,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>");
        lives("aGVsbG8=");
        for (var node : NODES) set(eye, JULIET, pubsub("<subscribe node='" + node + "' jid='" + bare(eye) + "'/>"));
        if (choice != null) {
            set(
                    juliet,
                    null,
                    "<privacy xmlns='urn:kith:privacy:0'><show what='%s' who='%s'>%s</show></privacy>"
                            .formatted(
                                    thing.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                    choice.label(),
                                    choice.lists() ? "<contact jid='paris@sim.test'/>" : ""));
        } else if (thing == Thing.ONLINE) {
            juliet.leaves();
        }
        quiet();
    }

    private boolean has(Thing asked) {
        return asked == thing && choice != null;
    }

    private boolean isThere() {
        return thing != Thing.ONLINE || choice != null;
    }

    /// Juliet sets her card, publishes and shows herself.
    private void lives(String photo) {
        var card = "<FN>Juliet</FN>";
        if (has(Thing.ABOUT)) card += "<DESC>Sad</DESC><EMAIL><USERID>j@example.org</USERID></EMAIL>";
        if (has(Thing.PHOTO)) {
            card += "<PHOTO><TYPE>image/png</TYPE><BINVAL>" + photo + "</BINVAL></PHOTO>";
        }
        set(juliet, null, "<vCard xmlns='vcard-temp'>" + card + "</vCard>");
        publishes("http://jabber.org/protocol/nick", "<nick xmlns='http://jabber.org/protocol/nick'>J</nick>");
        if (has(Thing.ABOUT)) {
            for (var kind : List.of("mood", "activity", "tune")) {
                var node = "http://jabber.org/protocol/" + kind;
                publishes(node, "<" + kind + " xmlns='" + node + "'/>");
            }
        }
        juliet.sends("<presence>" + shown() + "</presence>");
    }

    private String shown() {
        var shown = "<show>away</show>";
        if (has(Thing.ABOUT)) shown += "<status>On the balcony</status>";
        if (has(Thing.LAST_SEEN)) shown += "<idle xmlns='urn:xmpp:idle:1' since='2026-11-22T06:00:00Z'/>";
        return shown;
    }

    void publishes(String node, String payload) {
        set(juliet, null, pubsub("<publish node='" + node + "'><item id='current'>" + payload + "</item></publish>"));
    }

    Map<String, List<String>> all() {
        julietActs();
        eye.sends("<presence type='probe' to='" + JULIET + "'/>");
        eye.sends("<presence type='probe' to='" + BALCONY + "'/>");
        saw("probe");
        eye.sends("<presence type='unavailable'/>");
        eye.takes();
        eye.sends(APPEARING);
        saw("return");
        if (thing != Thing.ONLINE) asks("last", "<query xmlns='jabber:iq:last'/>", JULIET, BALCONY);
        asks("card", "<vCard xmlns='vcard-temp'/>", JULIET);
        asks("disco info", "<query xmlns='" + INFO + "'/>", JULIET);
        asks("disco items", "<query xmlns='" + ITEMS + "'/>", JULIET);
        for (var payload : List.of(
                "<ping xmlns='urn:xmpp:ping'/>",
                "<query xmlns='jabber:iq:version'/>",
                "<time xmlns='urn:xmpp:time'/>",
                "<query xmlns='" + INFO + "'/>",
                "<vCard xmlns='vcard-temp'/>")) {
            asks("device", payload, BALCONY);
        }
        eye.sends("<message type='groupchat' to='" + BALCONY + "'><body>?</body></message>");
        eye.sends("<message type='headline' to='" + BALCONY + "'><body>?</body></message>");
        eye.sends("<presence to='" + BALCONY + "'/>");
        saw("device");
        asks("subscriptions", pubsub("<subscriptions/>"), JULIET);
        asks("affiliations", pubsub("<affiliations/>"), JULIET);
        for (var node : NODES) meddlesWith(node);
        asksLast();
        return seen;
    }

    private void julietActs() {
        if (isThere()) {
            lives("d29ybGQ=");
            saw("news");
            juliet.sends("<presence to='" + bare(eye) + "'>" + shown() + "</presence>");
            juliet.sends("<presence to='" + bare(eye) + "/eye'>" + shown() + "</presence>");
            saw("directed");
        }
        if (has(Thing.RECEIPTS) || has(Thing.ONLINE)) {
            var said = has(Thing.RECEIPTS) ? "displayed" : "received";
            juliet.sends("<message type='chat' to='" + bare(eye) + "'><" + said + " xmlns='" + MARKERS
                    + "' id='m'/></message>");
        }
        if (has(Thing.ONLINE)) {
            juliet.sends("<message type='chat' to='" + bare(eye)
                    + "'><received xmlns='urn:xmpp:receipts' id='m'/></message>");
        }
        saw("markers");
        if (thing == Thing.ONLINE) return;
        juliet.sends("<presence to='" + ROOM + "/Juliet'>" + shown()
                + "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
        if (has(Thing.RECEIPTS)) {
            juliet.sends("<message type='groupchat' to='" + ROOM + "'><displayed xmlns='" + MARKERS
                    + "' id='m'/></message>");
        }
        saw("room");
        asks("occupant", "<vCard xmlns='vcard-temp'/>", ROOM + "/Juliet");
        asks("occupant", pubsub("<items node='urn:xmpp:avatar:metadata'/>"), ROOM + "/Juliet");
        asks("occupant", "<query xmlns='jabber:iq:last'/>", ROOM + "/Juliet");
    }

    private void meddlesWith(String node) {
        asks("items", pubsub("<items node='" + node + "'/>"), JULIET);
        asks("items", pubsub("<items node='" + node + "' max_items='1'/>"), JULIET);
        asks(
                "item",
                pubsub("<items node='" + node + "'><item id='current'/>"
                        + "<item id='7c211433f02071597741e6ff5a8ea34789abbf43'/></items>"),
                JULIET);
        asks("node info", "<query xmlns='" + INFO + "' node='" + node + "'/>", JULIET);
        asks("node items", "<query xmlns='" + ITEMS + "' node='" + node + "'/>", JULIET);
        asks("subscriptions", pubsub("<subscriptions node='" + node + "'/>"), JULIET);
        asks("affiliations", pubsub("<affiliations node='" + node + "'/>"), JULIET);
        asks("options", pubsub("<options node='" + node + "' jid='" + bare(eye) + "'/>"), JULIET);
        asks("options", pubsub("<default node='" + node + "'/>"), JULIET);
        for (var request : List.of("configure", "subscriptions", "affiliations")) {
            asks("configure", owner("<" + request + " node='" + node + "'/>"), JULIET);
        }
        sets("publish", pubsub("<publish node='" + node + "'><item id='x'><x xmlns='y'/></item></publish>"));
        sets("retract", pubsub("<retract node='" + node + "'><item id='current'/></retract>"));
        sets("create", pubsub("<create node='" + node + "'/>"));
        sets("purge", owner("<purge node='" + node + "'/>"));
        sets("delete", owner("<delete node='" + node + "'/>"));
        sets("unsubscribe", pubsub("<unsubscribe node='" + node + "' jid='" + bare(eye) + "'/>"));
        sets("subscribe", pubsub("<subscribe node='" + node + "' jid='" + bare(eye) + "'/>"));
    }

    /// To who may not see it, as to every stranger.
    private void asksLast() {
        if (choice != null || thing != Thing.LAST_SEEN) return;
        set(juliet, null, "<privacy xmlns='urn:kith:privacy:0'><show what='last-seen' who='nobody'/></privacy>");
        eye.takes();
        seen.remove("last");
        asks("last", "<query xmlns='jabber:iq:last'/>", JULIET, BALCONY);
    }

    void asks(String path, String payload, String... whom) {
        for (var to : whom) {
            eye.sends("<iq type='get' id='q' to='%s'>%s</iq>".formatted(to, payload));
            saw(path);
        }
    }

    private void sets(String path, String payload) {
        eye.sends("<iq type='set' id='q' to='%s'>%s</iq>".formatted(JULIET, payload));
        saw(path);
    }

    /// All that came since, without what differs by chance. Clients answer what they are asked.
    void saw(String path) {
        for (var stanza : juliet.takes()) answers(juliet, stanza);
        var all = seen.computeIfAbsent(path, first -> new ArrayList<>());
        for (var got = eye.takes(); !got.isEmpty(); got = eye.takes()) {
            for (var stanza : got) if (!answers(eye, stanza)) all.add(plain(stanza));
        }
    }

    private static String plain(Element stanza) {
        return stanza.toString()
                .replaceAll("secret-[0-9-]+", "ID")
                .replaceFirst("(to='[^']*') (from='[^']*')", "$2 $1");
    }

    private void quiet() {
        juliet.takes();
        eye.takes();
    }
}
