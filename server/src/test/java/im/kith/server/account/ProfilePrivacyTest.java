package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/protocol/privacy.md as plays, from the outsider's side: last seen, about, photo, read receipts.
class ProfilePrivacyTest extends PrivacyTown {

    private static final String PHOTO = "<PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO>";
    private static final String HASH = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";

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
}
