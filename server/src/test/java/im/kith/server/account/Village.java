package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A whole server in one thread, the real partitions and the real store over a disk in memory, for plays about what
/// [Service]s do: devices send XML and look at what they got. After each word said, all comes to rest.
public final class Village {

    public static final String DOMAIN = SimWorld.DOMAIN;

    final SimWorld world;
    private final List<Phone> phones = new ArrayList<>();

    /// The same with features of its own.
    public Village(List<? extends Feature> features, Service... services) {
        world = new SimWorld(1, 90L * 86_400_000, Arrays.asList(services), features);
    }

    /// The same with all features of a server.
    public Village(Features features, Service... services) {
        world = new SimWorld(1, 90L * 86_400_000, Arrays.asList(services), features);
    }

    /// One in which an inbox holds no more than so many entries that nobody has taken.
    public Village(int inboxLimit, Service... services) {
        world = new SimWorld(1, 90L * 86_400_000, inboxLimit, Arrays.asList(services));
    }

    public Village(Service... services) {
        world = new SimWorld(1, 90L * 86_400_000, Arrays.asList(services));
    }

    /// A new device of the account, which is made if there is none; it has sent initial presence.
    public Phone phone(String account, String resource) {
        if (phones.stream().noneMatch(phone -> phone.account.equals(account))) world.create(account);
        var phone = new Phone(account, resource);
        phones.add(phone);
        phone.connects();
        phone.sends("<presence/>");
        for (var each : phones) each.takes();
        return phone;
    }

    /// A new device that has opted in to get its account's groups with its stream (docs/protocol/groups.md), under a
    /// device id of its own, with stream management.
    public Phone member(String account, String resource) {
        if (phones.stream().noneMatch(phone -> phone.account.equals(account))) world.create(account);
        var phone = new Phone(account, resource);
        phone.groups = true;
        phones.add(phone);
        phone.connects();
        phone.acknowledges();
        phone.sends("<presence/>");
        for (var each : phones) each.takes();
        return phone;
    }

    public void account(String name) {
        world.create(name);
    }

    /// Writes a row of one of the account's hot shelves, as a feature does.
    public void put(String account, String shelf, String key, String value) {
        world.put(account, shelf, key, value);
    }

    /// Whether two owners live in different partitions.
    public static boolean apart(String one, String other) {
        return SimWorld.partitionOf(one) != SimWorld.partitionOf(other);
    }

    /// The keys of a shelf's rows as they are on disk.
    public Set<String> keys(String account, String shelf) {
        return world.shelf(account, shelf).keySet();
    }

    public boolean isInMemory(String account) {
        return world.isInMemory(account);
    }

    /// How often an account or a room was dropped from memory for a fault of ours.
    public long dropped() {
        return world.dropped();
    }

    /// How many bytes the disk has left.
    public long freeBytes() {
        return world.disk.freeBytes();
    }

    /// The process dies, and starts anew on the same disk; nobody is connected.
    public void crashes() {
        world.crash(false);
        for (var phone : phones) phone.session = null;
        world.settle();
    }

    /// The server is told to end; what it says then is said.
    public void ends() {
        world.end();
    }

    public void pass(long millis) {
        world.pass(millis);
    }

    /// The daily visit to all logs, so that what is too old goes.
    public void visitsAll() {
        world.visitAll();
    }

    public long nowMillis() {
        return world.nowMillis;
    }

    public static Element xml(String xml) {
        return Town.xml(xml);
    }

    /// A device with what it was sent and has not looked at.
    public final class Phone implements Link {
        public final Jid jid;
        private final String account;
        private @Nullable Session session;
        private final List<Element> inbox = new ArrayList<>();
        private int handled;
        private boolean acks;
        private boolean groups;
        /// What the server said last that it has handled, on this stream.
        private long acked;

        private String streamId = "";

        private Phone(String account, String resource) {
            this.account = account;
            this.jid = Objects.requireNonNull(Jid.of(account, DOMAIN, resource));
        }

        public Phone connects() {
            return connects(Set.of());
        }

        public Phone connects(Set<Event.Trait> traits) {
            var inline = groups ? List.of(Element.empty(Groups.NAMESPACE, "enable")) : List.<Element>of();
            var id = groups ? "id-" + jid.resource() : null;
            acks = false;
            world.tell(account, new Event.Bind(account, jid.resource(), id, null, inline, traits, this));
            world.settle();
            return this;
        }

        /// Comes back after it was away, as it was.
        public Phone returns() {
            connects();
            acknowledges();
            return sends("<presence/>");
        }

        /// Sends, and the server dies as soon as it has acknowledged that: before anything of another partition than
        /// the account's has run. Then all comes back.
        public void sendsBeforeTheServerDies(String xml) {
            var element = xml(xml);
            acked = 0;
            world.tell(
                    account,
                    new Event.Arrived(
                            here(),
                            Stanza.of(Stanza.Kind.MESSAGE, jid, Town.jid(element.attribute("to", "")), element)));
            world.tell(account, new Event.Nonza(here(), Element.empty(StreamManagement.NAMESPACE, "r")));
            world.settleOnly(account);
            if (acked == 0) throw new AssertionError("the server acknowledged nothing");
            crashes();
        }

        /// Sends, and the server dies once the group has written it down: before anything else has run.
        public void sendsBeforeTheServerDies(String xml, String group) {
            var element = xml(xml);
            world.tell(
                    account,
                    new Event.Arrived(
                            here(),
                            Stanza.of(Stanza.Kind.MESSAGE, jid, Town.jid(element.attribute("to", "")), element)));
            world.settleOnly(account);
            world.settleOnly(group);
            crashes();
        }

        /// Turns on stream management; acknowledges whatever comes.
        public Phone acknowledges() {
            acks = true;
            handled = 0;
            world.tell(
                    account,
                    new Event.Nonza(
                            here(),
                            Element.build(StreamManagement.NAMESPACE, "enable")
                                    .attribute("resume", "true")
                                    .build()));
            world.settle();
            return this;
        }

        private Session here() {
            return Objects.requireNonNull(session, jid + " is not connected");
        }

        public Phone sends(String xml) {
            says(xml);
            world.settle();
            return this;
        }

        /// Sends, and nothing runs yet.
        public void says(String xml) {
            var element = xml(xml);
            var to = element.attribute("to");
            world.tell(
                    account,
                    new Event.Arrived(
                            here(),
                            Stanza.of(
                                    Objects.requireNonNull(Stanza.Kind.of(element.name())),
                                    jid,
                                    to == null ? null : Town.jid(to),
                                    element)));
        }

        /// The connection breaks without a word.
        public void vanishes() {
            world.tell(account, new Event.Gone(here()));
            session = null;
            world.settle();
        }

        /// The stream ends in order.
        public void leaves() {
            world.tell(account, new Event.Closed(here()));
            session = null;
            world.settle();
        }

        public void resumes() {
            world.tell(account, new Event.Resume(account, streamId, handled, this));
            world.settle();
        }

        /// All stanzas that it was sent since the last look.
        public List<Element> takes() {
            var taken = List.copyOf(inbox);
            inbox.clear();
            return taken;
        }

        /// The same, of these only.
        public List<Element> takes(Predicate<Element> which) {
            return takes().stream().filter(which).toList();
        }

        /// The one stanza that it was sent since the last look.
        public Element gets() {
            var taken = takes();
            assertEquals(1, taken.size(), () -> jid + " got " + taken);
            return taken.getFirst();
        }

        public Phone gets(String... stanzas) {
            var expected = Arrays.stream(stanzas).map(Village::xml).toList();
            var got = takes();
            if (!expected.equals(got)) assertEquals(lines(expected), lines(got), jid.toString());
            return this;
        }

        public Phone getsNothing() {
            return gets(new String[0]);
        }

        /// The condition of the one error that it got, with its type: `cancel conflict`.
        public String error() {
            var got = gets();
            var error = got.child(Stanza.CLIENT, "error");
            if (error == null) throw new AssertionError(jid + " got no error but " + got);
            return error.attribute("type") + " "
                    + Objects.requireNonNull(error.firstChild()).name();
        }

        private static String lines(List<Element> elements) {
            return String.join("\n", elements.stream().map(Element::toString).toList());
        }

        @Override
        public void bound(Bound bound) {
            session = bound.session();
        }

        @Override
        public void bindRefused(StanzaError error) {
            throw new AssertionError(jid + " was refused: " + error);
        }

        @Override
        public void resumeRefused(StanzaError error, long h) {
            throw new AssertionError(jid + " could not resume: " + error);
        }

        @Override
        public void send(List<byte[]> elements, int consumed, boolean urgent) {
            for (var bytes : elements) {
                var element = parse(bytes);
                if (element.namespace().equals(StreamManagement.NAMESPACE)) nonza(element);
                else stanza(element);
            }
        }

        private void stanza(Element element) {
            handled++;
            var payload = element.firstChild();
            boolean ping = payload != null
                    && payload.is("urn:xmpp:ping", "ping")
                    && element.attribute("from", "").equals(DOMAIN);
            if (!ping) inbox.add(element);
        }

        private void nonza(Element element) {
            if (element.name().equals("a")) acked = Long.parseLong(element.attribute("h", "0"));
            if (element.name().equals("enabled")) streamId = element.attribute("id", "");
            if (!element.name().equals("r") || !acks) return;
            var ack = Element.build(StreamManagement.NAMESPACE, "a")
                    .attribute("h", Integer.toString(handled))
                    .build();
            world.tell(account, new Event.Nonza(here(), ack));
        }

        @Override
        public void close(@Nullable StreamError error) {
            session = null;
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    private static Element parse(byte[] bytes) {
        try {
            boolean stanza = bytes[1] == 'm' || bytes[1] == 'p' || bytes[1] == 'i';
            return XmlReader.parseDocument(stanza ? Splice.document(bytes) : bytes, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new AssertionError(new String(bytes, java.nio.charset.StandardCharsets.UTF_8), e);
        }
    }
}
