package im.kith.trial.play;

import im.kith.trial.wire.Acks;
import im.kith.trial.wire.Login;
import im.kith.trial.wire.Session;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.WireException;
import im.kith.trial.wire.Xml;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One program of a user: connects, says, gets, loses its connection, comes back.
///
/// Unless told otherwise it signs in with SCRAM-SHA-256 over plain TCP and enables XEP-0198. Stanzas are looked at per
/// kind: `gets` takes the next message, iq or presence, whatever of the other kinds came between.
public final class Device {

    static final Duration PATIENCE = Wire.PATIENCE;

    private final World world;
    private final User user;
    private final String resource;
    private final Inbox inbox = new Inbox();
    private final Hearing hearing;
    private Login login;
    private volatile @Nullable Session session;
    private @Nullable Acks acks;
    private String jid = "";
    private boolean acknowledges = true;
    private volatile int generation;

    Device(World world, User user, String resource) {
        this.world = world;
        this.user = user;
        this.resource = resource;
        hearing = new Hearing(world, inbox, who());
        login = Login.of(user.wireName(), user.password()).resource(resource);
        world.enrol(this);
    }

    // How it connects

    public Device over(Transport transport) {
        login = login.transport(transport);
        return this;
    }

    public Device by(String mechanism) {
        login = login.mechanism(mechanism);
        return this;
    }

    public Device withPassword(String password) {
        login = login.password(password);
        return this;
    }

    /// A client from before XEP-0198.
    public Device withoutAcks() {
        login = login.acks(false);
        return this;
    }

    /// Enables XEP-0198 and then leaves every request of the server unanswered.
    public Device neverAcknowledging() {
        acknowledges = false;
        return this;
    }

    /// Signs in and binds; sends no presence.
    public Device connected() {
        begin(Session.open(world.endpoint(), login, transcript(), listener()));
        return this;
    }

    /// Signs in, binds and becomes available; returns when the server has seen the presence.
    public Device online() {
        connected();
        return available("<presence/>");
    }

    /// Sends a presence and returns when the server has seen it; its reflection to this device is not shown.
    public Device available(String presence) {
        sends(presence);
        roundTrip();
        inbox.removeIf(stanza -> stanza.name().equals("presence")
                && stanza.attributeOr("from", "").equals(jid)
                && stanza.attributeOr("type", "").isEmpty());
        return this;
    }

    /// Comes back with the stream it had before the connection was lost; fails if the server does not resume it.
    public Device resumes() {
        if (!triesToResume()) {
            throw new AssertionError(who() + ": the stream was not resumed");
        }
        return this;
    }

    /// Comes back; where the server cannot resume the old stream, with a new one. Returns whether it resumed.
    public boolean triesToResume() {
        if (acks == null) {
            throw new IllegalStateException(who() + " has nothing to resume");
        }
        begin(Session.resume(world.endpoint(), login, transcript(), acks, jid, listener()));
        return session().resumed();
    }

    /// What the old stream had sent and the server never acknowledged, after a resumption that failed.
    public List<String> orphaned() {
        return session().orphaned();
    }

    /// Goes on from a wire that is bound already.
    public Device adopts(Wire wire, String jid, @Nullable String resumptionId) {
        begin(Session.adopt(wire, jid, resumptionId, listener()));
        return this;
    }

    private void begin(Session begun) {
        session = begun;
        acks = begun.acks();
        jid = begun.jid();
        if (!acknowledges) {
            begun.neverAcknowledges();
        }
    }

    private im.kith.trial.wire.Transcript transcript() {
        return world.dialogue().of(who());
    }

    /// Stanzas of an older connection are given to the device, its errors and its end are not.
    private Consumer<Wire.Event> listener() {
        var mine = ++generation;
        inbox.begin();
        return event -> hear(event, mine == generation);
    }

    private void hear(Wire.Event event, boolean current) {
        switch (event) {
            // What SASL2 says after a success, beside all that follows.
            case Wire.Said(Xml element) when element.name().equals("features") -> {}
            case Wire.Said(Xml element)
            when LifeSign.isWanted(element, world.endpoint().domain()) -> {
                if (current && session != null) session.send(LifeSign.of(element));
            }
            case Wire.Said(Xml element) when current || element.isStanza() -> inbox.add(element);
            case Wire.Closed closed when current -> inbox.end();
            case Wire.Ended ended when current -> inbox.end();
            default -> {}
        }
    }

    // How it loses its connection

    /// The connection is gone without a word.
    public Device drops() {
        session().drop();
        return this;
    }

    /// Unavailable presence, end of stream.
    public Device leaves() {
        session().close();
        session = null;
        return this;
    }

    void noticeTheEnd() {
        if (session != null) {
            session.drop();
        }
    }

    void vanish() {
        if (session != null) {
            session.drop();
            session = null;
        }
    }

    // What it says

    public Sent says(String text, User to) {
        return saysTo(to.jid(), text);
    }

    public Sent says(String text, Device to) {
        return saysTo(to.jid(), text);
    }

    private Sent saysTo(String to, String text) {
        var id = world.nextId();
        return sends("<message to='" + to + "' type='chat' id='" + id + "'><body>" + Xml.escape(text)
                + "</body><origin-id xmlns='urn:xmpp:sid:0' id='" + id + "'/></message>");
    }

    /// Sends a stanza, written with the names of the play; one without an id gets one.
    public Sent sends(String stanza) {
        var parsed = Xml.parse(stanza.strip());
        var id = parsed.attribute("id");
        var text = stanza.strip();
        if (id == null) {
            id = world.nextId();
            text = text.replaceFirst("^<(\\w+)", "<$1 id='" + id + "'");
        }
        session().send(world.toWire(text));
        return new Sent(this, id);
    }

    /// Sends bytes that are no stanza, or that must not be counted as one.
    public Device sendsRaw(String xml) {
        session().sendRaw(world.toWire(xml));
        return this;
    }

    /// Sends an iq and waits for the answer to it.
    public Answer asks(String iq) {
        var sent = sends(iq);
        var answer = hearing.await(stanza -> isAnswer(stanza, sent.id()), "got no answer to " + iq.strip() + "\nbut ");
        return new Answer(world, answer);
    }

    private static boolean isAnswer(Xml stanza, String id) {
        var type = stanza.attributeOr("type", "");
        return stanza.name().equals("iq")
                && stanza.attributeOr("id", "").equals(id)
                && (type.equals("result") || type.equals("error"));
    }

    // What it gets

    /// The next stanza of that kind is this one. For presence: one of those that have come or will.
    public Device gets(String expected) {
        hearing.next(expected);
        return this;
    }

    /// These stanzas are the next of their kinds, in any order.
    public Device getsAll(String... expected) {
        hearing.all(expected);
        return this;
    }

    /// The next message has this text, whatever else is in it.
    public Device hears(String text) {
        var got = nextMessage();
        if (!got.textOf("body").equals(text)) {
            throw new AssertionError(who() + " should have heard '" + text + "', got " + got);
        }
        return this;
    }

    /// The next message, for a closer look.
    public Xml nextMessage() {
        return hearing.await(stanza -> stanza.name().equals("message"), "got no message but ");
    }

    /// The results of an archive query that have come, in order: those of the query with this id.
    public List<Xml> takesResults(String queryId) {
        return hearing.results(queryId);
    }

    /// The next thing the server says that is no stanza, such as a stream error.
    public Xml nextOther() {
        return hearing.await(stanza -> !stanza.isStanza(), "got nothing of the kind but ");
    }

    /// The next request that the server makes of it, as a client's other end of XEP-0115 must answer.
    public Xml nextRequest() {
        return hearing.await(
                stanza -> stanza.name().equals("iq")
                        && (stanza.attributeOr("type", "").equals("get")
                                || stanza.attributeOr("type", "").equals("set")),
                "was asked nothing but got ");
    }

    /// Nothing has come that the play has not looked at: asks the server for a sign of life, and what it sent before is
    /// here by then. Presence of the user's other devices does not count.
    public Device getsNothingElse() {
        roundTrip();
        hearing.nothingBut(
                stanza -> isResult(stanza) || (stanza.name().equals("presence") && isFromOwnAccount(stanza)));
        return this;
    }

    /// An iq that was sent again after a crash is answered again; nobody waits for it.
    private static boolean isResult(Xml stanza) {
        return stanza.name().equals("iq") && stanza.attributeOr("type", "").equals("result");
    }

    /// The server closed the stream, with this error if any is named.
    public Device isThrownOut(String condition) {
        var error = inbox.take(stanza -> stanza.is("error", Stranger.STREAMS), PATIENCE);
        if (error == null || error.child(condition, Stranger.STREAM_ERRORS) == null) {
            throw new AssertionError(who() + " should have been thrown out with " + condition + ", got " + error);
        }
        return isDisconnected();
    }

    public Device isDisconnected() {
        if (!inbox.awaitEnd(PATIENCE)) {
            throw new AssertionError(who() + " is still connected");
        }
        return this;
    }

    /// Whether such a stanza has come by now; it stays to be looked at.
    public boolean sees(Predicate<Xml> fits) {
        roundTrip();
        return inbox.all().stream().anyMatch(fits);
    }

    /// Forgets what has come so far.
    public Device ignoresTheRest() {
        roundTrip();
        inbox.removeIf(stanza -> true);
        return this;
    }

    /// Forgets presence of this type, where a server may or may not send it.
    public Device ignoresOnly(String type) {
        roundTrip();
        inbox.removeIf(stanza -> stanza.attributeOr("type", "").equals(type));
        return this;
    }

    private void roundTrip() {
        asks("<iq type='get' to='" + World.DOMAIN + "'><ping xmlns='urn:xmpp:ping'/></iq>");
    }

    private boolean isFromOwnAccount(Xml stanza) {
        return stanza.attributeOr("from", "").startsWith(user.wireName() + "@");
    }

    Sent isAcked(Sent sent) {
        if (!session().awaitAcks(PATIENCE)) {
            throw new AssertionError(who() + ": " + sent.id() + " was not acknowledged");
        }
        return sent;
    }

    @Nullable
    Xml errorFor(String id) {
        var error = inbox.take(
                stanza -> stanza.attributeOr("id", "").equals(id)
                        && stanza.attributeOr("type", "").equals("error"),
                PATIENCE);
        return error == null ? null : world.toPlay(error);
    }

    /// The full address in the play, once connected; before that the one it will ask for.
    public String jid() {
        return jid.isEmpty() ? user.jid() + "/" + resource : world.toPlay(jid);
    }

    public User user() {
        return user;
    }

    /// The connection, for what plays have no word for.
    public Session session() {
        if (session == null) {
            throw new IllegalStateException(who() + " is not connected");
        }
        return session;
    }

    private String who() {
        return user.name() + "/" + resource;
    }

    /// Fails to sign in, with a message that contains this.
    public void cannotConnect(String why) {
        try {
            connected();
        } catch (WireException e) {
            if (String.valueOf(e.getMessage()).contains(why)) {
                return;
            }
            throw new AssertionError(who() + " should have failed with " + why + ", not: " + e.getMessage(), e);
        }
        throw new AssertionError(who() + " should not have been let in");
    }
}
