package im.kith.server.config;

import im.kith.server.feature.calls.Relay;
import im.kith.server.feature.disco.Contacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Every key that there is, with its documentation and its default: `kith.conf` is written from here.
final class Keys {

    private static final List<Key<?>> ALL = new ArrayList<>();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private static final Pattern DOMAIN =
            Pattern.compile("(?i)(?=.{1,253}$)[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?"
                    + "(\\.[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?)*");
    private static final Pattern URL = Pattern.compile("(https?://.+)?");
    private static final Pattern COUNTRY = Pattern.compile("([A-Z]{2})?");
    private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F.:]+(/\\d{1,3})?");
    private static final Pattern CONTACT = Pattern.compile("[a-z][a-z0-9+.-]*:\\S+");
    private static final Pattern ADDRESS = Pattern.compile("[^@/\\s]+@[^@/\\s]+");
    private static final Pattern LEVEL = Pattern.compile("error|warn|info|debug|trace");

    // ------------------------------------------------------------------------------------------------ the server

    static final Key<String> DOMAIN_NAME = key(
            "domain",
            Kind.text("a domain name, say example.org", DOMAIN),
            "localhost",
            "The part of every address after the @. Changing it later makes other accounts of the same names.");

    static final Key<java.nio.file.Path> DATA =
            key("data", Kind.path("a directory"), "\"./data\"", "Where everything is kept; made if it is missing.");

    static final Key<List<String>> ADMINS = key(
            "admins",
            Kind.texts("addresses, say [\"juliet@example.org\"]", ADDRESS),
            "[]",
            "Accounts that may administer the server from any client (XEP-0133). Make them with `./kith ctl account add`.");

    static final Key<Config.AdminPage> ADMIN_PAGE = key(
            "admin.page",
            Kind.choice(Config.AdminPage.class),
            "local",
            "local: only browsers on this machine, called as localhost and not through a proxy",
            "everywhere: also at listen.https, or through the proxy at http.url, which must be https",
            "off: nobody. Without a link from `./kith ctl admin-link`, nobody signs in anywhere.");

    // -------------------------------------------------------------------------------------------------- listen

    static final Key<Address> LISTEN_XMPP = key(
            "listen.xmpp",
            Kind.address(),
            "\"127.0.0.1:5222\"",
            "XMPP with STARTTLS. \"0.0.0.0:5222\" or \"[::]:5222\" is every interface of the machine.");
    static final Key<Address> LISTEN_XMPPS =
            key("listen.xmpps", Kind.address(), "\"127.0.0.1:5223\"", "XMPP with TLS from the first byte.");
    static final Key<Address> LISTEN_HTTP = key(
            "listen.http",
            Kind.address(),
            "\"127.0.0.1:8080\"",
            "HTTP: the web app, sign-up, uploads, WebSocket (/ws), health and metrics. For this machine, or for a proxy",
            "that does the TLS; all others come to listen.https.");
    static final Key<Address> LISTEN_HTTPS = key(
            "listen.https",
            Kind.optionalAddress(),
            "\"127.0.0.1:8443\"",
            "The same with TLS. Phones use the camera and are woken only by pages that come this way.");

    static final Key<Address> LISTEN_STUN = key(
            "listen.stun",
            Kind.optionalAddress(),
            "\"127.0.0.1:3478\"",
            "STUN, over UDP: tells phones where the world sees them, so that calls find their way. Devices hear of it",
            "(XEP-0215) as long as they can reach it. Where a machine has several addresses, name the one that the domain",
            "leads to. \"\": none, as where coturn has this port.");

    // ----------------------------------------------------------------------------------------------------- tls

    static final Key<java.nio.file.Path> TLS_CERTIFICATE = key(
            "tls.certificate",
            Kind.optionalPath(),
            "\"\"",
            "The certificate with its chain, PEM. Without one, a self-signed one is made in the data directory.",
            "SIGHUP reads both files again.");
    static final Key<java.nio.file.Path> TLS_KEY =
            key("tls.key", Kind.optionalPath(), "\"\"", "Its private key, PEM (PKCS#8, not encrypted).");

    // ---------------------------------------------------------------------------------------------------- auth

    static final Key<Boolean> PLAIN_WITHOUT_TLS = key(
            "auth.plain-without-tls",
            Kind.flag(),
            "false",
            "Whether a password may cross an unencrypted connection. For tests, and behind a proxy that does the TLS.");
    static final Key<Integer> SCRAM_ITERATIONS = key(
            "auth.scram-iterations",
            Kind.integer(4096, 1_000_000),
            "4096",
            "How often a typed password is hashed. Keys from the registration need no stretching.");
    static final Key<Duration> TOKEN_LIFETIME = key(
            "auth.token-lifetime",
            Kind.duration(HOUR, DAY.multipliedBy(400), null),
            "30 days",
            "How long a token for quick sign-in (XEP-0484) is good.");

    // -------------------------------------------------------------------------------------------- registration

    static final Key<Config.Mode> REGISTRATION_MODE = key(
            "registration.mode",
            Kind.choice(Config.Mode.class),
            "phone",
            "phone: by phone number and a code by SMS, POST /v1/registration",
            "invite: who has an invitation, `./kith ctl invite`",
            "open: also with user name and password from any XMPP client (XEP-0077); for closed networks",
            "closed: only `./kith ctl account add`");
    static final Key<String> REGION = key(
            "registration.region",
            Kind.text("a country's two capital letters, say DE, or \"\" for none", COUNTRY),
            "\"\"",
            "The country of numbers that are given without one (0170…).");
    static final Key<Duration> CODE_LIFETIME = key(
            "registration.code-lifetime", Kind.duration(MINUTE, HOUR, null), "10 minutes", "How long a code works.");
    static final Key<Duration> CODE_PAUSE = key(
            "registration.code-pause",
            Kind.duration(SECOND, HOUR, null),
            "60 seconds",
            "How long until the same number can ask for another code.");
    static final Key<Integer> CODES_PER_NUMBER = key(
            "registration.codes-per-number", Kind.integer(1, 1000), "6", "Codes for one number within a day, at most.");
    static final Key<Integer> CODES_PER_ADDRESS = key(
            "registration.codes-per-address",
            Kind.integer(1, 1_000_000),
            "30",
            "Codes asked for from one IP address (IPv6: from one /64) within an hour, at most.");
    static final Key<Integer> ACCOUNTS_PER_ADDRESS = key(
            "registration.accounts-per-address",
            Kind.integer(1, 1_000_000),
            "30",
            "Accounts with a name and a password made from one IP address (IPv6: from one /64) within an hour, at most.");
    static final Key<Integer> CODES_IN_ALL = key(
            "registration.codes-in-all",
            Kind.integer(1, 10_000_000),
            "1000",
            "Codes within an hour in all, at most: what an attack by SMS may cost you.");

    // ----------------------------------------------------------------------------------------------------- sms

    static final Key<Config.Provider> SMS_PROVIDER = key(
            "sms.provider",
            Kind.choice(Config.Provider.class),
            "log",
            "log: one JSON line per SMS in the data directory's sms.log, and on the console: nobody gets it by SMS",
            "webhook: an HTTP POST to a provider of your choice");
    static final Key<String> SMS_TEXT = key(
            "sms.text",
            Kind.text("text with {code} in it", Pattern.compile("(?s).*\\{code}.*")),
            "\"{code} is your code for {domain}\"",
            "What the SMS says.");
    static final Key<String> WEBHOOK_URL = key(
            "sms.webhook.url",
            Kind.text("an http or https URL, or \"\" for none", URL),
            "\"\"",
            "Where the POST goes.");
    static final Key<String> WEBHOOK_BODY = key(
            "sms.webhook.body",
            Kind.text("text with {phone} and {text} in it", Pattern.compile("(?s)(?=.*\\{phone})(?=.*\\{text}).*")),
            "\"\"\"{\"to\":\"{phone}\",\"text\":\"{text}\"}\"\"\"",
            "The body: {phone} and {text} are put in as JSON strings need it.");
    static final Key<Map<String, String>> WEBHOOK_HEADERS = key(
            "sms.webhook.headers",
            Kind.table("name = value", true, Pattern.compile("[^\\r\\n]*")),
            "{}",
            "Headers, say { \"Authorization\": \"Bearer …\" }. Never shown.");
    static final Key<Duration> WEBHOOK_TIMEOUT =
            key("sms.webhook.timeout", Kind.duration(SECOND, MINUTE, null), "10 seconds", "How long one try may take.");
    static final Key<Integer> WEBHOOK_RETRIES = key(
            "sms.webhook.retries", Kind.integer(0, 10), "3", "How often a failed try is repeated, ever more slowly.");

    // --------------------------------------------------------------------------------------------------- inbox

    static final Key<Duration> INBOX_KEEP = key(
            "inbox.keep",
            Kind.duration(MINUTE, DAY.multipliedBy(36_500), "gone once every device has it"),
            "90 days",
            "How long the server keeps messages for the archive and for devices that stay away.",
            "0: a message is gone once every device has it.");
    static final Key<Integer> INBOX_ENTRIES = key(
            "inbox.max-waiting",
            Kind.integer(100, 1_000_000_000),
            "100000",
            "Messages that can wait for an account's devices. At the limit its senders get an error; nothing that was",
            "accepted is dropped.");
    static final Key<Duration> FORGET_DEVICE = key(
            "inbox.forget-device",
            Kind.duration(DAY, DAY.multipliedBy(3_650), null),
            "180 days",
            "A device that stays away for longer is not waited for any more.");

    // -------------------------------------------------------------------------------------------------- groups

    static final Key<Integer> GROUPS_PER_HOUR = key(
            "groups.per-hour",
            Kind.integer(1, 1_000_000),
            "250",
            "Groups (and rooms that stay) that one account makes within an hour.");
    static final Key<Integer> GROUPS_PER_ACCOUNT = key(
            "groups.per-account", Kind.integer(1, 1_000_000), "1000", "Groups that one account has made and is in.");

    // ------------------------------------------------------------------------------------------------- session

    static final Key<Duration> RESUME_WINDOW = key(
            "session.resume-window",
            Kind.duration(SECOND, DAY, null),
            "10 minutes",
            "How long a device whose connection broke still counts as connected (XEP-0198). After it, it gets all it",
            "missed when it signs in.");
    static final Key<Duration> SILENCE = key(
            "session.silence",
            Kind.duration(SECOND.multipliedBy(5), HOUR, null),
            "60 seconds",
            "A device that does not answer when asked whether it is there counts as disconnected after this.");

    // -------------------------------------------------------------------------------------------------- limits

    static final Key<Long> STANZA_BYTES =
            key("limits.stanza", Kind.bytes(10_000, 16 * MIB), "256 KiB", "One stanza; a larger one ends the stream.");
    static final Key<Long> STANZA_BYTES_BEFORE_SIGN_IN = key(
            "limits.stanza-before-sign-in",
            Kind.bytes(10_000, 16 * MIB),
            "16 KiB",
            "The same before the connection has signed in.");
    static final Key<Integer> DEPTH =
            key("limits.depth", Kind.integer(8, 256), "64", "How deep elements may stand in each other.");
    static final Key<Integer> ATTRIBUTES =
            key("limits.attributes", Kind.integer(8, 1024), "64", "Attributes of one element.");
    static final Key<Long> BYTES_PER_SECOND = key(
            "limits.bytes-per-second",
            Kind.bytes(KIB, 256 * MIB),
            "8 MiB",
            "What is read of one connection within a second; a faster one is slowed down by not reading on.");
    static final Key<Integer> STANZAS_PER_SECOND =
            key("limits.stanzas-per-second", Kind.integer(1, 1_000_000), "20000", "The same for stanzas.");
    static final Key<Duration> FLOOD = key(
            "limits.flood",
            Kind.duration(SECOND, HOUR, null),
            "60 seconds",
            "A connection that had to be slowed down for so long without a pause is ended (policy-violation).");
    static final Key<Duration> STALLED = key(
            "limits.stalled",
            Kind.duration(SECOND, HOUR, null),
            "60 seconds",
            "A connection that takes nothing of what waits for it for so long is ended. Its messages stay in the log.");
    static final Key<Integer> CONNECTIONS_PER_ADDRESS = key(
            "limits.connections-per-address",
            Kind.integer(1, 10_000_000),
            "1000",
            "Connections from one IP address (IPv6: one /64).");
    static final Key<Boolean> COUNT_LOOPBACK = key(
            "limits.count-loopback",
            Kind.flag(),
            "false",
            "Whether connections from this machine itself count as well; a proxy may live there.");
    static final Key<Duration> SIGN_IN_TIMEOUT = key(
            "limits.sign-in-timeout",
            Kind.duration(SECOND, HOUR, null),
            "30 seconds",
            "How long a connection has to sign in.");
    static final Key<Integer> SIGN_IN_TRIES =
            key("limits.sign-in-tries", Kind.integer(1, 100), "5", "Failed tries to sign in on one connection.");
    static final Key<Long> OUTBOUND_BYTES = key(
            "limits.outbound",
            Kind.bytes(16 * KIB, 1024 * MIB),
            "256 KiB",
            "What may wait in memory for a connection that reads slowly. More waits in its log.");

    // --------------------------------------------------------------------------------------------------- media

    static final Key<Long> MEDIA_MAX_FILE = key(
            "media.max-file", Kind.bytes(KIB, 1024 * 1024 * MIB), "2 GiB", "The largest file that can be uploaded.");
    static final Key<Long> MEDIA_QUOTA = key(
            "media.quota",
            Kind.bytes(KIB, 1024 * 1024 * 1024 * MIB),
            "10 GiB",
            "What one account's uploads may take in all.");
    static final Key<Duration> MEDIA_KEEP = key(
            "media.keep",
            Kind.duration(MINUTE, DAY.multipliedBy(36_500), "for ever"),
            "90 days",
            "How long an upload can be downloaded. Pictures of profiles stay. 0: for ever.");
    static final Key<Duration> MEDIA_SLOT = key(
            "media.slot-lifetime",
            Kind.duration(SECOND, DAY, null),
            "5 minutes",
            "How long after it was allowed an upload can begin.");
    static final Key<Long> MEDIA_RESERVE = key(
            "media.reserve",
            Kind.bytes(0, 1024 * 1024 * MIB),
            "256 MiB",
            "What uploads leave free on the disk, so that messages can be kept.");

    // --------------------------------------------------------------------------------------------------- calls

    static final Key<List<String>> CALLS_RELAYS = key(
            "calls.relays",
            Kind.texts(
                    "URIs, say [\"stun:turn.example.org\", \"turn:turn.example.org:3478?transport=udp\"]", Relay.URI),
            "[]",
            "STUN and TURN servers for calls between devices that cannot reach one another (XEP-0215).");
    static final Key<String> CALLS_SECRET = key(
            "calls.secret",
            Kind.secretText("what coturn has as static-auth-secret, or \"\""),
            "\"\"",
            "What this server and the TURN servers share, so that each user gets credentials for a while. Never shown.");
    static final Key<Duration> CALLS_LIFETIME = key(
            "calls.lifetime",
            Kind.duration(MINUTE, DAY.multipliedBy(30), null),
            "12 hours",
            "How long such credentials are good.");

    // ---------------------------------------------------------------------------------------------------- push

    static final Key<String> PUSH_SUBJECT = key(
            "push.subject",
            Kind.text("a mailto: or https: URI, or \"\"", Pattern.compile("((mailto:|https://)[^\\s\"\\\\]+)?")),
            "\"\"",
            "Whom push services can turn to when something is wrong. Without one: mailto:postmaster@ the domain.");
    static final Key<Boolean> PUSH_PRIVATE = key(
            "push.private-endpoints",
            Kind.flag(),
            "false",
            "Whether push services may be in private networks, and without TLS. For tests, and for a service of yours.");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9.-]*");
    static final Key<Path> APNS_KEY = key(
            "push.apns.key",
            Kind.optionalPath(),
            "\"\"",
            "Apple's push service, for an app of yours: the .p8 key that Apple gave for it.");
    static final Key<String> APNS_KEY_ID =
            key("push.apns.key-id", Kind.text("letters and digits, or \"\"", PLAIN), "\"\"", "The key's id.");
    static final Key<String> APNS_TEAM =
            key("push.apns.team", Kind.text("letters and digits, or \"\"", PLAIN), "\"\"", "The id of your team.");
    static final Key<String> APNS_APP =
            key("push.apns.app", Kind.text("letters, digits, . and -, or \"\"", PLAIN), "\"\"", "The app's bundle id.");
    static final Key<Boolean> APNS_SANDBOX =
            key("push.apns.sandbox", Kind.flag(), "false", "Whether the app is one that is built to be tried out.");
    static final Key<Path> FCM_ACCOUNT = key(
            "push.fcm.service-account",
            Kind.optionalPath(),
            "\"\"",
            "Firebase Cloud Messaging, for an app of yours: the service account's JSON file.");

    // ------------------------------------------------------------------------------------------------ previews

    static final Key<Boolean> PREVIEWS_FETCH = key(
            "previews.fetch",
            Kind.flag(),
            "true",
            "Whether the server looks at web pages for accounts that send links to them: public addresses only, as a",
            "stranger, and only when an app of the sender asks. Recipients never ask.");
    static final Key<Boolean> PREVIEWS_PRIVATE = key(
            "previews.private-pages",
            Kind.flag(),
            "false",
            "Whether pages may be in private networks and at any port. For tests: it opens your network to your users.");

    // --------------------------------------------------------------------------------------------------- store

    static final Key<Config.Engine> ENGINE = key(
            "store.engine",
            Kind.choice(Config.Engine.class),
            "disk",
            "disk: a log and its index in the data directory");

    // ---------------------------------------------------------------------------------------------------- http

    static final Key<String> HTTP_URL = key(
            "http.url",
            Kind.text(
                    "an http or https URL without a slash at its end, or \"\"",
                    Pattern.compile("(https?://[^/?#]+(/[^?#]*[^/?#])?)?")),
            "\"\"",
            "The address of the HTTP service as the world sees it: what links to uploads begin with, say",
            "https://chat.example.org. Without one: https://, the domain, and the port of listen.https; if that is",
            "nowhere, http:// and listen.http.");
    static final Key<List<String>> TRUSTED_PROXIES = key(
            "http.trusted-proxies",
            Kind.texts("IP addresses or networks, say [\"127.0.0.1\", \"10.0.0.0/8\"]", NETWORK),
            "[]",
            "Whose X-Forwarded-For is believed.");

    // --------------------------------------------------------------------------------------------------- pulse

    static final Key<List<String>> METRICS_FROM = key(
            "pulse.metrics-from",
            Kind.texts("IP addresses or networks, say [\"127.0.0.1\", \"10.0.0.0/8\"]", NETWORK),
            "[\"127.0.0.0/8\", \"::1\"]",
            "Who may read /metrics on the HTTP port.");
    static final Key<Integer> ALERT_PARTITION = key(
            "pulse.alert.partition",
            Kind.integer(1, 100_000_000),
            "10000",
            "A queue that is longer than this is logged and counted (kith_alerts_total), naming who lags.",
            "Events waiting for a partition:");
    static final Key<Integer> ALERT_ACCOUNT =
            key("pulse.alert.account", Kind.integer(1, 100_000_000), "5000", "Work waiting for one account:");
    static final Key<Integer> ALERT_STORE =
            key("pulse.alert.store", Kind.integer(1, 100_000_000), "20000", "Commits waiting for the disk:");
    static final Key<Long> ALERT_CONNECTION =
            key("pulse.alert.connection", Kind.bytes(1, 1024 * MIB), "4 MiB", "Bytes waiting for one connection:");
    static final Key<Integer> ALERT_LOOP =
            key("pulse.alert.event-loop", Kind.integer(1, 100_000_000), "10000", "Tasks waiting for one event loop:");

    // ----------------------------------------------------------------------------------------------------- log

    static final Key<Config.Format> LOG_FORMAT = key(
            "log.format",
            Kind.choice(Config.Format.class),
            "auto",
            "text: for people; json: one JSON object per line, for machines; auto: text with colours on a terminal, else without");
    static final Key<Config.Level> LOG_LEVEL =
            key("log.level", Kind.choice(Config.Level.class), "info", "What is logged. Bodies and secrets never are.");
    static final Key<Map<String, String>> LOG_LEVELS = key(
            "log.levels",
            Kind.table("logger = error, warn, info, debug or trace", false, LEVEL),
            "{}",
            "Other levels for parts of it, say { \"im.kith.server.stream\": \"debug\" }.");

    // ------------------------------------------------------------------------------------------------- process

    static final Key<Map<String, String>> CONTACTS = key(
            "contacts",
            Kind.table("role = address; roles: " + String.join(", ", new TreeSet<>(Contacts.ROLES)), false, CONTACT),
            "{}",
            "Whom users and other operators can turn to (XEP-0157): { \"abuse\": \"mailto:abuse@example.org\" }.");

    static final Key<Integer> PARTITIONS = key(
            "process.partitions",
            Kind.integer(0, 4096),
            "0",
            "Into how many partitions accounts are divided; each works by itself, on one core at a time. Fewer",
            "partitions work in larger batches, more of them spread better. 0: two for each processor.");
    static final Key<Duration> DRAIN = key(
            "process.drain",
            Kind.duration(SECOND, HOUR, null),
            "10 seconds",
            "How long SIGTERM waits for what is under way before it ends the process.");

    /// What stands above a group in `kith.conf`.
    static final Map<String, String> GROUPS = Map.ofEntries(
            Map.entry("admin", "The operators' page at /admin."),
            Map.entry("listen", "Where to listen. By default only this machine can connect."),
            Map.entry("tls", "Certificates."),
            Map.entry("auth", "Signing in."),
            Map.entry("registration", "Signing up."),
            Map.entry("sms", "How the code reaches the phone."),
            Map.entry("inbox", "What is kept of messages."),
            Map.entry("groups", "Groups."),
            Map.entry("session", "Devices and their connections."),
            Map.entry("limits", "Against abuse and accidents. A client that exceeds one gets the standard's error."),
            Map.entry("media", "Uploaded files (XEP-0363)."),
            Map.entry("calls", "Calls: servers that help devices reach one another."),
            Map.entry("push", "Waking devices that are not connected."),
            Map.entry("previews", "Previews of links."),
            Map.entry("store", "The store."),
            Map.entry("http", "HTTP."),
            Map.entry("pulse", "Metrics and alerts: see docs/OPERATIONS.md."),
            Map.entry("log", "The log goes to the standard output."),
            Map.entry("process", "The process."),
            // The first keys without a group stand under the file's own heading.
            Map.entry("", "Whom others can turn to."));

    private Keys() {}

    /// In the order of their declaration.
    static List<Key<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Key<T> key(String path, Kind<T> kind, String fallback, String... doc) {
        var key = new Key<>(path, kind, fallback, List.of(doc));
        ALL.add(key);
        return key;
    }
}
