package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.User;
import im.kith.trial.play.World;
import im.kith.trial.wire.Tls;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.blocking.BlockingCommandManager;
import org.jivesoftware.smackx.carbons.CarbonManager;
import org.jivesoftware.smackx.iqlast.LastActivityManager;
import org.jivesoftware.smackx.iqversion.VersionManager;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.ping.PingManager;
import org.jivesoftware.smackx.vcardtemp.VCardManager;
import org.jivesoftware.smackx.vcardtemp.packet.VCard;
import org.junit.jupiter.api.Tag;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

/// Smack, the library inside many clients, does with the server what clients do.
@Tag("clients")
class SmackTrial {

    private static final int PATIENCE_SECONDS = 60;

    @Trial
    void it_signs_in_over_starttls_and_talks(World world) throws Exception {
        var juliet = world.user("juliet").device("balcony").online();
        try (var romeo = new Smack(world, world.user("romeo"))) {
            romeo.chats().chatWith(address(world, juliet.user())).send("Art thou there?");
            juliet.hears("Art thou there?");
            juliet.says("I am here", world.user("romeo"));
            romeo.hears("I am here");
        }
    }

    @Trial
    @Spec("XEP-0198 §5")
    void it_resumes_its_stream(World world) throws Exception {
        var juliet = world.user("juliet").device("balcony").online();
        try (var romeo = new Smack(world, world.user("romeo"))) {
            romeo.connection().instantShutdown();
            juliet.says("Where are you?", world.user("romeo")).isAcked();
            romeo.connection().connect().login();
            if (!romeo.connection().streamWasResumed()) {
                throw new AssertionError("Smack could not resume");
            }
            romeo.hears("Where are you?");
        }
    }

    @Trial
    void it_gets_what_it_missed(World world) throws Exception {
        var juliet = world.user("juliet").device("balcony").online();
        var user = world.user("romeo");
        juliet.says("one", user);
        juliet.says("two", user).isAcked();
        try (var romeo = new Smack(world, user)) {
            romeo.hears("one");
            romeo.hears("two");
        }
    }

    @Trial
    @Spec("RFC 6121 §3")
    void it_subscribes_and_sees_presence(World world) throws Exception {
        try (var romeo = new Smack(world, world.user("romeo"));
                var juliet = new Smack(world, world.user("juliet"))) {
            Roster.getInstanceFor(juliet.connection()).setSubscriptionMode(Roster.SubscriptionMode.accept_all);
            var address = address(world, world.user("juliet"));
            Roster.getInstanceFor(romeo.connection()).createItemAndRequestSubscription(address, "Juliet", null);
            var roster = Roster.getInstanceFor(romeo.connection());
            check(
                    comesTrue(() -> roster.getPresence(address).isAvailable()),
                    "presence of hers: " + roster.getEntry(address));
            juliet.connection()
                    .sendStanza(juliet.connection()
                            .getStanzaFactory()
                            .buildPresenceStanza()
                            .ofType(Presence.Type.available)
                            .setMode(Presence.Mode.away)
                            .build());
            check(
                    comesTrue(() -> roster.getPresence(address).getMode() == Presence.Mode.away),
                    "presence that says she is away");
        }
    }

    private static boolean comesTrue(BooleanSupplier what) throws InterruptedException {
        var deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!what.getAsBoolean()) {
            if (System.nanoTime() > deadlineNanos) return false;
            Thread.sleep(50);
        }
        return true;
    }

    @Trial
    void it_uses_the_small_extensions(World world) throws Exception {
        var tybalt = address(world, world.user("tybalt"));
        try (var romeo = new Smack(world, world.user("romeo"))) {
            var connection = romeo.connection();
            check(PingManager.getInstanceFor(connection).pingMyServer(), "ping");
            var domain = connection.getXMPPServiceDomain();
            check(VersionManager.getInstanceFor(connection).getVersion(domain) != null, "version");
            check(LastActivityManager.getInstanceFor(connection).getLastActivity(domain) != null, "last activity");
            check(CarbonManager.getInstanceFor(connection).isSupportedByServer(), "carbons");
            CarbonManager.getInstanceFor(connection).enableCarbons();
            var blocking = BlockingCommandManager.getInstanceFor(connection);
            check(blocking.isSupportedByServer(), "blocking");
            blocking.blockContacts(java.util.List.of(tybalt));
            check(blocking.getBlockList().contains(tybalt), "the block list");
            var card = new VCard();
            card.setFirstName("Romeo");
            VCardManager.getInstanceFor(connection).saveVCard(card);
            check(
                    "Romeo"
                            .equals(VCardManager.getInstanceFor(connection)
                                    .loadVCard()
                                    .getFirstName()),
                    "the card");
        }
    }

    @Trial
    @Spec("XEP-0313")
    void it_reads_the_archive(World world) throws Exception {
        var juliet = world.user("juliet").device("balcony").online();
        try (var romeo = new Smack(world, world.user("romeo"))) {
            for (var i = 0; i < 5; i++) {
                juliet.says("line " + i, world.user("romeo"));
                romeo.hears("line " + i);
            }
            var archive = MamManager.getInstanceFor(romeo.connection());
            check(archive.isSupported(), "the archive");
            var page = archive.queryMostRecentPage(address(world, juliet.user()), 3);
            check(page.getMessageCount() == 3, "a page of three, got " + page.getMessageCount());
            check("line 4".equals(page.getMessages().getLast().getBody()), "the last line");
        }
    }

    private static void check(boolean is, String what) {
        if (!is) {
            throw new AssertionError("Smack finds no " + what);
        }
    }

    private static EntityBareJid address(World world, User user) throws Exception {
        return JidCreate.entityBareFrom(world.toWire(user.jid()));
    }

    /// A Smack connection that is signed in, and what it hears.
    private static final class Smack implements AutoCloseable {

        private final XMPPTCPConnection connection;
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Smack(World world, User user) throws Exception {
            var endpoint = world.endpoint();
            connection = new XMPPTCPConnection(XMPPTCPConnectionConfiguration.builder()
                    .setXmppDomain(endpoint.domain())
                    .setHostAddress(InetAddress.getByName(endpoint.host()))
                    .setPort(endpoint.xmppPort())
                    .setUsernameAndPassword(user.wireName(), user.password())
                    .setResource("smack")
                    .setSecurityMode(SecurityMode.required)
                    .setCustomX509TrustManager(Tls.trustManager())
                    .setHostnameVerifier((host, session) -> true)
                    .build());
            connection.setUseStreamManagement(true);
            connection.setUseStreamManagementResumption(true);
            connection.setReplyTimeout(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            ChatManager.getInstanceFor(connection)
                    .addIncomingListener((from, message, chat) -> heard.add(message.getBody()));
            connection.connect().login();
        }

        XMPPTCPConnection connection() {
            return connection;
        }

        ChatManager chats() {
            return ChatManager.getInstanceFor(connection);
        }

        void hears(String text) throws InterruptedException {
            var got = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!text.equals(got)) {
                throw new AssertionError("Smack should have heard '" + text + "', got " + got);
            }
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }
}
