package im.kith.trial.play;

import im.kith.trial.wire.Login;
import im.kith.trial.wire.Negotiation;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.WireException;
import im.kith.trial.wire.Xml;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A bare connection: says any bytes at any moment and looks at every answer.
public final class Stranger {

    static final String STREAMS = "http://etherx.jabber.org/streams";
    static final String STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";

    private final World world;
    private final Wire wire;
    private final Negotiation negotiation;

    Stranger(World world, Transport transport) {
        this.world = world;
        wire = Wire.connect(world.endpoint(), transport, world.dialogue().of("a stranger"));
        negotiation = new Negotiation(wire, world.endpoint());
    }

    /// Opens or restarts a stream as one should; returns the features.
    public Xml opens() {
        return negotiation.openStream();
    }

    /// Opens a stream and then does STARTTLS; returns the features inside.
    public Xml opensWithStartTls() {
        return negotiation.begin(Transport.STARTTLS);
    }

    /// Signs in with SASL and restarts the stream; returns the features then.
    public Xml signsInAs(User user) {
        opens();
        negotiation.authenticate(Login.DEFAULT_MECHANISM, user.wireName(), user.password());
        return opens();
    }

    /// Signs in and binds; returns the full address on the wire.
    public String bindsAs(User user, @Nullable String resource) {
        return negotiation.bind(resource, signsInAs(user));
    }

    public Stranger says(String bytes) {
        wire.send(world.toWire(bytes));
        return this;
    }

    public Stranger saysBytes(byte[] bytes) {
        wire.sendBytes(bytes);
        return this;
    }

    /// The server ends the connection, with or without a word.
    public Stranger isCutOff() {
        while (!(hears() instanceof Wire.Ended)) {
            continue;
        }
        return this;
    }

    /// The next event, whatever it is.
    public Wire.Event hears() {
        var event = wire.next(Device.PATIENCE);
        if (event == null) {
            throw new AssertionError("the server said nothing");
        }
        return event;
    }

    /// The next element, opening tags left out.
    public Xml hearsElement() {
        var event = hears();
        while (event instanceof Wire.Opened) {
            event = hears();
        }
        if (event instanceof Wire.Said(Xml element)) {
            return world.toPlay(element);
        }
        throw new AssertionError("expected an element, got " + event);
    }

    /// The next element is this.
    public Stranger hears(String expected) {
        var element = hearsElement();
        var difference = new Expectation(expected, world.captures()).differenceTo(element);
        if (difference != null) {
            throw new AssertionError(difference + "\nexpected\n" + expected.strip() + "\ngot\n" + element);
        }
        return this;
    }

    /// The server ends the stream with this error: an opening tag if there was none, the error, the closing tag, the
    /// end.
    public Stranger isThrownOut(String condition) {
        return isThrownOutWithOneOf(condition);
    }

    /// Where the standard leaves a choice.
    public Stranger isThrownOutWithOneOf(String... conditions) {
        var error = hearsElement();
        while (!error.is("error", STREAMS)) {
            error = hearsElement();
        }
        var found = error;
        if (Arrays.stream(conditions).noneMatch(condition -> found.child(condition, STREAM_ERRORS) != null)) {
            throw new AssertionError(
                    "should have been thrown out with " + String.join(" or ", conditions) + ", got " + error);
        }
        return isDisconnected();
    }

    /// The stream and the connection end.
    public Stranger isDisconnected() {
        var event = hears();
        while (!(event instanceof Wire.Ended)) {
            if (!(event instanceof Wire.Closed)) {
                throw new AssertionError("expected the end, got " + event);
            }
            event = hears();
        }
        return this;
    }

    public Wire wire() {
        return wire;
    }

    public Negotiation negotiation() {
        return negotiation;
    }

    void vanish() {
        try {
            wire.drop();
        } catch (WireException e) {
            // It was gone already.
        }
    }
}
