package im.kith.server.config;

/// Why a value is not one of its [Kind].
final class BadValue extends Exception {

    private static final long serialVersionUID = 1;

    BadValue(String reason) {
        super(reason, null, false, false);
    }
}
