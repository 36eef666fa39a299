package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Program;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The promise: acknowledged means on disk, on disk means delivered, once, in order.
class PromiseTrial {

    private static final String HUNDRED_LINES = "line ";

    @Trial
    @Spec("XEP-0160")
    void a_client_without_acks_gets_what_waited_once(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        for (var i = 0; i < 100; i++) {
            romeo.says(HUNDRED_LINES + i, juliet);
        }
        romeo.says("the end", juliet).isAcked();

        var old = juliet.device("old").withoutAcks().online();
        for (var i = 0; i < 100; i++) {
            old.hears(HUNDRED_LINES + i);
        }
        old.hears("the end").getsNothingElse();
        old.leaves();

        juliet.device("old").withoutAcks().online().getsNothingElse();
    }

    @Trial
    @OwnServer(set = "session.resume-window=1 second")
    void a_message_waits_until_a_device_takes_it_not_until_it_was_written_to_a_dead_connection(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var phone = juliet.device("phone").neverAcknowledging().online();
        romeo.says("Can you hear me?", juliet).isAcked();
        phone.hears("Can you hear me?");
        phone.drops();

        juliet.device("tablet").online().hears("Can you hear me?");
    }

    @Trial
    void two_clients_with_the_same_resource_lose_nothing(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var first = juliet.device("balcony").online();
        romeo.says("one", juliet).isAcked();
        first.hears("one");
        first.session().acknowledge();
        // The acknowledgement has arrived before the other connection, which goes its own way to the account.
        first.getsNothingElse();

        var second = juliet.device("balcony").online();
        romeo.says("two", juliet).isAcked();
        second.hears("two").getsNothingElse();
    }

    @Trial
    @OwnServer
    void what_is_sent_again_after_a_crash_arrives_once(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        for (var i = 0; i < 50; i++) {
            romeo.says(HUNDRED_LINES + i, juliet);
        }

        world.crash();

        romeo.resumes();
        romeo.says("the end", juliet).isAcked();
        balcony.resumes();
        for (var i = 0; i < 50; i++) {
            balcony.hears(HUNDRED_LINES + i);
        }
        balcony.hears("the end").getsNothingElse();
    }

    @Trial
    @OwnServer
    void a_new_stream_after_a_crash_may_send_again_with_the_same_origin_ids(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var message = "<message to='juliet@kith.test' type='chat' id='o1'><body>Once</body>"
                + "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>";
        romeo.sends(message).isAcked();

        world.crash();

        var again = world.user("romeo").device("orchard").online();
        again.sends(message).isAcked();
        juliet.device("balcony").online().hears("Once").getsNothingElse();
    }

    @Trial
    @OwnServer
    void what_a_client_without_acks_has_taken_does_not_come_again_after_a_crash(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.says("Once", juliet).isAcked();
        var old = juliet.device("old").withoutAcks().online();
        old.hears("Once").getsNothingElse();
        old.leaves();

        world.crash();

        juliet.device("old").withoutAcks().online().getsNothingElse();
    }

    @Trial
    @OwnServer
    void rosters_blocks_and_cards_survive_a_crash(World world) {
        var romeo = world.user("romeo");
        world.user("juliet");
        var orchard = romeo.device("orchard").online();
        orchard.asks(
                        "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='juliet@kith.test' name='J'/></query></iq>")
                .isResult();
        orchard.asks("<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='tybalt@kith.test'/></block></iq>")
                .isResult();
        orchard.asks("<iq type='set'><vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard></iq>")
                .isResult();

        world.crash();

        var street = romeo.device("street").online();
        street.asks("<iq type='get'><query xmlns='jabber:iq:roster'/></iq>")
                .is("<iq type='result'><query xmlns='jabber:iq:roster' ver='*'>"
                        + "<item jid='juliet@kith.test' name='J' subscription='none'/></query></iq>");
        street.asks("<iq type='get'><blocklist xmlns='urn:xmpp:blocking'/></iq>")
                .is(
                        "<iq type='result'><blocklist xmlns='urn:xmpp:blocking'><item jid='tybalt@kith.test'/></blocklist></iq>");
        street.asks("<iq type='get'><vCard xmlns='vcard-temp'/></iq>")
                .is("<iq type='result'><vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard></iq>");
    }

    @Trial
    @OwnServer(set = "inbox.keep=0 seconds")
    void without_an_archive_a_message_is_gone_once_it_was_taken(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.says("Burn this", juliet).isAcked();
        var balcony = juliet.device("balcony").online();
        balcony.hears("Burn this");
        balcony.session().acknowledge();
        balcony.getsNothingElse();
        balcony.leaves();

        // It leaves the disk soon, and not at once.
        var chamber = juliet.device("chamber").online();
        var deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        do {
            chamber.asks("<iq type='set'><query xmlns='urn:xmpp:mam:2' queryid='q'/></iq>")
                    .isResult();
        } while (!chamber.takesResults("q").isEmpty() && System.nanoTime() < deadlineNanos);
        chamber.asks("<iq type='set'><query xmlns='urn:xmpp:mam:2'/></iq>").isResult();
        chamber.getsNothingElse();
    }

    @Trial
    @OwnServer(set = "session.resume-window=1 second")
    @Spec("XEP-0198 §5")
    void after_the_window_the_stream_cannot_be_resumed_but_nothing_is_lost(World world) throws InterruptedException {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        balcony.drops();
        romeo.says("Where are you?", juliet).isAcked();
        Thread.sleep(3_000);

        if (!balcony.triesToResume()) {
            balcony.available("<presence/>");
        }
        balcony.hears("Where are you?").getsNothingElse();
    }

    @Trial
    @OwnServer(set = "inbox.max-waiting=100")
    void a_full_inbox_is_told_to_the_sender_and_drops_nothing(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        // Takes no messages, but tells when her account has looked at what was sent before.
        var absent = juliet.device("absent").connected();
        var accepted = 0;
        for (var i = 0; i < 300; i++) {
            var sent = romeo.says(HUNDRED_LINES + i, juliet).isAcked();
            absent.getsNothingElse();
            if (isRefused(romeo, sent.id())) {
                break;
            }
            accepted++;
        }
        if (accepted == 0 || accepted == 300) {
            throw new AssertionError("accepted " + accepted + " messages into an inbox of 100");
        }
        var balcony = juliet.device("balcony").online();
        for (var i = 0; i < accepted; i++) {
            balcony.hears(HUNDRED_LINES + i);
        }
        balcony.getsNothingElse();
    }

    private static boolean isRefused(Device device, String id) {
        return device.sees(stanza -> stanza.attributeOr("id", "").equals(id)
                && stanza.attributeOr("type", "").equals("error"));
    }

    @Trial
    @OwnServer
    void stopping_the_server_says_goodbye_and_loses_nothing(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        for (var i = 0; i < 50; i++) {
            romeo.says(HUNDRED_LINES + i, juliet);
        }
        var code = world.server().stop();
        if (code != 0) {
            throw new AssertionError("the server ended with " + code);
        }
        romeo.isThrownOut("system-shutdown");
        world.server().start();
        romeo.triesToResume();
        romeo.orphaned().forEach(romeo.session()::send);
        romeo.says("the end", juliet).isAcked();

        var balcony = juliet.device("balcony").online();
        for (var i = 0; i < 50; i++) {
            balcony.hears(HUNDRED_LINES + i);
        }
        balcony.hears("the end").getsNothingElse();
    }

    @Trial
    @OwnServer
    void a_full_disk_acknowledges_nothing_says_so_and_heals(World world) throws Exception {
        assumeTrue(Program.isInstalled("prlimit", "--version"), "needs Linux's prlimit");
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var old = juliet.device("old").withoutAcks().online();
        romeo.says("before", juliet).isAcked();
        old.hears("before");

        world.server().fillDisk();
        var meanwhile = romeo.says("meanwhile", juliet);
        awaitReadiness(world, 503);

        // Who counts acknowledgements sees that there is none; who does not is told at once; nobody else gets in.
        old.says("refused", romeo.user()).isRefused("resource-constraint");
        assertEquals(
                1,
                Objects.requireNonNull(romeo.session().acks()).unacknowledged().size());
        juliet.device("new").cannotConnect("resource-constraint");

        world.server().freeDisk();
        meanwhile.isAcked();
        awaitReadiness(world, 200);
        old.hears("meanwhile");
        old.says("after", romeo.user());
        romeo.hears("after").getsNothingElse();
        old.getsNothingElse();
    }

    /// The server's own word for whether it can keep anything, as a balancer asks for it.
    private static void awaitReadiness(World world, int status) throws Exception {
        var endpoint = world.endpoint();
        var ask = HttpRequest.newBuilder(
                        URI.create("http://" + endpoint.host() + ":" + endpoint.httpPort() + "/health/ready"))
                .build();
        var deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        try (var http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadlineNanos) {
                if (http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == status) {
                    return;
                }
                Thread.sleep(20);
            }
        }
        throw new AssertionError("/health/ready never said " + status);
    }
}
