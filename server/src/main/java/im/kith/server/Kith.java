package im.kith.server;

import im.kith.server.account.Core;
import im.kith.server.account.Service;
import im.kith.server.account.ShardedDirectory;
import im.kith.server.admin.ServerAdministration;
import im.kith.server.auth.Credentials;
import im.kith.server.auth.ServerShelf;
import im.kith.server.auth.StoredAuthority;
import im.kith.server.auth.StretchPool;
import im.kith.server.config.Config;
import im.kith.server.config.ConfigReader;
import im.kith.server.contacts.NumberIndex;
import im.kith.server.contacts.PeopleBook;
import im.kith.server.control.ControlAccess;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Standard;
import im.kith.server.http.Route;
import im.kith.server.link.LinkCodes;
import im.kith.server.link.LinkRoutes;
import im.kith.server.media.Media;
import im.kith.server.media.MediaRoutes;
import im.kith.server.media.OwnUploads;
import im.kith.server.media.Sweeping;
import im.kith.server.net.Loops;
import im.kith.server.net.Network;
import im.kith.server.net.Networks;
import im.kith.server.portable.Exporting;
import im.kith.server.portable.TakeoutRoutes;
import im.kith.server.pubsub.PubsubService;
import im.kith.server.pulse.JsonLines;
import im.kith.server.pulse.Logs;
import im.kith.server.pulse.Pulse;
import im.kith.server.pulse.PulseRoutes;
import im.kith.server.pulse.Stats;
import im.kith.server.pulse.TextLines;
import im.kith.server.pulse.Watch;
import im.kith.server.push.Pushes;
import im.kith.server.push.Vapid;
import im.kith.server.reports.ReportBook;
import im.kith.server.room.Rooms;
import im.kith.server.signup.InBandSignUp;
import im.kith.server.signup.InvitationPages;
import im.kith.server.signup.Invitations;
import im.kith.server.signup.NamedSignUp;
import im.kith.server.signup.PhoneSignUp;
import im.kith.server.signup.RegistrationRoutes;
import im.kith.server.stream.Endpoints;
import im.kith.server.stun.StunServer;
import im.kith.server.tls.Certificate;
import im.kith.server.web.WebApp;
import im.kith.store.StoreException;
import im.kith.store.disk.DirectoryBlobs;
import im.kith.store.disk.DiskStore;
import im.kith.store.disk.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running server: its parts, and how they are put together, from the disk up to the sockets.
///
/// ```
/// DiskStore <- ShardedDirectory <- StoredAuthority, sign-up, control <- Endpoints
/// ```
/// What takes long and depends on nothing (certificate and TLS library) is begun first, on its own thread. Ending
/// goes the other way round: no new connections, streams end, partitions stop, the store keeps the rest.
final class Kith {

    private static final Logger LOG = LoggerFactory.getLogger(Kith.class);

    private static final long DRAIN_LOOK_NANOS = 10_000_000;
    /// Password checks that may wait: some thousand clients that come back at once are no attack.
    private static final int STRETCH_WAITING = 16_384;

    private final Config config;
    private final Logs logs;
    private final Pulse pulse = new Pulse();
    private final Published published;
    private final DiskStore store;
    private final DirectoryBlobs blobs;
    private final Pushes pushes;
    /// The threads of partitions and sockets.
    private final Loops loops = new Loops();

    private final @Nullable StunServer stun;
    private final ShardedDirectory directory;
    private final ControlAccess access;
    private final Endpoints endpoints;
    private volatile boolean draining;

    private Kith(Config config, List<ConfigReader.Setting> settingsInEffect, Logs logs, PrintStream out)
            throws Refusal, IOException {
        this.config = config;
        this.logs = logs;
        LongSupplier clockMillis = System::currentTimeMillis;
        var identity = begin("kith-tls", () -> Identity.of(config));
        var accounts = new OwnAccounts();
        var uploads = new OwnUploads(config.media().maxFileBytes());
        var administration = new ServerAdministration(config.domain(), Translation.admins(config));
        var links = new LinkCodes(config.domain(), clockMillis);
        var numbers = new NumberIndex(config.domain(), clockMillis);
        var people = new PeopleBook(clockMillis);
        var mode = config.registration().mode();
        boolean byName = mode == Config.Mode.OPEN || mode == Config.Mode.INVITE;
        var invitationPages =
                new InvitationPages(config.domain(), byName, administration::isAdministrator, clockMillis);
        var takeouts = new TakeoutRoutes(config.domain(), clockMillis);
        var reports = new ReportBook(config.domain(), clockMillis, administration::administrators);
        pushes = Translation.pushes(config, clockMillis);
        var stunAddress = config.listen().stun();
        stun = stunAddress == null ? null : new StunServer(loops, stunAddress.resolve());
        var settings = new Standard.Settings(
                Main.version(),
                config.contacts(),
                accounts,
                uploads,
                administration,
                Translation.calls(config, stun == null ? null : stun.address()),
                pushes,
                links,
                numbers,
                people,
                reports,
                takeouts,
                invitationPages,
                Translation.pages(config, clockMillis));
        List<Service> services = List.of(new Rooms(Translation.groups(config)), new PubsubService());
        var features = begin("kith-features", () -> Standard.features(declaring(services), settings));

        published = new Published(pulse, config.pulse().alert());
        published.log(logs);
        store = openStore(config);
        published.store(store);
        published.batches(store);
        directory = ShardedDirectory.start(Translation.heart(config), store, await(features), services, loops);
        published.heart(directory);

        var shelf = new ServerShelf(store);
        var pool = new StretchPool(Runtime.getRuntime().availableProcessors(), STRETCH_WAITING);
        var authority =
                await(StoredAuthority.open(store, directory, shelf, pool, Translation.authority(config), clockMillis));
        pushes.use(await(Vapid.open(shelf, Translation.subject(config))), directory);
        published.push(pushes);
        links.use(authority, directory);
        accounts.use(authority.enrolment());
        await(administration.use(new ServerAdministration.Parts(
                store, directory, authority.enrolment(), shelf, code -> Thread.ofPlatform()
                        .start(() -> drain(code)))));
        pulse.gauge("passwords_waiting", "Passwords waiting to be hashed", pool::waiting);
        var invitations = new Invitations(shelf, clockMillis);
        var named = new NamedSignUp(
                config.domain(),
                authority.enrolment(),
                invitations,
                config.registration().accountsPerAddress(),
                clockMillis);
        named.befriending(new Befriending(config.domain(), directory));
        var byPhone = await(PhoneSignUp.open(
                Translation.signUp(config), shelf, Translation.sms(config, out), authority.enrolment(), clockMillis));
        blobs = DirectoryBlobs.open(
                config.data().resolve("media"), config.media().reserveBytes());
        var media = await(Media.open(shelf, blobs, Translation.media(config), clockMillis));
        published.media(media);
        Sweeping.start(media);
        people.use(shelf);
        await(numbers.use(shelf, directory, store, Credentials.SHELF));
        authority.enrolment().whenCreated(numbers::joined);
        var leftovers = new Leftovers(shelf, List.of(media::removeAll, numbers::left, people::left));
        await(leftovers.clearAll());
        directory.removals().tell(leftovers::clear);
        reports.use(shelf, directory);
        access = ControlAccess.create(config.data());
        var exports = config.data().resolve("exports");
        Exporting.sweep(exports);
        var exporting = new Exporting(config.domain(), store, directory, authority.enrolment());

        var routes = new ArrayList<Route>();
        routes.addAll(new RegistrationRoutes(Translation.mode(config), config.domain(), byPhone, named).routes());
        routes.addAll(new PulseRoutes(pulse, Networks.of(config.pulse().metricsFrom()), () -> draining).routes());
        routes.addAll(new MediaRoutes(media).routes());
        routes.addAll(new LinkRoutes(links).routes());
        routes.addAll(takeouts.routes());
        routes.addAll(invitationPages.routes());
        routes.addAll(await(features).routes());
        var web = WebApp.inJar(this::base);
        routes.addAll(web.routes());
        routes.addAll(new Operators(
                        config,
                        settingsInEffect,
                        access,
                        store,
                        directory,
                        authority.enrolment(),
                        invitations,
                        reports,
                        media,
                        exporting,
                        administration,
                        pulse,
                        this::stats,
                        web.page("admin.html"),
                        this::base,
                        clockMillis)
                .routes());

        var self = await(identity);
        endpoints = Endpoints.start(
                loops,
                Translation.streams(config),
                self.tls(),
                directory,
                authority,
                await(features).streamFeatures(),
                routes,
                byName ? new InBandSignUp(named, mode == Config.Mode.OPEN) : null);
        var base = base();
        uploads.use(media, base);
        invitationPages.use(invitations, base);
        takeouts.use(new TakeoutRoutes.Parts(exporting, authority, exports, base));
        published.network(endpoints);
        if (stun != null) published.stun(stun);
        access.announce(httpAddress());
        Signals.handle(() -> drain(0), this::reload); // before anybody reads that it is ready, and sends one
        greet(self.certificate(), out, web.isThere());
    }

    /// Starts everything; returns once connections are taken.
    static Kith start(ConfigReader.Result configuration, PrintStream out) throws Refusal {
        var config = configuration.config();
        var complaints = Check.complaints(config);
        if (!complaints.isEmpty()) throw new Refusal(1, String.join("\n", complaints));
        var logs = logs(config, out);
        try {
            var kith = new Kith(config, configuration.settings(), logs, out);
            Watch.start(kith.pulse);
            return kith;
        } catch (IOException e) {
            throw new Refusal(1, String.valueOf(e.getMessage()));
        }
    }

    private static List<Feature> declaring(List<Service> services) {
        var all = new ArrayList<>(Core.features());
        all.addAll(services);
        return all;
    }

    private static DiskStore openStore(Config config) throws Refusal {
        try {
            return DiskStore.open(config.data(), Options.DEFAULTS);
        } catch (StoreException e) {
            throw new Refusal(1, String.valueOf(e.getMessage()));
        }
    }

    private static Logs logs(Config config, PrintStream out) {
        var terminal = System.console() != null && System.console().isTerminal();
        var lines = config.log().format() == Config.Format.JSON
                ? new JsonLines()
                : new TextLines(config.log().format() == Config.Format.AUTO && terminal);
        return Logs.start(
                out,
                lines,
                config.log().level().name().toLowerCase(java.util.Locale.ROOT),
                config.log().levels());
    }

    private void greet(Certificate certificate, PrintStream out, boolean withApp) {
        var lines = new ArrayList<>(Greeting.lines(config, endpoints.boundAddresses(), certificate.source(), withApp));
        lines.add(Greeting.ready());
        logs.flush();
        if (config.log().format() == Config.Format.JSON) for (var line : lines) LOG.info("{}", line.strip());
        else for (var line : lines) out.println(line);
        out.flush();
    }

    private Map<String, Object> stats() {
        var stats = new LinkedHashMap<String, Object>();
        stats.put("version", Main.version());
        stats.put("domain", config.domain());
        stats.put("pid", ProcessHandle.current().pid());
        stats.put("draining", draining);
        stats.putAll(Stats.of(pulse));
        return stats;
    }

    private void reload() {
        try {
            var fresh = Identity.of(config);
            endpoints.reload(fresh.tls());
            LOG.info(
                    "New connections use the certificate of {}",
                    fresh.certificate().source());
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("The certificate stays what it was: {}", e.getMessage());
        }
    }

    private void drain(int code) {
        int exitCode = code;
        try {
            end();
        } catch (IOException | RuntimeException e) {
            LOG.error("Ended, but not in order; what was acknowledged is on disk", e);
            exitCode = 1;
        }
        logs.flush();
        Runtime.getRuntime().halt(exitCode);
    }

    /// No new connections; what is under way is kept and answered; streams, partitions and the store end, in this
    /// order.
    void end() throws IOException {
        draining = true;
        LOG.info("Ending: no new connections, what is under way is kept");
        long untilNanos = System.nanoTime() + config.process().drain().toNanos();
        directory.sayGoodbye(config.process().drain().dividedBy(2));
        if (stun != null) stun.close();
        endpoints.drain();
        awaitNoConnections(untilNanos);
        endpoints.close();
        directory.close();
        loops.close();
        pushes.close();
        blobs.close();
        store.close();
        access.close();
        LOG.info("Ended");
    }

    private String base() {
        return Translation.base(config, endpoints.boundAddresses());
    }

    InetSocketAddress httpAddress() {
        return address(Network.Kind.HTTP);
    }

    InetSocketAddress xmppAddress() {
        return address(Network.Kind.XMPP);
    }

    private InetSocketAddress address(Network.Kind kind) {
        return Objects.requireNonNull(endpoints.boundAddresses().get(kind));
    }

    /// Streams end by themselves once what they brought is kept and answered; those that do not in time are cut.
    private void awaitNoConnections(long untilNanos) {
        while (endpoints.tally().connections() > 0 && System.nanoTime() < untilNanos) {
            LockSupport.parkNanos(DRAIN_LOOK_NANOS);
        }
        long left = endpoints.tally().connections();
        if (left > 0)
            LOG.warn(
                    "{} connections did not end within {} s and are cut",
                    left,
                    config.process().drain().toSeconds());
    }

    private static <T> FutureTask<T> begin(String name, java.util.concurrent.Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name(name).start(task);
        return task;
    }

    private static <T> T await(FutureTask<T> task) throws Refusal {
        try {
            return task.get();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new Refusal(1, cause.getMessage() == null ? cause.toString() : cause.getMessage());
        } catch (InterruptedException e) {
            throw new Refusal(1, "interrupted while starting");
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Refusal {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new Refusal(1, cause.getMessage() == null ? cause.toString() : cause.getMessage());
        }
    }
}
