package im.kith.server.feature;

import im.kith.server.http.Route;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a feature declares. The server derives routing, disco, the conformance table and the DOAP file from it, and
/// refuses to start when two features claim the same element.
public final class Manifest {

    /// The kind of iq request.
    public enum Ask {
        GET,
        SET
    }

    /// Who asks whom.
    public enum Scope {
        /// The account's own device asks its own account (`to` absent or its own bare JID).
        OWN,
        /// Somebody else asks the account's bare JID. The owner is the account that is asked.
        OTHERS,
        /// A device asks the server's domain. The owner is the asking account.
        SERVER
    }

    @FunctionalInterface
    public interface Handler {
        Reply answer(Stanza iq, Owner owner);
    }

    @FunctionalInterface
    public interface Check {
        Verdict judge(Stanza stanza, Owner owner);
    }

    /// Changes what a device shows of itself: answers the presence with what the server adds to it, or the same.
    @FunctionalInterface
    public interface PresenceShaper {
        Element shape(Element presence, Owner owner);
    }

    /// Is told of what happens to the account's presence.
    public interface PresenceWatcher {
        /// A device has shown `presence`; `before` is what it showed before, null if it was not available.
        void appeared(Jid device, @Nullable Element before, Element presence, Owner owner);

        /// A contact gets the account's presence from now on.
        void admitted(Jid contact, Owner owner);
    }

    /// Is called for every account once a day, whether anybody is connected or not: to let go what is too old.
    @FunctionalInterface
    public interface Visitor {
        void visit(Owner owner);
    }

    /// Takes what the same feature of another account says: a message of the type `headline` whose first child has the
    /// tag it was declared with. Clients can send the like, but only in their own name.
    @FunctionalInterface
    public interface Hearer {
        void hear(Stanza message, Owner owner);
    }

    /// Told of each message from others that was just kept for the account, after its devices were.
    @FunctionalInterface
    public interface Notice {
        void kept(Stanza message, Owner owner);
    }

    /// A specification and the version implemented; `note` is for the conformance table ("" if complete).
    public record Specification(String name, String version, String note) {}

    public record Answer(Scope scope, Ask ask, Tag tag, Handler handler) {}

    /// A subdomain of the server at which a feature answers requests of the server's accounts; the owner is the
    /// asking account. `label` is its first label, `name` for people. Without answers it is a service with
    /// addresses of its own.
    public record Host(String label, String name, List<Answer> answers) {
        public Host {
            answers = List.copyOf(answers);
        }

        /// An answer of a host.
        public static Answer answering(Ask ask, Tag tag, Handler handler) {
            return new Answer(Scope.SERVER, ask, tag, handler);
        }

        /// Who answers, or null.
        public @Nullable Answer answer(Ask ask, Tag tag) {
            for (var answer : answers) {
                if (answer.ask() == ask && answer.tag().equals(tag)) return answer;
            }
            return null;
        }
    }

    private final String name;
    private final List<Specification> specifications;
    private final List<String> serverFeatures;
    private final List<String> accountFeatures;
    private final List<Element> streamFeatures;
    private final List<Answer> answers;
    private final List<Check> incoming;
    private final List<Check> outgoing;
    private final List<String> hotShelves;
    private final List<Route> routes;
    private final List<Element> accountIdentities;
    private final List<PresenceShaper> shapers;
    private final List<PresenceWatcher> watchers;
    private final List<Visitor> visitors;
    private final Map<Tag, Hearer> hearers;
    private final List<Host> hosts;
    private final List<Command> commands;
    private final List<Notice> notices;

    private Manifest(Builder builder) {
        name = builder.name;
        specifications = List.copyOf(builder.specifications);
        serverFeatures = List.copyOf(builder.serverFeatures);
        accountFeatures = List.copyOf(builder.accountFeatures);
        streamFeatures = List.copyOf(builder.streamFeatures);
        answers = List.copyOf(builder.answers);
        incoming = List.copyOf(builder.incoming);
        outgoing = List.copyOf(builder.outgoing);
        hotShelves = List.copyOf(builder.hotShelves);
        routes = List.copyOf(builder.routes);
        accountIdentities = List.copyOf(builder.accountIdentities);
        shapers = List.copyOf(builder.shapers);
        watchers = List.copyOf(builder.watchers);
        visitors = List.copyOf(builder.visitors);
        hearers = Map.copyOf(builder.hearers);
        hosts = List.copyOf(builder.hosts);
        commands = List.copyOf(builder.commands);
        notices = List.copyOf(builder.notices);
    }

    public static Builder of(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    public List<Specification> specifications() {
        return specifications;
    }

    /// Disco features of the server's domain.
    public List<String> serverFeatures() {
        return serverFeatures;
    }

    /// Disco features of an account's bare JID.
    public List<String> accountFeatures() {
        return accountFeatures;
    }

    /// What stands in `<stream:features/>` once a client is signed in.
    public List<Element> streamFeatures() {
        return streamFeatures;
    }

    public List<Answer> answers() {
        return answers;
    }

    /// Checks on stanzas from others to the account, in order.
    public List<Check> incoming() {
        return incoming;
    }

    /// Checks on stanzas from the account's devices, in order.
    public List<Check> outgoing() {
        return outgoing;
    }

    public List<String> hotShelves() {
        return hotShelves;
    }

    public List<Route> routes() {
        return routes;
    }

    public List<Notice> notices() {
        return notices;
    }

    public List<Command> commands() {
        return commands;
    }

    /// Disco identities that an account has beside its own.
    public List<Element> accountIdentities() {
        return accountIdentities;
    }

    public List<PresenceShaper> shapers() {
        return shapers;
    }

    public List<PresenceWatcher> watchers() {
        return watchers;
    }

    public List<Visitor> visitors() {
        return visitors;
    }

    public Map<Tag, Hearer> hearers() {
        return hearers;
    }

    /// The subdomains it has: items of the server's domain (XEP-0030 §4).
    public List<Host> hosts() {
        return hosts;
    }

    public static final class Builder {
        private final String name;
        private final List<Specification> specifications = new ArrayList<>();
        private final List<String> serverFeatures = new ArrayList<>();
        private final List<String> accountFeatures = new ArrayList<>();
        private final List<Element> streamFeatures = new ArrayList<>();
        private final List<Answer> answers = new ArrayList<>();
        private final List<Check> incoming = new ArrayList<>();
        private final List<Check> outgoing = new ArrayList<>();
        private final List<String> hotShelves = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private final List<Element> accountIdentities = new ArrayList<>();
        private final List<PresenceShaper> shapers = new ArrayList<>();
        private final List<PresenceWatcher> watchers = new ArrayList<>();
        private final List<Visitor> visitors = new ArrayList<>();
        private final Map<Tag, Hearer> hearers = new HashMap<>();
        private final List<Host> hosts = new ArrayList<>();
        private final List<Command> commands = new ArrayList<>();
        private final List<Notice> notices = new ArrayList<>();

        private Builder(String name) {
            this.name = name;
        }

        public Builder implementing(String specification, String version) {
            return implementing(specification, version, "");
        }

        public Builder implementing(String specification, String version, String note) {
            specifications.add(new Specification(specification, version, note));
            return this;
        }

        /// A disco feature of the server and of every account.
        public Builder advertising(String feature) {
            return advertisingAtServer(feature).advertisingAtAccount(feature);
        }

        public Builder advertisingAtServer(String feature) {
            serverFeatures.add(feature);
            return this;
        }

        public Builder advertisingAtAccount(String feature) {
            accountFeatures.add(feature);
            return this;
        }

        public Builder offering(Element streamFeature) {
            streamFeatures.add(streamFeature);
            return this;
        }

        /// Answers requests of the account's own devices to their account.
        public Builder answering(Ask ask, Tag tag, Handler handler) {
            return answering(Scope.OWN, ask, tag, handler);
        }

        public Builder answering(Scope scope, Ask ask, Tag tag, Handler handler) {
            answers.add(new Answer(scope, ask, tag, handler));
            return this;
        }

        public Builder checkingIncoming(Check check) {
            incoming.add(check);
            return this;
        }

        public Builder checkingOutgoing(Check check) {
            outgoing.add(check);
            return this;
        }

        /// A shelf that is in memory whenever the account is: for what checks need. Keep it small.
        public Builder keepingHot(String shelf) {
            hotShelves.add(shelf);
            return this;
        }

        public Builder serving(Route route) {
            routes.add(route);
            return this;
        }

        public Builder noticing(Notice notice) {
            notices.add(notice);
            return this;
        }

        /// Commands of the server (XEP-0050).
        public Builder commanding(List<Command> more) {
            commands.addAll(more);
            return this;
        }

        /// Listed among the items of the server's domain.
        public Builder hosting(Host host) {
            hosts.add(host);
            return this;
        }

        /// One more disco identity of every account.
        public Builder identifyingAccount(String category, String type) {
            accountIdentities.add(Element.build("http://jabber.org/protocol/disco#info", "identity")
                    .attribute("category", category)
                    .attribute("type", type)
                    .build());
            return this;
        }

        public Builder shapingPresence(PresenceShaper shaper) {
            shapers.add(shaper);
            return this;
        }

        public Builder watchingPresence(PresenceWatcher watcher) {
            watchers.add(watcher);
            return this;
        }

        public Builder visitingDaily(Visitor visitor) {
            visitors.add(visitor);
            return this;
        }

        public Builder hearing(Tag tag, Hearer hearer) {
            hearers.put(tag, hearer);
            return this;
        }

        /// Has addresses of its own at the subdomain `label`; `name` is for people.
        public Builder hosting(String label, String name) {
            hosts.add(new Host(label, name, List.of()));
            return this;
        }

        public Manifest build() {
            return new Manifest(this);
        }
    }
}
