package im.kith.trial.play;

import im.kith.trial.wire.Xml;

/// The answer to an iq.
public final class Answer {

    private final World world;
    private final Xml xml;

    Answer(World world, Xml xml) {
        this.world = world;
        this.xml = xml;
    }

    /// It is exactly this stanza.
    public Answer is(String expected) {
        var difference = new Expectation(expected, world.captures()).differenceTo(xml);
        if (difference != null) {
            throw new AssertionError(difference + "\nexpected\n" + expected.strip() + "\ngot\n" + xml);
        }
        return this;
    }

    public Answer isResult() {
        if (!xml.attributeOr("type", "").equals("result")) {
            throw new AssertionError("expected a result, got " + xml);
        }
        return this;
    }

    /// It is an error with this condition (RFC 6120 §8.3.3).
    public Answer isError(String condition) {
        var error = xml.child("error");
        if (!xml.attributeOr("type", "").equals("error")
                || error == null
                || error.child(condition, "urn:ietf:params:xml:ns:xmpp-stanzas") == null) {
            throw new AssertionError("expected the error " + condition + ", got " + xml);
        }
        return this;
    }

    /// In the play's names.
    public Xml xml() {
        return xml;
    }

    /// The first element below with the name.
    public Xml the(String name) {
        var found = xml.find(name);
        if (found == null) {
            throw new AssertionError("no <" + name + "> in " + xml);
        }
        return found;
    }
}
