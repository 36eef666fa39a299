package im.kith.xmpp;

/// XML that is refused, with the stream error that says why. Carries no stack trace: hostile input makes many of them.
public final class XmlException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient StreamError error;

    public XmlException(StreamError error) {
        super(error.condition().label() + (error.text() == null ? "" : ": " + error.text()), null, false, false);
        this.error = error;
    }

    static XmlException of(StreamError.Condition condition, String text) {
        return new XmlException(StreamError.of(condition, text));
    }

    static XmlException notWellFormed(String text) {
        return of(StreamError.Condition.NOT_WELL_FORMED, text);
    }

    static XmlException restricted(String text) {
        return of(StreamError.Condition.RESTRICTED_XML, text);
    }

    static XmlException overLimit(String text) {
        return of(StreamError.Condition.POLICY_VIOLATION, text);
    }

    public StreamError error() {
        return error;
    }
}
