package im.kith.server.signup;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Authority.Outcome;
import im.kith.server.signup.RegistrationRoutes.Mode;
import im.kith.xmpp.StreamError;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {

    private static final String NUMBER = "+491701234567";

    private final Registering server = new Registering(Mode.PHONE);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_number_and_the_code_that_was_sent_to_it_make_an_account_with_a_key() {
        var begun = server.begin(NUMBER);
        assertEquals(202, begun.status());
        assertEquals(Set.of("id", "retryAfterSeconds"), begun.body().keySet());
        assertEquals(60, begun.body().get("retryAfterSeconds"));
        assertEquals(NUMBER, server.sent.getFirst().to());
        assertTrue(server.sent.getFirst().text().matches("\\d{6} is your code for localhost"));

        var made = server.verify(begun.string("id"), server.code());
        assertEquals(200, made.status());
        assertEquals(Set.of("jid", "key"), made.body().keySet());
        assertEquals(NUMBER + "@localhost", made.string("jid"));
        assertEquals(Outcome.GRANTED, signIn(made.string("key")));
    }

    @ParameterizedTest
    @CsvSource({"+49 170 1234567", "+49-(0)170/1234567", "tel:+491701234567", "+４９１７０１２３４５６７"})
    void a_number_is_the_same_however_it_is_written(String written) {
        assertEquals(202, server.begin(written).status());
        assertEquals(NUMBER, server.sent.getFirst().to());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0170 1234567",
                "+49",
                "+4917",
                "hello",
                "+999123456789",
                "+49900123456789012",
                "+49 900 1234567"
            })
    void what_is_no_number_for_an_sms_is_refused_with_a_reason(String written) {
        var refused = server.begin(written);
        assertEquals(422, refused.status());
        assertTrue(refused.string("detail").length() > 20, refused.string("detail"));
        assertTrue(server.sent.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{}", "\"+491701234567\"", "{\"phone\":{}}", "{\"phone\":", "{\"phone\":null}"
            })
    void what_is_not_understood_is_answered_with_an_example(String body) {
        var refused = server.post(body);
        assertEquals(400, refused.status());
        assertTrue(refused.string("detail").contains("{\"phone\":\"+491701234567\"}"));
    }

    @Test
    void registering_again_replaces_the_key_and_ends_the_old_sessions() {
        var old = signUp();
        var fresh = signUp();

        assertNotEquals(old, fresh);
        assertEquals(Outcome.DENIED, signIn(old));
        assertEquals(Outcome.GRANTED, signIn(fresh));
        var farewell = server.world.directory.farewells.getLast();
        assertEquals(NUMBER, farewell.account());
        assertEquals(StreamError.Condition.RESET, farewell.error().condition());
        assertTrue(String.valueOf(farewell.error().text()).contains("registered on another device"));
    }

    @Test
    void the_first_answer_is_the_same_whether_the_number_has_an_account_or_not() {
        signUp();
        server.world.passes(Duration.ofMinutes(2));
        var known = server.begin(NUMBER);
        var unknown = server.begin("+491701234568");

        assertEquals(unknown.status(), known.status());
        assertEquals(unknown.body().keySet(), known.body().keySet());
        assertEquals(unknown.body().get("retryAfterSeconds"), known.body().get("retryAfterSeconds"));
        assertEquals(unknown.headers(), known.headers());
    }

    @Test
    void a_wrong_code_tells_how_many_tries_are_left_and_the_fifth_was_the_last() {
        var id = server.begin(NUMBER).string("id");
        for (int left = 4; left >= 0; left--) {
            var refused = server.verify(id, server.wrongCode());
            assertEquals(403, refused.status());
            assertEquals(left, refused.body().get("triesLeft"));
        }
        assertEquals(410, server.verify(id, server.code()).status());
    }

    @Test
    void wrong_tries_are_not_forgotten_by_a_restart_and_neither_is_the_code() {
        var id = server.begin(NUMBER).string("id");
        server.verify(id, server.wrongCode());
        server.restart();

        assertEquals(3, server.verify(id, server.wrongCode()).body().get("triesLeft"));
        assertEquals(200, server.verify(id, server.code()).status());
    }

    @Test
    void a_code_is_good_once() {
        var id = server.begin(NUMBER).string("id");
        assertEquals(200, server.verify(id, server.code()).status());
        assertEquals(410, server.verify(id, server.code()).status());
        server.restart();
        assertEquals(404, server.verify(id, server.code()).status());
    }

    @Test
    void a_code_expires() {
        var id = server.begin(NUMBER).string("id");
        server.world.passes(Duration.ofMinutes(10));
        assertEquals(410, server.verify(id, server.code()).status());

        server.world.passes(Duration.ofMinutes(10));
        assertEquals(404, server.verify(id, server.code()).status());
    }

    @Test
    void a_newer_code_replaces_the_older_one() {
        var older = server.begin(NUMBER).string("id");
        var olderCode = server.code();
        server.world.passes(Duration.ofSeconds(60));
        var newer = server.begin(NUMBER).string("id");

        assertEquals(410, server.verify(older, olderCode).status());
        assertEquals(200, server.verify(newer, server.code()).status());
    }

    @Test
    void a_code_is_read_as_people_type_it() {
        var id = server.begin(NUMBER).string("id");
        var code = server.code();
        assertEquals(
                200,
                server.verify(id, " " + code.substring(0, 3) + "-" + code.substring(3))
                        .status());
    }

    @Test
    void an_unknown_id_is_told() {
        assertEquals(404, server.verify("nothing", "123456").status());
    }

    @Test
    void the_same_number_has_to_wait_before_the_next_code() {
        server.begin(NUMBER);
        var early = server.begin("+49 170 1234567");
        assertEquals(429, early.status());
        assertEquals("60", early.headers().get("Retry-After"));
        assertEquals(60, early.body().get("retryAfterSeconds"));
        server.restart();
        assertEquals(429, server.begin(NUMBER).status());

        server.world.passes(Duration.ofSeconds(60));
        assertEquals(202, server.begin(NUMBER).status());
    }

    @Test
    void a_number_gets_a_few_codes_a_day() {
        for (int i = 0; i < 6; i++) {
            assertEquals(202, server.begin(NUMBER).status());
            server.world.passes(Duration.ofMinutes(5));
        }
        assertEquals(429, server.begin(NUMBER).status());
        server.world.passes(Duration.ofDays(1));
        assertEquals(202, server.begin(NUMBER).status());
    }

    @Test
    void a_network_gets_some_codes_an_hour_and_other_networks_are_not_affected() {
        for (int i = 0; i < 30; i++) {
            assertEquals(202, server.begin("+4917012345" + (10 + i)).status());
        }
        assertEquals(429, server.begin("+491701234567").status());
        server.peer = "2001:db8::1";
        assertEquals(202, server.begin("+491701234567").status());
    }

    @Test
    void in_all_there_is_a_limit_too() {
        for (int i = 0; i < 100; i++) {
            server.peer = "192.0.2." + i;
            assertEquals(202, server.begin("+4917012340" + (10 + i)).status());
        }
        server.peer = "198.51.100.1";
        assertEquals(429, server.begin(NUMBER).status());
        server.world.passes(Duration.ofHours(1));
        assertEquals(202, server.begin(NUMBER).status());
    }

    @Test
    void an_sms_that_was_not_sent_is_the_servers_fault_and_may_be_asked_for_again() {
        server.providerIsDown = true;
        var failed = server.begin(NUMBER);
        assertEquals(503, failed.status());
        assertEquals("60", failed.headers().get("Retry-After"));

        server.providerIsDown = false;
        assertEquals(202, server.begin(NUMBER).status());
    }

    @Test
    void a_disk_that_takes_no_writes_is_told_and_nothing_is_sent() {
        server.world.store.refuse("the disk is full");
        assertEquals(503, server.begin(NUMBER).status());
        assertTrue(server.sent.isEmpty());

        server.world.store.refuse(null);
        assertEquals(202, server.begin(NUMBER).status());
    }

    @Test
    void a_code_is_not_spent_when_the_account_could_not_be_made() {
        var id = server.begin(NUMBER).string("id");
        server.world.pool.close();
        assertEquals(503, server.verify(id, server.code()).status());
        assertEquals(4, server.verify(id, server.wrongCode()).body().get("triesLeft"));
    }

    @Test
    void the_code_is_kept_out_of_sight() {
        server.begin(NUMBER);
        var row = get(server.world.store.shelf("@kith", "codes"))
                .values()
                .iterator()
                .next();
        // One code in 140,000 is a part of the number, which is no secret.
        var text = new String(row, java.nio.charset.StandardCharsets.ISO_8859_1).replace(NUMBER, "");
        assertFalse(text.contains(server.code()));
    }

    private String signUp() {
        var id = server.begin(NUMBER).string("id");
        return server.verify(id, server.code()).string("key");
    }

    private Outcome signIn(String key) {
        return get(server.world.open().plain(NUMBER, key, "192.0.2.1"));
    }
}
