package im.kith.server.auth;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Authority.Outcome;
import im.kith.xmpp.StreamError;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoredAuthorityTest {

    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "198.51.100.7";
    private static final StreamError FAREWELL = StreamError.of(StreamError.Condition.RESET);

    private final AuthorityWorld world = new AuthorityWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_key_lets_in_and_nothing_else_does() {
        var key = world.enrolment().newKey();
        assertTrue(get(world.enrolment().createWithKey("+491701234567", key, "Pixel 9")));

        assertEquals(Outcome.GRANTED, plain("+491701234567", key, HOME));
        assertEquals(Outcome.DENIED, plain("+491701234567", key.toUpperCase(java.util.Locale.ROOT), HOME));
        assertEquals(Outcome.DENIED, plain("+491701234567", "", HOME));
        assertEquals(Outcome.DENIED, plain("+491701234568", key, HOME));
    }

    @Test
    void a_password_lets_in_the_slow_way_and_again_the_quick_way() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        var restarted = world.open(); // has not seen the password being chosen

        assertEquals(Outcome.GRANTED, get(restarted.plain("juliet", "O Romeo", HOME)));
        world.pool.close(); // no slow hashing any more
        assertEquals(Outcome.GRANTED, get(restarted.plain("juliet", "O Romeo", HOME)));
        assertEquals(Outcome.UNAVAILABLE, get(restarted.plain("juliet", "O Paris", HOME)));
    }

    @Test
    void the_first_login_with_a_password_that_was_just_chosen_is_quick() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        world.pool.close();

        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));
    }

    @Test
    void a_changed_password_is_forgotten_at_once() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));

        get(world.enrolment().replaceWithPassword("juliet", "O Paris", FAREWELL));

        assertEquals(Outcome.DENIED, plain("juliet", "O Romeo", HOME));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Paris", HOME));
    }

    @Test
    void a_new_key_ends_the_old_ones_sessions() {
        var old = world.enrolment().newKey();
        get(world.enrolment().createWithKey("juliet", old, ""));
        var fresh = world.enrolment().newKey();
        assertTrue(get(world.enrolment().replaceWithKey("juliet", fresh, "", FAREWELL)));

        assertEquals(Outcome.DENIED, plain("juliet", old, HOME));
        assertEquals(Outcome.GRANTED, plain("juliet", fresh, HOME));
        assertEquals(FAREWELL, world.directory.farewells.getFirst().error());
    }

    @Test
    void a_disabled_account_is_told_so_only_with_the_right_secret() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        assertTrue(get(world.enrolment().setDisabled("juliet", true, FAREWELL)));

        assertEquals(Outcome.DISABLED, plain("juliet", "O Romeo", HOME));
        assertEquals(Outcome.DENIED, plain("juliet", "O Paris", HOME));
        assertEquals(Outcome.DISABLED, get(world.authority.proven("juliet", true, HOME)));

        assertTrue(get(world.enrolment().setDisabled("juliet", false, FAREWELL)));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));
        assertEquals(1, world.directory.farewells.size());
    }

    @Test
    void registering_anew_does_not_lift_a_ban() {
        get(world.enrolment().createWithKey("juliet", world.enrolment().newKey(), ""));
        get(world.enrolment().setDisabled("juliet", true, FAREWELL));
        var fresh = world.enrolment().newKey();
        get(world.enrolment().replaceWithKey("juliet", fresh, "", FAREWELL));

        assertEquals(Outcome.DISABLED, plain("juliet", fresh, HOME));
    }

    @Test
    void an_account_that_does_not_exist_has_a_verifier_that_stays_the_same_over_restarts() {
        for (var mechanism : new String[] {"SCRAM-SHA-1", "SCRAM-SHA-256"}) {
            var first = get(world.authority.verifier("nobody", mechanism));
            var again = get(world.open().verifier("nobody", mechanism));
            var other = get(world.authority.verifier("nobody2", mechanism));
            assertArrayEquals(first.salt(), again.salt());
            assertArrayEquals(first.storedKey(), again.storedKey());
            assertFalse(Arrays.equals(first.salt(), other.salt()));

            get(world.enrolment().createWithPassword("somebody" + mechanism, "O Romeo"));
            var real = get(world.authority.verifier("somebody" + mechanism, mechanism));
            assertEquals(real.iterations(), first.iterations());
            assertEquals(real.salt().length, first.salt().length);
            assertEquals(real.storedKey().length, first.storedKey().length);
        }
        assertEquals(Outcome.DENIED, get(world.authority.proven("nobody", true, HOME)));
    }

    @Test
    void wrong_tries_are_slowed_down_but_the_networks_an_account_comes_from_are_let_in() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));
        for (int i = 0; i < 6; i++) assertEquals(Outcome.DENIED, plain("juliet", "guess " + i, ELSEWHERE));

        assertEquals(Outcome.THROTTLED, plain("juliet", "O Romeo", ELSEWHERE));
        assertEquals(Outcome.THROTTLED, get(world.authority.proven("juliet", true, ELSEWHERE)));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));

        world.passes(Duration.ofSeconds(1));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", ELSEWHERE));
    }

    @Test
    void a_key_is_let_in_whatever_strangers_try() {
        var key = world.enrolment().newKey();
        get(world.enrolment().createWithKey("juliet", key, ""));
        for (int i = 0; i < 6; i++) plain("juliet", "guess " + i, ELSEWHERE);

        assertEquals(Outcome.THROTTLED, plain("juliet", "guess", "203.0.113.9"));
        assertEquals(Outcome.GRANTED, plain("juliet", key, "203.0.113.9"));
        assertEquals(Outcome.GRANTED, get(world.authority.proven("juliet", true, "203.0.113.9")));
    }

    @Test
    void a_network_that_tries_many_accounts_is_slowed_down_for_all_of_them() {
        for (int i = 0; i < 21; i++) assertEquals(Outcome.DENIED, plain("account" + i, "guess", ELSEWHERE));

        assertEquals(Outcome.THROTTLED, plain("another", "guess", ELSEWHERE));
        assertEquals(Outcome.DENIED, plain("another", "guess", HOME));
    }

    @Test
    void the_servers_own_machine_is_no_network_to_be_slowed_down() {
        for (int i = 0; i < 40; i++) assertEquals(Outcome.DENIED, plain("account" + i, "guess", "127.0.0.1"));
    }

    @Test
    void a_store_that_cannot_be_read_is_no_wrong_password() {
        get(world.enrolment().createWithPassword("juliet", "O Romeo"));
        world.store.unreadable(true);

        assertEquals(Outcome.UNAVAILABLE, plain("juliet", "O Romeo", HOME));
        assertEquals(Outcome.UNAVAILABLE, get(world.authority.proven("juliet", true, HOME)));
    }

    @Test
    void an_existing_account_is_not_created_again() {
        assertTrue(get(world.enrolment().createWithPassword("juliet", "O Romeo")));
        assertFalse(get(world.enrolment().createWithPassword("juliet", "O Paris")));
        assertEquals(Outcome.GRANTED, plain("juliet", "O Romeo", HOME));
    }

    @Test
    void the_row_of_credentials_holds_no_secret_and_reads_back_as_it_was() {
        var key = world.enrolment().newKey();
        get(world.enrolment().createWithKey("juliet", key, "Pixel\n9"));
        var row = get(world.store.row("juliet", Credentials.SHELF, Credentials.ROW));
        assertTrue(row != null && !new String(row, java.nio.charset.StandardCharsets.ISO_8859_1).contains(key));

        var read = Credentials.decode(row);
        assertArrayEquals(row, read.encode());
        assertEquals("Pixel9", read.device());
        assertNotEquals(key, world.enrolment().newKey());
        assertTrue(key.matches("([a-hj-km-np-z2-9]{4}-){6}[a-hj-km-np-z2-9]{4}"), key);
    }

    private Outcome plain(String account, String password, String peer) {
        return get(world.authority.plain(account, password, peer));
    }
}
