package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.igniterealtime.smack.inttest.AbstractSmackIntTest;
import org.igniterealtime.smack.inttest.Configuration;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.igniterealtime.smack.inttest.annotations.SmackIntegrationTest;
import org.jivesoftware.smack.ConnectionCreationListener;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPConnectionRegistry;
import org.jivesoftware.smackx.iqregister.AccountManager;
import org.jivesoftware.smackx.iqregister.packet.Registration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reflections.Reflections;

/// Smack's own integration tests, which its authors run against every server.
///
/// They sign up in-band and know no port but 5222, so the server gets a loopback address for itself.
@Tag("clients")
class SmackSuiteTrial {

    private static final int PORT = 5222;

    /// What fails or passes with the speed of Smack's own threads, against any server, and so says nothing of this one.
    /// Each hands stanzas to listeners on a thread of its own, and the tests often look before that has got there.
    /// `-Dkith.smack.all=true` plays them as well.
    private static final List<String> NOT_OURS = List.of(
            // Pass or fail with their order.
            "FileTransferIntegrationTest",
            "IoTControlIntegrationTest",
            // Look at the roster as a listener may not have changed it yet since the test before, and so begin with a
            // subscription that has ended, or end with an answer to the last test's request. PEP needs one, too.
            "RosterIntegrationTest",
            "IoTDataIntegrationTest",
            "MoodIntegrationTest",
            "UserTuneIntegrationTest",
            "GeolocationIntegrationTest",
            // Wait for a presence to arrive, and hope that the listener that looks at its hash had it before them.
            "EntityCapsTest",
            "SoftwareInfoIntegrationTest",
            // Give a message two seconds.
            "ChatTest.testProperties",
            // Sends a message, waits only until it is sent, and leaves it to whoever counts messages next.
            "OutgoingMessageListenerIntegrationTest",
            // `join()` returns when the first listener is about to be told: one that is added then, to hear what comes
            // later, may still hear of the joining itself; one that was there before may not have heard of it yet.
            "MultiUserChatOccupantIntegrationTest.mucJoinPresenceInformationTest",
            "MultiUserChatOccupantIntegrationTest.mucChangeNicknameInformationTest",
            "MultiUserChatRolesAffiliationsPrivilegesIntegrationTest.mucPresenceTestForGettingKicked",
            "MultiUserChatRolesAffiliationsPrivilegesIntegrationTest.mucPresenceTestForWitnessingKick",
            // Takes any message for the error it waits for, such as the subject of the room of the test before.
            "MultiUserChatOccupantIntegrationTest.mucSendBeforeJoiningTest",
            // Wants its listener to see the error that makes Smack remove that listener.
            "MultiUserChatOccupantIntegrationTest.mucMaxUsersLimitJoinRoomTest");

    private static Map<String, String> settings(String address) {
        var settings = new HashMap<>(Map.of(
                "service", "localhost",
                "host", address,
                "securityMode", "disabled",
                "debugger", "none",
                "replyTimeout", "60000",
                "defaultConnection", "tcp",
                "enabledConnections", "tcp"));
        if (!Boolean.getBoolean("kith.smack.all")) settings.put("enabledTests", String.join(",", ours()));
        return settings;
    }

    /// All but [#NOT_OURS]: of a class of which one test is disabled, Smack leaves out the others as well.
    private static List<String> ours() {
        var ours = new ArrayList<String>();
        var types = new Reflections("org.jivesoftware.smack", "org.igniterealtime.smack")
                .getSubTypesOf(AbstractSmackIntTest.class);
        for (var type : types) {
            if (NOT_OURS.contains(type.getSimpleName())) continue;
            for (var method : type.getMethods()) {
                var name = type.getSimpleName() + "." + method.getName();
                if (method.isAnnotationPresent(SmackIntegrationTest.class) && !NOT_OURS.contains(name)) ours.add(name);
            }
        }
        return ours;
    }

    /// At the end Smack deletes each account and then waits, often in vain, for the end of the stream that went with
    /// it: as long as it would wait for an answer, unless it is told to be less patient then.
    private static void leaveSoon(XMPPConnection connection) {
        connection.addStanzaSendingListener(
                sent -> connection.setReplyTimeout(1000),
                stanza -> stanza instanceof Registration registration
                        && registration.getAttributes() != null
                        && registration.getAttributes().containsKey("remove"));
    }

    /// One of loopback's where nobody listens at the port, not even another run of this trial beside it.
    private static String freeAddress() throws IOException {
        var first = ThreadLocalRandom.current().nextInt(250);
        for (var i = 0; i < 250; i++) {
            var address = "127.0.0." + (2 + (first + i) % 250);
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(address, PORT));
                return address;
            } catch (BindException taken) {
                continue;
            }
        }
        throw new IllegalStateException("port " + PORT + " is taken at every address");
    }

    @Test
    void all_of_its_tests_that_apply_pass() throws Exception {
        Assumptions.assumeTrue(KithProcess.isAvailable(), "there is no server to start");
        var address = freeAddress();
        // One connection signs all the others up, and is never signed in itself.
        var server = KithProcess.start(
                "localhost",
                List.of(
                        "listen.xmpp=" + address + ":" + PORT,
                        "registration.accounts-per-address=1000",
                        "limits.sign-in-timeout=1 hour"));
        ConnectionCreationListener hurry = SmackSuiteTrial::leaveSoon;
        XMPPConnectionRegistry.addConnectionCreationListener(hurry);
        try {
            AccountManager.sensitiveOperationOverInsecureConnectionDefault(true);
            settings(address).forEach((key, value) -> System.setProperty("sinttest." + key, value));
            var configuration = Configuration.newConfiguration(new String[0]);
            var result = new SmackIntegrationTestFramework(configuration).run();
            var failures = result.getFailedTests().stream()
                    .map(failed -> failed.concreteTest + "\n  " + failed.failureReason)
                    .collect(Collectors.joining("\n"));
            assertEquals("", failures);
            assertTrue(result.getSuccessfulTests().size() >= 50, "only " + result.getSuccessfulTests());
        } finally {
            XMPPConnectionRegistry.removeConnectionCreationListener(hurry);
            server.stop();
        }
    }
}
