package im.kith.server;

import im.kith.server.config.Address;
import im.kith.server.config.Config;
import im.kith.server.net.Network;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What the server says of itself once it takes connections.
final class Greeting {

    private Greeting() {}

    static List<String> lines(
            Config config, Map<Network.Kind, InetSocketAddress> bound, String certificate, boolean withApp) {
        var http = Objects.requireNonNull(bound.get(Network.Kind.HTTP));
        var url = "http://" + (http.getAddress().isAnyLocalAddress() ? "127.0.0.1" : http.getHostString()) + ":"
                + http.getPort();
        var lines = new ArrayList<String>();
        lines.add("Kith " + Main.version() + " serves " + config.domain());
        lines.add("  XMPP  " + config.listen().xmpp() + " (STARTTLS), "
                + config.listen().xmpps() + " (TLS)");
        lines.add("  HTTP  " + url + " (sign-up, /ws, /health, /metrics)");
        lines.add("  HTTPS " + shown(bound, Network.Kind.HTTPS));
        lines.add("  Web   "
                + (withApp
                        ? "http://localhost:" + http.getPort() + " (the app; from elsewhere over https only)"
                        : "the app is not in this build; ./kith build says what it needs"));
        var stun = config.listen().stun();
        if (stun != null) lines.add("  STUN  " + stun + " (UDP, so that calls find their way)");
        lines.add("  TLS   " + certificate);
        lines.add("  Data  " + config.data().toAbsolutePath().normalize());
        lines.addAll(signUp(config, url));
        return lines;
    }

    private static List<String> signUp(Config config, String url) {
        var post = "    curl -d '%s' " + url + "/v1/registration";
        return switch (config.registration().mode()) {
            case PHONE ->
                List.of(
                        "  Sign up with a phone number"
                                + (config.sms().provider() == Config.Provider.LOG
                                        ? " (no SMS is sent: the code appears here and in sms.log):"
                                        : ":"),
                        post.formatted("{\"phone\":\"+491701234567\"}"),
                        "    curl -d '{\"code\":\"123456\",\"device\":\"my phone\"}' " + url
                                + "/v1/registration/ID/verify",
                        "  The answer is an address and a key: sign in with them from any XMPP app.");
            case INVITE ->
                List.of(
                        "  Sign up with an invitation (./kith ctl invite makes one):",
                        post.formatted("{\"invite\":\"CODE\",\"name\":\"juliet\"}"));
            case OPEN ->
                List.of(
                        "  Anybody can sign up, from an XMPP app or with:",
                        post.formatted("{\"name\":\"juliet\",\"password\":\"…\"}"));
            case CLOSED -> List.of("  Accounts are made with:  ./kith ctl account add NAME");
        };
    }

    private static String shown(Map<Network.Kind, InetSocketAddress> bound, Network.Kind kind) {
        var address = bound.get(kind);
        return address == null
                ? "nowhere"
                : new Address(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    static String ready() {
        var process = ProcessHandle.current().info().startInstant();
        var since = process.map(start -> Duration.between(start, Instant.now()).toMillis() / 1000.0);
        return "Kith is ready"
                + since.map(seconds -> String.format(Locale.ROOT, ", after %.1f s", seconds))
                        .orElse("");
    }
}
