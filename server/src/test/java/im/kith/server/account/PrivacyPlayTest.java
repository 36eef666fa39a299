package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;
import static im.kith.server.account.SubscriptionState.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Town.Citizen;
import im.kith.server.account.Town.Gadget;
import im.kith.server.feature.disco.Contacts;
import im.kith.server.feature.disco.Disco;
import im.kith.server.feature.last.LastActivity;
import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.pubsub.Pep;
import im.kith.server.feature.vcard.Avatars;
import im.kith.server.feature.vcard.VCard;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/protocol/privacy.md as plays, from the outsider's side: Juliet hides something from Paris, who is a contact of
/// hers like Romeo; Tybalt is a stranger.
class PrivacyPlayTest {

    private static final String PHOTO = "<PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO>";
    private static final String HASH = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";

    private final Town town = town();
    private final Citizen juliet = account("juliet").knows("romeo@verona.it", BOTH);
    private final Citizen romeo = account("romeo").knows("juliet@verona.it", BOTH);
    private final Citizen paris = account("paris").knows("juliet@verona.it", BOTH);
    private final Gadget balcony = juliet.device("balcony");
    private final Gadget orchard = romeo.device("orchard");
    private final Gadget tomb = paris.device("tomb");
    private final Gadget street = account("tybalt").device("street");

    private static Town town() {
        var pep = new Pep();
        var avatars = new Avatars(pep);
        var card = new VCard(pep, avatars, owner -> {});
        var last = new LastActivity(0);
        var disco = new Disco("Kith", List.of(last.manifest(), pep.manifest()), Contacts.NONE, pep);
        return new Town(new Choices(), last, pep, avatars, card, disco);
    }

    private Citizen account(String name) {
        return town.account(name + "@verona.it");
    }

    @BeforeEach
    void everybody_is_online() {
        juliet.knows("paris@verona.it", BOTH);
        for (var gadget : List.of(balcony, orchard, tomb, street)) gadget.online();
    }

    private List<Element> juliet(String what, String who, String... listed) {
        var contacts = new StringBuilder();
        for (var one : listed) contacts.append("<contact jid='%s@verona.it'/>".formatted(one));
        balcony.sends("""
                <iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'>
                  <show what='%s' who='%s'>%s</show>
                </privacy></iq>""".formatted(what, who, contacts));
        var got = balcony.takes();
        assertEquals("result", got.getFirst().attribute("type"), got::toString);
        return got.subList(1, got.size());
    }

    private void forget() {
        for (var gadget : List.of(balcony, orchard, tomb, street)) gadget.ignoresWhatItGot();
    }

    private Element asks(Gadget who, String to, String payload) {
        who.ignoresWhatItGot();
        who.sends("<iq type='get' id='q' to='%s'>%s</iq>".formatted(to, payload));
        var got = who.takes();
        assertEquals(1, got.size(), got::toString);
        return got.getFirst();
    }

    private static String error(Element answer) {
        var error = answer.child(Stanza.CLIENT, "error");
        if (error == null) throw new AssertionError(answer);
        return java.util.Objects.requireNonNull(error.firstChild()).name();
    }

    // ---- choosing --------------------------------------------------------------------------------------------------

    @Test
    void what_is_not_chosen_is_as_the_document_says() {
        balcony.sends("<iq type='get' id='p'><privacy xmlns='urn:kith:privacy:0'/></iq>");
        balcony.gets("""
                <iq type='result' id='p' to='juliet@verona.it/balcony'><privacy xmlns='urn:kith:privacy:0'>
                  <show what='last-seen' who='contacts'/><show what='online' who='everyone'/>
                  <show what='about' who='everyone'/><show what='photo' who='everyone'/>
                  <show what='receipts' who='everyone'/><show what='groups-add' who='everyone'/>
                  <show what='status' who='contacts'/>
                </privacy></iq>""");
    }

    @Test
    void other_devices_are_told_of_a_choice() {
        var chamber = juliet.device("chamber").online();
        chamber.sends("<iq type='get' id='p'><privacy xmlns='urn:kith:privacy:0'/></iq>");
        forget();
        chamber.ignoresWhatItGot();
        juliet("photo", "contacts-except", "paris", "capulet");
        var push =
                chamber.takes().stream().filter(one -> one.name().equals("iq")).toList();
        assertEquals(1, push.size(), push::toString);
        assertEquals(Town.xml("""
                <iq type='set' id='push' to='juliet@verona.it/chamber'><privacy xmlns='urn:kith:privacy:0'>
                  <show what='photo' who='contacts-except'>
                    <contact jid='capulet@verona.it'/><contact jid='paris@verona.it'/>
                  </show>
                </privacy></iq>"""), push.getFirst());
        juliet("photo", "everyone");
        assertEquals(
                "everyone",
                chamber.takes().stream()
                        .filter(one -> one.name().equals("iq"))
                        .map(one -> java.util.Objects.requireNonNull(one.firstChild())
                                .firstChild())
                        .map(show -> show == null || show.firstChild() != null ? "a list" : show.attribute("who"))
                        .findFirst()
                        .orElse("nothing"));
    }

    @ParameterizedTest
    @CsvSource({
        "<show what='shoes' who='everyone'/>, bad-request",
        "<show what='photo' who='friends'/>, bad-request",
        "<show what='photo'/>, bad-request",
        "'', bad-request",
        "<show what='status' who='everyone'/>, bad-request",
        "<show what='photo' who='nobody'><contact jid='a@b'/></show>, bad-request",
        "<show what='photo' who='only'><contact/></show>, jid-malformed",
        "<show what='photo' who='only'><contact jid='a@b/c'/></show>, jid-malformed",
    })
    void what_cannot_be_chosen_changes_nothing(String show, String condition) {
        balcony.sends(
                "<iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'><show what='online' who='nobody'/>%s</privacy></iq>"
                        .formatted(show.isEmpty() ? "<show/>" : show));
        assertEquals(condition, error(balcony.takes().getFirst()));
        tomb.getsNothing();
        assertTrue(juliet.hot.getOrDefault("privacy", new java.util.TreeMap<>()).isEmpty());
    }

    @Test
    void a_list_is_bounded() {
        var contacts = new StringBuilder();
        for (int i = 0; i <= 1000; i++) contacts.append("<contact jid='c%d@verona.it'/>".formatted(i));
        balcony.sends("<iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'><show what='online' who='only'>"
                + contacts + "</show></privacy></iq>");
        assertEquals("policy-violation", error(balcony.takes().getFirst()));
    }

    // ---- online ----------------------------------------------------------------------------------------------------

    @Test
    void who_may_not_see_it_any_more_sees_the_account_leave_and_later_come_back() {
        juliet("online", "contacts-except", "paris");
        tomb.gets("<presence from='juliet@verona.it/balcony' to='paris@verona.it' type='unavailable'/>");
        orchard.getsNothing();

        balcony.sends("<presence><show>away</show></presence>");
        tomb.getsNothing();
        orchard.gets("<presence from='juliet@verona.it/balcony' to='romeo@verona.it'><show>away</show></presence>");
        forget();

        juliet("online", "contacts");
        tomb.gets("<presence from='juliet@verona.it/balcony' to='paris@verona.it'><show>away</show></presence>");
    }

    @Test
    void neither_coming_nor_going_shows() {
        juliet("online", "contacts-except", "paris");
        forget();
        balcony.sends("<presence type='unavailable'/>");
        balcony.sends("<presence/>");
        balcony.vanishes();
        tomb.getsNothing();
        assertFalse(orchard.takes().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"juliet@verona.it", "juliet@verona.it/balcony"})
    void a_probe_finds_the_same_whether_the_account_is_there_or_not(String to) {
        juliet("online", "contacts-except", "paris");
        forget();
        var away = "<presence type='unavailable' from='%s' to='paris@verona.it/tomb'/>".formatted(to);
        tomb.sends("<presence type='probe' to='%s'/>".formatted(to)).gets(away);
        balcony.sends("<presence type='unavailable'/>");
        tomb.sends("<presence type='probe' to='%s'/>".formatted(to)).gets(away);
    }

    @Test
    void directed_presence_does_not_show_either() {
        juliet("online", "contacts");
        forget();
        balcony.sends("<presence to='tybalt@verona.it'/>");
        street.getsNothing();
        balcony.sends("<presence type='unavailable'/>");
        street.getsNothing();
    }

    @Test
    void who_was_shown_directed_presence_before_is_told_its_end() {
        balcony.sends("<presence to='tybalt@verona.it'/>");
        forget();
        juliet("online", "contacts");
        balcony.sends("<presence type='unavailable'/>");
        street.gets("<presence from='juliet@verona.it/balcony' to='tybalt@verona.it' type='unavailable'/>");
    }

    @Test
    void rooms_are_entered_all_the_same() {
        juliet("online", "nobody");
        forget();
        balcony.sends("<presence to='ball@groups.verona.it/Juliet'/>");
        town.leaves("<presence from='juliet@verona.it/balcony' to='ball@groups.verona.it/Juliet'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"balcony", "chamber"})
    void a_request_to_a_device_is_answered_as_if_it_was_not_there(String resource) {
        juliet("online", "contacts-except", "paris");
        var answer = asks(tomb, "juliet@verona.it/" + resource, "<ping xmlns='urn:xmpp:ping'/>");
        if (resource.equals("balcony")) assertEquals("service-unavailable", error(answer));
        balcony.getsNothing();
    }

    @Test
    void a_call_rings() {
        juliet("online", "contacts-except", "paris");
        forget();
        tomb.sends("<iq type='set' id='c' to='juliet@verona.it/balcony'><jingle xmlns='urn:xmpp:jingle:1'/></iq>");
        assertEquals(1, balcony.takes().size());
    }

    @Test
    void nothing_that_a_room_would_say_finds_out_whether_a_device_is_there() {
        juliet("online", "nobody");
        forget();
        street.sends("<message type='groupchat' id='g' to='juliet@verona.it/balcony'><body>?</body></message>");
        assertEquals("service-unavailable", error(street.takes().getFirst()));
        balcony.getsNothing();
    }

    @Test
    void disco_lists_devices_to_who_may_see_them() {
        juliet("online", "contacts-except", "paris");
        var items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
        assertTrue(asks(orchard, "juliet@verona.it", items).toString().contains("juliet@verona.it/balcony"));
        assertFalse(asks(tomb, "juliet@verona.it", items).toString().contains("balcony"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
                "<received xmlns='urn:xmpp:receipts' id='m'/>",
                "<received xmlns='urn:xmpp:chat-markers:0' id='m'/><store xmlns='urn:xmpp:hints'/>",
            })
    void typing_and_delivery_receipts_would_tell(String payload) {
        juliet("online", "contacts-except", "paris");
        forget();
        balcony.sends("<message type='chat' id='1' to='paris@verona.it'>%s</message>".formatted(payload));
        tomb.getsNothing();
        balcony.sends("<message type='chat' id='1' to='romeo@verona.it'>%s</message>".formatted(payload));
        assertEquals(1, orchard.takes().size());
    }

    @Test
    void what_is_said_passes_without_what_would_tell() {
        juliet("online", "contacts-except", "paris");
        forget();
        balcony.sends("""
                <message type='chat' id='1' to='paris@verona.it/tomb'>
                  <body>No</body><active xmlns='http://jabber.org/protocol/chatstates'/>
                </message>""");
        tomb.gets("""
                <message type='chat' id='1' from='juliet@verona.it/balcony' to='paris@verona.it/tomb'>
                  <body>No</body>
                </message>""");
    }

    @Test
    void who_hides_does_not_see() {
        var lost = juliet("online", "contacts-except", "paris");
        assertEquals(
                List.of(Town.xml(
                        "<presence type='unavailable' from='paris@verona.it' to='juliet@verona.it/balcony'/>")),
                lost);
        tomb.sends("<presence><show>dnd</show></presence>");
        balcony.getsNothing();
        balcony.sends(
                "<iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'><show what='online' who='everyone'/></privacy></iq>");
        balcony.gets(
                "<iq type='result' id='p' to='juliet@verona.it/balcony'/>",
                "<presence from='paris@verona.it/tomb' to='juliet@verona.it'><show>dnd</show></presence>");
    }

    // ---- last seen -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "everyone,        true,  true,  true",
        "contacts,        true,  true,  false",
        "contacts-except, true,  false, false",
        "only,            false, true,  false",
        "nobody,          false, false, false",
    })
    void last_seen_shows_as_chosen(String who, boolean toRomeo, boolean toParis, boolean toTybalt) {
        juliet(
                "last-seen",
                who,
                who.equals("only") || who.equals("contacts-except") ? new String[] {"paris"} : new String[0]);
        var query = "<query xmlns='jabber:iq:last'/>";
        assertEquals(
                toRomeo ? "result" : "error",
                asks(orchard, "juliet@verona.it", query).attribute("type"));
        assertEquals(
                toParis ? "result" : "error",
                asks(tomb, "juliet@verona.it", query).attribute("type"));
        var stranger = asks(street, "juliet@verona.it", query);
        assertEquals(toTybalt ? "result" : "error", stranger.attribute("type"));
        if (!toTybalt) assertEquals("forbidden", error(stranger));
        if (!toParis) assertEquals("forbidden", error(asks(tomb, "juliet@verona.it/balcony", query)));
    }

    @Test
    void last_seen_does_not_tell_of_who_hides_being_online() {
        juliet("online", "contacts-except", "paris");
        assertEquals("forbidden", error(asks(tomb, "juliet@verona.it", "<query xmlns='jabber:iq:last'/>")));
    }

    @Test
    void presence_goes_without_when_the_user_last_did_something() {
        juliet("last-seen", "contacts-except", "paris");
        forget();
        balcony.sends(
                "<presence><show>away</show><idle xmlns='urn:xmpp:idle:1' since='2026-11-22T06:00:00Z'/></presence>");
        tomb.gets("<presence from='juliet@verona.it/balcony' to='paris@verona.it'><show>away</show></presence>");
        assertTrue(orchard.takes().getFirst().toString().contains("idle"));
    }

    @Test
    void who_hides_their_own_last_seen_is_not_told_that_of_others() {
        juliet("last-seen", "contacts-except", "paris");
        assertEquals("forbidden", error(asks(balcony, "paris@verona.it", "<query xmlns='jabber:iq:last'/>")));
        assertEquals(
                "result",
                asks(balcony, "romeo@verona.it", "<query xmlns='jabber:iq:last'/>")
                        .attribute("type"));
    }

    // ---- about -----------------------------------------------------------------------------------------------------

    @Test
    void the_status_text_shows_as_chosen_at_once_and_from_then_on() {
        balcony.sends("<presence><show>away</show><status>On the balcony</status></presence>");
        forget();
        juliet("about", "contacts-except", "paris");
        tomb.gets("<presence from='juliet@verona.it/balcony' to='paris@verona.it'><show>away</show></presence>");
        orchard.getsNothing();
        tomb.sends("<presence type='probe' to='juliet@verona.it'/>");
        tomb.gets("<presence from='juliet@verona.it/balcony' to='paris@verona.it/tomb'><show>away</show></presence>");
        balcony.sends("<presence type='unavailable'><status>To bed</status></presence>");
        tomb.gets("<presence type='unavailable' from='juliet@verona.it/balcony' to='paris@verona.it'/>");
        assertTrue(orchard.takes().getFirst().toString().contains("To bed"));
    }

    @Test
    void in_rooms_the_text_is_for_everyone_or_for_nobody() {
        juliet("about", "contacts");
        forget();
        balcony.sends("<presence to='ball@groups.verona.it/Juliet'><status>Here</status></presence>");
        town.leaves("<presence from='juliet@verona.it/balcony' to='ball@groups.verona.it/Juliet'/>");
    }

    @Test
    void of_a_card_the_name_is_left() {
        balcony.sends("<iq type='set' id='c'><vCard xmlns='vcard-temp'><FN>Juliet</FN><DESC>Sad</DESC>%s</vCard></iq>"
                .formatted(PHOTO));
        juliet("about", "contacts-except", "paris");
        var card = "<vCard xmlns='vcard-temp'/>";
        assertTrue(asks(orchard, "juliet@verona.it", card).toString().contains("Sad"));
        var shown = asks(tomb, "juliet@verona.it", card).toString();
        assertFalse(shown.contains("Sad"), shown);
        assertTrue(shown.contains("Juliet") && shown.contains("aGVsbG8="), shown);
        var items = items("urn:xmpp:vcard4");
        assertTrue(asks(orchard, "juliet@verona.it", items).toString().contains("Sad"));
        var left = asks(tomb, "juliet@verona.it", items).toString();
        assertTrue(left.contains("Juliet") && !left.contains("Sad"), left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mood", "activity", "tune"})
    void what_she_publishes_of_herself_is_hidden(String kind) {
        var node = "http://jabber.org/protocol/" + kind;
        publish(node, "<%s xmlns='%s'/>".formatted(kind, node));
        juliet("about", "contacts-except", "paris");
        assertEquals("item-not-found", error(asks(tomb, "juliet@verona.it", items(node))));
        assertEquals("result", asks(orchard, "juliet@verona.it", items(node)).attribute("type"));
        var list = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
        assertFalse(asks(tomb, "juliet@verona.it", list).toString().contains(node));
        assertTrue(asks(orchard, "juliet@verona.it", list).toString().contains(node));
        var info = "<query xmlns='http://jabber.org/protocol/disco#info' node='%s'/>".formatted(node);
        assertEquals("item-not-found", error(asks(tomb, "juliet@verona.it", info)));
        tomb.sends("""
                <iq type='set' id='s' to='juliet@verona.it'><pubsub xmlns='http://jabber.org/protocol/pubsub'>
                  <subscribe node='%s' jid='paris@verona.it'/></pubsub></iq>""".formatted(node));
        assertEquals("item-not-found", error(tomb.takes().getFirst()));
    }

    @Test
    void who_subscribed_before_is_not_told_any_more() {
        var node = "http://jabber.org/protocol/mood";
        publish(node, "<mood xmlns='%s'/>".formatted(node));
        tomb.sends("""
                <iq type='set' id='s' to='juliet@verona.it'><pubsub xmlns='http://jabber.org/protocol/pubsub'>
                  <subscribe node='%s' jid='paris@verona.it'/></pubsub></iq>""".formatted(node));
        forget();
        publish(node, "<mood xmlns='%s'/>".formatted(node));
        assertEquals(1, tomb.takes().size());
        juliet("about", "contacts-except", "paris");
        forget();
        publish(node, "<mood xmlns='%s'/>".formatted(node));
        tomb.getsNothing();
    }

    private void publish(String node, String payload) {
        balcony.sends("""
                <iq type='set' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'>
                  <publish node='%s'><item id='current'>%s</item></publish></pubsub></iq>""".formatted(node, payload));
    }

    private static String items(String node) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='%s'/></pubsub>".formatted(node);
    }

    // ---- photo -----------------------------------------------------------------------------------------------------

    @Test
    void the_photo_is_hidden_wherever_it_could_show() {
        balcony.sends(
                "<iq type='set' id='c'><vCard xmlns='vcard-temp'><FN>Juliet</FN>%s</vCard></iq>".formatted(PHOTO));
        balcony.sends("<presence/>");
        assertTrue(tomb.takes().toString().contains(HASH));
        forget();

        juliet("photo", "contacts-except", "paris");
        tomb.gets("""
                <presence from='juliet@verona.it/balcony' to='paris@verona.it'>
                  <x xmlns='vcard-temp:x:update'><photo/></x>
                </presence>""");
        balcony.sends("<presence><x xmlns='vcard-temp:x:update'><photo>%s</photo></x></presence>".formatted(HASH));
        assertFalse(tomb.takes().toString().contains(HASH));
        assertTrue(orchard.takes().toString().contains(HASH));
        balcony.sends("<presence to='ball@groups.verona.it/Juliet'/>");
        town.leaves("<presence from='juliet@verona.it/balcony' to='ball@groups.verona.it/Juliet'/>");

        var card = "<vCard xmlns='vcard-temp'/>";
        assertFalse(asks(tomb, "juliet@verona.it", card).toString().contains("aGVsbG8="));
        assertTrue(asks(orchard, "juliet@verona.it", card).toString().contains("aGVsbG8="));
        assertFalse(asks(street, "juliet@verona.it", card).toString().contains("aGVsbG8="));
        for (var node : List.of("urn:xmpp:avatar:metadata", "urn:xmpp:avatar:data")) {
            assertEquals("item-not-found", error(asks(tomb, "juliet@verona.it", items(node))));
            assertEquals(
                    "result", asks(orchard, "juliet@verona.it", items(node)).attribute("type"));
        }
    }

    @Test
    void a_picture_that_the_card_only_refers_to_is_hidden_too() {
        balcony.sends("""
                <iq type='set' id='c'><vCard xmlns='vcard-temp'>
                  <FN>Juliet</FN><PHOTO><EXTVAL>http://verona.it/juliet.jpg</EXTVAL></PHOTO>
                </vCard></iq>""");
        juliet("photo", "only", "romeo");
        var card = "<vCard xmlns='vcard-temp'/>";
        assertTrue(asks(orchard, "juliet@verona.it", card).toString().contains("juliet.jpg"));
        assertFalse(asks(tomb, "juliet@verona.it", card).toString().contains("juliet.jpg"));
    }

    // ---- receipts --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"displayed", "acknowledged"})
    void read_receipts_go_to_who_may_have_them(String marker) {
        juliet("receipts", "contacts-except", "paris");
        forget();
        var message = "<message id='r' type='chat' to='%s'><" + marker
                + " xmlns='urn:xmpp:chat-markers:0' id='m'/><store xmlns='urn:xmpp:hints'/></message>";
        balcony.sends(message.formatted("paris@verona.it/tomb"));
        tomb.getsNothing();
        balcony.sends(message.formatted("romeo@verona.it/orchard"));
        assertEquals(1, orchard.takes().size());
        balcony.sends(message.formatted("ball@groups.verona.it"));
        town.leaves();
    }

    @Test
    void a_marker_beside_words_is_taken_out_and_the_words_pass() {
        juliet("receipts", "nobody");
        forget();
        balcony.sends("""
                <message id='r' type='chat' to='romeo@verona.it'><body>Ay me</body>
                  <displayed xmlns='urn:xmpp:chat-markers:0' id='m'/></message>""");
        orchard.gets("""
                <message id='r' type='chat' from='juliet@verona.it/balcony' to='romeo@verona.it'>
                  <body>Ay me</body></message>""");
    }

    @Test
    void delivery_receipts_are_no_read_receipts() {
        juliet("receipts", "nobody");
        forget();
        balcony.sends("<message id='r' to='romeo@verona.it'><received xmlns='urn:xmpp:receipts' id='m'/></message>");
        assertEquals(1, orchard.takes().size());
    }

    @Test
    void who_gives_no_read_receipts_gets_none() {
        juliet("receipts", "contacts-except", "paris");
        forget();
        var message =
                "<message id='r' type='chat' to='juliet@verona.it'><displayed xmlns='urn:xmpp:chat-markers:0' id='m'/></message>";
        tomb.sends(message);
        balcony.getsNothing();
        orchard.sends(message);
        assertEquals(1, balcony.takes().size());
    }

    // ---- being a contact -------------------------------------------------------------------------------------------

    @Test
    void a_contact_is_who_is_in_the_roster() {
        balcony.sends("<iq type='set' id='c'><vCard xmlns='vcard-temp'><FN>J</FN><DESC>Sad</DESC></vCard></iq>");
        juliet("about", "contacts");
        var card = "<vCard xmlns='vcard-temp'/>";
        assertFalse(asks(street, "juliet@verona.it", card).toString().contains("Sad"));
        juliet.knows("tybalt@verona.it", NONE);
        assertTrue(asks(street, "juliet@verona.it", card).toString().contains("Sad"));
    }

    @Test
    void own_devices_see_everything() {
        for (var what : List.of("online", "last-seen", "about", "photo", "receipts")) juliet(what, "nobody");
        forget();
        var chamber = juliet.device("chamber");
        chamber.sends("<presence/>").ignoresWhatItGot();
        balcony.ignoresWhatItGot();
        balcony.sends("<presence><status>Here</status></presence>");
        assertTrue(chamber.takes().toString().contains("Here"));
        assertEquals(
                "result",
                asks(chamber, "juliet@verona.it", "<query xmlns='jabber:iq:last'/>")
                        .attribute("type"));
        orchard.getsNothing();
    }
}
