package im.kith.server.feature.disco;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoTest {

    private static final String INFO = "http://jabber.org/protocol/disco#info";
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";
    private static final String ACCOUNT = """
            <query xmlns='http://jabber.org/protocol/disco#info'>
              <identity category='account' type='registered'/>
              <feature var='http://jabber.org/protocol/disco#info'/>
              <feature var='http://jabber.org/protocol/disco#items'/>
              <feature var='urn:xmpp:mam:2'/>
              <feature var='urn:xmpp:ping'/>
            </query>""";

    private final FakeOwner juliet = new FakeOwner("juliet@capulet.lit");
    private final Disco disco = new Disco(
            "Kith",
            List.of(
                    Manifest.of("ping").advertising("urn:xmpp:ping").build(),
                    Manifest.of("version")
                            .advertisingAtServer("jabber:iq:version")
                            .build(),
                    Manifest.of("archive")
                            .advertisingAtAccount("urn:xmpp:mam:2")
                            .build()),
            new Contacts(Map.of(
                    "support", List.of("xmpp:support@capulet.lit"),
                    "abuse", List.of("mailto:abuse@capulet.lit", "xmpp:abuse@capulet.lit"))));

    @BeforeEach
    void two_devices_of_which_one_is_available() {
        juliet.devices.add(device("juliet@capulet.lit/balcony", true));
        juliet.devices.add(device("juliet@capulet.lit/chamber", false));
    }

    @Test
    void the_server_lists_all_features_and_its_contacts() {
        assertEquals(xml("""
                        <query xmlns='http://jabber.org/protocol/disco#info'>
                          <identity category='server' type='im' name='Kith'/>
                          <feature var='http://jabber.org/protocol/caps'/>
                          <feature var='http://jabber.org/protocol/caps#optimize'/>
                          <feature var='http://jabber.org/protocol/disco#info'/>
                          <feature var='http://jabber.org/protocol/disco#items'/>
                          <feature var='jabber:iq:version'/>
                          <feature var='urn:xmpp:ping'/>
                          <x xmlns='jabber:x:data' type='result'>
                            <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/network/serverinfo</value></field>
                            <field var='abuse-addresses' type='list-multi'>
                              <value>mailto:abuse@capulet.lit</value><value>xmpp:abuse@capulet.lit</value>
                            </field>
                            <field var='support-addresses' type='list-multi'><value>xmpp:support@capulet.lit</value></field>
                          </x>
                        </query>"""), Replies.payload(ask(SERVER, INFO, null)));
    }

    @Test
    void the_hash_offered_in_stream_features_names_what_the_server_answers() {
        var caps = disco.manifest().streamFeatures().getFirst();
        var node = caps.attribute("node") + "#" + caps.attribute("ver");

        var info = Replies.payload(ask(SERVER, INFO, node));

        assertEquals(Replies.payload(ask(SERVER, INFO, null)), info == null ? null : info.with("node", null));
        assertEquals(node, info == null ? null : info.attribute("node"));
        assertEquals("sha-1", caps.attribute("hash"));
        assertEquals(caps.attribute("ver"), info == null ? null : Capabilities.ver(info, "sha-1"));
    }

    @Test
    void the_server_has_no_items() {
        assertEquals(Element.empty(ITEMS, "query"), Replies.payload(ask(SERVER, ITEMS, null)));
    }

    @Test
    void an_account_tells_its_own_devices_features_and_resources() {
        assertEquals(xml(ACCOUNT), Replies.payload(ask(OWN, INFO, null)));
        assertEquals(balcony(), Replies.payload(ask(OWN, ITEMS, null)));
    }

    @Test
    void an_account_tells_the_same_to_who_gets_its_presence() {
        juliet.contacts.put(jid("romeo@montague.lit"), new Owner.Contact(true, false, true, null));

        assertEquals(xml(ACCOUNT), Replies.payload(ask(OTHERS, INFO, null)));
        assertEquals(balcony(), Replies.payload(ask(OTHERS, ITEMS, null)));
    }

    /// XEP-0030 §8: as if there were no such account.
    @ParameterizedTest
    @ValueSource(strings = {"", "some-node"})
    void an_account_tells_strangers_nothing(String node) {
        juliet.contacts.put(jid("romeo@montague.lit"), new Owner.Contact(true, true, false, null));
        var asked = node.isEmpty() ? null : node;

        assertEquals(
                Condition.SERVICE_UNAVAILABLE,
                Replies.error(ask(OTHERS, INFO, asked)).condition());
        assertEquals(Element.empty(ITEMS, "query").with("node", asked), Replies.payload(ask(OTHERS, ITEMS, asked)));
    }

    @ParameterizedTest
    @CsvSource({"SERVER, info", "SERVER, items", "OWN, info", "OWN, items"})
    void an_unknown_node_is_not_found(Scope scope, String what) {
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask(scope, what.equals("info") ? INFO : ITEMS, "https://kith.im#old"))
                        .condition());
    }

    @Test
    void without_contacts_there_is_no_form() {
        assertNull(Contacts.NONE.form());
    }

    @Test
    void contacts_must_be_uris_of_known_roles() {
        assertThrows(IllegalArgumentException.class, () -> new Contacts(Map.of("boss", List.of("mailto:a@b.c"))));
        assertThrows(IllegalArgumentException.class, () -> new Contacts(Map.of("abuse", List.of("a@b.c"))));
    }

    private Reply ask(Scope scope, String namespace, @Nullable String node) {
        var payload = Element.empty(namespace, "query").with("node", node);
        var from = scope == OTHERS ? "romeo@montague.lit/orchard" : "juliet@capulet.lit/balcony";
        var to = scope == SERVER ? "capulet.lit" : "juliet@capulet.lit";
        return Replies.ask(disco, scope, FakeOwner.iq("get", from, to, payload), juliet);
    }

    private static Element balcony() {
        return xml("<query xmlns='" + ITEMS + "'><item jid='juliet@capulet.lit/balcony'/></query>");
    }

    private static Owner.DeviceView device(String jid, boolean available) {
        return new Owner.DeviceView(jid(jid), available, 0, true, Set.of(), 0, null);
    }
}
