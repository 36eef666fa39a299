package im.kith.server;

/// Why a command ends without having done what it should, in words for whom it concerns; and the exit code.
final class Refusal extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    Refusal(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
