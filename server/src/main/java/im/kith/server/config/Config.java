package im.kith.server.config;

import im.kith.server.feature.disco.Contacts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The configuration of one server: immutable, checked, complete. [Keys] has each value's documentation and default.
public record Config(
        String domain,
        Path data,
        List<String> admins,
        AdminPage adminPage,
        Listen listen,
        Tls tls,
        Auth auth,
        Registration registration,
        Sms sms,
        Inbox inbox,
        Groups groups,
        Session session,
        Limits limits,
        Media media,
        Calls calls,
        Push push,
        Previews previews,
        StoreSettings store,
        Http http,
        Pulse pulse,
        Log log,
        Contacts contacts,
        Process process) {

    /// Who can open the operators' page.
    public enum AdminPage {
        OFF,
        LOCAL,
        EVERYWHERE
    }

    /// `https` and `stun` are null for none.
    public record Listen(
            Address xmpp,
            Address xmpps,
            Address http,
            @Nullable Address https,
            @Nullable Address stun) {}

    /// `certificate` and `key` are both given, or both null: then one is made and kept in the data directory.
    public record Tls(@Nullable Path certificate, @Nullable Path key) {}

    public record Auth(boolean plainWithoutTls, int scramIterations, Duration tokenLifetime) {}

    public record Registration(
            Mode mode,
            String region,
            Duration codeLifetime,
            Duration codePause,
            int codesPerNumber,
            int codesPerAddress,
            int accountsPerAddress,
            int codesInAll) {}

    /// Who may make an account.
    public enum Mode {
        PHONE,
        INVITE,
        OPEN,
        CLOSED
    }

    public record Sms(
            Provider provider, String text, @Nullable Webhook webhook) {}

    public enum Provider {
        LOG,
        WEBHOOK
    }

    public record Webhook(URI url, String body, Map<String, String> headers, Duration timeout, int retries) {}

    /// `keep` is zero when an entry goes as soon as every device has it.
    public record Inbox(Duration keep, int maxWaiting, Duration forgetDevice) {}

    /// How many an account makes.
    public record Groups(int perHour, int perAccount) {}

    public record Session(Duration resumeWindow, Duration silence) {}

    public record Limits(
            long stanzaBytes,
            long stanzaBytesBeforeSignIn,
            int depth,
            int attributes,
            long bytesPerSecond,
            int stanzasPerSecond,
            Duration flood,
            Duration stalled,
            int connectionsPerAddress,
            boolean countLoopback,
            Duration signInTimeout,
            int signInTries,
            long outboundBytes) {}

    /// `keep` is zero when uploads stay for ever.
    public record Media(long maxFileBytes, long quotaBytes, Duration keep, Duration slotLifetime, long reserveBytes) {}

    /// `secret` is "" for none.
    public record Calls(List<String> relays, String secret, Duration lifetime) {}

    /// `subject` is "" for the usual one; `apns` and `fcm` are null where there is no account.
    public record Push(
            String subject,
            boolean privateEndpoints,
            @Nullable Apns apns,
            @Nullable Path fcm) {}

    public record Apns(Path key, String keyId, String team, String app, boolean sandbox) {}

    /// `privatePages`: also of private networks, for tests.
    public record Previews(boolean fetch, boolean privatePages) {}

    public record StoreSettings(Engine engine) {}

    public enum Engine {
        DISK
    }

    /// `url` is "" when only the listening address is known.
    public record Http(String url, List<String> trustedProxies) {}

    public record Pulse(List<String> metricsFrom, Alert alert) {}

    /// How much may wait before a queue is reported as lagging; see the metrics `kith_*_waiting`.
    public record Alert(int partition, int account, int store, long connectionBytes, int loop) {}

    public record Log(Format format, Level level, Map<String, String> levels) {}

    public enum Format {
        AUTO,
        TEXT,
        JSON
    }

    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    public record Process(int partitions, Duration drain) {}
}
