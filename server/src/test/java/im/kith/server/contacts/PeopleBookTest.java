package im.kith.server.contacts;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.FakeOwner.iq;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.FakePublications;
import im.kith.server.feature.Features;
import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.search.Search;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0055: Romeo looks for Juliet by name, through the feature, over the real book.
@NullUnmarked
class PeopleBookTest {

    private static final String VCARD4 = "urn:xmpp:vcard4";
    private static final String NICK = "http://jabber.org/protocol/nick";
    private static final Element CARD = xml("""
            <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
              <n><surname>Capulet-Müller</surname><given>Juliet</given></n>
              <nickname><text>JuliC</text></nickname>
              <email><text>juliet@capulet.example</text></email>
            </vcard>""");

    private final AuthorityWorld world = new AuthorityWorld();
    private final PeopleBook book = new PeopleBook(() -> world.nowMillis);
    private final FakePublications publications = new FakePublications();
    private final Search feature = new Search(book, publications);
    private final FakeOwner romeo = new FakeOwner("romeo@kith.test");
    private final FakeOwner juliet = new FakeOwner("juliet@kith.test");

    @BeforeEach
    void start() {
        book.use(world.shelf);
        publications.says(VCARD4, "current", CARD, juliet);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Reply choose(String by) {
        var payload = xml("<findable xmlns='urn:kith:search:0' by='" + by + "'/>");
        return Replies.ask(feature, OWN, iq("set", "juliet@kith.test/balcony", null, payload), juliet);
    }

    private Reply asks(String type, String query) {
        var payload = xml(query);
        var answer = Features.of(List.of(feature))
                .host("search")
                .answer(type.equals("get") ? Ask.GET : Ask.SET, payload.tag());
        return answer.handler().answer(iq(type, "romeo@kith.test/orchard", "search.kith.test", payload), romeo);
    }

    private Reply searches(String fields) {
        return asks("set", "<query xmlns='jabber:iq:search'>" + fields + "</query>");
    }

    private int found(String fields) {
        return Replies.payload(searches(fields)).childCount();
    }

    @Test
    void nobody_is_found_who_did_not_choose_it() {
        assertEquals(0, found("<first>Juliet</first>"));
        assertNull(Replies.payload(choose("everyone")));
        assertEquals(1, found("<first>Juliet</first>"));
        assertNull(Replies.payload(choose("nobody")));
        assertEquals(0, found("<first>Juliet</first>"));
    }

    @Test
    void what_is_found_is_the_name_and_no_more() {
        Replies.payload(choose("everyone"));
        assertEquals(
                xml("<query xmlns='jabber:iq:search'><item jid='juliet@kith.test'><first>Juliet</first>"
                        + "<last>Capulet-Müller</last><nick>JuliC</nick></item></query>"),
                Replies.payload(searches("<nick>julic</nick>")));
    }

    @ParameterizedTest
    @CsvSource({
        "<first>jul</first>, 1",
        "<last>mull</last>, 1",
        "<last>MÜLLER</last>, 1",
        "<last>uller</last>, 0",
        "<last>Cap*</last>, 1",
        "<first>Juliet</first><last>Montague</last>, 0",
        "<first>Juliet</first><last>Capulet</last>, 1",
    })
    void names_are_found_by_how_a_word_of_them_begins(String fields, int count) {
        Replies.payload(choose("everyone"));
        assertEquals(count, found(fields));
    }

    @Test
    void a_name_that_changes_is_found_as_it_is_now() {
        Replies.payload(choose("everyone"));
        publications.says(NICK, "n", xml("<nick xmlns='" + NICK + "'>Ghost</nick>"), juliet);
        assertEquals(1, found("<nick>gho</nick>"));
        assertEquals(0, found("<nick>julic</nick>"));
    }

    @Test
    void who_is_gone_is_not_found() {
        Replies.payload(choose("everyone"));
        get(book.left("juliet"));
        assertEquals(0, found("<first>Juliet</first>"));
    }

    @Test
    void a_form_is_answered_by_a_table() {
        Replies.payload(choose("everyone"));
        var x = Replies.payload(searches("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                        + "jabber:iq:search</value></field><field var='last'><value>cap</value></field></x>"))
                .firstChild();
        var item = x.child("jabber:x:data", "item");
        assertNotNull(item, x::toString);
        assertTrue(item.toString().contains("juliet@kith.test"), item::toString);
        assertNotNull(x.child("jabber:x:data", "reported"));
    }

    @Test
    void the_fields_are_told() {
        var form = Replies.payload(asks("get", "<query xmlns='jabber:iq:search'/>"));
        for (var field : List.of("instructions", "first", "last", "nick")) {
            assertNotNull(form.child("jabber:iq:search", field), field);
        }
        assertNotNull(form.child("jabber:x:data", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<first>J</first>", "<first>*</first>", "<email>juliet@capulet.example</email>"})
    void nobody_lists_all(String fields) {
        assertEquals(Condition.NOT_ACCEPTABLE, Replies.error(searches(fields)).condition());
    }

    @Test
    void so_many_are_found_and_so_often_is_asked() {
        for (int i = 0; i < PeopleBook.MOST_FOUND + 5; i++) {
            get(book.list("u" + i, new im.kith.server.feature.search.People.Names("Anna", "", "")));
        }
        assertEquals(PeopleBook.MOST_FOUND, found("<first>anna</first>"));
        for (int i = 1; i < PeopleBook.MOST_A_DAY; i++) found("<first>anna</first>");
        var error = Replies.error(searches("<first>anna</first>"));
        assertEquals(Condition.POLICY_VIOLATION, error.condition());
        assertEquals(StanzaError.Type.WAIT, error.type());
        world.nowMillis += 86_400_000;
        assertEquals(PeopleBook.MOST_FOUND, found("<first>anna</first>"));
    }
}
