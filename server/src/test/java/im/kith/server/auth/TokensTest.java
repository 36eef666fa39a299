package im.kith.server.auth;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Authority.Outcome;
import im.kith.server.auth.Authority.TokenOutcome;
import im.kith.xmpp.StreamError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// XEP-0484 with the HT mechanisms.
class TokensTest {

    private static final String PEER = "192.0.2.1";
    private static final String NONE = "HT-SHA-256-NONE";
    private static final byte[] NO_BINDING = {};

    private final AuthorityWorld world = new AuthorityWorld();

    @BeforeEach
    void makeAccount() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_token_lets_its_client_in_and_the_server_proves_itself() {
        var token = issue("phone", NONE);
        var outcome = use("phone", NONE, token, NO_BINDING, -1);

        assertEquals(Outcome.GRANTED, outcome.outcome());
        assertArrayEquals(proof(token, "Responder", NO_BINDING), outcome.serverProof());
        assertFalse(outcome.renew());
    }

    @Test
    void a_token_is_good_for_its_client_its_mechanism_and_its_binding_only() {
        var token = issue("phone", "HT-SHA-256-ENDP");
        byte[] binding = {1, 2, 3};

        assertEquals(
                Outcome.DENIED,
                use("laptop", "HT-SHA-256-ENDP", token, binding, -1).outcome());
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, -1).outcome());
        var forOther = get(world.authority.token(
                "juliet", "phone", "HT-SHA-256-ENDP", proof(token, "Initiator", new byte[] {9}), binding, -1, PEER));
        assertEquals(Outcome.DENIED, forOther.outcome());
        assertNull(forOther.serverProof());
        assertEquals(
                Outcome.GRANTED,
                use("phone", "HT-SHA-256-ENDP", token, binding, -1).outcome());
    }

    @Test
    void a_token_for_the_longer_hash_is_not_good_with_the_shorter() {
        var token = issue("phone", "HT-SHA-512-NONE");
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, -1).outcome());
        var key = token.getBytes(StandardCharsets.UTF_8);
        var role = "Initiator".getBytes(StandardCharsets.US_ASCII);
        var right = get(world.authority.token(
                "juliet", "phone", "HT-SHA-512-NONE", Hmac.sha512(key, role), NO_BINDING, -1, PEER));
        assertEquals(Outcome.GRANTED, right.outcome());
        assertEquals(64, right.serverProof().length);
    }

    @Test
    void the_former_token_is_good_until_the_new_one_is_used() {
        var former = issue("phone", NONE);
        granted("phone", former);
        world.passes(Duration.ofDays(2));
        assertTrue(use("phone", NONE, former, NO_BINDING, -1).renew());

        var fresh = issue("phone", NONE);
        granted("phone", former); // the answer with the new one was lost
        granted("phone", fresh);
        assertEquals(Outcome.DENIED, use("phone", NONE, former, NO_BINDING, -1).outcome());
    }

    @Test
    void a_new_token_replaces_one_that_was_never_used() {
        var used = issue("phone", NONE);
        granted("phone", used);
        var lost = issue("phone", NONE);
        var fresh = issue("phone", NONE);

        assertEquals(Outcome.DENIED, use("phone", NONE, lost, NO_BINDING, -1).outcome());
        granted("phone", used);
        granted("phone", fresh);
    }

    @Test
    void a_counter_is_good_once() {
        var token = issue("phone", NONE);

        assertEquals(Outcome.GRANTED, use("phone", NONE, token, NO_BINDING, 1).outcome());
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, 1).outcome());
        assertEquals(Outcome.GRANTED, use("phone", NONE, token, NO_BINDING, 5).outcome());
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, 4).outcome());
        assertEquals(Outcome.GRANTED, use("phone", NONE, token, NO_BINDING, -1).outcome());
    }

    @Test
    void an_expired_token_is_void() {
        var token = issue("phone", NONE);
        world.passes(Duration.ofDays(28));
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, -1).outcome());
    }

    @Test
    void a_changed_password_voids_all_tokens() {
        var token = issue("phone", NONE);
        get(world.enrolment().replaceWithPassword("juliet", "O Paris", StreamError.of(StreamError.Condition.RESET)));

        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, -1).outcome());
        granted("phone", issue("phone", NONE));
    }

    @Test
    void a_revoked_token_is_void() {
        var token = issue("phone", NONE);
        get(world.authority.revoke("juliet", "phone"));
        assertEquals(Outcome.DENIED, use("phone", NONE, token, NO_BINDING, -1).outcome());
    }

    @Test
    void tokens_survive_a_restart() {
        var token = issue("phone", NONE);
        var outcome = get(world.open()
                .token("juliet", "phone", NONE, proof(token, "Initiator", NO_BINDING), NO_BINDING, -1, PEER));
        assertEquals(Outcome.GRANTED, outcome.outcome());
    }

    @Test
    void a_disabled_account_gets_no_further_with_a_token() {
        var token = issue("phone", NONE);
        get(world.enrolment().setDisabled("juliet", true, StreamError.of(StreamError.Condition.RESET)));
        var outcome = use("phone", NONE, token, NO_BINDING, -1);
        assertEquals(Outcome.DISABLED, outcome.outcome());
        assertNull(outcome.serverProof());
    }

    @Test
    void the_client_that_was_away_longest_makes_room() {
        var first = issue("client", NONE);
        for (int i = 0; i < 64; i++) {
            world.passes(Duration.ofSeconds(1));
            issue("client" + i, NONE);
        }
        assertEquals(Outcome.DENIED, use("client", NONE, first, NO_BINDING, -1).outcome());
        assertEquals(64, get(world.store.shelf("juliet", TokenSlots.SHELF)).size());
    }

    @Test
    void ids_of_any_length_are_kept_under_short_keys() {
        var id = "x".repeat(5000);
        granted(id, issue(id, NONE));
        assertTrue(get(world.store.shelf("juliet", TokenSlots.SHELF)).firstKey().length() < 100);
    }

    @Test
    void an_account_that_does_not_exist_answers_like_a_wrong_token() {
        var outcome = get(world.authority.token("nobody", "phone", NONE, new byte[32], NO_BINDING, -1, PEER));
        assertEquals(Outcome.DENIED, outcome.outcome());
    }

    private String issue(String client, String mechanism) {
        return get(world.authority.issue("juliet", client, "Phone", mechanism)).token();
    }

    private void granted(String client, String token) {
        assertEquals(Outcome.GRANTED, use(client, NONE, token, NO_BINDING, -1).outcome());
    }

    private TokenOutcome use(String client, String mechanism, String token, byte[] binding, long count) {
        return get(world.authority.token(
                "juliet", client, mechanism, proof(token, "Initiator", binding), binding, count, PEER));
    }

    private static byte[] proof(String token, String role, byte[] binding) {
        return Hmac.sha256(token.getBytes(StandardCharsets.UTF_8), role.getBytes(StandardCharsets.US_ASCII), binding);
    }
}
