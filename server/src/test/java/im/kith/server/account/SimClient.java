package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client as they are out there: on a link that breaks, with or without stream management, with or without a device
/// id. It re-sends what was not acknowledged, under the same origin-id, and remembers in which order it got what.
final class SimClient {

    final String account;
    final String resource;
    private final @Nullable String deviceId;
    final boolean acking;
    private final SimWorld world;

    /// What it has got, per sender, in order.
    final Map<String, List<Integer>> got = new LinkedHashMap<>();

    private final SimOutbox outbox = new SimOutbox();
    private final Map<String, Integer> numbers = new HashMap<>();
    /// The highest number acknowledged by the server, per addressee.
    final Map<String, Integer> ackedTo = new HashMap<>();

    private @Nullable SimLink link;
    private @Nullable Session session;
    private @Nullable String streamId;
    private long handled;
    private boolean groups;

    SimClient(SimWorld world, String account, String resource, @Nullable String deviceId, boolean acking) {
        this.world = world;
        this.account = account;
        this.resource = resource;
        this.deviceId = deviceId;
        this.acking = acking;
    }

    /// Opts in to get groups with its stream.
    SimClient withGroups() {
        groups = true;
        return this;
    }

    boolean isConnected() {
        return link != null;
    }

    boolean isOnline() {
        return session != null;
    }

    boolean owesNothing() {
        return outbox.isEmpty();
    }

    /// What travels from the server; it arrives when the client reads.
    private final class SimLink implements Link {
        private final ArrayDeque<Runnable> toClient = new ArrayDeque<>();
        private final int born = world.life;
        private boolean writable = true;

        private void later(Runnable arrival) {
            if (born == world.life) toClient.add(arrival);
        }

        @Override
        public void bound(Bound bound) {
            later(() -> onBound(bound));
        }

        @Override
        public void bindRefused(StanzaError error) {
            later(() -> disconnect(false));
        }

        @Override
        public void resumeRefused(StanzaError error, long h) {
            later(() -> {
                streamId = null;
                bind();
            });
        }

        @Override
        public void send(List<byte[]> elements, int consumed, boolean urgent) {
            for (var element : elements) later(() -> onElement(element));
        }

        @Override
        public void close(@Nullable StreamError error) {
            later(() -> disconnect(false));
        }

        @Override
        public boolean writable() {
            return writable;
        }
    }

    // ---- what the seed lets it do

    void connect() {
        link = new SimLink();
        if (streamId != null) {
            world.log.add(this + " resumes h=" + handled);
            world.tell(
                    account, new Event.Resume(account, streamId, handled & 0xffffffffL, Objects.requireNonNull(link)));
        } else {
            bind();
        }
    }

    private void bind() {
        world.log.add(this + " binds");
        var inline = groups ? List.of(Element.empty(Groups.NAMESPACE, "enable")) : List.<Element>of();
        world.tell(
                account,
                new Event.Bind(account, resource, deviceId, null, inline, Set.of(), Objects.requireNonNull(link)));
    }

    /// The connection breaks, or is closed properly.
    void disconnect(boolean properly) {
        world.log.add(this + (properly ? " closes" : " loses its connection"));
        var gone = session;
        var old = link;
        session = null;
        link = null;
        if (gone != null && old != null && old.born == world.life) {
            if (properly) {
                for (var arrival : List.copyOf(old.toClient)) if (link == null) readDead(arrival);
                streamId = null;
                outbox.stopsCounting();
            }
            world.tell(account, properly ? new Event.Closed(gone) : new Event.Gone(gone));
        }
    }

    /// Loses its connection, or comes back.
    void flap() {
        if (isConnected()) disconnect(false);
        else connect();
    }

    /// A proper close waits for the server's last words, which arrive before its closing tag.
    private void readDead(Runnable arrival) {
        arrival.run();
        session = null;
        link = null;
    }

    void say(SimClient to) {
        var address = to.account + "@" + SimWorld.DOMAIN;
        int number = numbers.merge(to.account, 1, Integer::sum);
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("to", address)
                .attribute("type", "chat")
                .attribute("id", to.account + number)
                .child(Element.text(Stanza.CLIENT, "body", account + "/" + resource + " " + number))
                .child(Element.build("urn:xmpp:sid:0", "origin-id")
                        .attribute("id", resource + "-" + to.account + number)
                        .build())
                .build();
        outbox.keep(message);
        if (isReady()) transmit(message);
    }

    /// Says something in a group; who hears it books it under the group's name, a colon, and the sender.
    void sayIn(String group) {
        int number = numbers.merge(group, 1, Integer::sum);
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("to", group)
                .attribute("type", "groupchat")
                .attribute("id", group + number)
                .child(Element.text(Stanza.CLIENT, "body", bookedAs(group) + " " + number))
                .child(Element.build("urn:xmpp:sid:0", "origin-id")
                        .attribute("id", resource + "-" + group + number)
                        .build())
                .build();
        outbox.keep(message);
        if (isReady()) transmit(message);
    }

    String bookedAs(String group) {
        return group.substring(0, group.indexOf('@')) + ":" + this;
    }

    /// Asks a group something by iq; nobody waits for the answer. True if it was sent.
    boolean asks(String group, Element payload) {
        var current = session;
        if (current == null || !isReady()) return false;
        long number = outbox.saidOnce();
        var iq = Element.build(Stanza.CLIENT, "iq")
                .attribute("type", "set")
                .attribute("id", "q" + number)
                .attribute("to", group)
                .child(payload)
                .build();
        world.tell(account, new Event.Arrived(current, Stanza.of(Stanza.Kind.IQ, current.jid(), Jid.parse(group), iq)));
        return true;
    }

    void type(SimClient to) {
        if (!isReady()) return;
        outbox.saidOnce();
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("to", to.account + "@" + SimWorld.DOMAIN)
                .attribute("type", "chat")
                .child(Element.empty("http://jabber.org/protocol/chatstates", "composing"))
                .build();
        tell(message);
    }

    /// Between asking for stream management and getting it, nothing is sent: it would not be known whether it counts.
    private boolean isReady() {
        return session != null && outbox.isCounting() == acking;
    }

    private void transmit(Element message) {
        outbox.said();
        tell(message);
    }

    private void tell(Element message) {
        var current = Objects.requireNonNull(session);
        var from = current.jid();
        var to = Jid.parse(message.attribute("to", ""));
        world.tell(account, new Event.Arrived(current, Stanza.of(Stanza.Kind.MESSAGE, from, to, message)));
    }

    void askForAck() {
        var current = session;
        if (current == null || !outbox.isCounting()) return;
        world.tell(account, new Event.Nonza(current, Element.empty(StreamManagement.NAMESPACE, "r")));
    }

    void acknowledge() {
        var current = session;
        if (current == null || !outbox.isCounting()) return;
        var ack = Element.build(StreamManagement.NAMESPACE, "a")
                .attribute("h", Long.toString(handled & 0xffffffffL))
                .build();
        world.tell(account, new Event.Nonza(current, ack));
    }

    /// Reads some of what has arrived.
    void read() {
        int count = 1 + world.random.nextInt(4);
        for (int i = 0; i < count; i++) {
            var current = link;
            if (current == null) return;
            if (current.born != world.life) {
                // The server died: what was in its buffers is gone, the connection breaks.
                disconnect(false);
                return;
            }
            if (current.toClient.isEmpty()) return;
            current.toClient.remove().run();
        }
    }

    boolean hasToRead() {
        var current = link;
        return current != null && (current.born != world.life || !current.toClient.isEmpty());
    }

    /// The socket is full, or takes again.
    void clog(boolean full) {
        var current = link;
        if (current == null) return;
        current.writable = !full;
        if (!full && session != null) world.tell(account, new Event.Writable(session));
    }

    // ---- what it hears

    private void onBound(Bound bound) {
        session = bound.session();
        if (bound.resumed()) {
            outbox.counts();
            // What the server has not counted is sent again.
            takeAck(bound.h());
            outbox.resumes();
            resendAll();
            return;
        }
        handled = 0;
        outbox.begins();
        if (acking) {
            var enable = Element.build(StreamManagement.NAMESPACE, "enable")
                    .attribute("resume", "true")
                    .build();
            world.tell(account, new Event.Nonza(bound.session(), enable));
        } else {
            becomeAvailable(bound.session());
            resendAll();
        }
    }

    private void becomeAvailable(Session current) {
        outbox.saidOnceFirst();
        var presence = Stanza.of(Stanza.Kind.PRESENCE, current.jid(), null, Element.empty(Stanza.CLIENT, "presence"));
        world.tell(account, new Event.Arrived(current, presence));
    }

    private void resendAll() {
        for (var message : outbox.toSayAgain()) transmit(message);
    }

    private void takeAck(long h) {
        for (var message : outbox.acknowledged(h, toString())) confirmed(message);
    }

    private void confirmed(Element message) {
        var to = Objects.requireNonNull(Jid.parse(message.attribute("to", ""))).local();
        var words =
                Objects.requireNonNull(message.childText(Stanza.CLIENT, "body")).split(" ");
        ackedTo.merge(Objects.requireNonNull(to), Integer.parseInt(words[1]), Math::max);
    }

    private void onElement(byte[] bytes) {
        var element = parse(bytes);
        if (element.namespace().equals(StreamManagement.NAMESPACE)) {
            switch (element.name()) {
                case "enabled" -> {
                    outbox.counts();
                    streamId = element.attribute("id");
                    var stale = outbox.toSayAgain();
                    becomeAvailable(Objects.requireNonNull(session));
                    // The presence is first in the queue, the messages follow.
                    for (var message : stale) transmit(message);
                }
                case "r" -> acknowledge();
                case "a" -> takeAck(Long.parseLong(element.attribute("h", "")));
                default -> throw new AssertionError(this + " got " + element);
            }
            return;
        }
        handled++;
        if (element.name().equals("iq") && element.attribute("type", "").equals("get")) {
            var current = session;
            if (current == null) return;
            outbox.saidOnce();
            var pong = Element.build(Stanza.CLIENT, "iq")
                    .attribute("type", "result")
                    .attribute("id", element.attribute("id"))
                    .build();
            world.tell(
                    account,
                    new Event.Arrived(
                            current, Stanza.of(Stanza.Kind.IQ, current.jid(), Jid.parse(SimWorld.DOMAIN), pong)));
            return;
        }
        if (!element.name().equals("message")) return;
        if (element.attribute("type", "").equals("error")) throw new AssertionError(this + " got an error: " + element);
        var body = element.childText(Stanza.CLIENT, "body");
        if (body == null) return;
        var words = body.split(" ");
        world.log.add(this + " got " + body);
        got.computeIfAbsent(words[0], key -> new ArrayList<>()).add(Integer.parseInt(words[1]));
    }

    private static Element parse(byte[] bytes) {
        try {
            boolean nonza =
                    bytes[2] == ' ' || (bytes[1] == 'e' && bytes[2] == 'n') || (bytes[1] == 'f' && bytes[2] == 'a');
            return XmlReader.parseDocument(nonza ? bytes : Splice.document(bytes), XmlReader.Limits.DEFAULTS);
        } catch (XmlException e) {
            throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
        }
    }

    int sentTo(String other) {
        return numbers.getOrDefault(other, 0);
    }

    @Override
    public String toString() {
        return account + "/" + resource;
    }
}
