package im.kith.server.feature.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// XEP-0163 and XEP-0060 §9: an account's nodes, which Romeo may see since he gets Juliet's presence, and Tybalt not.
class PersonalNodesTest extends Elsinore {

    private static final String JULIET = "juliet@kith.test/balcony";
    private static final String ROMEO = "romeo@kith.test/orchard";
    private static final String TYBALT = "tybalt@kith.test/street";
    private static final String ITEM = "<publish node='tune'><item id='1'><e xmlns='x'/></item></publish>";

    @BeforeEach
    @Override
    void hamlet_has_a_node() {
        host.personal = true;
        host.watchers.add("romeo");
    }

    private String subscribes(String who) {
        var bare = Objects.requireNonNull(im.kith.xmpp.Jid.parse(who)).bare();
        return set(who, "<subscribe node='tune' jid='" + bare + "'/>");
    }

    private void config(String node, String fields) {
        assertEquals(
                "ok",
                ownerSet(JULIET, "<configure node='" + node + "'>" + form("node_config", fields) + "</configure>"));
    }

    @Test
    void publishing_makes_a_node_for_those_who_get_presence() { // XEP-0163 §2.2, §5
        assertEquals("<publish node='tune'><item id='1'/></publish>", set(JULIET, ITEM));
        var config = Objects.requireNonNull(host.nodes().get("tune")).config;
        assertEquals("presence", config.value("access_model"));
        assertEquals("on_sub_and_presence", config.value("send_last_published_item"));
        assertEquals(List.of("tune but not to []"), host.spread);
        assertTrue(get(ROMEO, "<items node='tune'/>").contains("<item id='1'>"));
    }

    @Test
    void who_subscribes_again_is_told_what_is_so_already() { // §6.1.6
        set(JULIET, ITEM);
        assertEquals(subscribes(ROMEO), subscribes(ROMEO));
    }

    @Test
    void others_make_no_nodes_and_publish_nothing() { // §8.1.1, §7.1.3
        assertEquals("cancel item-not-found", set(ROMEO, ITEM));
        assertEquals("auth forbidden", set(ROMEO, "<create node='tune'/>"));
        set(JULIET, ITEM);
        assertEquals("auth forbidden", set(ROMEO, ITEM));
        assertEquals("auth forbidden", ownerGet(ROMEO, "<configure node='tune'/>"));
    }

    @Test
    void who_does_not_get_presence_does_not_get_items() { // §6.1.3.2, §6.5.9.6
        set(JULIET, ITEM);
        assertEquals("auth not-authorized presence-subscription-required", subscribes(TYBALT));
        assertEquals("auth not-authorized presence-subscription-required", get(TYBALT, "<items node='tune'/>"));
        assertTrue(subscribes(ROMEO).contains("subscription='subscribed'"));
    }

    @Test
    void who_is_in_the_wrong_group_does_not_get_items() { // §6.1.3.3, §6.5.9.7
        set(JULIET, ITEM);
        config("tune", "access_model=roster roster_groups_allowed=Servants");
        assertEquals("auth not-authorized not-in-roster-group", subscribes(ROMEO));
        assertEquals("auth not-authorized not-in-roster-group", get(ROMEO, "<items node='tune'/>"));
        host.groups.put("romeo", "Servants");
        assertTrue(get(ROMEO, "<items node='tune'/>").contains("<item id='1'>"));
    }

    @Test
    void a_list_is_a_list() { // §6.1.3.4, §6.5.9.8; XEP-0223
        set(JULIET, ITEM);
        config("tune", "access_model=whitelist");
        assertEquals("cancel not-allowed closed-node", subscribes(ROMEO));
        assertEquals("cancel not-allowed closed-node", get(ROMEO, "<items node='tune'/>"));
        assertTrue(get(JULIET, "<items node='tune'/>").contains("<item id='1'>"));
    }

    @Test
    void an_open_node_is_for_everybody() { // §4.5; XEP-0222
        set(JULIET, ITEM);
        config("tune", "access_model=open");
        assertTrue(get(TYBALT, "<items node='tune'/>").contains("<item id='1'>"));
        assertTrue(subscribes(TYBALT).contains("subscription='subscribed'"));
    }

    @Test
    void options_of_a_publication_make_the_node_or_are_to_be_met() { // §7.1.5
        var options = ITEM + "<publish-options>%s</publish-options>";
        assertEquals(
                "cancel conflict precondition-not-met",
                set(JULIET, options.formatted(form("publish-options", "colour=blue"))));
        assertNull(host.nodes().get("tune"));
        assertEquals(
                "<publish node='tune'><item id='1'/></publish>",
                set(JULIET, options.formatted(form("publish-options", "access_model=whitelist max_items=max"))));
        assertEquals(
                "whitelist",
                Objects.requireNonNull(host.nodes().get("tune")).config.value("access_model"));
        assertEquals(
                "cancel conflict precondition-not-met",
                set(JULIET, options.formatted(form("publish-options", "access_model=open"))));
        assertEquals(
                "modify bad-request", set(JULIET, options.formatted(form("node_config", "access_model=whitelist"))));
    }

    @Test
    void who_loses_presence_loses_the_subscription() { // XEP-0163 §6.1
        set(JULIET, ITEM);
        subscribes(ROMEO);
        host.sent.clear();
        host.watchers.remove("romeo");
        set(JULIET, ITEM);
        assertEquals(List.of(), told());
        host.watchers.add("romeo");
        assertEquals("<subscriptions/>", get(ROMEO, "<subscriptions/>"));
    }

    @Test
    void the_account_stays_the_owner_of_its_nodes() { // §8.9.2.4
        set(JULIET, ITEM);
        var change = "<affiliations node='tune'><affiliation jid='%s' affiliation='%s'/></affiliations>";
        assertEquals("ok", ownerSet(JULIET, change.formatted("romeo@kith.test", "owner")));
        assertEquals(
                "modify not-acceptable affiliations", ownerSet(JULIET, change.formatted("juliet@kith.test", "member")));
        assertNotNull(host.nodes().get("tune"));
    }
}
