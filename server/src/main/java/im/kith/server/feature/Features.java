package im.kith.server.feature;

import im.kith.server.feature.Manifest.Answer;
import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Check;
import im.kith.server.feature.Manifest.Host;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.http.Route;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The registry: what all features of this server declare, put together once at the start.
///
/// Everything that routes, advertises or documents a feature is derived from here; nothing is registered later.
/// Immutable, so any thread may read it. [#of] refuses lists in which two features claim the same thing.
public final class Features {

    private static final int ASKS = Ask.values().length;

    private final List<Manifest> manifests;
    /// By scope and ask, then by the payload's namespace; the few answers of one namespace are told apart by name.
    /// So the lookup that every iq pays makes no key object.
    private final List<Map<String, List<Answer>>> answers;

    private final List<Check> incoming;
    private final List<Check> outgoing;
    private final List<String> hotShelves;
    private final List<Element> streamFeatures;
    private final List<String> serverFeatures;
    private final List<String> accountFeatures;
    private final List<Route> routes;
    private final Map<String, Host> hosts;
    private final List<Manifest.Notice> notices;
    private final List<Manifest.PresenceShaper> shapers;
    private final List<Manifest.PresenceWatcher> watchers;
    private final List<Manifest.Visitor> visitors;
    private final Map<Tag, Manifest.Hearer> hearers = new HashMap<>();

    private Features(List<Manifest> manifests, List<Map<String, List<Answer>>> answers) {
        this.manifests = manifests;
        this.answers = answers;
        incoming = all(Manifest::incoming);
        outgoing = all(Manifest::outgoing);
        hotShelves = all(Manifest::hotShelves);
        streamFeatures = all(Manifest::streamFeatures);
        serverFeatures = List.copyOf(new TreeSet<>(all(Manifest::serverFeatures)));
        accountFeatures = List.copyOf(new TreeSet<>(all(Manifest::accountFeatures)));
        routes = all(Manifest::routes);
        notices = all(Manifest::notices);
        hosts = all(Manifest::hosts).stream()
                .filter(host -> !host.answers().isEmpty())
                .collect(Collectors.toUnmodifiableMap(Host::label, host -> host));
        shapers = all(Manifest::shapers);
        watchers = all(Manifest::watchers);
        visitors = all(Manifest::visitors);
        for (var manifest : manifests) hearers.putAll(manifest.hearers());
    }

    /// Puts the features together; their order is the order of checks and of stream features.
    ///
    /// @throws IllegalArgumentException naming both features when two have the same name, answer the same request,
    /// keep the same hot shelf, have the same host or serve the same route
    public static Features of(List<? extends Feature> features) {
        var manifests = features.stream().map(Feature::manifest).toList();
        var claims = new HashMap<String, Manifest>();
        var answers = new ArrayList<Map<String, List<Answer>>>();
        for (int i = 0; i < Scope.values().length * ASKS; i++) answers.add(new HashMap<>());
        for (var manifest : manifests) {
            claim("the name " + manifest.name(), manifest, claims);
            for (var answer : manifest.answers()) {
                claim(requestOf(answer), manifest, claims);
                answers.get(index(answer.scope(), answer.ask()))
                        .computeIfAbsent(answer.tag().namespace(), namespace -> new ArrayList<>(2))
                        .add(answer);
            }
            for (var shelf : manifest.hotShelves()) claim("the hot shelf " + shelf, manifest, claims);
            for (var command : manifest.commands()) claim("the command " + command.node(), manifest, claims);
            for (var tag : manifest.hearers().keySet()) claim("the message with " + tag, manifest, claims);
            for (var host : manifest.hosts()) claim("the host " + host.label(), manifest, claims);
            for (var route : manifest.routes())
                claim("the route " + route.method() + " " + route.path(), manifest, claims);
        }
        return new Features(manifests, List.copyOf(answers));
    }

    /// Who answers this request, or null when nobody does.
    public @Nullable Answer answer(Scope scope, Ask ask, Tag tag) {
        return answer(scope, ask, tag.namespace(), tag.name());
    }

    /// The same without a tag; allocates nothing.
    public @Nullable Answer answer(Scope scope, Ask ask, String namespace, String name) {
        var candidates = answers.get(index(scope, ask)).get(namespace);
        if (candidates == null) return null;
        for (int i = 0; i < candidates.size(); i++) {
            var candidate = candidates.get(i);
            if (candidate.tag().name().equals(name)) return candidate;
        }
        return null;
    }

    /// What the features declared, in their order.
    public List<Manifest> manifests() {
        return manifests;
    }

    /// Checks on stanzas from others to an account, in order.
    public List<Check> incoming() {
        return incoming;
    }

    /// Checks on stanzas from an account's own devices, in order.
    public List<Check> outgoing() {
        return outgoing;
    }

    /// The shelves to load with an account.
    public List<String> hotShelves() {
        return hotShelves;
    }

    /// What `<stream:features/>` offers once a client is signed in.
    public List<Element> streamFeatures() {
        return streamFeatures;
    }

    /// Disco features of the server's domain, sorted, each once.
    public List<String> serverFeatures() {
        return serverFeatures;
    }

    /// Disco features of an account's bare JID, sorted, each once.
    public List<String> accountFeatures() {
        return accountFeatures;
    }

    public List<Route> routes() {
        return routes;
    }

    /// Who is told of messages that were kept, in order.
    public List<Manifest.Notice> notices() {
        return notices;
    }

    /// The host with that label at which features answer, or null.
    public @Nullable Host host(String label) {
        return hosts.get(label);
    }

    /// What shapes the presence of accounts' devices, in order.
    public List<Manifest.PresenceShaper> shapers() {
        return shapers;
    }

    public List<Manifest.PresenceWatcher> watchers() {
        return watchers;
    }

    /// Who visits every account once a day, in order.
    public List<Manifest.Visitor> visitors() {
        return visitors;
    }

    /// Who takes this message from another account instead of the devices, or null.
    public Manifest.@Nullable Hearer hearer(Stanza message) {
        if (!message.type().equals("headline")) return null;
        var first = message.element().firstChild();
        return first == null ? null : hearers.get(first.tag());
    }

    private <T> List<T> all(Function<Manifest, List<T>> part) {
        return manifests.stream()
                .flatMap(manifest -> part.apply(manifest).stream())
                .toList();
    }

    private static int index(Scope scope, Ask ask) {
        return scope.ordinal() * ASKS + ask.ordinal();
    }

    private static String requestOf(Answer answer) {
        return "the request " + answer.ask() + " " + answer.tag() + " at " + answer.scope();
    }

    private static void claim(String what, Manifest by, Map<String, Manifest> claims) {
        var before = claims.putIfAbsent(what, by);
        if (before == null) return;
        throw new IllegalArgumentException("%s is claimed by two features: %s and %s; take one out of the list"
                .formatted(what, before.name(), by.name()));
    }
}
