package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/protocol/privacy.md from the outsider's side: what Juliet hides, times how she hides it, times who looks, times
/// every path by which it could show.
///
/// Each case plays the same play twice on a whole server: once Juliet has the thing and hides it, once she has never
/// had it. Who may not see it must be sent the same in both, stanza for stanza; who may see it must be sent something
/// else on the paths by which it shows, so that the test can fail.
class PrivacyMatrixTest {

    private static final String JULIET = "juliet@sim.test";
    private static final String BALCONY = JULIET + "/balcony";
    private static final String ROOM = "ball@groups.sim.test";
    private static final String PLACE = "http://jabber.org/protocol/geoloc";
    private static final String MOOD = "http://jabber.org/protocol/mood";
    private static final List<String> NODES = List.of(
            "urn:xmpp:avatar:data",
            "urn:xmpp:avatar:metadata",
            "urn:xmpp:vcard4",
            "http://jabber.org/protocol/nick",
            MOOD,
            "http://jabber.org/protocol/activity",
            "http://jabber.org/protocol/tune",
            PLACE);
    private static final String APPEARING = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
            + "node='urn:example' ver='x'/></presence>";
    private static final String MARKERS = "urn:xmpp:chat-markers:0";
    private static final String INFO = "http://jabber.org/protocol/disco#info";
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";

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

    static Stream<Arguments> cases() {
        return Stream.of(Thing.values())
                .flatMap(thing -> Stream.of(Choice.values()).flatMap(choice -> Stream.of(Asker.values())
                        .filter(asker -> asker == Asker.LISTED || asker == Asker.CONTACT || choice != Choice.ONLY)
                        .map(asker -> Arguments.of(thing, choice, asker))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void who_may_not_see_it_gets_what_they_would_if_it_did_not_exist(Thing thing, Choice choice, Asker asker) {
        var without = new Play(thing, null, asker).all();
        var with = new Play(thing, choice, asker).all();
        boolean mayAsAnybody = choice == Choice.EVERYONE;
        var leaks = new ArrayList<String>();
        for (var path : without.keySet()) {
            var absent = without.get(path);
            var shown = with.get(path);
            if (thing.forEveryone.contains(path) && mayAsAnybody) {
                assertNotEquals(absent, shown, () -> path + " shows nothing to " + asker);
            } else if (!thing.forEveryone.contains(path) && asker.maySee(choice)) {
                if (thing.shows.contains(path)) {
                    assertNotEquals(absent, shown, () -> path + " shows nothing to " + asker);
                }
            } else if ((!mayAsAnybody || asker == Asker.BLOCKED) && !absent.equals(shown)) {
                leaks.add(path + differences(absent, shown));
            }
        }
        assertEquals("", String.join("\n", leaks));
    }

    private static String differences(List<String> absent, List<String> shown) {
        for (int i = 0; i < Math.min(absent.size(), shown.size()); i++) {
            if (absent.get(i).equals(shown.get(i))) continue;
            return "\n  without " + absent.get(i) + "\n  hidden  " + shown.get(i);
        }
        return "\n  without " + absent.size() + "\n  hidden  "
                + shown.subList(Math.min(absent.size(), shown.size()), shown.size());
    }

    /// Juliet, somebody who looks, and a room in which they meet.
    private static final class Play {
        private final Thing thing;
        /// Null in the play in which there is nothing to hide.
        private final @Nullable Choice choice;

        private final Village village = WholeServer.village();
        private final Phone juliet = village.phone("juliet", "balcony");
        private final Phone eye;
        private final Map<String, List<String>> seen = new LinkedHashMap<>();

        Play(Thing thing, @Nullable Choice choice, Asker asker) {
            this.thing = thing;
            this.choice = choice;
            eye = village.phone(asker.account, "eye");
            appears(eye);
            if (asker != Asker.STRANGER) befriend(juliet, eye);
            if (asker == Asker.BLOCKED) {
                set(juliet, null, "<block xmlns='urn:xmpp:blocking'><item jid='" + bare(eye) + "'/></block>");
            }
            if (asker == Asker.FORMER) {
                set(
                        juliet,
                        null,
                        "<query xmlns='jabber:iq:roster'><item jid='" + bare(eye)
                                + "' subscription='remove'/></query>");
            }
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

        private void publishes(String node, String payload) {
            set(
                    juliet,
                    null,
                    pubsub("<publish node='" + node + "'><item id='current'>" + payload + "</item></publish>"));
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

        private void asks(String path, String payload, String... whom) {
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
        private void saw(String path) {
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

    // ---- groups ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Choice.class)
    void who_may_not_add_her_to_a_group_sees_her_leave_as_everybody_who_does_not_want_to_be_there(Choice choice) {
        for (var asker : Asker.values()) {
            var village = WholeServer.village();
            var juliet = village.member("juliet", "balcony");
            var eye = village.member(asker.account, "eye");
            if (asker != Asker.STRANGER) befriend(juliet, eye);
            if (asker == Asker.BLOCKED) {
                set(juliet, null, "<block xmlns='urn:xmpp:blocking'><item jid='" + bare(eye) + "'/></block>");
            }
            if (asker == Asker.FORMER) {
                set(
                        juliet,
                        null,
                        "<query xmlns='jabber:iq:roster'><item jid='" + bare(eye)
                                + "' subscription='remove'/></query>");
            }
            var listed = choice.lists() ? "<contact jid='paris@sim.test'/>" : "";
            set(
                    juliet,
                    null,
                    "<privacy xmlns='urn:kith:privacy:0'><show what='groups-add' who='%s'>%s</show></privacy>"
                            .formatted(choice.label(), listed));
            juliet.takes();
            set(
                    eye,
                    ROOM,
                    "<create xmlns='urn:kith:groups:0'><name>Ball</name><member jid='juliet@sim.test'/></create>");
            juliet.takes();
            juliet.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
            boolean isIn = juliet.takes().toString().contains(ROOM);
            boolean may = asker != Asker.BLOCKED && (choice == Choice.EVERYONE || asker.maySee(choice));
            assertEquals(may, isIn, () -> asker + " adds");
            var told = eye.takes().toString();
            assertEquals(!may, told.contains("kind='left'") || told.contains("kind=\"left\""), told);
        }
    }

    // ---- a place for a while ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Asker.class)
    void after_its_time_a_place_is_on_no_path(Asker asker) {
        var play = new Play(Thing.RECEIPTS, Choice.EVERYONE, asker);
        play.publishes("http://jabber.org/protocol/nick", "<nick xmlns='http://jabber.org/protocol/nick'>J</nick>");
        set(
                play.juliet,
                null,
                pubsub("<publish node='" + PLACE + "'><item id='current'><geoloc xmlns='" + PLACE
                                + "'><lat>45.43</lat></geoloc></item></publish>")
                        .replace(
                                "</publish>",
                                "</publish><publish-options><x xmlns='jabber:x:data' type='submit'>"
                                        + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options"
                                        + "</value></field><field var='pubsub#item_expire'><value>3600</value></field>"
                                        + "</x></publish-options>"));
        play.saw("live");
        set(play.eye, JULIET, pubsub("<subscribe node='" + PLACE + "' jid='" + bare(play.eye) + "'/>"));
        play.asks("live", pubsub("<items node='" + PLACE + "'/>"), JULIET);
        boolean may = asker == Asker.CONTACT || asker == Asker.LISTED;
        assertEquals(may, play.seen.toString().contains("45.43"), () -> play.seen.toString());

        play.village.pass(3_600_001);
        play.seen.clear();
        play.all();
        set(play.eye, null, "<query xmlns='urn:xmpp:mam:2'/>");
        play.saw("archive");
        assertTrue(play.seen.size() > 10);
        play.seen.forEach((path, got) ->
                assertTrue(!got.toString().contains("45.43"), () -> path + " tells where she was: " + got));
    }

    // ---- who is who ------------------------------------------------------------------------------------------------

    @Test
    void what_a_stranger_asks_tells_no_account_from_none() {
        var village = WholeServer.village();
        var eye = village.phone("tybalt", "eye");
        village.phone("juliet", "balcony");
        for (var payload : List.of(
                "<query xmlns='jabber:iq:last'/>",
                "<query xmlns='jabber:iq:roster'/>",
                "<ping xmlns='urn:xmpp:ping'/>",
                "<seen xmlns='urn:kith:status:0' id='s1'/>",
                pubsub("<items node='urn:xmpp:avatar:metadata'/>"),
                pubsub("<subscriptions/>"),
                pubsub("<affiliations/>"),
                pubsub("<default/>"),
                pubsub(""),
                pubsub("<create/>"),
                pubsub("<publish node='urn:xmpp:bookmarks:1'><item id='x'/></publish>"),
                owner("<default/>"),
                owner("<delete node='urn:xmpp:bookmarks:1'/>"))) {
            for (var type : List.of("get", "set")) {
                for (var to : List.of("%s@sim.test", "%s@sim.test/tomb")) {
                    assertEquals(
                            answer(eye, type, to, "nobody", payload),
                            answer(eye, type, to, "juliet", payload),
                            payload);
                }
            }
        }
    }

    private static String answer(Phone eye, String type, String to, String name, String payload) {
        eye.sends("<iq type='" + type + "' id='q' to='" + to.formatted(name) + "'>" + payload + "</iq>");
        return eye.takes().toString().replace(name, "NAME");
    }

    // ---- words -----------------------------------------------------------------------------------------------------

    private static void befriend(Phone one, Phone other) {
        other.sends("<presence type='subscribed' to='" + bare(one) + "'/>");
        one.sends("<presence type='subscribe' to='" + bare(other) + "'/>");
        other.sends("<presence type='subscribed' to='" + bare(one) + "'/>");
        other.sends("<presence type='subscribe' to='" + bare(one) + "'/>");
        one.sends("<presence type='subscribed' to='" + bare(other) + "'/>");
    }

    private static String bare(Phone phone) {
        return phone.jid.bare().toString();
    }

    private static String pubsub(String request) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + request + "</pubsub>";
    }

    private static String owner(String request) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>" + request + "</pubsub>";
    }

    private static void set(Phone phone, @Nullable String to, String payload) {
        phone.sends("<iq type='set' id='s'" + (to == null ? "" : " to='" + to + "'") + ">" + payload + "</iq>");
    }

    /// Shows presence that says which nodes' events it wants.
    private static void appears(Phone phone) {
        phone.sends(APPEARING);
        phone.takes().forEach(stanza -> answers(phone, stanza));
    }

    /// Answers what a client is asked for its capabilities.
    private static boolean answers(Phone phone, Element stanza) {
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
