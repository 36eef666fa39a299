package im.kith.store;

/// The disk's or database's fault, or damaged data; the message says what to do.
public final class StoreException extends RuntimeException {

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
