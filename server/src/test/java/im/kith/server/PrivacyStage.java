package im.kith.server;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The stage for [PrivacyMatrixTest]: who hides what from whom, in the words that clients use. A play on it is a
/// [PrivacyPlay].
final class PrivacyStage {

    static final String JULIET = "juliet@sim.test";
    static final String BALCONY = JULIET + "/balcony";
    static final String ROOM = "ball@groups.sim.test";
    static final String PLACE = "http://jabber.org/protocol/geoloc";
    static final String MOOD = "http://jabber.org/protocol/mood";
    static final List<String> NODES = List.of(
            "urn:xmpp:avatar:data",
            "urn:xmpp:avatar:metadata",
            "urn:xmpp:vcard4",
            "http://jabber.org/protocol/nick",
            MOOD,
            "http://jabber.org/protocol/activity",
            "http://jabber.org/protocol/tune",
            PLACE);
    static final String APPEARING = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
            + "node='urn:example' ver='x'/></presence>";
    static final String MARKERS = "urn:xmpp:chat-markers:0";
    static final String INFO = "http://jabber.org/protocol/disco#info";
    static final String ITEMS = "http://jabber.org/protocol/disco#items";

    private PrivacyStage() {}

    /// What is hidden, and the paths by which a contact who may see it does.
    enum Thing {
        PHOTO(
                Set.of(
                        "news",
                        "probe",
                        "return",
                        "card",
                        "items",
                        "item",
                        "disco items",
                        "node info",
                        "node items",
                        "subscribe",
                        "subscriptions",
                        "publish",
                        "retract",
                        "configure",
                        "purge",
                        "delete"),
                Set.of("room", "occupant")),
        ABOUT(
                Set.of(
                        "news",
                        "directed",
                        "probe",
                        "return",
                        "card",
                        "items",
                        "disco items",
                        "node info",
                        "node items",
                        "subscribe",
                        "subscriptions",
                        "publish",
                        "retract",
                        "purge",
                        "delete"),
                Set.of("room", "occupant")),
        LAST_SEEN(Set.of("news", "directed", "probe", "return", "last"), Set.of("room", "occupant")),
        ONLINE(Set.of("news", "directed", "probe", "return", "disco items", "device"), Set.of()),
        RECEIPTS(Set.of("markers"), Set.of("room"));

        final Set<String> shows;
        /// By which only what is for everyone shows.
        final Set<String> forEveryone;

        Thing(Set<String> shows, Set<String> forEveryone) {
            this.shows = shows;
            this.forEveryone = forEveryone;
        }
    }

    enum Choice {
        EVERYONE,
        CONTACTS,
        CONTACTS_EXCEPT,
        ONLY,
        NOBODY;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean lists() {
            return this == CONTACTS_EXCEPT || this == ONLY;
        }
    }

    enum Asker {
        CONTACT("romeo"),
        LISTED("paris"),
        STRANGER("tybalt"),
        BLOCKED("mercutio"),
        FORMER("rosaline");

        final String account;

        Asker(String account) {
            this.account = account;
        }

        boolean maySee(Choice choice) {
            return switch (choice) {
                case EVERYONE, CONTACTS -> this == CONTACT || this == LISTED;
                case CONTACTS_EXCEPT -> this == CONTACT;
                case ONLY -> this == LISTED;
                case NOBODY -> false;
            };
        }
    }

    /// Makes of the eye what it is to her: a contact, one whom she blocks, one who was a contact, or nobody.
    static void acquaint(Phone juliet, Phone eye, Asker asker) {
        if (asker != Asker.STRANGER) befriend(juliet, eye);
        if (asker == Asker.BLOCKED) {
            set(juliet, null, "<block xmlns='urn:xmpp:blocking'><item jid='" + bare(eye) + "'/></block>");
        }
        if (asker == Asker.FORMER) {
            set(
                    juliet,
                    null,
                    "<query xmlns='jabber:iq:roster'><item jid='" + bare(eye) + "' subscription='remove'/></query>");
        }
    }

    private static void befriend(Phone one, Phone other) {
        other.sends("<presence type='subscribed' to='" + bare(one) + "'/>");
        one.sends("<presence type='subscribe' to='" + bare(other) + "'/>");
        other.sends("<presence type='subscribed' to='" + bare(one) + "'/>");
        other.sends("<presence type='subscribe' to='" + bare(one) + "'/>");
        one.sends("<presence type='subscribed' to='" + bare(other) + "'/>");
    }

    static String bare(Phone phone) {
        return phone.jid.bare().toString();
    }

    static String pubsub(String request) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + request + "</pubsub>";
    }

    static String owner(String request) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>" + request + "</pubsub>";
    }

    static void set(Phone phone, @Nullable String to, String payload) {
        phone.sends("<iq type='set' id='s'" + (to == null ? "" : " to='" + to + "'") + ">" + payload + "</iq>");
    }

    /// Shows presence that says which nodes' events it wants.
    static void appears(Phone phone) {
        phone.sends(APPEARING);
        phone.takes().forEach(stanza -> answers(phone, stanza));
    }

    /// Answers what a client is asked for its capabilities.
    static boolean answers(Phone phone, Element stanza) {
        var asked = stanza.firstChild();
        if (!stanza.name().equals("iq") || !"get".equals(stanza.attribute("type")) || asked == null) return false;
        var features = new StringBuilder();
        for (var node : NODES) features.append("<feature var='").append(node).append("+notify'/>");
        phone.sends("<iq type='result' id='%s' to='%s'><query xmlns='%s'>%s</query></iq>"
                .formatted(
                        Objects.requireNonNull(stanza.attribute("id")),
                        Objects.requireNonNull(stanza.attribute("from")),
                        INFO,
                        features));
        return true;
    }
}
