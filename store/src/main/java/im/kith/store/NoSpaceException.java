package im.kith.store;

import java.io.IOException;

/// The disk is full, or as full as it may become.
public final class NoSpaceException extends IOException {

    private static final long serialVersionUID = 1;

    public NoSpaceException(String message) {
        super(message);
    }
}
