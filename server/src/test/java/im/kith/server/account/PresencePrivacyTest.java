package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/protocol/privacy.md as plays, from the outsider's side: choosing, and who is online.
class PresencePrivacyTest extends PrivacyTown {

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
