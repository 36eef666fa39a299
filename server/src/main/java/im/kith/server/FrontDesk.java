package im.kith.server;

import im.kith.server.account.Directory;
import im.kith.server.auth.Authority;
import im.kith.server.auth.ServerShelf;
import im.kith.server.auth.StoredAuthority;
import im.kith.server.auth.StretchPool;
import im.kith.server.config.Config;
import im.kith.server.control.ControlAccess;
import im.kith.server.control.ControlRoutes;
import im.kith.server.http.Route;
import im.kith.server.signup.InBandSignUp;
import im.kith.server.signup.Invitations;
import im.kith.server.signup.LogSms;
import im.kith.server.signup.NamedSignUp;
import im.kith.server.signup.PhoneSignUp;
import im.kith.server.signup.RegistrationRoutes;
import im.kith.server.signup.SmsSender;
import im.kith.server.signup.WebhookSms;
import im.kith.server.stream.InBandRegistration;
import im.kith.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who comes in, put together: signing in, signing up, and operators' orders.
///
/// Open it once the store and the directory are there, hand [#authority] and [#inBand] to the streams and [#routes]
/// to HTTP, then [#announce] the HTTP address so that `ctl` finds it.
final class FrontDesk implements AutoCloseable {

    /// Password checks that may wait: a thousand clients that come back at once are no attack.
    private static final int MAX_CHECKS_WAITING = 16_384;

    private static final Duration TOKEN_RENEWAL = Duration.ofDays(1);
    private static final Duration FIRST_SMS_PAUSE = Duration.ofMillis(500);

    private final StoredAuthority authority;
    private final @Nullable InBandRegistration inBand;
    private final List<Route> routes;
    private final ControlAccess access;
    private final StretchPool pool;
    private final ExecutorService writer;

    private FrontDesk(
            StoredAuthority authority,
            @Nullable InBandRegistration inBand,
            List<Route> routes,
            ControlAccess access,
            StretchPool pool,
            ExecutorService writer) {
        this.authority = authority;
        this.inBand = inBand;
        this.routes = routes;
        this.access = access;
        this.pool = pool;
        this.writer = writer;
    }

    /// Blocks until what is kept of sign-ups is read.
    ///
    /// @param console where `sms.provider = log` shows the codes
    /// @param stats   what `ctl stats` shows
    static FrontDesk open(
            Config config,
            Store store,
            Directory directory,
            PrintStream console,
            Supplier<? extends Map<String, ?>> stats)
            throws IOException {
        InstantSource clock = InstantSource.system();
        var pool = new StretchPool(Math.max(1, Runtime.getRuntime().availableProcessors()), MAX_CHECKS_WAITING);
        var writer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("kith-sms-log").factory());
        var shelf = new ServerShelf(store);
        var life = config.auth().tokenLifetime();
        var renewAfter = TOKEN_RENEWAL.compareTo(life.dividedBy(2)) < 0 ? TOKEN_RENEWAL : life.dividedBy(2);
        var settings = new StoredAuthority.Settings(config.auth().scramIterations(), life, renewAfter);
        var authority = StoredAuthority.open(store, directory, shelf, pool, settings, clock::millis)
                .toCompletableFuture()
                .join();

        var registration = config.registration();
        var sender = sender(config, console, clock, writer);
        var enrolment = authority.enrolment();
        var byPhone = PhoneSignUp.open(
                        new PhoneSignUp.Settings(
                                config.domain(),
                                registration.region(),
                                config.sms().text(),
                                registration.codeLifetime(),
                                registration.codePause(),
                                registration.codesPerNumber(),
                                registration.codesPerAddress(),
                                registration.codesInAll()),
                        shelf,
                        sender,
                        enrolment,
                        clock::millis)
                .toCompletableFuture()
                .join();
        var invitations = new Invitations(shelf, clock::millis);
        var byName = new NamedSignUp(
                config.domain(), enrolment, invitations, registration.codesPerAddress(), clock::millis);
        var mode = RegistrationRoutes.Mode.valueOf(registration.mode().name());
        var access = ControlAccess.create(config.data());
        var routes = new ArrayList<Route>();
        routes.addAll(new RegistrationRoutes(mode, config.domain(), byPhone, byName).routes());
        routes.addAll(
                new ControlRoutes(access, config.domain(), store, directory, enrolment, invitations, stats).routes());
        var inBand = registration.mode() == Config.Mode.OPEN ? new InBandSignUp(byName) : null;
        return new FrontDesk(authority, inBand, List.copyOf(routes), access, pool, writer);
    }

    private static SmsSender sender(Config config, PrintStream console, InstantSource clock, ExecutorService writer) {
        var webhook = config.sms().webhook();
        return switch (config.sms().provider()) {
            case LOG -> new LogSms(config.data().resolve("sms.log"), console, clock, writer);
            case WEBHOOK -> {
                if (webhook == null) throw new IllegalStateException("the configuration was checked");
                yield new WebhookSms(new WebhookSms.Settings(
                        webhook.url(),
                        webhook.body(),
                        webhook.headers(),
                        webhook.timeout(),
                        webhook.retries(),
                        FIRST_SMS_PAUSE));
            }
        };
    }

    Authority authority() {
        return authority;
    }

    /// Null unless everybody may make accounts from an XMPP client.
    @Nullable
    InBandRegistration inBand() {
        return inBand;
    }

    List<Route> routes() {
        return routes;
    }

    /// Password checks that wait now.
    int checksWaiting() {
        return pool.waiting();
    }

    void announce(InetSocketAddress http) throws IOException {
        access.announce(http);
    }

    @Override
    public void close() throws IOException {
        access.close();
        pool.close();
        writer.shutdown();
    }
}
