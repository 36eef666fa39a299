package im.kith.server.feature.last;

import static im.kith.server.feature.FakeOwner.iq;
import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Owner.Contact;
import im.kith.server.feature.Owner.DeviceView;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError.Condition;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastActivityTest {

    private static final Element QUERY = Element.empty("jabber:iq:last", "query");

    private final FakeOwner juliet = new FakeOwner("juliet@capulet.com");
    private final LastActivity last = new LastActivity(juliet.nowMillis - 123_456_789);

    @Test
    void the_server_tells_for_how_long_it_has_been_up() {
        assertEquals(seconds(123_456), Replies.payload(ask(SERVER, "juliet@capulet.com/balcony", "capulet.com")));
    }

    @Test
    void a_subscriber_learns_for_how_long_nobody_has_been_there() {
        juliet.lastSeenMillis = juliet.nowMillis - 903_999;
        subscribed("romeo@montague.net", true);
        assertEquals(seconds(903), Replies.payload(ask(OTHERS, "romeo@montague.net/orchard", "juliet@capulet.com")));
    }

    @Test
    void an_account_that_is_there_has_been_away_for_no_time() {
        juliet.lastSeenMillis = juliet.nowMillis - 903_999;
        subscribed("romeo@montague.net", true);
        var balcony = jid("juliet@capulet.com/balcony");
        juliet.devices.add(new DeviceView(balcony, true, 0, true, Set.of(), 0, QUERY));
        assertEquals(seconds(0), Replies.payload(ask(OTHERS, "romeo@montague.net/orchard", "juliet@capulet.com")));
    }

    @Test
    void others_learn_nothing() {
        juliet.lastSeenMillis = juliet.nowMillis - 903_999;
        subscribed("romeo@montague.net", false);
        assertEquals(
                Condition.FORBIDDEN,
                Replies.error(ask(OTHERS, "romeo@montague.net/orchard", "juliet@capulet.com"))
                        .condition());
        assertEquals(
                Condition.FORBIDDEN,
                Replies.error(ask(OTHERS, "paris@verona.it/tomb", "juliet@capulet.com"))
                        .condition());
    }

    @Test
    void who_has_never_been_online_has_no_last_activity() {
        subscribed("romeo@montague.net", true);
        assertEquals(
                Condition.ITEM_NOT_FOUND,
                Replies.error(ask(OTHERS, "romeo@montague.net/orchard", "juliet@capulet.com"))
                        .condition());
    }

    @Test
    void a_device_may_ask_its_own_account() {
        juliet.lastSeenMillis = juliet.nowMillis - 5_000;
        assertEquals(seconds(5), Replies.payload(ask(OWN, "juliet@capulet.com/balcony", null)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_question_to_a_device_reaches_it_from_subscribers_only(boolean allowed) {
        subscribed("romeo@montague.net", allowed);
        var question = iq("get", "romeo@montague.net/orchard", "juliet@capulet.com/balcony", QUERY);
        assertEquals(allowed ? Verdict.pass() : Verdict.reject(Condition.FORBIDDEN), judge(question));
    }

    @Test
    void answers_and_other_questions_pass() {
        assertEquals(
                Verdict.pass(), judge(iq("result", "romeo@montague.net/orchard", "juliet@capulet.com/balcony", QUERY)));
        var ping = Element.empty("urn:xmpp:ping", "ping");
        assertEquals(
                Verdict.pass(), judge(iq("get", "romeo@montague.net/orchard", "juliet@capulet.com/balcony", ping)));
        assertEquals(
                Verdict.pass(), judge(iq("get", "juliet@capulet.com/chamber", "juliet@capulet.com/balcony", QUERY)));
    }

    private void subscribed(String contact, boolean from) {
        juliet.contacts.put(jid(contact), new Contact(true, true, from, null));
    }

    private Verdict judge(im.kith.xmpp.Stanza stanza) {
        return last.manifest().incoming().getFirst().judge(stanza, juliet);
    }

    private Reply ask(Scope scope, String from, @Nullable String to) {
        return Replies.ask(last, scope, iq("get", from, to, QUERY), juliet);
    }

    private static Element seconds(long seconds) {
        return Element.build("jabber:iq:last", "query")
                .attribute("seconds", Long.toString(seconds))
                .build();
    }
}
