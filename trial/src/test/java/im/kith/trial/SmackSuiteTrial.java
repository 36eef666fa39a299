package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.igniterealtime.smack.inttest.Configuration;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.jivesoftware.smackx.iqregister.AccountManager;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Smack's own integration tests, which its authors run against every server.
///
/// They sign up in-band and know no port but 5222, so the server gets a loopback address for itself.
@Tag("clients")
class SmackSuiteTrial {

    private static final String ADDRESS = "127.0.0.2";

    /// Not about the server, but about Smack's own threads:
    /// - File transfer and the Internet of things' control pass or fail with their order, against any server.
    /// - `testPresenceDeliveredToRecipient` takes the unsubscription that the test before it caused for its own (it
    ///   comes from another account, so it may come after the result of the roster change).
    /// - `mucMaxUsersLimitJoinRoomTest` wants its listener to see the error that makes Smack remove that listener.
    private static final List<String> NOT_OURS = List.of(
            "FileTransferIntegrationTest",
            "IoTControlIntegrationTest",
            "RosterIntegrationTest.testPresenceDeliveredToRecipient",
            "MultiUserChatOccupantIntegrationTest.mucMaxUsersLimitJoinRoomTest");

    private static final Map<String, String> SETTINGS = Map.of(
            "service", "localhost",
            "host", ADDRESS,
            "securityMode", "disabled",
            "debugger", "none",
            "replyTimeout", "20000",
            "defaultConnection", "tcp",
            "enabledConnections", "tcp",
            "disabledTests", String.join(",", NOT_OURS));

    @Test
    void all_of_its_tests_that_apply_pass() throws Exception {
        Assumptions.assumeTrue(KithProcess.isAvailable(), "there is no server to start");
        var server = KithProcess.start(
                "localhost",
                List.of(
                        "listen.xmpp=" + ADDRESS + ":5222",
                        "registration.accounts-per-address=1000",
                        "limits.sign-in-timeout=10 minutes"));
        try {
            AccountManager.sensitiveOperationOverInsecureConnectionDefault(true);
            SETTINGS.forEach((key, value) -> System.setProperty("sinttest." + key, value));
            var configuration = Configuration.newConfiguration(new String[0]);
            var result = new SmackIntegrationTestFramework(configuration).run();
            var failures = result.getFailedTests().stream()
                    .map(failed -> failed.concreteTest + "\n  " + failed.failureReason)
                    .collect(Collectors.joining("\n"));
            assertEquals("", failures);
            assertTrue(result.getSuccessfulTests().size() >= 20, "only " + result.getSuccessfulTests());
        } finally {
            server.stop();
        }
    }
}
