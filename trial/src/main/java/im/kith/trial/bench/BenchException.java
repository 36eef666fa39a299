package im.kith.trial.bench;

/// The run cannot go on; the message is for the person at the terminal.
public final class BenchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public BenchException(String message) {
        super(message);
    }
}
