package im.kith.server.stream;

import im.kith.server.account.EchoAccounts;
import im.kith.server.http.Route;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import im.kith.server.net.Tls;
import im.kith.xmpp.Element;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// A server's ends towards the net, with accounts that answer with what they get.
@NullUnmarked
abstract class EndpointStage {

    /// Some free port.
    static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    static final Element ACKS = Element.empty("urn:xmpp:sm:3", "sm");

    EchoAccounts accounts;
    Endpoints endpoints;
    /// Ended with each test: what a test leaves running is in the way of all that come after it.
    private Loops loops;

    void start(Settings settings, @Nullable Tls tls, List<Element> features, List<Route> routes) throws IOException {
        accounts = new EchoAccounts("kith.test", true);
        loops = new Loops();
        endpoints = Endpoints.start(loops, settings, tls, accounts, new OnePassword(), features, routes, null);
    }

    @AfterEach
    void stop() {
        endpoints.close();
        loops.close();
        accounts.close();
    }

    Wire connect() throws IOException {
        return new Wire(endpoints.boundAddresses().get(Kind.XMPP));
    }
}
