package im.kith.trial.wire;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A signed-in connection with a bound resource, XEP-0198 counted on both sides.
///
/// A virtual thread of its own reads: it counts, answers `<r/>` and hands everything else to the listener in order.
/// Any thread sends. What was sent and not acknowledged is in [#acks()] and outlives the connection.
public final class Session implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofHours(6);

    private final Wire wire;
    private final String jid;
    private final @Nullable Acks acks;
    private final boolean resumed;
    private final List<String> orphaned;
    private final Consumer<Wire.Event> listener;
    private final Thread reader;
    private volatile boolean ended;

    private Session(
            Wire wire,
            String jid,
            @Nullable Acks acks,
            boolean resumed,
            List<String> orphaned,
            Consumer<Wire.Event> listener) {
        this.wire = wire;
        this.jid = jid;
        this.acks = acks;
        this.resumed = resumed;
        this.orphaned = orphaned;
        this.listener = listener;
        reader = Thread.ofVirtual().name("session-" + jid).unstarted(this::read);
    }

    /// Signs in afresh.
    public static Session open(Endpoint endpoint, Login login, Transcript transcript, Consumer<Wire.Event> listener) {
        return connect(endpoint, login, transcript, null, "", listener);
    }

    /// Signs in and resumes; where the server cannot, binds afresh and leaves in [#orphaned()] what it never
    /// acknowledged.
    public static Session resume(
            Endpoint endpoint,
            Login login,
            Transcript transcript,
            Acks previous,
            String jid,
            Consumer<Wire.Event> listener) {
        return connect(endpoint, login, transcript, previous, jid, listener);
    }

    /// Goes on from a wire that somebody else has brought to a bound resource.
    public static Session adopt(Wire wire, String jid, @Nullable String previousId, Consumer<Wire.Event> listener) {
        var session =
                new Session(wire, jid, previousId == null ? null : new Acks(previousId), false, List.of(), listener);
        session.reader.start();
        return session;
    }

    private static Session connect(
            Endpoint endpoint,
            Login login,
            Transcript transcript,
            @Nullable Acks previous,
            String jid,
            Consumer<Wire.Event> listener) {
        var wire = Wire.connect(endpoint, login.transport(), transcript);
        try {
            var session = negotiate(endpoint, login, wire, previous, jid, listener);
            session.reader.start();
            return session;
        } catch (RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private static Session negotiate(
            Endpoint endpoint,
            Login login,
            Wire wire,
            @Nullable Acks previous,
            String jid,
            Consumer<Wire.Event> listener) {
        var negotiation = new Negotiation(wire, endpoint);
        negotiation.begin(login.transport());
        negotiation.authenticate(login.mechanism(), login.username(), login.password());
        var features = negotiation.openStream();
        List<String> orphaned = List.of();
        if (previous != null) {
            if (previous.isResumable() && resumes(negotiation, wire, previous)) {
                var session = new Session(wire, jid, previous, true, List.of(), listener);
                previous.unacknowledged().forEach(wire::send);
                return session;
            }
            orphaned = previous.unacknowledged();
        }
        var bound = negotiation.bind(login.resource(), features);
        var acks = login.acks() ? enable(negotiation, wire, listener) : null;
        return new Session(wire, bound, acks, false, orphaned, listener);
    }

    private static boolean resumes(Negotiation negotiation, Wire wire, Acks previous) {
        wire.send("<resume xmlns='" + Acks.NAMESPACE + "' previd='" + Xml.escape(previous.previousId()) + "' h='"
                + (previous.received() & 0xffff_ffffL) + "'/>");
        var answer = negotiation.expect();
        var h = answer.attribute("h");
        if (h != null) {
            previous.acknowledge(Long.parseLong(h));
        }
        return answer.is("resumed", Acks.NAMESPACE);
    }

    private static Acks enable(Negotiation negotiation, Wire wire, Consumer<Wire.Event> listener) {
        wire.send("<enable xmlns='" + Acks.NAMESPACE + "' resume='true'/>");
        while (true) {
            var answer = negotiation.expect();
            if (answer.is("enabled", Acks.NAMESPACE)) {
                return new Acks(answer.attributeOr("id", ""));
            }
            if (!answer.isStanza()) {
                throw new WireException("stream management was refused: " + answer);
            }
            listener.accept(new Wire.Said(answer));
        }
    }

    private void read() {
        try {
            readOn();
        } catch (RuntimeException e) {
            ended = true;
            wire.close();
            listener.accept(new Wire.Ended("the server broke the protocol: " + e.getMessage()));
        }
    }

    private void readOn() {
        while (true) {
            var event = wire.next(FOREVER);
            if (event instanceof Wire.Said(Xml element) && element.namespace().equals(Acks.NAMESPACE) && acks != null) {
                managed(element, acks);
                continue;
            }
            if (event instanceof Wire.Said(Xml element) && element.isStanza() && acks != null) {
                acks.countReceived();
            }
            if (event != null) {
                ended |= event instanceof Wire.Ended || event instanceof Wire.Closed;
                listener.accept(event);
                if (ended) {
                    return;
                }
            }
        }
    }

    private void managed(Xml element, Acks acks) {
        if (element.name().equals("a")) {
            acks.acknowledge(Long.parseLong(element.attributeOr("h", "0")));
        } else if (element.name().equals("r") && acks.answersRequests()) {
            acknowledge();
        } else if (!element.name().equals("r")) {
            listener.accept(new Wire.Said(element));
        }
    }

    /// The full address.
    public String jid() {
        return jid;
    }

    /// The XEP-0198 state, or null without it.
    public @Nullable Acks acks() {
        return acks;
    }

    public boolean resumed() {
        return resumed;
    }

    /// After a resumption that failed: the stanzas of the old stream that the server never acknowledged.
    public List<String> orphaned() {
        return orphaned;
    }

    public boolean ended() {
        return ended;
    }

    /// From now on the server's `<r/>` is read and left alone, also when this stream is resumed: there the server asks
    /// at once.
    public void neverAcknowledges() {
        if (acks != null) {
            acks.neverAnswer();
        }
    }

    /// Sends a stanza, counted. With XEP-0198 it is kept until acknowledged, even if the connection is already gone.
    public void send(String stanza) {
        if (acks == null) {
            wire.send(stanza);
            return;
        }
        synchronized (this) {
            acks.countSent(stanza);
            wire.send(stanza);
        }
    }

    /// Sends something that is no stanza, or must not be counted.
    public void sendRaw(String xml) {
        wire.send(xml);
    }

    public void requestAck() {
        wire.send("<r xmlns='" + Acks.NAMESPACE + "'/>");
    }

    /// Tells the server how many stanzas were received.
    public void acknowledge() {
        if (acks != null) {
            var h = acks.received();
            acks.tell(h);
            acknowledge(h);
        }
    }

    /// Tells the server that so many were received, true or not.
    public void acknowledge(long h) {
        try {
            wire.send("<a xmlns='" + Acks.NAMESPACE + "' h='" + (h & 0xffff_ffffL) + "'/>");
        } catch (WireException e) {
            // The connection is gone; the reader says so, and the count is told when the stream is resumed.
        }
    }

    /// Waits until the server has acknowledged everything sent so far; false if it has not in time.
    public boolean awaitAcks(Duration patience) {
        if (acks == null) {
            throw new WireException("this session has no acknowledgements");
        }
        try {
            var deadlineNanos = System.nanoTime() + patience.toNanos();
            requestAck();
            return acks.awaitAcknowledged(acks.sent(), deadlineNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public Wire wire() {
        return wire;
    }

    /// Ends the connection with a reset, and waits until the reader has noticed: nothing arrives after this returns.
    public void drop() {
        wire.drop();
        awaitEnd();
    }

    /// Ends the stream as the protocol says and waits for the server to end its side.
    @Override
    public void close() {
        if (!ended) {
            try {
                acknowledge();
                wire.sendClose();
                reader.join(Wire.PATIENCE);
            } catch (WireException e) {
                // Gone already.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        wire.close();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            reader.join(Wire.PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
