package im.kith.server;

import im.kith.server.auth.StoredAuthority;
import im.kith.server.config.Config;
import im.kith.server.feature.calls.ExternalServices;
import im.kith.server.feature.calls.Relay;
import im.kith.server.feature.previews.Pages;
import im.kith.server.media.Media;
import im.kith.server.net.Bounds;
import im.kith.server.net.Network;
import im.kith.server.net.Networks;
import im.kith.server.preview.FetchedPages;
import im.kith.server.push.Pushes;
import im.kith.server.room.Rooms;
import im.kith.server.signup.LogSms;
import im.kith.server.signup.PhoneSignUp;
import im.kith.server.signup.RegistrationRoutes;
import im.kith.server.signup.SmsSender;
import im.kith.server.signup.WebhookSms;
import im.kith.xmpp.Jid;
import im.kith.xmpp.XmlReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The configuration as each part wants it: the parts know nothing of [Config].
final class Translation {

    private static final int READ_AHEAD_STANZAS = 256;
    private static final int READ_AHEAD_BYTES = 1 << 20;
    private static final int CLOSE_SECONDS = 3;
    /// How many seconds' worth a connection that was quiet may send at once.
    private static final int BURST_SECONDS = 3;

    private Translation() {}

    static im.kith.server.account.Settings heart(Config config) {
        return new im.kith.server.account.Settings(
                config.domain(),
                config.inbox().keep().toMillis(),
                config.inbox().maxWaiting(),
                config.session().resumeWindow().toMillis(),
                config.inbox().forgetDevice().toMillis(),
                config.session().silence().toMillis(),
                partitions(config.process().partitions()));
    }

    static Rooms.Limits groups(Config config) {
        return new Rooms.Limits(config.groups().perHour(), config.groups().perAccount());
    }

    static im.kith.server.stream.Settings streams(Config config) {
        var listen = config.listen();
        var https = listen.https();
        return im.kith.server.stream.Settings.of(config.domain())
                .listening(new im.kith.server.stream.Settings.Listening(
                        listen.xmpp().resolve(),
                        listen.xmpps().resolve(),
                        listen.http().resolve(),
                        https == null ? null : https.resolve()))
                .plainWithoutTls(config.auth().plainWithoutTls())
                .within(reader(config), bounds(config), config.limits().signInTries())
                .behind(Networks.of(config.http().trustedProxies()));
    }

    /// Two for each processor if it is left to us: few enough for large batches, enough that no processor waits.
    private static int partitions(int configured) {
        return configured > 0 ? configured : 2 * Runtime.getRuntime().availableProcessors();
    }

    private static XmlReader.Limits reader(Config config) {
        var usual = XmlReader.Limits.DEFAULTS;
        return new XmlReader.Limits(
                Math.toIntExact(config.limits().stanzaBytes()),
                config.limits().depth(),
                config.limits().attributes(),
                usual.nameBytes(),
                usual.elementsPerStanza(),
                usual.prefixes());
    }

    private static Bounds bounds(Config config) {
        var limits = config.limits();
        int bytesPerSecond = Math.toIntExact(limits.bytesPerSecond());
        return new Bounds(
                READ_AHEAD_STANZAS,
                READ_AHEAD_BYTES,
                bytesPerSecond,
                bytesPerSecond * BURST_SECONDS,
                limits.stanzasPerSecond(),
                limits.stanzasPerSecond() * BURST_SECONDS,
                seconds(limits.flood()),
                Math.toIntExact(limits.outboundBytes()),
                seconds(limits.stalled()),
                limits.connectionsPerAddress(),
                limits.countLoopback(),
                Math.toIntExact(limits.stanzaBytesBeforeSignIn()),
                seconds(limits.signInTimeout()),
                CLOSE_SECONDS,
                Bounds.USUAL.requestSeconds());
    }

    static StoredAuthority.Settings authority(Config config) {
        return new StoredAuthority.Settings(
                config.auth().scramIterations(), config.auth().tokenLifetime(), Duration.ofDays(1));
    }

    static PhoneSignUp.Settings signUp(Config config) {
        var registration = config.registration();
        return new PhoneSignUp.Settings(
                config.domain(),
                registration.region(),
                config.sms().text(),
                registration.codeLifetime(),
                registration.codePause(),
                registration.codesPerNumber(),
                registration.codesPerAddress(),
                registration.codesInAll());
    }

    static RegistrationRoutes.Mode mode(Config config) {
        return switch (config.registration().mode()) {
            case PHONE -> RegistrationRoutes.Mode.PHONE;
            case INVITE -> RegistrationRoutes.Mode.INVITE;
            case OPEN -> RegistrationRoutes.Mode.OPEN;
            case CLOSED -> RegistrationRoutes.Mode.CLOSED;
        };
    }

    static SmsSender sms(Config config, PrintStream out) {
        var webhook = config.sms().webhook();
        return config.sms().provider() == Config.Provider.WEBHOOK && webhook != null
                ? new WebhookSms(webhook(webhook))
                : new LogSms(config.data().resolve("sms.log"), out, InstantSource.system(), Thread::startVirtualThread);
    }

    private static WebhookSms.Settings webhook(Config.Webhook webhook) {
        return new WebhookSms.Settings(
                webhook.url(),
                webhook.body(),
                webhook.headers(),
                webhook.timeout(),
                webhook.retries(),
                Duration.ofSeconds(1));
    }

    /// The administrators' addresses; what is none is left out.
    static List<Jid> admins(Config config) {
        return config.admins().stream().map(Jid::parse).filter(Objects::nonNull).toList();
    }

    /// The operator's servers, then our own.
    ///
    /// @param stun where we listen ourselves, null if we do not
    static ExternalServices.Settings calls(Config config, @Nullable InetSocketAddress stun) {
        var calls = config.calls();
        var relays = new ArrayList<>(
                calls.relays().stream().map(Relay::of).filter(Objects::nonNull).toList());
        if (stun != null && isReachable(stun, config)) {
            var own = new Relay("stun", IDN.toASCII(config.domain()), stun.getPort(), "udp");
            if (!relays.contains(own)) relays.add(own);
        }
        return new ExternalServices.Settings(relays, calls.secret(), calls.lifetime());
    }

    /// Whether those who sign in can come to this address as well. A proxy does not help: STUN would see the proxy.
    private static boolean isReachable(InetSocketAddress address, Config config) {
        var https = config.listen().https();
        boolean local = config.listen().xmpp().isLoopback()
                && (https == null || https.isLoopback())
                && config.http().url().isEmpty();
        return local || !address.getAddress().isLoopbackAddress();
    }

    static Pages pages(Config config, LongSupplier clockMillis) {
        var previews = config.previews();
        if (!previews.fetch()) return Pages.NONE;
        return new FetchedPages(previews.privatePages(), "Kith/" + Main.version(), clockMillis);
    }

    /// The [IOException]'s message says what is wrong with which file.
    static Pushes pushes(Config config, LongSupplier clockMillis) throws IOException {
        var usual = Pushes.Settings.DEFAULTS;
        var push = config.push();
        var settings = new Pushes.Settings(push.privateEndpoints(), usual.firstPause(), usual.tries());
        var pushes = new Pushes(settings, clockMillis);
        var apns = push.apns();
        if (apns != null) pushes.useApns(apns.key(), apns.keyId(), apns.team(), apns.app(), apns.sandbox());
        var fcm = push.fcm();
        if (fcm != null) pushes.useFcm(fcm);
        return pushes;
    }

    /// Whom push services can turn to.
    static String subject(Config config) {
        var subject = config.push().subject();
        return subject.isEmpty() ? "mailto:postmaster@" + config.domain() : subject;
    }

    static Media.Terms media(Config config) {
        var media = config.media();
        return new Media.Terms(media.maxFileBytes(), media.quotaBytes(), media.keep(), media.slotLifetime());
    }

    /// What links to the HTTP service begin with: what the world can trust, if it listens there.
    static String base(Config config, Map<Network.Kind, InetSocketAddress> bound) {
        if (!config.http().url().isEmpty()) return config.http().url();
        var https = bound.get(Network.Kind.HTTPS);
        if (https != null) {
            var port = https.getPort() == 443 ? "" : ":" + https.getPort();
            return "https://" + IDN.toASCII(config.domain()) + port;
        }
        return base(config, Objects.requireNonNull(bound.get(Network.Kind.HTTP)));
    }

    private static String base(Config config, InetSocketAddress bound) {
        var ip = bound.getAddress();
        var host = ip.isAnyLocalAddress() ? config.domain() : ip.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort();
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }
}
