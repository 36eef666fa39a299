package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Stranger;
import im.kith.trial.play.Trial;
import im.kith.trial.play.User;
import im.kith.trial.play.World;
import im.kith.trial.wire.Sasl2;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Xml;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Spec({"XEP-0388", "XEP-0386", "XEP-0484"})
class Sasl2Trial {

    private static final String BIND = "<bind xmlns='urn:xmpp:bind:0'><tag>Trial</tag>%s</bind>";
    private static final String ACKS = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>";
    private static final String CARBONS = "<enable xmlns='urn:xmpp:carbons:2'/>";
    private static final String TOKEN = "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>";

    @Trial
    @Spec("XEP-0388 §2.3")
    void it_is_offered_beside_the_old_way(World world) {
        var features = world.stranger(Transport.TLS).opens();
        var offer = features.child("authentication", Sasl2.NAMESPACE);
        if (offer == null
                || features.find("mechanisms") == null
                || offer.find("bind") == null
                || offer.find("fast") == null
                || offer.find("sm") == null) {
            throw new AssertionError("not all is offered: " + features);
        }
    }

    @Trial
    @Spec("XEP-0388 §2.6")
    void one_exchange_signs_in_and_binds(World world) {
        for (var mechanism : new String[] {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}) {
            var stranger = world.stranger(Transport.TLS);
            stranger.opens();
            var success = sasl(stranger, UUID.randomUUID().toString())
                    .authenticate(
                            mechanism,
                            world.user("romeo").wireName(),
                            world.user("romeo").password(),
                            BIND.formatted(""));
            var jid = identifier(success);
            if (!world.toPlay(jid).startsWith("romeo@kith.test/Trial") || success.find("bound") == null) {
                throw new AssertionError(mechanism + " bound " + jid + ": " + success);
            }
            if (!stranger.hearsElement().name().equals("features")) {
                throw new AssertionError("features follow a success without another opening");
            }
        }
    }

    @Trial
    @Spec("XEP-0386 §4")
    void acks_and_carbons_are_enabled_on_the_way(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        var stranger = world.stranger(Transport.TLS);
        var success = enters(stranger, romeo, UUID.randomUUID().toString(), CARBONS + ACKS, "");
        var street = romeo.device("street").adopts(stranger.wire(), identifier(success), resumptionId(success));
        street.available("<presence/>");

        orchard.says("Good night", juliet);

        var carbon = street.nextMessage();
        if (carbon.child("sent", "urn:xmpp:carbons:2") == null) {
            throw new AssertionError("expected a carbon, got " + carbon);
        }
        street.says("It is me, too", juliet).isAcked();
    }

    @Trial
    @Spec("XEP-0388 §2.6.3")
    void a_wrong_password_is_a_failure(World world) {
        var stranger = world.stranger(Transport.TLS);
        stranger.opens();
        var answer = sasl(stranger, UUID.randomUUID().toString())
                .authenticate("SCRAM-SHA-256", world.user("romeo").wireName(), "wrong", BIND.formatted(""));
        if (!answer.is("failure", Sasl2.NAMESPACE) || answer.find("not-authorized") == null) {
            throw new AssertionError("expected a failure, got " + answer);
        }
    }

    @Trial
    @Spec("XEP-0484")
    void a_token_signs_in_the_device_that_asked_for_it(World world) {
        var romeo = world.user("romeo");
        var device = UUID.randomUUID().toString();
        var success = enters(world.stranger(Transport.TLS), romeo, device, "", TOKEN);
        var token = token(success);

        var again = world.stranger(Transport.TLS);
        again.opens();
        var answer = sasl(again, device)
                .authenticateByToken(
                        "HT-SHA-256-NONE",
                        romeo.wireName(),
                        token,
                        BIND.formatted("") + "<fast xmlns='urn:xmpp:fast:0'/>");
        if (!answer.is("success", Sasl2.NAMESPACE) || answer.find("bound") == null) {
            throw new AssertionError("the token was refused: " + answer);
        }

        var thief = world.stranger(Transport.TLS);
        thief.opens();
        var refused = sasl(thief, UUID.randomUUID().toString())
                .authenticateByToken("HT-SHA-256-NONE", romeo.wireName(), token, "<fast xmlns='urn:xmpp:fast:0'/>");
        if (refused.is("success", Sasl2.NAMESPACE)) {
            throw new AssertionError("the token of another device was taken");
        }
    }

    @Trial
    @Spec("XEP-0484 §3.4")
    void a_token_that_was_given_back_is_worthless(World world) {
        var romeo = world.user("romeo");
        var device = UUID.randomUUID().toString();
        var token = token(enters(world.stranger(Transport.TLS), romeo, device, "", TOKEN));
        var returns = world.stranger(Transport.TLS);
        returns.opens();
        sasl(returns, device)
                .authenticateByToken(
                        "HT-SHA-256-NONE",
                        romeo.wireName(),
                        token,
                        "<fast xmlns='urn:xmpp:fast:0' invalidate='true'/>");
        var again = world.stranger(Transport.TLS);
        again.opens();
        var answer = sasl(again, device)
                .authenticateByToken("HT-SHA-256-NONE", romeo.wireName(), token, "<fast xmlns='urn:xmpp:fast:0'/>");
        if (answer.is("success", Sasl2.NAMESPACE)) {
            throw new AssertionError("the token still works");
        }
    }

    @Trial
    @Spec("XEP-0198 §5.2")
    void a_stream_is_resumed_on_the_way(World world) {
        var romeo = world.user("romeo");
        var juliet = world.user("juliet").device("balcony").online();
        var device = UUID.randomUUID().toString();
        var first = world.stranger(Transport.TLS);
        var success = enters(first, romeo, device, ACKS, "");
        var id = resumptionId(success);
        var street = romeo.device("street").adopts(first.wire(), identifier(success), id);
        street.available("<presence/>");
        var received = Objects.requireNonNull(street.session().acks()).received();
        street.drops();
        juliet.says("Where are you?", romeo).isAcked();

        var second = world.stranger(Transport.TLS);
        second.opens();
        var answer = sasl(second, device)
                .authenticate(
                        "SCRAM-SHA-256",
                        romeo.wireName(),
                        romeo.password(),
                        "<resume xmlns='urn:xmpp:sm:3' previd='" + id + "' h='" + received + "'/>");
        if (answer.find("resumed") == null) {
            throw new AssertionError("not resumed: " + answer);
        }
        var element = second.hearsElement();
        while (!element.name().equals("message")) {
            element = second.hearsElement();
        }
        if (!element.textOf("body").equals("Where are you?")) {
            throw new AssertionError("expected the message, got " + element);
        }
    }

    @Trial
    @Spec("XEP-0386 §4")
    void a_stable_id_makes_one_device_that_catches_up_without_resumption(World world) {
        var romeo = world.user("romeo");
        var juliet = world.user("juliet").device("balcony").online();
        var device = UUID.randomUUID().toString();
        var first = world.stranger(Transport.TLS);
        var success = enters(first, romeo, device, ACKS, "");
        var phone = romeo.device("phone").adopts(first.wire(), identifier(success), resumptionId(success));
        phone.available("<presence/>");
        juliet.says("one", romeo).isAcked();
        phone.hears("one");
        phone.leaves();
        var other = romeo.device("other").online();
        juliet.says("two", romeo).isAcked();
        other.hears("two");

        var second = world.stranger(Transport.TLS);
        var again = enters(second, romeo, device, ACKS, "");
        var back = romeo.device("phone").adopts(second.wire(), identifier(again), resumptionId(again));
        back.available("<presence/>");
        back.hears("two").getsNothingElse();
    }

    private static Xml enters(Stranger stranger, User user, String device, String bound, String beside) {
        stranger.opens();
        var success = sasl(stranger, device)
                .authenticate("SCRAM-SHA-256", user.wireName(), user.password(), BIND.formatted(bound) + beside);
        if (!success.is("success", Sasl2.NAMESPACE)) {
            throw new AssertionError("expected success, got " + success);
        }
        return success;
    }

    private static Sasl2 sasl(Stranger stranger, String device) {
        return new Sasl2(stranger.wire(), device, stranger.negotiation().channelBinding());
    }

    private static String identifier(Xml success) {
        return success.textOf("authorization-identifier");
    }

    private static @Nullable String resumptionId(Xml success) {
        var enabled = success.find("enabled");
        return enabled == null ? null : enabled.attribute("id");
    }

    private static String token(Xml success) {
        var token = success.find("token");
        if (token == null) {
            throw new AssertionError("no token in " + success);
        }
        return token.attributeOr("token", "");
    }
}
