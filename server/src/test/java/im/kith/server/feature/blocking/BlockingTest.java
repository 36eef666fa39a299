package im.kith.server.feature.blocking;

import static im.kith.server.feature.FakeOwner.iq;
import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Owner.DeviceView;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockingTest {

    private final FakeOwner juliet = new FakeOwner("juliet@capulet.com");
    private final Blocking blocking = new Blocking();

    @ParameterizedTest(name = "{0} blocks {1}: {2}")
    @CsvSource({
        // user@domain/resource: only that resource
        "romeo@montague.net/orchard, romeo@montague.net/orchard, true",
        "romeo@montague.net/orchard, romeo@montague.net/crypt,   false",
        "romeo@montague.net/orchard, romeo@montague.net,         false",
        // user@domain: any resource
        "romeo@montague.net,         romeo@montague.net,         true",
        "romeo@montague.net,         romeo@montague.net/orchard, true",
        "romeo@montague.net,         abram@montague.net,         false",
        "romeo@montague.net,         montague.net,               false",
        // domain/resource: only that resource
        "montague.net/echo,          montague.net/echo,          true",
        "montague.net/echo,          montague.net,               false",
        "montague.net/echo,          romeo@montague.net/echo,    false",
        // domain: itself and all that is in it
        "montague.net,               montague.net,               true",
        "montague.net,               montague.net/echo,          true",
        "montague.net,               romeo@montague.net,         true",
        "montague.net,               romeo@montague.net/orchard, true",
        "montague.net,               notmontague.net,            false",
        // an account never blocks itself
        "juliet@capulet.com,         juliet@capulet.com/balcony, false",
        "capulet.com,                juliet@capulet.com/balcony, false",
        "capulet.com,                nurse@capulet.com/balcony,  true",
    })
    void the_four_forms_of_addresses(String block, String other, boolean blocked) {
        block(block);
        assertEquals(blocked, incoming(Kind.PRESENCE, other, null) == Verdict.drop());
        assertEquals(blocked, outgoing(Kind.MESSAGE, other, null) != Verdict.pass());
    }

    @Test
    void what_is_said_of_who_is_blocked_goes_to_the_operator() { // XEP-0377 §4
        var filed = new java.util.ArrayList<Reports.Report>();
        var reporting = new Blocking(filed::add);
        var block = xml("""
                <block xmlns='urn:xmpp:blocking'>
                  <item jid='romeo@montague.net/orchard'>
                    <report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>
                      <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@capulet.com' id='28482'/>
                      <text xml:lang='en'> Never came trouble to my house like this. </text>
                    </report>
                  </item>
                  <item jid='paris@verona.it'/>
                </block>""");
        Replies.ask(reporting, OWN, iq("set", "juliet@capulet.com/balcony", null, block), juliet);
        assertEquals(
                List.of(new Reports.Report(
                        juliet.jid,
                        jid("romeo@montague.net/orchard"),
                        "urn:xmpp:reporting:spam",
                        "Never came trouble to my house like this.",
                        List.of("28482"))),
                filed);
    }

    @Test
    void a_report_without_a_reason_is_a_block_and_no_more() {
        var filed = new java.util.ArrayList<Reports.Report>();
        var block = xml(
                "<block xmlns='urn:xmpp:blocking'><item jid='a@b.c'><report xmlns='urn:xmpp:reporting:1'/></item></block>");
        Replies.ask(new Blocking(filed::add), OWN, iq("set", "juliet@capulet.com/balcony", null, block), juliet);
        assertEquals(List.of(), filed);
        assertEquals(Verdict.drop(), incoming(Kind.PRESENCE, "a@b.c", null));
    }

    @Test
    void who_is_blocked_gets_the_errors_of_somebody_offline() {
        block("romeo@montague.net");
        var unavailable = Verdict.reject(Condition.SERVICE_UNAVAILABLE);
        assertEquals(Verdict.drop(), incoming(Kind.PRESENCE, "romeo@montague.net/orchard", null));
        assertEquals(Verdict.drop(), incoming(Kind.PRESENCE, "romeo@montague.net", "subscribe"));
        assertEquals(Verdict.drop(), incoming(Kind.PRESENCE, "romeo@montague.net", "probe"));
        assertEquals(unavailable, incoming(Kind.MESSAGE, "romeo@montague.net/orchard", "chat"));
        assertEquals(unavailable, incoming(Kind.IQ, "romeo@montague.net/orchard", "get"));
        assertEquals(unavailable, incoming(Kind.IQ, "romeo@montague.net/orchard", "set"));
        assertEquals(Verdict.drop(), incoming(Kind.IQ, "romeo@montague.net/orchard", "result"));
        assertEquals(Verdict.drop(), incoming(Kind.IQ, "romeo@montague.net/orchard", "error"));
    }

    @Test
    void nothing_goes_to_who_is_blocked() {
        block("romeo@montague.net");
        var verdict = assertInstanceOf(Verdict.Reject.class, outgoing(Kind.MESSAGE, "romeo@montague.net", "chat"));
        assertEquals(
                Element.build(Stanza.CLIENT, "error")
                        .attribute("type", "cancel")
                        .child(Element.empty("urn:ietf:params:xml:ns:xmpp-stanzas", "not-acceptable"))
                        .child(Element.empty("urn:xmpp:blocking:errors", "blocked"))
                        .build(),
                verdict.error().toElement());
        assertInstanceOf(Verdict.Reject.class, outgoing(Kind.PRESENCE, "romeo@montague.net", null));
        assertInstanceOf(Verdict.Reject.class, outgoing(Kind.IQ, "romeo@montague.net/orchard", "get"));
        assertEquals(Verdict.drop(), outgoing(Kind.IQ, "romeo@montague.net/orchard", "result"));
    }

    @Test
    void the_list_is_what_was_blocked() {
        assertEquals(items("blocklist"), Replies.payload(ask("get", "blocklist")));
        block("romeo@montague.net", "Iago@Shakespeare.lit", "romeo@montague.net");
        assertEquals(
                items("blocklist", "iago@shakespeare.lit", "romeo@montague.net"),
                Replies.payload(ask("get", "blocklist")));
    }

    @Test
    void devices_that_asked_for_the_list_hear_of_changes_after_the_answer() {
        juliet.devices.add(device("balcony", Set.of("blocking")));
        juliet.devices.add(device("chamber", Set.of()));
        var reply = assertInstanceOf(Reply.Followed.class, ask("set", "block", "romeo@montague.net"));
        assertEquals(List.of(), juliet.pushed);
        reply.then().run();
        assertEquals(
                List.of(new FakeOwner.Pushed(jid("juliet@capulet.com/balcony"), items("block", "romeo@montague.net"))),
                juliet.pushed);
    }

    @Test
    void a_block_is_lifted_and_all_blocks_are_lifted() {
        block("romeo@montague.net", "paris@verona.it", "tybalt@verona.it");
        ask("set", "unblock", "romeo@montague.net");
        assertEquals(
                items("blocklist", "paris@verona.it", "tybalt@verona.it"), Replies.payload(ask("get", "blocklist")));
        ask("set", "unblock");
        assertEquals(items("blocklist"), Replies.payload(ask("get", "blocklist")));
        assertEquals(Verdict.pass(), incoming(Kind.MESSAGE, "romeo@montague.net", null));
    }

    @Test
    void a_block_says_whom() {
        assertEquals(Condition.BAD_REQUEST, Replies.error(ask("set", "block")).condition());
        assertEquals(
                Condition.JID_MALFORMED, Replies.error(ask("set", "block", "@")).condition());
        var nameless = Element.build("urn:xmpp:blocking", "block")
                .child(Element.empty("urn:xmpp:blocking", "item"))
                .build();
        assertEquals(
                Condition.BAD_REQUEST,
                Replies.error(Replies.ask(blocking, OWN, iq("set", "juliet@capulet.com/b", null, nameless), juliet))
                        .condition());
    }

    @Test
    void the_list_is_bounded() {
        for (int i = 0; i < Blocking.MAX_BLOCKED; i++) block("m" + i + "@verona.it");
        assertEquals(
                Condition.POLICY_VIOLATION,
                Replies.error(ask("set", "block", "one-more@verona.it")).condition());
        block("m1@verona.it");
    }

    private void block(String... jids) {
        assertInstanceOf(Reply.Followed.class, ask("set", "block", jids));
    }

    private Reply ask(String type, String name, String... jids) {
        return Replies.ask(blocking, OWN, iq(type, "juliet@capulet.com/balcony", null, items(name, jids)), juliet);
    }

    private static Element items(String name, String... jids) {
        var list = Element.build("urn:xmpp:blocking", name);
        for (var jid : jids) list.child("item", item -> item.attribute("jid", jid));
        return list.build();
    }

    private Verdict incoming(Kind kind, String from, @Nullable String type) {
        var stanza = stanza(kind, from, "juliet@capulet.com/balcony", type);
        return blocking.manifest().incoming().getFirst().judge(stanza, juliet);
    }

    private Verdict outgoing(Kind kind, String to, @Nullable String type) {
        var stanza = stanza(kind, "juliet@capulet.com/balcony", to, type);
        return blocking.manifest().outgoing().getFirst().judge(stanza, juliet);
    }

    private static Stanza stanza(Kind kind, String from, String to, @Nullable String type) {
        var element = Element.build(Stanza.CLIENT, kind.label())
                .attribute("type", type)
                .build();
        return Stanza.of(kind, jid(from), jid(to), element);
    }

    private static DeviceView device(String resource, Set<String> interests) {
        return new DeviceView(jid("juliet@capulet.com/" + resource), false, 0, true, interests, 0, null);
    }
}
