package im.kith.server.stream;

import im.kith.server.account.Directory;
import im.kith.server.auth.Authority;
import im.kith.server.http.Route;
import im.kith.server.net.Counts;
import im.kith.server.net.Loops;
import im.kith.server.net.Network;
import im.kith.server.net.Network.Kind;
import im.kith.server.net.Tally;
import im.kith.server.net.Tls;
import im.kith.server.net.Web;
import im.kith.xmpp.Element;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that the server listens on: XMPP over TCP, TLS and WebSocket, and HTTP. Thread-safe.
public final class Endpoints implements AutoCloseable {

    /// Web apps of other sites may sign in here: there is no cookie that they could ride on.
    private static final Set<String> EVERY_ORIGIN = Set.of("*");

    private final Network network;
    private final Map<Kind, InetSocketAddress> addresses = new EnumMap<>(Kind.class);
    private volatile boolean hasTls;

    private Endpoints(
            Loops loops,
            Settings settings,
            Directory directory,
            Authority authority,
            List<Element> streamFeatures,
            List<Route> routes,
            @Nullable InBandRegistration registration,
            @Nullable Tls tls) {
        hasTls = tls != null;
        var terms = new Terms(settings, directory, authority, List.copyOf(streamFeatures), registration, () -> hasTls);
        var all = new ArrayList<>(routes);
        all.addAll(new HostMeta(settings.domain()).routes());
        var web = new Web(all, EVERY_ORIGIN, settings.proxies());
        network = new Network(loops, settings.bounds(), settings.limits(), tls, web, () -> new Reception(terms));
    }

    /// Opens the listeners that the settings name, served by these loops. `tls` null: no STARTTLS, direct TLS, or
    /// HTTPS.
    ///
    /// @throws IOException if an address cannot be had; nothing is left open then
    public static Endpoints start(
            Loops loops,
            Settings settings,
            @Nullable Tls tls,
            Directory directory,
            Authority authority,
            List<Element> streamFeatures,
            List<Route> routes,
            @Nullable InBandRegistration registration)
            throws IOException {
        var endpoints = new Endpoints(loops, settings, directory, authority, streamFeatures, routes, registration, tls);
        var where = settings.listening();
        try {
            endpoints.listen(where.xmpp(), Kind.XMPP);
            if (tls != null) endpoints.listen(where.xmpps(), Kind.DIRECT_TLS);
            endpoints.listen(where.http(), Kind.HTTP);
            if (tls != null) endpoints.listen(where.https(), Kind.HTTPS);
        } catch (IOException | RuntimeException e) {
            endpoints.close();
            throw e;
        }
        return endpoints;
    }

    private void listen(@Nullable InetSocketAddress address, Kind kind) throws IOException {
        if (address != null) addresses.put(kind, network.listen(address, kind));
    }

    /// The addresses in use, with real ports.
    public Map<Kind, InetSocketAddress> boundAddresses() {
        return Map.copyOf(addresses);
    }

    /// New connections use this certificate.
    public void reload(Tls tls) {
        network.use(tls);
        hasTls = true;
    }

    /// Ends politely: no new connections; each stream ends with `system-shutdown` once what it brought is answered.
    public void drain() {
        network.stopListening();
        network.drain();
    }

    /// What was counted until now.
    public Tally tally() {
        return network.tally();
    }

    /// The connections for which most bytes wait.
    public List<Counts.Slowest> slowest() {
        return network.slowest();
    }

    @Override
    public void close() {
        network.close();
    }
}
