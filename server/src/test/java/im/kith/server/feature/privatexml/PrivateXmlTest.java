package im.kith.server.feature.privatexml;

import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.FakePublications;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateXmlTest {

    private final FakeOwner hamlet = new FakeOwner("hamlet@shakespeare.lit");
    private final FakePublications publications = new FakePublications();
    private final PrivateXml feature = new PrivateXml(3, 200, publications);

    @Test
    void what_was_stored_is_found_under_its_qualified_name() {
        var stored = query("<exodus xmlns='exodus:prefs'><defaultnick>Hamlet &amp; &apos;co</defaultnick></exodus>");

        assertNull(Replies.payload(ask("set", stored)));

        assertEquals(stored, Replies.payload(ask("get", query("<exodus xmlns='exodus:prefs'/>"))));
    }

    @Test
    void nothing_stored_is_the_empty_element() {
        var asked = query("<exodus xmlns='exodus:prefs'/>");

        assertEquals(asked, Replies.payload(ask("get", asked)));
    }

    @Test
    void storing_again_replaces() {
        ask("set", query("<a xmlns='x'>old</a>"));
        ask("set", query("<a xmlns='x'>new</a><b xmlns='x'>other</b>"));

        assertEquals(query("<a xmlns='x'>new</a>"), Replies.payload(ask("get", query("<a xmlns='x'/>"))));
        assertEquals(query("<b xmlns='x'>other</b>"), Replies.payload(ask("get", query("<b xmlns='x'/>"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<a xmlns='x'/><b xmlns='x'/>", "<a/>"})
    void a_get_names_exactly_one_element(String content) {
        assertEquals(
                Condition.BAD_REQUEST, Replies.error(ask("get", query(content))).condition());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<a/>", "<a xmlns='x'/><b/>"})
    void a_set_needs_elements_with_a_namespace_of_their_own(String content) {
        assertEquals(
                Condition.NOT_ACCEPTABLE,
                Replies.error(ask("set", query(content))).condition());
        assertTrue(hamlet.cold.isEmpty());
    }

    @Test
    void too_many_elements_or_bytes_are_refused_and_nothing_is_stored() {
        ask("set", query("<a xmlns='x'/><b xmlns='x'/>"));

        assertFull("<c xmlns='x'/><d xmlns='x'/>");
        assertFull("<c xmlns='x'>" + "long ".repeat(40) + "</c>");
        assertEquals(query("<c xmlns='x'/>"), Replies.payload(ask("get", query("<c xmlns='x'/>"))));
        assertNull(Replies.payload(ask("set", query("<c xmlns='x'/>"))));
    }

    @Test
    void a_full_storage_takes_smaller_elements_in_place_of_larger_ones() {
        ask("set", query("<a xmlns='x'>" + "long ".repeat(30) + "</a>"));

        assertNull(Replies.payload(ask("set", query("<a xmlns='x'>" + "long ".repeat(29) + "</a>"))));
    }

    @Test
    void a_name_without_end_is_refused() {
        assertEquals(
                Condition.NOT_ACCEPTABLE,
                Replies.error(ask("set", query("<a xmlns='" + "x".repeat(400) + "'/>")))
                        .condition());
    }

    private void assertFull(String content) {
        assertEquals(
                Condition.RESOURCE_CONSTRAINT,
                Replies.error(ask("set", query(content))).condition());
    }

    private Reply ask(String type, Element payload) {
        return Replies.ask(feature, OWN, FakeOwner.iq(type, "hamlet@shakespeare.lit/denmark", null, payload), hamlet);
    }

    private static Element query(String content) {
        return xml("<query xmlns='jabber:iq:private'>" + content + "</query>");
    }

    private static final String BOOKMARKS = "urn:xmpp:bookmarks:1";

    @Test
    void bookmarks_are_the_same_in_both_forms() {
        var storage = query("<storage xmlns='storage:bookmarks'><url name='P' url='https://p.example'/>"
                + "<conference autojoin='true' jid='a@groups.example' name='A'><nick>H</nick></conference></storage>");

        assertNull(Replies.payload(ask("set", storage)));

        assertEquals(
                xml("<conference xmlns='" + BOOKMARKS + "' autojoin='true' name='A'><nick>H</nick></conference>"),
                publications.item(hamlet, BOOKMARKS, "a@groups.example"));
        assertEquals(storage, Replies.payload(ask("get", query("<storage xmlns='storage:bookmarks'/>"))));
    }

    @Test
    void a_pin_stays_when_a_client_that_does_not_know_it_sets_the_bookmarks() { // XEP-0469
        var pinned = "<extensions><pinned xmlns='urn:xmpp:bookmarks-pinning:0'/></extensions>";
        publications.says(
                BOOKMARKS, "a@b", xml("<conference xmlns='" + BOOKMARKS + "'>" + pinned + "</conference>"), hamlet);

        ask("set", query("<storage xmlns='storage:bookmarks'><conference jid='a@b' name='A'/></storage>"));

        assertEquals(
                xml("<conference xmlns='" + BOOKMARKS + "' name='A'>" + pinned + "</conference>"),
                publications.item(hamlet, BOOKMARKS, "a@b"));
    }

    @Test
    void a_bookmark_that_is_not_set_again_is_gone() {
        publications.says(BOOKMARKS, "a@b", xml("<conference xmlns='" + BOOKMARKS + "'/>"), hamlet);

        ask("set", query("<storage xmlns='storage:bookmarks'/>"));

        assertNull(publications.item(hamlet, BOOKMARKS, "a@b"));
    }
}
