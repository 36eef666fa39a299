package im.kith.trial.crash;

import im.kith.trial.wire.Acks;
import im.kith.trial.wire.Endpoint;
import im.kith.trial.wire.Login;
import im.kith.trial.wire.Session;
import im.kith.trial.wire.Transcript;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.WireException;
import im.kith.trial.wire.Xml;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client that sends into a lane (in a group: one per member), receives from others, and comes back whenever it
/// loses its connection.
///
/// With XEP-0198 it resumes; if the server cannot, it binds anew and sends again, with the same origin-ids, what was
/// never acknowledged. Without it ("legacy") the answer to a ping acknowledges what was sent before the ping. A virtual
/// thread of its own connects and sends; the session's reader receives.
final class Person implements AutoCloseable {

    /// A message on its way: known as acknowledged when the server's count reaches the ordinal.
    private record Pending(long ordinal, int sequence, String stanza) {}

    /// A message that arrived, and its place in the server's count.
    private record Arrived(long ordinal, int sequence, Lane lane) {}

    /// Whom it talks to and hears.
    ///
    /// @param outs where its messages go: all of them into each
    /// @param ins by sender's name
    /// @param hello what it sends on a new stream before its presence
    record Part(String peer, String type, List<Lane> outs, Map<String, Lane> ins, String hello) {

        static Part pair(String peer, Lane out, String other, Lane in) {
            return new Part(peer, "chat", List.of(out), Map.of(other, in), "");
        }
    }

    private static final int WINDOW = 25;
    private static final int ACK_EVERY = 5;

    private final Endpoint endpoint;
    private final Login login;
    private final Part part;
    private final long paceMillis;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Deque<Arrived> untold = new ArrayDeque<>();
    private final List<String> complaints = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable Acks acks;
    private String jid = "";
    private volatile boolean wantsOnline;
    private volatile boolean sends;
    private volatile boolean closed;
    private int resumptions;
    private int rebinds;
    private int flaps;
    private String lastTrouble = "";

    Person(Endpoint endpoint, Login login, Part part, long paceMillis) {
        this.endpoint = endpoint;
        this.login = login;
        this.part = part;
        this.paceMillis = paceMillis;
        Thread.ofVirtual().name("person-" + login.username()).start(this::live);
    }

    private void live() {
        while (!closed) {
            try {
                if (wantsOnline && !isConnected()) {
                    connect();
                }
                if (isConnected()) {
                    settle();
                    if (sends && outstanding() < WINDOW) {
                        say();
                    } else {
                        nudge();
                    }
                }
                Thread.sleep(sends ? paceMillis : 20);
            } catch (WireException e) {
                lastTrouble = String.valueOf(e.getMessage());
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isConnected() {
        return session != null && !session.ended();
    }

    private synchronized void connect() {
        if (session != null) {
            session.drop();
        }
        var previous = acks;
        if (previous != null) {
            settle();
        }
        session = previous == null
                ? Session.open(endpoint, login, Transcript.NONE, this::hear)
                : Session.resume(endpoint, login, Transcript.NONE, previous, jid, this::hear);
        acks = session.acks();
        jid = session.jid();
        if (session.resumed()) {
            resumptions++;
            return;
        }
        if (previous != null) {
            rebinds++;
            forgive(previous);
        }
        if (!part.hello().isEmpty()) {
            session.send(part.hello());
        }
        session.send("<presence/>");
        sendAgain();
    }

    /// A new stream knows nothing of the old one's counts: what was not told may come again.
    private void forgive(Acks previous) {
        synchronized (untold) {
            var told = previous.told();
            untold.stream().filter(arrived -> arrived.ordinal() > told).forEach(arrived -> arrived.lane()
                    .forgive(arrived.sequence()));
            untold.clear();
        }
    }

    private void sendAgain() {
        var again = new ArrayDeque<>(pending);
        pending.clear();
        for (var message : again) {
            transmit(message.sequence(), message.stanza());
        }
        if (acks == null && !again.isEmpty()) {
            ping(again.getLast().sequence());
        }
    }

    private synchronized void say() {
        var sequence = 0;
        for (var out : part.outs()) {
            sequence = out.next();
        }
        var id = login.username() + "-" + sequence;
        transmit(
                sequence,
                "<message to='" + part.peer() + "' type='" + part.type() + "' id='" + id + "'><body>crash "
                        + login.username() + " " + sequence + "</body><origin-id xmlns='urn:xmpp:sid:0' id='" + id
                        + "'/></message>");
        if (sequence % ACK_EVERY == 0) {
            askForAck(sequence);
        }
    }

    /// Remembers first and sends then: what fails on the way is sent again later.
    private void transmit(int sequence, String stanza) {
        pending.add(new Pending(acks == null ? sequence : acks.sent() + 1, sequence, stanza));
        if (session != null) {
            session.send(stanza);
        }
    }

    private synchronized void nudge() {
        var last = pending.peekLast();
        if (last != null) {
            askForAck(last.sequence());
        }
    }

    private void askForAck(int sequence) {
        if (acks == null) {
            ping(sequence);
        } else if (session != null) {
            session.requestAck();
        }
    }

    private void ping(int sequence) {
        if (session != null) {
            session.send("<iq type='get' id='upto-" + sequence + "' to='" + endpoint.domain()
                    + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        }
    }

    /// Books what the server has acknowledged by its count.
    private synchronized void settle() {
        if (acks != null) {
            var count = acks.acknowledged();
            while (!pending.isEmpty() && pending.element().ordinal() <= count) {
                acknowledge(pending.remove().sequence());
            }
        }
    }

    private void acknowledge(int sequence) {
        part.outs().forEach(out -> out.acknowledge(sequence));
    }

    private synchronized void settleUpTo(int sequence) {
        while (!pending.isEmpty() && pending.element().sequence() <= sequence) {
            acknowledge(pending.remove().sequence());
        }
    }

    private void hear(Wire.Event event) {
        if (!(event instanceof Wire.Said(Xml stanza))) {
            return;
        }
        var id = stanza.attributeOr("id", "");
        if (stanza.name().equals("iq") && id.startsWith("upto-")) {
            settleUpTo(Integer.parseInt(id.substring(5)));
            return;
        }
        var words = stanza.textOf("body").split(" ");
        if (!stanza.name().equals("message") || words.length != 3 || !words[0].equals("crash")) {
            return;
        }
        if (stanza.attributeOr("type", "").equals("error")) {
            lastTrouble = stanza.toString();
            return;
        }
        var in = part.ins().get(words[1]);
        if (in == null) {
            lastTrouble = stanza.toString();
            return;
        }
        var sequence = Integer.parseInt(words[2]);
        var counting = acks;
        if (counting != null) {
            synchronized (untold) {
                untold.add(new Arrived(counting.received(), sequence, in));
                while (untold.size() > 1 && untold.element().ordinal() <= counting.told()) {
                    untold.remove();
                }
            }
        }
        var complaint = in.receive(sequence);
        if (!complaint.isEmpty()) {
            complain(complaint, words[1], counting);
        }
    }

    private void complain(String complaint, String sender, @Nullable Acks counting) {
        synchronized (complaints) {
            complaints.add(name() + " from " + sender + ": " + complaint
                    + (counting == null
                            ? "; it has no acks"
                            : "; it has received " + counting.received() + " and told " + counting.told())
                    + "; resumed " + resumptions + ", bound anew " + rebinds + ", flapped " + flaps);
        }
    }

    /// What came twice or out of order, for the report.
    List<String> complaints() {
        synchronized (complaints) {
            return List.copyOf(complaints);
        }
    }

    private synchronized int outstanding() {
        return pending.size();
    }

    // What the director says

    void comeOnline() {
        wantsOnline = true;
    }

    void sending(boolean sends) {
        this.sends = sends;
    }

    boolean isOnline() {
        return wantsOnline;
    }

    /// Loses the connection; comes back by itself.
    synchronized void flap() {
        if (session != null && !session.ended()) {
            flaps++;
            session.drop();
        }
    }

    /// Says goodbye as the protocol has it; only then a legacy client's messages are known to be taken.
    void goOffline() {
        wantsOnline = false;
        Session leaving;
        synchronized (this) {
            leaving = session;
            session = null;
            acks = null;
        }
        if (leaving != null) {
            leaving.close();
        }
        synchronized (untold) {
            untold.clear();
        }
    }

    List<Lane> outs() {
        return part.outs();
    }

    String name() {
        return login.username();
    }

    synchronized int resumptions() {
        return resumptions;
    }

    synchronized int rebinds() {
        return rebinds;
    }

    synchronized int flaps() {
        return flaps;
    }

    String lastTrouble() {
        return lastTrouble;
    }

    @Override
    public void close() {
        closed = true;
        goOffline();
    }
}
