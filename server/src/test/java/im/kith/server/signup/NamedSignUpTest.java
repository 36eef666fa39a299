package im.kith.server.signup;

import static im.kith.server.auth.AuthorityWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Authority.Outcome;
import im.kith.server.signup.RegistrationRoutes.Mode;
import im.kith.server.stream.InBandRegistration;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedSignUpTest {

    private final Registering server = new Registering(Mode.INVITE);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void an_invitation_makes_one_account_with_a_key() {
        var made = server.post(byInvitation(invite(), "Juliet"));
        assertEquals(201, made.status());
        assertEquals(Set.of("jid", "key"), made.body().keySet());
        assertEquals("juliet@localhost", made.string("jid"));
        assertEquals(Outcome.GRANTED, get(server.world.authority.plain("juliet", made.string("key"), "192.0.2.1")));
    }

    @Test
    void an_invitation_makes_one_account_with_a_password() {
        var made = server.post("{\"invite\":\"%s\",\"name\":\"juliet\",\"password\":\"O Romeo\"}".formatted(invite()));
        assertEquals(201, made.status());
        assertEquals(Set.of("jid"), made.body().keySet());
        assertEquals(Outcome.GRANTED, get(server.world.authority.plain("juliet", "O Romeo", "192.0.2.1")));
    }

    @Test
    void an_invitation_is_good_once_and_not_for_ever() {
        var code = invite();
        assertEquals(201, server.post(byInvitation(code, "juliet")).status());
        assertEquals(403, server.post(byInvitation(code, "romeo")).status());

        var old = invite();
        server.world.passes(Duration.ofHours(72));
        assertEquals(403, server.post(byInvitation(old, "romeo")).status());
    }

    @Test
    void an_invitation_survives_a_restart_and_a_name_that_is_taken() {
        get(server.world.enrolment().createWithPassword("juliet", "O Romeo"));
        var code = invite();
        assertEquals(409, server.post(byInvitation(code, "juliet")).status());
        server.restart();
        assertEquals(
                201,
                server.post(byInvitation(code.toUpperCase(java.util.Locale.ROOT), "nurse"))
                        .status());
    }

    @Test
    void guessing_invitations_is_slowed_down() {
        for (int i = 0; i < 30; i++)
            assertEquals(403, server.post(byInvitation("guess" + i, "mallory")).status());
        assertEquals(429, server.post(byInvitation(invite(), "mallory")).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a@b", "a/b", "a\\u0000b", "+491701234567", "<script>"})
    void names_that_cannot_be_are_refused_with_a_reason_and_keep_the_invitation(String name) {
        var code = invite();
        var refused = server.post(byInvitation(code, name));
        assertEquals(422, refused.status());
        assertEquals(201, server.post(byInvitation(code, "juliet")).status());
    }

    @Test
    void by_invitation_means_that_a_number_alone_is_not_enough() {
        var refused = server.begin("+491701234567");
        assertEquals(403, refused.status());
        assertTrue(refused.string("detail").contains("invite"));
        assertEquals(
                403,
                server.post("{\"name\":\"juliet\",\"password\":\"O Romeo\"}").status());
    }

    @Test
    void in_the_open_a_name_and_a_password_are_enough_within_limits() {
        server.mode(Mode.OPEN);
        for (var name : new String[] {"juliet", "romeo", "nurse"}) {
            assertEquals(
                    201,
                    server.post("{\"name\":\"%s\",\"password\":\"O Romeo\"}".formatted(name))
                            .status());
        }
        assertEquals(
                429,
                server.post("{\"name\":\"tybalt\",\"password\":\"O Romeo\"}").status());
        assertEquals(202, server.begin("+491701234567").status());

        server.peer = "127.0.0.1";
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    201,
                    server.post("{\"name\":\"load%d\",\"password\":\"O Romeo\"}".formatted(i))
                            .status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void an_invitation_is_good_in_every_mode_but_closed(Mode mode) {
        server.mode(mode);
        assertEquals(
                mode == Mode.CLOSED ? 403 : 201,
                server.post(byInvitation(invite(), "juliet")).status());
    }

    @Test
    void closed_is_closed() {
        server.mode(Mode.CLOSED);
        assertEquals(403, server.begin("+491701234567").status());
        assertEquals(
                403,
                server.post("{\"name\":\"juliet\",\"password\":\"O Romeo\"}").status());
    }

    @Test
    void a_client_registers_in_band_by_the_same_rules() {
        var inBand = new InBandSignUp(
                new NamedSignUp(
                        "localhost", server.world.enrolment(), server.invitations, 2, () -> server.world.nowMillis),
                true);

        assertEquals(InBandRegistration.Outcome.CREATED, get(inBand.register("juliet", "O Romeo", null, "192.0.2.1")));
        assertEquals(InBandRegistration.Outcome.CONFLICT, get(inBand.register("juliet", "O Paris", null, "192.0.2.1")));
        assertEquals(
                InBandRegistration.Outcome.THROTTLED, get(inBand.register("romeo", "O Juliet", null, "192.0.2.1")));
        assertEquals(InBandRegistration.Outcome.NOT_ACCEPTABLE, get(inBand.register("romeo", "", null, "192.0.2.2")));
        assertEquals(
                InBandRegistration.Outcome.NOT_ACCEPTABLE,
                get(inBand.register("+4917", "O Juliet", null, "192.0.2.2")));
        server.world.store.unreadable(true);
        assertEquals(InBandRegistration.Outcome.UNAVAILABLE, get(inBand.register("nurse", "Peter", null, "192.0.2.2")));
    }

    @Test
    void who_was_invited_by_somebody_becomes_their_contact() {
        var named = new NamedSignUp(
                "localhost", server.world.enrolment(), server.invitations, 2, () -> server.world.nowMillis);
        var friends = new java.util.ArrayList<String>();
        named.befriending((inviter, account) -> {
            friends.add(inviter + " " + account);
            return java.util.concurrent.CompletableFuture.completedStage(true);
        });
        var inBand = new InBandSignUp(named, false);
        var code = get(server.invitations.make(Duration.ofHours(72), "juliet")).code();

        assertEquals(true, get(inBand.isGood(code, "192.0.2.1")));
        assertEquals(false, get(inBand.isGood("else", "192.0.2.1")));
        assertEquals(InBandRegistration.Outcome.CREATED, get(inBand.register("romeo", "O Juliet", code, "192.0.2.1")));
        assertEquals(java.util.List.of("juliet romeo"), friends);
        assertEquals(false, get(inBand.isGood(code, "192.0.2.1")));
        assertEquals(
                InBandRegistration.Outcome.NOT_INVITED, get(inBand.register("paris", "O Juliet", code, "192.0.2.1")));
    }

    private String invite() {
        return get(server.invitations.make(Duration.ofHours(72))).code();
    }

    private static String byInvitation(String code, String name) {
        return "{\"invite\":\"%s\",\"name\":\"%s\"}".formatted(code, name);
    }
}
