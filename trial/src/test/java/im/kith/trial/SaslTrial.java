package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import im.kith.trial.wire.Transport;
import java.util.Base64;

@Spec("RFC 6120 §6")
class SaslTrial {

    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";

    @Trial
    void plain_signs_in_over_tls(World world) {
        world.user("romeo")
                .device("orchard")
                .over(Transport.STARTTLS)
                .by("PLAIN")
                .online();
    }

    @Trial
    void scram_sha_1_signs_in(World world) {
        world.user("romeo").device("orchard").by("SCRAM-SHA-1").online();
    }

    @Trial
    void scram_sha_256_signs_in(World world) {
        world.user("romeo").device("orchard").by("SCRAM-SHA-256").online();
    }

    @Trial
    @Spec("XEP-0368")
    void scram_signs_in_over_direct_tls(World world) {
        world.user("romeo").device("orchard").over(Transport.TLS).online();
    }

    @Trial
    @Spec({"RFC 5802", "RFC 9266"})
    void scram_sha_1_plus_binds_to_the_channel(World world) {
        world.user("romeo")
                .device("orchard")
                .over(Transport.STARTTLS)
                .by("SCRAM-SHA-1-PLUS")
                .online();
    }

    @Trial
    @Spec({"RFC 7677", "RFC 9266"})
    void scram_sha_256_plus_binds_to_the_channel(World world) {
        world.user("romeo")
                .device("orchard")
                .over(Transport.TLS)
                .by("SCRAM-SHA-256-PLUS")
                .online();
    }

    @Trial
    @Spec("XEP-0440")
    void the_kinds_of_channel_binding_are_advertised_over_tls(World world) {
        var features = world.stranger(Transport.TLS).opens();
        var kinds = features.find("sasl-channel-binding");
        if (kinds == null || !kinds.toString().matches("(?s).*tls-(exporter|server-end-point).*")) {
            throw new AssertionError("no channel binding in " + features);
        }
    }

    @Trial
    void plus_mechanisms_are_not_offered_without_tls(World world) {
        var features = world.stranger().opens();
        if (features.toString().contains("-PLUS")) {
            throw new AssertionError("there is no channel to bind to: " + features);
        }
    }

    @Trial
    @Spec("RFC 6120 §6.5.10")
    void a_wrong_password_is_not_authorized_by_any_mechanism(World world) {
        var romeo = world.user("romeo");
        for (var mechanism : new String[] {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}) {
            romeo.device("orchard").by(mechanism).withPassword("wherefore").cannotConnect("not-authorized");
        }
    }

    @Trial
    @Spec("RFC 6120 §13.9")
    void somebody_who_does_not_exist_cannot_be_told_from_a_wrong_password(World world) {
        var nobody = world.user("nobody", "nobody-at-all", "secret");
        for (var mechanism : new String[] {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}) {
            nobody.device("orchard").by(mechanism).cannotConnect("not-authorized");
        }
    }

    @Trial
    @Spec("RFC 6120 §6.5.7")
    void an_unknown_mechanism_is_invalid(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='" + SASL + "' mechanism='DIGEST-MD4'>=</auth>")
                .hears("<failure xmlns='" + SASL + "'><invalid-mechanism/></failure>");
    }

    @Trial
    @Spec("RFC 6120 §6.5.6")
    void what_is_no_base64_is_an_incorrect_encoding(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='" + SASL + "' mechanism='PLAIN'>!!?!!</auth>");
        assertFailure(stranger.hearsElement(), "incorrect-encoding");
    }

    @Trial
    @Spec("RFC 6120 §6.5.8")
    void a_message_that_is_no_scram_is_refused(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='" + SASL + "' mechanism='SCRAM-SHA-1'>"
                + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3}) + "</auth>");
        var answer = stranger.hearsElement();
        if (!answer.is("failure", SASL)) {
            throw new AssertionError("expected a failure, got " + answer);
        }
    }

    @Trial
    @Spec("RFC 6120 §6.5.1")
    void an_exchange_can_be_aborted_and_tried_again(World world) {
        var romeo = world.user("romeo");
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='" + SASL + "' mechanism='SCRAM-SHA-1'>"
                + Base64.getEncoder().encodeToString(("n,,n=" + romeo.wireName() + ",r=abc").getBytes()) + "</auth>");
        stranger.hearsElement();
        stranger.says("<abort xmlns='" + SASL + "'/>").hears("<failure xmlns='" + SASL + "'><aborted/></failure>");
        stranger.negotiation().authenticate("SCRAM-SHA-1", romeo.wireName(), romeo.password());
    }

    @Trial
    @Spec("RFC 6120 §6.4.5")
    void too_many_attempts_end_the_stream(World world) {
        var stranger = world.stranger();
        stranger.opens();
        for (var attempt = 0; attempt < 20; attempt++) {
            stranger.says("<auth xmlns='" + SASL + "' mechanism='PLAIN'>AGEAYg==</auth>");
            var event = stranger.hears();
            if (!(event instanceof im.kith.trial.wire.Wire.Said(im.kith.trial.wire.Xml answer))
                    || !answer.is("failure", SASL)) {
                return;
            }
        }
        throw new AssertionError("twenty wrong passwords, and still welcome");
    }

    @Trial
    @Spec("RFC 6120 §6.3.3")
    void an_identity_to_act_as_must_be_ones_own(World world) {
        var romeo = world.user("romeo");
        world.user("juliet");
        var stranger = world.stranger();
        stranger.opens();
        var as = world.toWire("juliet@kith.test");
        stranger.says("<auth xmlns='" + SASL + "' mechanism='PLAIN'>"
                + Base64.getEncoder()
                        .encodeToString((as + "\0" + romeo.wireName() + "\0" + romeo.password()).getBytes())
                + "</auth>");
        var answer = stranger.hearsElement();
        if (answer.find("invalid-authzid") == null && answer.find("not-authorized") == null) {
            throw new AssertionError("expected a refusal, got " + answer);
        }
    }

    @Trial
    @Spec("RFC 6120 §5.4.2.1")
    void a_line_feed_behind_starttls_does_no_harm(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n")
                .hears("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        stranger.wire().startTls();
        stranger.opens();
    }

    @Trial
    @Spec("RFC 6120 §5.4.3.3")
    void after_tls_the_stream_is_a_new_one_and_starttls_is_not_offered_again(World world) {
        var stranger = world.stranger();
        var features = stranger.opensWithStartTls();
        if (features.find("starttls") != null) {
            throw new AssertionError("STARTTLS is offered inside TLS: " + features);
        }
    }

    @Trial
    @im.kith.trial.play.OwnServer(set = "auth.plain-without-tls=false")
    @Spec("RFC 6120 §13.8.3")
    void plain_is_neither_offered_nor_taken_without_tls(World world) {
        var stranger = world.stranger();
        var features = stranger.opens();
        if (features.toString().contains(">PLAIN<")) {
            throw new AssertionError("PLAIN is offered in the clear: " + features);
        }
        stranger.says("<auth xmlns='" + SASL + "' mechanism='PLAIN'>AGEAYg==</auth>");
        var answer = stranger.hearsElement();
        if (answer.find("encryption-required") == null && answer.find("invalid-mechanism") == null) {
            throw new AssertionError("expected a refusal, got " + answer);
        }
    }

    private static void assertFailure(im.kith.trial.wire.Xml answer, String condition) {
        if (!answer.is("failure", SASL) || answer.child(condition) == null) {
            throw new AssertionError("expected " + condition + ", got " + answer);
        }
    }
}
