package im.kith.server.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import im.kith.server.feature.disco.Contacts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes a [Config] of a file and of `--set` options: defaults, then the file, then the options, the last one wins.
///
/// Every complaint of a configuration is found at once and names the place, the key, the reason and what is allowed.
public final class ConfigReader {

    private static final String OPTION = "--set";

    private final List<String> complaints = new ArrayList<>();
    private final Map<String, ConfigValue> found = new HashMap<>();
    private final Map<String, Object> effective = new HashMap<>();

    private ConfigReader() {}

    /// A configuration, and how it came about: for `./kith check`.
    public record Result(Config config, List<Setting> settings) {

        /// The settings as lines.
        public List<String> effective() {
            return settings.stream().map(Setting::line).toList();
        }
    }

    /// One key's value as it is in effect, without secrets; `origin` is where it was set, "" when it is the default.
    public record Setting(String key, String value, String origin) {

        private String line() {
            return "%-34s %-28s %s"
                    .formatted(key, value, origin.isEmpty() ? "" : "# " + origin + ": ")
                    .stripTrailing();
        }
    }

    /// @param file     null for none
    /// @param settings `key=value`, as `--set` takes them
    public static Result read(@Nullable Path file, List<String> settings) throws BadConfig {
        var reader = new ConfigReader();
        if (file != null) reader.file(file);
        for (var setting : settings) reader.setting(setting);
        var config = reader.config();
        if (!reader.complaints.isEmpty()) throw new BadConfig(reader.complaints);
        return new Result(config, reader.settings());
    }

    private void file(Path file) throws BadConfig {
        if (!Files.isReadable(file)) {
            throw new BadConfig(List.of(file + ": cannot be read"
                    + (Files.exists(file) ? "" : ": there is no such file") + "; kith.conf shows what one looks like"));
        }
        try {
            var options = ConfigParseOptions.defaults().setAllowMissing(false);
            walk(ConfigFactory.parseFile(file.toFile(), options).resolve().root(), "", file.toString());
        } catch (ConfigException e) {
            throw new BadConfig(List.of(place(e.origin(), file.toString()) + reason(e)));
        }
    }

    /// What the library says, without the place that it puts first, and with the usual cause named.
    private static String reason(ConfigException e) {
        var message = String.valueOf(e.getMessage());
        if (e instanceof ConfigException.Parse || e instanceof ConfigException.UnresolvedSubstitution) {
            message = message.replaceFirst("^.*?: \\d+: ", "");
        }
        return message.contains("Reserved character") || message.contains("':'")
                ? message + " (a value with a colon stands in quotes, \"127.0.0.1:5222\")"
                : message;
    }

    private void walk(ConfigObject object, String prefix, String file) {
        for (var entry : object.entrySet()) {
            var path = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            var value = entry.getValue();
            if (key(path) != null) {
                found.put(path, value);
            } else if (isGroup(path)) {
                if (value instanceof ConfigObject group) walk(group, path, file);
                else
                    complaints.add(place(value.origin(), file) + path + ": a value stands where a group should; keys: "
                            + String.join(", ", keysBelow(path)));
            } else {
                complaints.add(place(value.origin(), file) + path + ": there is no such key" + suggestion(path));
            }
        }
    }

    private void setting(String setting) {
        int equals = setting.indexOf('=');
        var path = equals < 0 ? setting.strip() : setting.substring(0, equals).strip();
        if (equals < 0) {
            complaints.add(OPTION + ": \"" + setting + "\" is not key=value");
        } else if (key(path) != null) {
            found.put(
                    path,
                    ConfigValueFactory.fromAnyRef(setting.substring(equals + 1).strip(), OPTION));
        } else {
            complaints.add(OPTION + ": " + path + ": there is no such key" + suggestion(path));
        }
    }

    private <T> T get(Key<T> key) {
        var value = found.get(key.path());
        if (value != null) {
            try {
                return remember(key, key.kind().read(value));
            } catch (BadValue e) {
                complaints.add(place(value.origin(), OPTION) + key.path() + ": " + e.getMessage() + "; allowed: "
                        + key.kind().allowed());
            }
        }
        try {
            return remember(key, key.kind().read(fallback(key)));
        } catch (BadValue e) {
            throw new IllegalStateException("the default of " + key.path() + " is bad: " + e.getMessage(), e);
        }
    }

    private <T> T remember(Key<T> key, T value) {
        effective.put(key.path(), key.kind().secret() ? "(not shown)" : value);
        return value;
    }

    static ConfigValue fallback(Key<?> key) {
        return ConfigFactory.parseString("it = " + key.fallback()).getValue("it");
    }

    private Config config() {
        return new Config(
                get(Keys.DOMAIN_NAME),
                get(Keys.DATA),
                get(Keys.ADMINS),
                adminPage(),
                new Config.Listen(
                        get(Keys.LISTEN_XMPP),
                        get(Keys.LISTEN_XMPPS),
                        get(Keys.LISTEN_HTTP),
                        orNull(get(Keys.LISTEN_HTTPS)),
                        orNull(get(Keys.LISTEN_STUN))),
                tls(),
                new Config.Auth(get(Keys.PLAIN_WITHOUT_TLS), get(Keys.SCRAM_ITERATIONS), get(Keys.TOKEN_LIFETIME)),
                new Config.Registration(
                        get(Keys.REGISTRATION_MODE),
                        get(Keys.REGION),
                        get(Keys.CODE_LIFETIME),
                        get(Keys.CODE_PAUSE),
                        get(Keys.CODES_PER_NUMBER),
                        get(Keys.CODES_PER_ADDRESS),
                        get(Keys.ACCOUNTS_PER_ADDRESS),
                        get(Keys.CODES_IN_ALL)),
                sms(),
                new Config.Inbox(get(Keys.INBOX_KEEP), get(Keys.INBOX_ENTRIES), get(Keys.FORGET_DEVICE)),
                new Config.Groups(get(Keys.GROUPS_PER_HOUR), get(Keys.GROUPS_PER_ACCOUNT)),
                new Config.Session(get(Keys.RESUME_WINDOW), get(Keys.SILENCE)),
                new Config.Limits(
                        get(Keys.STANZA_BYTES),
                        get(Keys.STANZA_BYTES_BEFORE_SIGN_IN),
                        get(Keys.DEPTH),
                        get(Keys.ATTRIBUTES),
                        get(Keys.BYTES_PER_SECOND),
                        get(Keys.STANZAS_PER_SECOND),
                        get(Keys.FLOOD),
                        get(Keys.STALLED),
                        get(Keys.CONNECTIONS_PER_ADDRESS),
                        get(Keys.COUNT_LOOPBACK),
                        get(Keys.SIGN_IN_TIMEOUT),
                        get(Keys.SIGN_IN_TRIES),
                        get(Keys.OUTBOUND_BYTES)),
                new Config.Media(
                        get(Keys.MEDIA_MAX_FILE),
                        get(Keys.MEDIA_QUOTA),
                        get(Keys.MEDIA_KEEP),
                        get(Keys.MEDIA_SLOT),
                        get(Keys.MEDIA_RESERVE)),
                new Config.Calls(get(Keys.CALLS_RELAYS), get(Keys.CALLS_SECRET), get(Keys.CALLS_LIFETIME)),
                new Config.Push(get(Keys.PUSH_SUBJECT), get(Keys.PUSH_PRIVATE), apns(), orNull(get(Keys.FCM_ACCOUNT))),
                new Config.Previews(get(Keys.PREVIEWS_FETCH), get(Keys.PREVIEWS_PRIVATE)),
                new Config.StoreSettings(get(Keys.ENGINE)),
                new Config.Http(get(Keys.HTTP_URL), get(Keys.TRUSTED_PROXIES)),
                new Config.Pulse(
                        get(Keys.METRICS_FROM),
                        new Config.Alert(
                                get(Keys.ALERT_PARTITION),
                                get(Keys.ALERT_ACCOUNT),
                                get(Keys.ALERT_STORE),
                                get(Keys.ALERT_CONNECTION),
                                get(Keys.ALERT_LOOP))),
                new Config.Log(get(Keys.LOG_FORMAT), get(Keys.LOG_LEVEL), get(Keys.LOG_LEVELS)),
                contacts(),
                new Config.Process(get(Keys.PARTITIONS), get(Keys.DRAIN)));
    }

    private Config.Tls tls() {
        var certificate = orNull(get(Keys.TLS_CERTIFICATE));
        var key = orNull(get(Keys.TLS_KEY));
        if ((certificate == null) != (key == null)) {
            var given = certificate == null ? Keys.TLS_KEY : Keys.TLS_CERTIFICATE;
            var missing = certificate == null ? Keys.TLS_CERTIFICATE : Keys.TLS_KEY;
            complain(given, "stands alone; allowed: " + missing.path() + " with it, or neither");
        }
        return new Config.Tls(certificate, key);
    }

    private Config.@Nullable Apns apns() {
        var key = orNull(get(Keys.APNS_KEY));
        if (key == null) return null;
        for (var needed : List.of(Keys.APNS_KEY_ID, Keys.APNS_TEAM, Keys.APNS_APP)) {
            if (get(needed).isEmpty()) complain(Keys.APNS_KEY, "stands alone; allowed: with " + needed.path());
        }
        return new Config.Apns(
                key, get(Keys.APNS_KEY_ID), get(Keys.APNS_TEAM), get(Keys.APNS_APP), get(Keys.APNS_SANDBOX));
    }

    private Config.Sms sms() {
        var provider = get(Keys.SMS_PROVIDER);
        var url = get(Keys.WEBHOOK_URL);
        var body = get(Keys.WEBHOOK_BODY);
        var headers = get(Keys.WEBHOOK_HEADERS);
        var timeout = get(Keys.WEBHOOK_TIMEOUT);
        int retries = get(Keys.WEBHOOK_RETRIES);
        if (provider == Config.Provider.WEBHOOK && url.isEmpty()) {
            complain(Keys.SMS_PROVIDER, "webhook needs a URL; allowed: sms.webhook.url with it, or log");
        }
        Config.Webhook webhook = null;
        if (!url.isEmpty()) {
            try {
                webhook = new Config.Webhook(URI.create(url), body, headers, timeout, retries);
            } catch (IllegalArgumentException e) {
                complain(
                        Keys.WEBHOOK_URL,
                        "\"" + url + "\" is no URL; allowed: "
                                + Keys.WEBHOOK_URL.kind().allowed());
            }
        }
        return new Config.Sms(provider, get(Keys.SMS_TEXT), webhook);
    }

    private Config.AdminPage adminPage() {
        var page = get(Keys.ADMIN_PAGE);
        var url = get(Keys.HTTP_URL);
        boolean https = url.isEmpty() ? orNull(get(Keys.LISTEN_HTTPS)) != null : url.startsWith("https://");
        if (page == Config.AdminPage.EVERYWHERE && !https) {
            complain(
                    Keys.ADMIN_PAGE,
                    "everywhere needs listen.https, or http.url with https, or who signs in can be listened to");
        }
        return page;
    }

    private Contacts contacts() {
        var byRole = new HashMap<String, List<String>>();
        get(Keys.CONTACTS).forEach((role, address) -> {
            if (Contacts.ROLES.contains(role)) byRole.put(role, List.of(address));
            else
                complain(
                        Keys.CONTACTS,
                        "\"" + role + "\" is no role; allowed: "
                                + Keys.CONTACTS.kind().allowed());
        });
        return new Contacts(byRole);
    }

    private void complain(Key<?> key, String reason) {
        var value = found.get(key.path());
        complaints.add((value == null ? "" : place(value.origin(), OPTION)) + key.path() + ": " + reason);
    }

    private static @Nullable Path orNull(Path path) {
        return path.toString().isEmpty() ? null : path;
    }

    private static @Nullable Address orNull(Address address) {
        return address.equals(Address.NONE) ? null : address;
    }

    private List<Setting> settings() {
        var settings = new ArrayList<Setting>();
        for (var key : Keys.all()) {
            var origin = found.get(key.path());
            var place = origin == null ? "" : place(origin.origin(), OPTION);
            settings.add(new Setting(
                    key.path(),
                    shown(effective.get(key.path())),
                    place.isEmpty() ? "" : place.substring(0, place.length() - 2)));
        }
        return List.copyOf(settings);
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case Enum<?> constant -> Kind.label(constant);
            case java.time.Duration duration -> duration.isZero() ? "0" : duration.toMillis() + " ms";
            case Map<?, ?> map -> new TreeMap<>(map).toString();
            case Path path -> '"' + path.toString() + '"';
            case String text -> '"' + withoutSecrets(text) + '"';
            case null -> "";
            default -> String.valueOf(value);
        };
    }

    /// Of a URL, who signs in and the query: that is where people put keys.
    private static String withoutSecrets(String text) {
        if (!text.matches("(?s)https?://.*")) return text;
        return text.replaceFirst("//[^/@]*@", "//(not shown)@").replaceFirst("(?s)\\?.+", "?(not shown)");
    }

    private static String place(@Nullable ConfigOrigin origin, String otherwise) {
        if (origin == null) return otherwise + ": ";
        var name = origin.filename() == null ? otherwise : origin.filename();
        return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() + ": " : name + ": ";
    }

    private static @Nullable Key<?> key(String path) {
        for (var key : Keys.all()) if (key.path().equals(path)) return key;
        return null;
    }

    private static boolean isGroup(String path) {
        return !keysBelow(path).isEmpty();
    }

    private static List<String> keysBelow(String path) {
        return Keys.all().stream()
                .map(Key::path)
                .filter(each -> each.startsWith(path + "."))
                .toList();
    }

    private static String suggestion(String path) {
        String best = null;
        int bestDistance = Math.max(3, path.length() / 3) + 1;
        for (var key : Keys.all()) {
            int distance = distance(path, key.path());
            if (distance < bestDistance) {
                best = key.path();
                bestDistance = distance;
            }
        }
        if (best != null) return "; did you mean " + best + "?";
        int dot = path.indexOf('.');
        var siblings = dot < 0 ? List.<String>of() : keysBelow(path.substring(0, dot));
        return "; allowed: "
                + (siblings.isEmpty() ? "the keys in the commented kith.conf" : String.join(", ", siblings));
    }

    /// How many letters differ (Levenshtein).
    static int distance(String left, String right) {
        var row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) row[j] = j;
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int above = row[j];
                row[j] = Math.min(
                        Math.min(row[j], row[j - 1]) + 1,
                        diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.length()];
    }
}
