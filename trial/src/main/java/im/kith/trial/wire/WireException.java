package im.kith.trial.wire;

/// The server did something else than the protocol allows at this point, or nothing in time.
public final class WireException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
