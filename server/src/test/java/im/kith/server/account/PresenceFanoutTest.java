package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.blocking.Blocking;
import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.pubsub.Pep;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What one account tells all its contacts goes once to each partition, and still is to each of them what it would be
/// alone: in order, behind their choices, and for nobody who is not there. Alice has a contact next door and one in
/// another partition.
class PresenceFanoutTest {

    private final Village village = new Village(List.of(new RosterFeature(), new Blocking(), new Choices(), new Pep()));
    private final String near = name(false);
    private final String far = name(true);
    private final Village.Phone alice = village.phone("alice", "phone");
    private final Village.Phone nearPhone = village.phone(near, "phone");
    private final Village.Phone farPhone = village.phone(far, "phone");

    private static String name(boolean apart) {
        return IntStream.range(0, 1000)
                .mapToObj(number -> "bob" + number)
                .filter(name -> Village.apart("alice", name) == apart)
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void all_see_each_other() {
        for (var phone : List.of(nearPhone, farPhone)) {
            var bare = phone.jid.bare();
            phone.sends("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
            phone.sends("<presence type='subscribed' to='alice@sim.test'/>");
            phone.sends("<presence type='subscribe' to='alice@sim.test'/>");
            alice.sends("<presence type='subscribed' to='" + bare + "'/>");
            alice.sends("<presence type='subscribe' to='" + bare + "'/>");
        }
        nobodyLooked();
    }

    private void nobodyLooked() {
        for (var phone : List.of(alice, nearPhone, farPhone)) phone.takes();
    }

    private static String shown(Village.Phone phone) {
        return "<presence from='alice@sim.test/phone' to='" + phone.jid.bare() + "'><status>here</status></presence>";
    }

    @Test
    void each_contact_gets_it_once_and_addressed_to_it() {
        alice.sends("<presence><status>here</status></presence>");
        nearPhone.gets(shown(nearPhone));
        farPhone.gets(shown(farPhone));
    }

    @Test
    void every_available_device_of_a_contact_gets_it_and_no_other() {
        var tablet = village.phone(far, "tablet");
        tablet.sends("<presence type='unavailable'/>");
        nobodyLooked();
        tablet.takes();

        alice.sends("<presence><status>here</status></presence>");

        farPhone.gets(shown(farPhone));
        tablet.getsNothing();
    }

    @Test
    void who_signs_in_sees_who_is_there_and_hears_nothing_of_who_is_away() {
        nearPhone.leaves();
        alice.sends("<presence type='unavailable'/>");
        nobodyLooked();

        alice.sends("<presence/>");

        alice.gets(
                "<presence from='alice@sim.test/phone' to='alice@sim.test'/>",
                "<presence from='" + farPhone.jid + "' to='alice@sim.test'/>");
    }

    @Test
    void leaving_is_seen_by_all_contacts() {
        alice.leaves();
        for (var phone : List.of(nearPhone, farPhone)) {
            phone.gets("<presence from='alice@sim.test/phone' to='" + phone.jid.bare() + "' type='unavailable'/>");
        }
    }

    @Test
    void what_is_said_next_comes_after_it() {
        for (var phone : List.of(nearPhone, farPhone)) {
            nobodyLooked();
            var bare = phone.jid.bare();
            alice.says("<presence><status>here</status></presence>");
            alice.says("<presence to='" + bare + "'><status>and for you</status></presence>");
            alice.sends("<presence type='unsubscribed' to='" + bare + "'/>");
            var got = phone.takes(stanza -> stanza.name().equals("presence"));
            assertEquals(
                    List.of("here", "and for you", "unavailable", "unsubscribed"),
                    got.stream().map(PresenceFanoutTest::gist).toList());
        }
    }

    private static String gist(Element presence) {
        var type = presence.attribute("type");
        return type != null ? type : presence.children().getFirst().text();
    }

    @Test
    void who_is_blocked_and_who_blocks_gets_nothing_of_it() {
        alice.sends(block(near));
        farPhone.sends(block("alice"));
        nobodyLooked();

        alice.sends("<presence><status>here</status></presence>");

        nearPhone.getsNothing();
        farPhone.getsNothing();
    }

    @Test
    void who_blocks_is_as_silent_to_who_signs_in_as_who_is_away() {
        farPhone.sends(block("alice"));
        alice.sends("<presence type='unavailable'/>");
        nobodyLooked();

        alice.sends("<presence/>");

        var got = alice.takes();
        assertTrue(got.stream().noneMatch(stanza -> stanza.attribute("from", "").startsWith(far)), got::toString);
    }

    private static String block(String name) {
        return "<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='" + name
                + "@sim.test'/></block></iq>";
    }

    @Test
    void each_gets_of_it_what_the_choices_let_them_see() {
        alice.sends("<iq type='set' id='p'><privacy xmlns='urn:kith:privacy:0'><show what='about' who='only'>"
                + "<contact jid='" + far + "@sim.test'/></show></privacy></iq>");
        nobodyLooked();

        alice.sends("<presence><show>away</show><status>here</status></presence>");

        nearPhone.gets(
                "<presence from='alice@sim.test/phone' to='" + nearPhone.jid.bare() + "'><show>away</show></presence>");
        farPhone.gets("<presence from='alice@sim.test/phone' to='" + farPhone.jid.bare()
                + "'><show>away</show><status>here</status></presence>");
    }

    @Test
    void nobody_is_loaded_to_be_told() {
        nearPhone.leaves();
        farPhone.leaves();
        village.pass(301_000);
        village.pass(301_000);
        assertFalse(village.isInMemory(near) || village.isInMemory(far), "they rest");
        alice.takes();

        alice.sends("<presence><status>here</status></presence>");
        alice.sends("<presence type='unavailable'/>");
        alice.sends("<presence/>");

        assertFalse(village.isInMemory(near) || village.isInMemory(far));
        assertEquals(3, alice.takes().size(), "only her own presence");
    }

    @Test
    void whoever_asks_by_name_is_answered_by_who_is_away() {
        farPhone.leaves();
        village.pass(301_000);
        village.pass(301_000);
        alice.takes();

        alice.sends("<presence type='probe' to='" + farPhone.jid.bare() + "'/>");

        alice.gets("<presence from='" + farPhone.jid.bare() + "' to='alice@sim.test/phone' type='unavailable'/>");
    }

    @Test
    void who_wants_to_know_gets_what_is_published_by_contacts_who_are_away() {
        farPhone.sends(
                "<iq type='set' id='n'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='http://jabber.org/protocol/nick'>"
                        + "<item><nick xmlns='http://jabber.org/protocol/nick'>Bob</nick></item></publish></pubsub></iq>");
        farPhone.leaves();
        village.pass(301_000);
        village.pass(301_000);
        alice.sends("<presence type='unavailable'/>");
        alice.takes();

        alice.sends("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/></presence>");
        var asked = alice.takes(stanza -> stanza.name().equals("iq")).getFirst();
        alice.sends("<iq type='result' id='" + asked.attribute("id")
                + "' to='sim.test'><query xmlns='http://jabber.org/protocol/disco#info'>"
                + "<feature var='http://jabber.org/protocol/nick+notify'/></query></iq>");

        var told = alice.gets();
        assertEquals(farPhone.jid.bare().toString(), told.attribute("from"));
        assertTrue(told.toString().contains("Bob"), told.toString());
    }
}
