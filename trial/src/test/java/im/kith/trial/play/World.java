package im.kith.trial.play;

import im.kith.trial.KithProcess;
import im.kith.trial.wire.Endpoint;
import im.kith.trial.wire.Negotiation;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.Xml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where one trial plays: a server, and users that nobody else has.
///
/// A play says `romeo@kith.test`; on the wire he has a unique name, so that trials run side by side on one server.
/// Everything that goes out or comes in is translated. Not for use by more than one thread.
public final class World implements AutoCloseable {

    /// The domain as plays write it.
    public static final String DOMAIN = "kith.test";

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final String RUN = Long.toString(System.currentTimeMillis() / 100 % 60_466_176, 36);

    private final Endpoint endpoint;
    private final @Nullable KithProcess process;
    private final boolean own;
    private final Map<String, User> users = new LinkedHashMap<>();
    private final List<Device> devices = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private final Map<String, String> captures = new HashMap<>();
    private final Dialogue dialogue = new Dialogue(this::toPlay);
    private int ids;

    World(Endpoint endpoint, @Nullable KithProcess process, boolean own) {
        this.endpoint = endpoint;
        this.process = process;
        this.own = own;
    }

    /// The user with this name; the first call makes the account.
    public User user(String name) {
        var known = users.get(name);
        if (known != null) {
            return known;
        }
        var wireName = name + "-" + RUN + Integer.toString(COUNTER.incrementAndGet(), 36);
        var user = new User(this, name, wireName, "pw-" + wireName);
        users.put(name, user);
        register(user);
        return user;
    }

    /// XEP-0077, the one way to an account that every server has.
    private void register(User user) {
        try (var wire = Wire.connect(endpoint, Transport.TCP, dialogue.of("registration"))) {
            new Negotiation(wire, endpoint).openStream();
            wire.send("<iq type='set' id='reg'><query xmlns='jabber:iq:register'><username>" + user.wireName()
                    + "</username><password>" + user.password() + "</password></query></iq>");
            var answer = wire.expectElement(Device.PATIENCE);
            if (!answer.attributeOr("type", "").equals("result")) {
                throw new AssertionError("no account for " + user.name() + ": " + answer);
            }
            wire.sendClose();
        }
    }

    /// A user whose account was made some other way.
    public User user(String name, String wireName, String password) {
        var user = new User(this, name, wireName, password);
        users.put(name, user);
        return user;
    }

    /// Somebody with a connection and without manners: says any bytes, signed in or not.
    public Stranger stranger(Transport transport) {
        var stranger = new Stranger(this, transport);
        strangers.add(stranger);
        return stranger;
    }

    public Stranger stranger() {
        return stranger(Transport.TCP);
    }

    /// kill -9, then a new start on the same disk. Every connection is gone.
    public void crash() {
        crash(() -> {});
    }

    /// kill -9, then something happens, then a new start on the same disk.
    public void crash(Runnable meanwhile) {
        dialogue.add("the server", "·", "is killed with -9");
        server().kill();
        devices.forEach(Device::noticeTheEnd);
        meanwhile.run();
        server().start();
        dialogue.add(
                "the server",
                "·",
                "is ready again after " + server().lastStart().toMillis() + " ms");
    }

    /// SIGTERM, and a new start.
    public void restart() {
        dialogue.add("the server", "·", "is told to stop");
        var code = server().stop();
        dialogue.add("the server", "·", "ended with " + code);
        if (code != 0 && code != 143) {
            throw new AssertionError("the server ended with " + code);
        }
        devices.forEach(Device::noticeTheEnd);
        server().start();
    }

    /// This trial's own server.
    public KithProcess server() {
        if (process == null || !own) {
            throw new IllegalStateException("only a trial with @OwnServer may stop or crash it");
        }
        return process;
    }

    /// The server's process, shared or own, for reading what it leaves on disk.
    public @Nullable KithProcess process() {
        return process;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /// The sum of a metric over its labels, as the server publishes it now.
    public double metric(String name) {
        var uri = URI.create("http://" + endpoint.host() + ":" + endpoint.httpPort() + "/metrics");
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Dialogue dialogue() {
        return dialogue;
    }

    void enrol(Device device) {
        devices.add(device);
    }

    String nextId() {
        return "k" + ++ids;
    }

    Map<String, String> captures() {
        return captures;
    }

    /// What a `{name}` in an earlier expectation stood for.
    public String captured(String name) {
        var value = captures.get(name);
        if (value == null) {
            throw new AssertionError("nothing was captured as {" + name + "}");
        }
        return value;
    }

    /// From the play's words to the wire's: names, domain, captured values.
    public String toWire(String text) {
        var result = text;
        for (var capture : captures.entrySet()) {
            result = result.replace("{" + capture.getKey() + "}", capture.getValue());
        }
        for (var user : users.values()) {
            result = Pattern.compile("(?<![\\w.+-])" + Pattern.quote(user.name()) + "@" + Pattern.quote(DOMAIN))
                    .matcher(result)
                    .replaceAll(user.wireName().replace("\\", "\\\\").replace("$", "\\$") + "@" + DOMAIN);
        }
        return result.replace(DOMAIN, endpoint.domain());
    }

    /// From the wire's words to the play's.
    public String toPlay(String text) {
        var result = text;
        for (var user : users.values()) {
            result = result.replace(user.wireName(), user.name());
        }
        return endpoint.domain().equals(DOMAIN) ? result : result.replace("@" + endpoint.domain(), "@" + DOMAIN);
    }

    Xml toPlay(Xml xml) {
        var attributes = new HashMap<String, String>();
        xml.attributes().forEach((key, value) -> attributes.put(key, address(value)));
        var nodes = xml.nodes().stream()
                .map(node -> switch (node) {
                    case Xml child -> toPlay(child);
                    case Xml.Text(String value) -> new Xml.Text(address(value));
                })
                .toList();
        return new Xml(xml.namespace(), xml.name(), new java.util.TreeMap<>(attributes), List.copyOf(nodes));
    }

    private String address(String value) {
        return value.equals(endpoint.domain()) ? DOMAIN : toPlay(value);
    }

    @Override
    public void close() {
        devices.forEach(Device::vanish);
        strangers.forEach(Stranger::vanish);
    }
}
