package im.kith.server.contacts;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.FakeOwner.iq;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.auth.Credentials;
import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.contacts.ContactDiscovery;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/protocol/contacts.md: Romeo looks for Juliet's number, through the feature, over the real index and sign-up.
@NullUnmarked
class NumberIndexTest {

    private static final String JULIET = "+491701234567";
    private static final String PARIS = "+491709999999";
    private static final StreamError FAREWELL = StreamError.of(StreamError.Condition.RESET, "again");

    private final AuthorityWorld world = new AuthorityWorld();
    private final NumberIndex index = new NumberIndex("kith.test", () -> world.nowMillis);
    private final ContactDiscovery feature = new ContactDiscovery(index);
    private final FakeOwner romeo = new FakeOwner("+491700000001@kith.test");
    private final FakeOwner juliet = new FakeOwner(JULIET + "@kith.test");

    @BeforeEach
    void start() {
        get(index.use(world.shelf, world.directory, world.store, Credentials.SHELF));
        world.enrolment().whenCreated(account -> get(index.joined(account)));
        signsUp(romeo.jid.local());
        world.directory.delivered.clear();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void signsUp(String number) {
        get(world.enrolment().replaceWithKey(number, world.enrolment().newKey(), "phone", FAREWELL));
    }

    private Reply asks(FakeOwner who, String payload) {
        return Replies.ask(
                feature,
                OWN,
                iq(
                        payload.startsWith("<discoverable xmlns='urn:kith:contacts:0'/>") ? "get" : "set",
                        who.jid + "/a",
                        null,
                        xml(payload)),
                who);
    }

    private Reply looksFor(FakeOwner who, boolean watch, String... numbers) {
        var buckets = new StringBuilder();
        for (var number : numbers)
            buckets.append("<bucket>" + index.hash(number).substring(0, 5) + "</bucket>");
        return asks(who, "<ask xmlns='urn:kith:contacts:0' watch='%d'>%s</ask>".formatted(watch ? 1 : 0, buckets));
    }

    private static List<String> hashes(Element found) {
        assertTrue(found.is("urn:kith:contacts:0", "found"), found::toString);
        return found.children().stream().map(Element::text).toList();
    }

    private static List<String> hashes(Reply reply) {
        return hashes(Objects.requireNonNull(Replies.payload(reply)));
    }

    private static StanzaError error(Reply reply) {
        return Replies.error(reply);
    }

    @Test
    void the_hash_is_what_the_document_says() {
        // printf 'kith-contacts:kith.test:+491701234567' | sha256sum | cut -c1-32
        assertEquals("9ae5c9d46910f5f415b38c5491c262f0", index.hash(JULIET));
    }

    @Test
    void a_number_with_an_account_is_found_by_its_bucket_and_one_without_is_not() {
        signsUp(JULIET);
        assertEquals(List.of(index.hash(JULIET)), hashes(looksFor(romeo, false, JULIET, PARIS)));
    }

    @Test
    void who_has_a_name_and_no_number_is_found_by_nobody() {
        get(world.enrolment().createWithPassword("juliet", "secret12"));
        assertEquals(List.of(), hashes(looksFor(romeo, false, "juliet")));
    }

    @Test
    void who_signs_up_later_is_told_to_those_who_watch_and_to_nobody_else() {
        assertEquals(List.of(), hashes(looksFor(romeo, true, JULIET)));
        signsUp(PARIS);
        assertEquals(List.of(), world.directory.delivered);
        signsUp(JULIET);
        assertEquals(1, world.directory.delivered.size());
        var told = world.directory.delivered.getFirst();
        assertEquals(romeo.jid, told.to());
        assertEquals("kith.test", String.valueOf(told.from()));
        assertEquals(List.of(index.hash(JULIET)), hashes(told.element().firstChild()));
        assertTrue(told.element().has(new im.kith.xmpp.Tag("urn:xmpp:hints", "no-permanent-store")));
    }

    @Test
    void to_sign_up_again_is_no_news() {
        signsUp(JULIET);
        looksFor(romeo, true, JULIET);
        signsUp(JULIET);
        assertEquals(List.of(), world.directory.delivered);
    }

    @Test
    void who_does_not_watch_any_more_is_not_told() {
        looksFor(romeo, true, JULIET);
        assertEquals(List.of(), hashes(asks(romeo, "<ask xmlns='urn:kith:contacts:0' watch='0'/>")));
        signsUp(JULIET);
        assertEquals(List.of(), world.directory.delivered);
        assertTrue(get(world.shelf.rows("watching." + romeo.jid.local())).isEmpty());
    }

    @Test
    void to_ask_without_watching_leaves_nothing_behind() {
        looksFor(romeo, false, JULIET);
        signsUp(JULIET);
        assertEquals(List.of(), world.directory.delivered);
    }

    @Test
    void who_opts_out_is_not_found_until_they_opt_in() {
        signsUp(JULIET);
        asks(juliet, "<discoverable xmlns='urn:kith:contacts:0' by='nobody'/>");
        assertEquals(List.of(), hashes(looksFor(romeo, false, JULIET)));
        assertEquals(
                xml("<discoverable xmlns='urn:kith:contacts:0' by='nobody'/>"),
                Replies.payload(asks(juliet, "<discoverable xmlns='urn:kith:contacts:0'/>")));
        asks(juliet, "<discoverable xmlns='urn:kith:contacts:0' by='everyone'/>");
        assertEquals(1, hashes(looksFor(romeo, false, JULIET)).size());
        assertEquals(
                xml("<discoverable xmlns='urn:kith:contacts:0' by='everyone'/>"),
                Replies.payload(asks(juliet, "<discoverable xmlns='urn:kith:contacts:0'/>")));
    }

    @Test
    void who_is_gone_is_not_found_and_watches_nothing() {
        signsUp(JULIET);
        looksFor(juliet, true, PARIS);
        get(index.left(JULIET));
        assertEquals(List.of(), hashes(looksFor(romeo, false, JULIET)));
        signsUp(PARIS);
        assertEquals(List.of(), world.directory.delivered);
    }

    @Test
    void accounts_of_before_there_was_an_index_are_found() {
        var later = new NumberIndex("kith.test", () -> world.nowMillis);
        world.enrolment().whenCreated(account -> {});
        signsUp(JULIET);
        world.store.put("@kith", "numbers", "indexed", null);
        get(later.use(world.shelf, world.directory, world.store, Credentials.SHELF));
        assertEquals(List.of(index.hash(JULIET)), hashes(looksFor(romeo, false, JULIET)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<ask xmlns='urn:kith:contacts:0'/>",
                "<ask xmlns='urn:kith:contacts:0' watch='1'/>",
                "<ask xmlns='urn:kith:contacts:0'><bucket>0a1b</bucket></ask>",
                "<ask xmlns='urn:kith:contacts:0'><bucket>0A1B2</bucket></ask>",
                "<ask xmlns='urn:kith:contacts:0'><bucket>0a1b2c</bucket></ask>",
                "<discoverable xmlns='urn:kith:contacts:0' by='friends'/>",
            })
    void what_is_no_question_is_refused(String payload) {
        assertEquals(
                StanzaError.Condition.BAD_REQUEST, error(asks(romeo, payload)).condition());
    }

    private static String buckets(int from, int count) {
        var buckets = new StringBuilder("<ask xmlns='urn:kith:contacts:0' watch='1'>");
        for (int i = from; i < from + count; i++) buckets.append("<bucket>%05x</bucket>".formatted(i));
        return buckets.append("</ask>").toString();
    }

    @Test
    void one_request_has_its_limit_and_so_has_watching() {
        assertEquals(
                StanzaError.Condition.POLICY_VIOLATION,
                error(asks(romeo, buckets(0, 1001))).condition());
        for (int i = 0; i < 5; i++) hashes(asks(romeo, buckets(i * 1000, 1000)));
        assertEquals(
                StanzaError.Condition.POLICY_VIOLATION,
                error(asks(romeo, buckets(5000, 1))).condition());
        hashes(asks(romeo, buckets(4000, 1000)));
    }

    @Test
    void a_day_has_its_limit_and_the_error_says_when_to_come_back() {
        var request = buckets(0, 1000).replace("watch='1'", "watch='0'");
        var answers = new ArrayList<Reply>();
        for (int i = 0; i < 11; i++) answers.add(asks(romeo, request));
        for (var answer : answers.subList(0, 10)) hashes(answer);
        var refused = error(answers.getLast());
        assertEquals(StanzaError.Condition.POLICY_VIOLATION, refused.condition());
        assertEquals(StanzaError.Type.WAIT, refused.type());
        assertTrue(String.valueOf(refused.text()).contains("86400"), refused::toString);
        assertFalse(hashes(asks(juliet, request)) == null);
        world.nowMillis += 86_400_000;
        hashes(asks(romeo, request));
    }
}
