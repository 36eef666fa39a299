package im.kith.xmpp;

/// A SCRAM exchange that has failed, with the SASL condition (RFC 6120 §6.5) that a server answers.
public final class ScramException extends Exception {

    private static final long serialVersionUID = 1;

    /// The SASL failures that an exchange can end with.
    public enum Failure {
        /// The message does not follow the mechanism's grammar or order.
        MALFORMED_REQUEST("malformed-request"),
        /// Wrong password, wrong channel, unknown account, a downgrade: the peer is not told which.
        NOT_AUTHORIZED("not-authorized");

        private final String label;

        Failure(String label) {
            this.label = label;
        }

        /// The element's name on the wire.
        public String label() {
            return label;
        }
    }

    private final Failure failure;

    ScramException(Failure failure, String text) {
        super(text, null, false, false);
        this.failure = failure;
    }

    static ScramException malformed(String text) {
        return new ScramException(Failure.MALFORMED_REQUEST, text);
    }

    static ScramException notAuthorized(String text) {
        return new ScramException(Failure.NOT_AUTHORIZED, text);
    }

    public Failure failure() {
        return failure;
    }
}
