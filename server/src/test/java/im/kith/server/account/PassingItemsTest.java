package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.pubsub.Pep;
import im.kith.server.feature.stories.Stories;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is published for a time only leaves the disk when the time is over, though nobody comes to ask for it.
class PassingItemsTest {

    private static final String STORIES = "urn:xmpp:pubsub-social-feed:stories:0";
    private static final String PLACE = "http://jabber.org/protocol/geoloc";
    private static final String NICK = "http://jabber.org/protocol/nick";
    private static final long DAY_MILLIS = 86_400_000;

    private final Pep pep = new Pep();
    private final Village village = new Village(List.of(new RosterFeature(), new Choices(), pep, new Stories(pep)));
    private final Village.Phone juliet = village.phone("juliet", "balcony");
    private final Village.Phone romeo = village.phone("romeo", "orchard");

    @BeforeEach
    void friends() {
        romeo.sends("<presence type='subscribed' to='juliet@sim.test'/>");
        juliet.sends("<presence type='subscribe' to='romeo@sim.test'/>");
        juliet.sends("<presence type='subscribed' to='romeo@sim.test'/>");
        romeo.sends("<presence type='subscribe' to='juliet@sim.test'/>");
        juliet.takes();
        romeo.takes();
    }

    private void publishes(String node, String id, String options) {
        juliet.sends("<iq type='set' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + node
                + "'><item id='" + id + "'><x xmlns='urn:example'/></item></publish>" + options + "</pubsub></iq>");
        assertEquals(
                "result",
                juliet.takes(stanza -> stanza.name().equals("iq")).getFirst().attribute("type"));
    }

    private void sees(String id) {
        romeo.takes();
        romeo.sends(
                "<iq type='set' id='s' to='juliet@sim.test'><seen xmlns='urn:kith:status:0' id='" + id + "'/></iq>");
        assertEquals(
                "result",
                romeo.takes(stanza -> stanza.name().equals("iq")).getFirst().attribute("type"));
    }

    /// An item that stays so long.
    private static String lasting(int seconds) {
        return "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                + "http://jabber.org/protocol/pubsub#publish-options</value></field>"
                + "<field var='pubsub#item_expire'><value>" + seconds + "</value></field></x></publish-options>";
    }

    @Test
    void a_story_of_somebody_who_left_and_who_has_seen_it_are_gone_after_the_daily_visit() {
        publishes(STORIES, "s1", "");
        sees("s1");
        juliet.leaves();
        assertEquals(Set.of("s1 romeo@sim.test"), village.keys("juliet", "stories"));

        village.pass(DAY_MILLIS + 1);
        village.visitsAll();

        assertEquals(Set.of(STORIES), village.keys("juliet", "pubsub"));
        assertEquals(Set.of(), village.keys("juliet", "stories"));
    }

    @Test
    void a_place_that_was_shared_for_an_hour_is_gone_and_a_name_is_not() {
        publishes(PLACE, "here", lasting(3600));
        publishes(NICK, "n", "");
        juliet.leaves();

        village.pass(3_600_001);
        village.visitsAll();

        assertEquals(Set.of(PLACE, NICK, NICK + "\0n"), village.keys("juliet", "pubsub"));
    }

    @Test
    void a_story_that_is_young_stays() {
        publishes(STORIES, "s1", "");
        juliet.leaves();

        village.visitsAll();

        assertEquals(Set.of(STORIES, STORIES + "\0s1"), village.keys("juliet", "pubsub"));
    }

    @Test
    void who_saw_a_story_is_forgotten_with_it_when_it_is_taken_back() {
        publishes(STORIES, "s1", "");
        sees("s1");

        juliet.sends("<iq type='set' id='r'><pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='" + STORIES
                + "'><item id='s1'/></retract></pubsub></iq>");

        assertFalse(village.keys("juliet", "stories").contains("s1 romeo@sim.test"));
    }
}
